# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetching uv from the package index that the node's pip is configured for, with the standard library alone.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import base64
import glob
import hashlib
import http.client
import io
import netrc
import os
import platform
import shutil
import ssl
import tempfile
import typing as t
import urllib.request
import zipfile
from urllib.parse import unquote, urlsplit, urlunsplit

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.pip_configuration import (
    PackageIndex,
    package_index,
)
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.uv_wheel import (
    Wheel,
    best_wheel,
    wheel_of_path,
    wheels_of_page,
)
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import own_home
from ansible_collections.ray.containers.plugins.module_utils._host.bounded_http import Deadline
from ansible_collections.ray.containers.plugins.module_utils._host.bounded_opener import (
    Redirects,
    SecureHandler,
    bounded_opener,
    fetch,
)
from ansible_collections.ray.containers.plugins.module_utils._host.descriptors import Refused, read_regular

__all__ = ["fetch_uv", "read_package_index"]

#: Seconds that an index may stay silent, and for the whole of a download.
SILENCE = 60.0
SECONDS = 900.0
#: Of a page, of a wheel of uv (20 MiB as of 0.9), and of the program in it (60 MiB), in bytes.
LONGEST_SETTINGS = 2**20
LONGEST_PAGE = 64 * 2**20
LONGEST_WHEEL = 256 * 2**20
LARGEST_PROGRAM = 512 * 2**20


