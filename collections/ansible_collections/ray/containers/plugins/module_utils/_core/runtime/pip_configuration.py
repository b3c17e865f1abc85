# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a node's pip is configured with, as values, and said again in the words of uv, which does not read pip's files.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import configparser
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["PackageIndex", "package_index", "uv_environment"]

#: pip's default index (https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-i).
PYPI = "https://pypi.org/simple"

#: Variables of the module's own environment that uv gets to see: Ansible's `environment:` reaches uv with them.
PASSED_ON = re.compile(r"^(UV_.*|(https?|all|no)_proxy|SSL_CERT_(FILE|DIR)|SSL_CLIENT_CERT|NETRC)$", re.IGNORECASE)


@dataclass(frozen=True)
class PackageIndex:
    """Where Python packages come from, as pip's configuration has it.

    URLs may hold credentials: they go to uv by its environment, never on a command line or into a message.
    """

    index_url: str = PYPI
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    trusted_hosts: tuple[str, ...] = ()
    cert: str = ""
    client_cert: str = ""
    proxy: str = ""
    timeout: str = ""

    @property
    def simple_urls(self) -> tuple[str, ...]:
        """The indexes to ask, in pip's order; none when pip must not use an index."""
        return () if self.no_index else (self.index_url, *self.extra_index_urls)


def package_index(files: t.Iterable[tuple[str, str]], environment: t.Mapping[str, str]) -> PackageIndex:
    """Read pip's configuration as pip does: later files win, `[install]` wins over `[global]`, `PIP_*` over both.

    :param files: (path, text) of the files that exist, weakest first.
    :raises OperatorError: a file is not in pip's format.
    """
    options: dict[str, str] = {}
    for section in ("global", "install"):
        for path, text in files:
            options.update(_section(path, text, section))
    for name, value in environment.items():
        if name.startswith("PIP_"):
            options[name[len("PIP_") :].lower().replace("_", "-")] = value
    return PackageIndex(
        index_url=options.get("index-url", "").strip() or PYPI,
        extra_index_urls=tuple(options.get("extra-index-url", "").split()),
        find_links=tuple(options.get("find-links", "").split()),
        no_index=options.get("no-index", "").strip().lower() in ("1", "true", "yes", "on"),
        trusted_hosts=tuple(options.get("trusted-host", "").split()),
        cert=options.get("cert", "").strip(),
        client_cert=options.get("client-cert", "").strip(),
        proxy=options.get("proxy", "").strip(),
        timeout=options.get("timeout", "").strip() or options.get("default-timeout", "").strip(),
    )


def uv_environment(index: PackageIndex, environment: t.Mapping[str, str]) -> dict[str, str]:
    """The variables that make uv use *index* (https://docs.astral.sh/uv/reference/environment/).

    The machine's certificates are trusted as pip trusts its `cert`. With several indexes the best version of all is
    taken, as pip does; uv alone would stop at the first index that knows the name. What the module's own *environment*
    says in uv's words wins.
    """
    said: dict[str, str] = {"UV_SYSTEM_CERTS": "1"}
    if index.no_index:
        said["UV_NO_INDEX"] = "1"
    elif index.index_url != PYPI:
        said["UV_DEFAULT_INDEX"] = index.index_url
    if index.extra_index_urls and not index.no_index:
        said["UV_INDEX"] = " ".join(index.extra_index_urls)
        said["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if index.find_links:
        said["UV_FIND_LINKS"] = ",".join(index.find_links)
    if index.trusted_hosts:
        said["UV_INSECURE_HOST"] = " ".join(index.trusted_hosts)
    if index.cert:
        said["SSL_CERT_FILE"] = index.cert
    if index.client_cert:
        said["SSL_CLIENT_CERT"] = index.client_cert
    if index.proxy:
        said.update({"HTTPS_PROXY": index.proxy, "HTTP_PROXY": index.proxy})
    if index.timeout:
        said["UV_HTTP_TIMEOUT"] = index.timeout
    said.update({name: value for name, value in environment.items() if PASSED_ON.match(name)})
    return said


def _section(path: str, text: str, section: str) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text, source=path)
    except configparser.Error as error:
        raise OperatorError(
            f"pip's configuration {path} cannot be read",
            why=str(error).splitlines()[0],
            remedy=f"Mend {path}: `pip config debug` shows it",
        ) from error
    if not parser.has_section(section):
        return {}
    return {name.replace("_", "-"): value or "" for name, value in parser.items(section)}
