# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a registry's HTTP API needs, as pure values: addresses, challenges, credentials.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import base64
import binascii
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import DOCKER_HUB, ImageReference

__all__ = [
    "ACCEPT",
    "REGISTRIES",
    "Challenge",
    "Credentials",
    "Registry",
    "api_address",
    "blob_path",
    "challenges",
    "credentials_for",
    "helper_for",
    "manifest_path",
    "of_helper",
    "read_registries",
    "registry_of",
]

#: Manifests and indexes, in OCI's form and Docker's. Without them a registry may convert, and the digest with it.
ACCEPT = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)

# Docker Hub's API has another name than its images, and docker login writes a third one into its file.
_HUB_ADDRESS = "registry-1.docker.io"
_HUB_ALIASES = ("index.docker.io", _HUB_ADDRESS)

_CHALLENGE = re.compile(r"(?:^|,)\s*([A-Za-z]+)(?=\s|$|,)")
_PARAMETER = re.compile(r'([A-Za-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


#: The argument of every module that asks registries from the controller.
REGISTRIES: dict[str, t.Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "location": {"type": "str", "required": True},
        "insecure": {"type": "bool", "default": False},
        "auth_file": {"type": "path"},
    },
}


@dataclass(frozen=True)
class Registry:
    """A registry that needs more than an anonymous pull over TLS.

    :param location: as it stands in image references: host, port, and perhaps the beginning of a path.
    :param insecure: plain http, or a certificate that nobody knows, will do.
    :param auth_file: a containers auth.json on the controller; empty for the account's own.
    """

    location: str
    insecure: bool = False
    auth_file: str = ""


def read_registries(
    entries: t.Iterable[t.Mapping[str, t.Any]], absolute: t.Callable[[str], str]
) -> tuple[Registry, ...]:
    """The registries of an argument of that form; *absolute* makes the path of a file one."""
    return tuple(
        Registry(entry["location"], entry["insecure"], absolute(entry["auth_file"] or "")) for entry in entries
    )


@dataclass(frozen=True)
class Credentials:
    """An account of a registry, or an identity token in a password's place. Never shown."""

    user: str = field(repr=False)
    password: str = field(repr=False)
    identity_token: str = field(default="", repr=False)

    @property
    def basic(self) -> str:
        """The value of a header Authorization for HTTP basic authentication."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


@dataclass(frozen=True)
class Challenge:
    """How a registry wants to be asked: one challenge of a header WWW-Authenticate (RFC 9110 section 11.6.1).

    :param scheme: in lower case: ``bearer``, ``basic``.
    """

    scheme: str
    parameters: t.Mapping[str, str]


def registry_of(reference: ImageReference, registries: t.Iterable[Registry]) -> Registry:
    """The entry whose location is the longest beginning of the image's name; a plain one when none is."""
    names = (reference.name, reference.normalised.name)
    matching = [registry for registry in registries if any(_begins(name, registry.location) for name in names)]
    return max(matching, key=lambda registry: len(registry.location), default=Registry(reference.registry))


def api_address(reference: ImageReference) -> str:
    """Host and port at which the registry's API answers."""
    return _HUB_ADDRESS if reference.normalised.registry == DOCKER_HUB else reference.registry


def manifest_path(reference: ImageReference) -> str:
    """The path of the image's manifest in the API."""
    return f"/v2/{reference.normalised.repository}/manifests/{reference.digest or reference.effective_tag}"


def blob_path(reference: ImageReference, digest: str) -> str:
    """The path of a blob of the image's repository in the API."""
    return f"/v2/{reference.normalised.repository}/blobs/{digest}"


def challenges(header: str) -> tuple[Challenge, ...]:
    """The challenges of a header WWW-Authenticate, in its order.

    >>> challenges('Bearer realm="https://auth.docker.io/token",service="registry.docker.io"')[0].scheme
    'bearer'
    """
    # Quoted texts may hold commas and words that look like schemes: blank them out before the schemes are sought.
    blank = re.sub(r'"(?:[^"\\]|\\.)*"', lambda quoted: "=" * len(quoted.group()), header)
    starts = list(_CHALLENGE.finditer(blank))
    found = []
    for index, start in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(header)
        parameters = {
            name.lower(): re.sub(r"\\(.)", r"\1", quoted) if quoted else plain
            for name, quoted, plain in _PARAMETER.findall(header[start.end() : end])
        }
        found.append(Challenge(start.group(1).lower(), parameters))
    return tuple(found)


def credentials_for(reference: ImageReference, auth: t.Mapping[str, t.Any]) -> Credentials | None:
    """The credentials that an auth.json holds for an image: the most specific entry wins (containers-auth.json(5)).

    :param auth: the parsed file; entries that are not understood count as absent.
    """
    written = auth.get("auths")
    if not isinstance(written, dict):
        return None
    entries = {str(key): value for key, value in written.items() if isinstance(value, dict)}
    legacy = {_host(key): value for key, value in entries.items() if _host(key) != key}
    for name in _namespaces(reference):
        for table in (entries, legacy):
            found = _credentials(table[name]) if name in table else None
            if found:
                return found
    return None


def helper_for(reference: ImageReference, auth: t.Mapping[str, t.Any]) -> tuple[str, str] | None:
    """The program that an auth.json has asked for the credentials of a registry, and what the registry is called there.

    :returns: None where it names none for it. It comes before the entries of ``auths`` (containers/image pkg/docker/config).
    """
    helpers = auth.get("credHelpers")
    host = reference.normalised.registry
    names = (host, "https://index.docker.io/v1/", *_HUB_ALIASES) if host == DOCKER_HUB else (host,)
    for name in names:
        helper = helpers.get(name) if isinstance(helpers, dict) else None
        if isinstance(helper, str) and re.fullmatch(r"[\w.+-]+", helper):
            return helper, name
    return None


def of_helper(answer: t.Mapping[str, t.Any]) -> Credentials | None:
    """The credentials that such a program answers with (docker/docker-credential-helpers); None where it has none."""
    user, secret = str(answer.get("Username") or ""), str(answer.get("Secret") or "")
    if user == "<token>":
        return Credentials("", "", secret)
    return Credentials(user, secret) if user and secret else None


def _begins(name: str, location: str) -> bool:
    return name == location or name.startswith(f"{location}/")


def _namespaces(reference: ImageReference) -> list[str]:
    """``host/a/b``, ``host/a``, ``host``."""
    reference = reference.normalised
    parts = reference.name.split("/")
    names = ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return [*names, *_HUB_ALIASES] if reference.registry == DOCKER_HUB else names


def _host(key: str) -> str:
    """The host of a key as docker writes it: ``https://index.docker.io/v1/`` is ``index.docker.io``."""
    if "://" not in key:
        return key
    return key.split("://", 1)[1].split("/", 1)[0]


def _credentials(entry: t.Mapping[str, t.Any]) -> Credentials | None:
    identity_token = entry.get("identitytoken")
    try:
        decoded = base64.b64decode(str(entry.get("auth") or ""), validate=True).decode().rstrip("\x00")
    except (binascii.Error, UnicodeDecodeError):
        decoded = ""
    user, _colon, password = decoded.partition(":")
    user = user or str(entry.get("username") or "")
    password = password or str(entry.get("password") or "")
    if isinstance(identity_token, str) and identity_token:
        return Credentials(user, password, identity_token)
    return Credentials(user, password) if user else None
