# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What opens connections to registries, where Podman's rules differ from urllib's.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import os
import re
import ssl
import typing as t
import urllib.parse
import urllib.request

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.bounded_opener import (
    Redirects,
    SecureHandler,
    bounded_opener,
)
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import UserFiles

__all__ = ["CERTIFICATES", "authorities_in", "certificates_for", "make_opener"]

#: The host's own directories of certificates; in each, one directory a registry (containers-certs.d(5)).
CERTIFICATES = ("/etc/containers/certs.d", "/etc/docker/certs.d")

#: Some token services refuse urllib's own name at the gate: Cloudflare's browser integrity check, with 403.
_USER_AGENT = "ray.containers"


#: Bytes of one file with certificates, and how many of them are read.
LONGEST, MOST_FILES = 1 << 20, 64

_CERTIFICATE = re.compile(r"-----BEGIN (X509 |)CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END \1CERTIFICATE-----")


def certificates_for(registry: str, environ: t.Mapping[str, str], files: UserFiles) -> str:
    """The directory with a registry's certificates: the first one that is there, the account's before the host's.

    As containers/image has it (docker_client.go, dockerCertDir), which does not ask XDG_CONFIG_HOME.

    :param environ: the account's environment.
    :param files: looks as the account.
    :returns: empty when there is none.
    """
    home = environ.get("HOME") or os.path.expanduser("~")
    own = f"{home}/.config/containers/certs.d"
    for path in (f"{above}/{registry}" for above in (own, *CERTIFICATES)):
        # A directory that the account may not look into is none of its own.
        with contextlib.suppress(OperatorError):
            if files.is_directory(path):
                return path
    return ""


def authorities_in(directory: str, files: UserFiles) -> tuple[str, ...]:
    """The certificates (PEM) that the account can read in such a directory; what holds none is left out.

    The handshake says what is not trusted.
    """
    found: list[str] = []
    with contextlib.suppress(OperatorError):
        for each in files.find(directory, "*.crt")[:MOST_FILES]:
            with contextlib.suppress(OperatorError):
                found += (match.group() for match in _CERTIFICATE.finditer(files.read_text(each.path, LONGEST) or ""))
    return tuple(found)


def make_opener(insecure: bool, authorities: t.Iterable[str]) -> urllib.request.OpenerDirector:
    """Speaks http and https and nothing else, and follows redirects only to where nobody else can answer.

    :param authorities: certificates to trust beside the system's.
    """
    if insecure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context = ssl.create_default_context()
        for certificate in authorities:
            # What only looks like one is left out, too.
            with contextlib.suppress(ssl.SSLError):
                context.load_verify_locations(cadata=certificate)
    made = bounded_opener(_Proxies(), SecureHandler(context), _Redirects(insecure))
    made.addheaders = [("User-Agent", _USER_AGENT)]
    return made


class _Proxies(urllib.request.ProxyHandler):
    """Goes past the proxy where Podman does and urllib would not: to this machine, and to no_proxy's address ranges.

    golang.org/x/net/http/httpproxy, useProxy.
    """

    def proxy_open(self, req: urllib.request.Request, proxy: str, type: str) -> t.Any:  # the base class names these
        return None if _is_past_proxies(req.host) else super().proxy_open(req, proxy, type)


def _is_past_proxies(host: str) -> bool:
    name = urllib.parse.urlsplit(f"//{host}").hostname or ""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost"
    return address.is_loopback or any(address in network for network in _networks())


def _networks() -> t.Iterator[t.Any]:
    """The ranges of addresses (``10.0.0.0/8``) in no_proxy."""
    for entry in urllib.request.getproxies_environment().get("no", "").split(","):
        try:
            yield ipaddress.ip_network(entry.strip(), strict=False)
        except ValueError:
            # A name, which urllib looks at.
            continue


class _Redirects(Redirects):
    """Follows redirects, but never from https to where anybody could answer."""

    def __init__(self, insecure: bool) -> None:
        self.insecure = insecure

    def redirect_request(  # the base class names and orders these
        self,
        req: urllib.request.Request,
        fp: t.IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not newurl.startswith("https://") and not self.insecure:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)