def read_package_index() -> PackageIndex:
    """What pip is configured with for this account and machine, files and environment
    (https://pip.pypa.io/en/stable/topics/configuration/)."""
    home = own_home()
    paths = ["/etc/pip.conf"]
    paths += [f"{directory}/pip/pip.conf" for directory in os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")]
    paths += [f"{home}/.pip/pip.conf", f"{os.environ.get('XDG_CONFIG_HOME', f'{home}/.config')}/pip/pip.conf"]
    paths.append(os.environ.get("PIP_CONFIG_FILE", ""))
    files = []
    for path in paths:
        try:
            files.append((path, read_regular(path, LONGEST_SETTINGS).decode("utf-8", errors="replace")))
        except (OSError, Refused):
            continue
    return package_index(files, os.environ)


def fetch_uv(index: PackageIndex, path: str) -> str:
    """Put the program uv at *path*, whole or not at all, and return its version.

    :raises OperatorError: no index answers, none has a wheel for this machine, or a download is not what it promised.
    """
    machine = platform.machine()
    opener = _opener(index)
    wheel = best_wheel(_offers(index, opener), machine)
    if wheel is None:
        raise OperatorError(
            f"uv, which installs Ray, cannot be had for Linux on {machine}",
            why=f"{_described(index)} has no wheel of uv for this machine",
            remedy="Add uv to that index, or name another one in the node's pip.conf",
        )
    remote = "://" in wheel.location
    content = _read(opener, wheel.location, LONGEST_WHEEL) if remote else _read_file(wheel.location)
    if wheel.sha256 and hashlib.sha256(content).hexdigest() != wheel.sha256:
        raise OperatorError(
            f"The download of {wheel.filename} is damaged",
            why="its SHA-256 is not the one that the index promises",
            remedy="Run again; if it stays so, look at the proxy or the mirror between this host and the index",
        )
    _unpack(content, path)
    return wheel.version


def _offers(index: PackageIndex, opener: urllib.request.OpenerDirector) -> t.Iterator[Wheel]:
    for place in index.find_links:
        directory = urlsplit(place).path if place.startswith("file:") else place
        if "://" not in directory:
            yield from filter(None, map(wheel_of_path, sorted(glob.glob(f"{glob.escape(directory)}/uv-*.whl"))))
        else:
            yield from wheels_of_page(directory, _read(opener, directory, LONGEST_PAGE).decode(errors="replace"))
    failure: OperatorError | None = None
    answered = False
    for simple in index.simple_urls:
        url = f"{simple.rstrip('/')}/uv/"
        try:
            page = _read(opener, url, LONGEST_PAGE)
        except OperatorError as error:
            # An extra index need not know uv, and says so with 404.
            failure = failure or error
            continue
        answered = True
        yield from wheels_of_page(url, page.decode(errors="replace"))
    if failure and not answered:
        raise failure


def _opener(index: PackageIndex) -> urllib.request.OpenerDirector:
    context = ssl.create_default_context(cafile=index.cert if os.path.isfile(index.cert) else None)
    if index.client_cert:
        context.load_cert_chain(index.client_cert)
    proxies = {"http": index.proxy, "https": index.proxy} if index.proxy else None
    trusting = _TrustingHandler(context, index.trusted_hosts)
    return bounded_opener(trusting, urllib.request.ProxyHandler(proxies), Redirects())


class _TrustingHandler(SecureHandler):
    """Checks certificates, but not those of pip's `trusted-host`s."""

    def __init__(self, context: ssl.SSLContext, trusted: t.Collection[str]) -> None:
        super().__init__(context)
        self._checking = context
        self._trusted = trusted
        self._trusting = ssl._create_unverified_context()

    def https_open(self, req: urllib.request.Request) -> t.Any:
        trusted = req.host in self._trusted or req.host.split(":")[0] in self._trusted
        self.context = self._trusting if trusted else self._checking
        return super().https_open(req)


def _read(by: urllib.request.OpenerDirector, url: str, longest: int) -> bytes:
    request = urllib.request.Request(_bare(url), headers={"Accept": "text/html, */*;q=0.5"})
    credentials = _credentials(url)
    if credentials:
        request.add_unredirected_header("Authorization", f"Basic {credentials}")
    try:
        fetched = fetch(by, request, Deadline(SECONDS, SILENCE), longest)
        if fetched.status == 200:
            return fetched.body
        why = f"HTTP {fetched.status} {http.client.responses.get(fetched.status, '')}".strip()
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = str(getattr(error, "reason", None) or error)
    raise OperatorError(
        f"uv, which installs Ray, cannot be fetched from {_bare(url)}",
        why=why,
        remedy="Let this host reach that index, or name one that it reaches as index-url in its /etc/pip.conf",
    )


def _read_file(path: str) -> bytes:
    try:
        return read_regular(path, LONGEST_WHEEL)
    except (OSError, Refused) as error:
        raise OperatorError(
            f"uv, which installs Ray, cannot be read from {path}",
            why=str(error),
            remedy="Correct find-links in the node's pip.conf",
        ) from None


def _bare(url: str) -> str:
    """The URL without the credentials that it may hold, so that it can be shown."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _credentials(url: str) -> str:
    parts = urlsplit(url)
    name, secret = unquote(parts.username or ""), unquote(parts.password or "")
    if not name:
        try:
            found = netrc.netrc().authenticators(parts.hostname or "")
        except (OSError, netrc.NetrcParseError):
            found = None
        if not found:
            return ""
        name, secret = found[0], found[2] or ""
    return base64.b64encode(f"{name}:{secret}".encode()).decode()


def _described(index: PackageIndex) -> str:
    return (
        ", ".join(_bare(url) for url in (*index.find_links, *index.simple_urls)) or "no index (pip's no-index is set)"
    )


def _archive(content: bytes, path: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise _no_wheel(path, str(error)) from error


def _program(archive: zipfile.ZipFile, path: str) -> zipfile.ZipInfo:
    """Where uv lies in its wheel; zipfile reads no more of it than the size that is told here."""
    found = [member for member in archive.infolist() if member.filename.endswith(".data/scripts/uv")]
    if not found:
        raise _no_wheel(path, "there is no program uv in it")
    if found[0].file_size > LARGEST_PROGRAM:
        raise _no_wheel(path, f"the program in it takes {found[0].file_size} bytes")
    return found[0]


def _no_wheel(path: str, why: str) -> OperatorError:
    remedy = "Look at what the index of this host (its pip.conf, else PyPI) sends, and at proxies on the way"
    return OperatorError(f"What was fetched for {path} is no wheel of uv", why=why, remedy=remedy)


def _unpack(content: bytes, path: str) -> None:
    directory = os.path.dirname(path)
    os.makedirs(directory, exist_ok=True)
    with _archive(content, path) as archive:
        member = _program(archive, path)
        handle, temporary = tempfile.mkstemp(prefix=".uv.", dir=directory)
        try:
            with os.fdopen(handle, "wb") as stream, archive.open(member) as packed:
                shutil.copyfileobj(packed, stream)
            os.chmod(temporary, 0o755)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
