# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing a wheel of uv from what an index or a directory offers.

uv is one static program in a wheel of the index that the node uses anyway: fetching it takes half a second and needs
neither pip, nor ensurepip, nor the package manager, none of which a bare node is sure to have.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import html.parser
import re
import typing as t
from dataclasses import dataclass
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

__all__ = ["UV_VERSION", "Wheel", "best_wheel", "wheel_of_path", "wheels_of_page"]

#: The version of uv that this collection is tested with; an index without it may serve another.
UV_VERSION = "0.13.9"

_WHEEL = re.compile(r"^uv-(?P<version>[0-9]+(?:\.[0-9]+)*)-py3-none-(?P<platforms>[^-]+)\.whl$")


@dataclass(frozen=True)
class Wheel:
    """A wheel of uv on offer: where it is (URL or path) and the SHA-256 that the offer promises, if it does."""

    location: str
    filename: str
    version: str
    platforms: tuple[str, ...]
    sha256: str = ""


def wheel_of_path(path: str) -> Wheel | None:
    """The wheel that *path* is, or None when it is no wheel of uv."""
    return _wheel(path, path.rsplit("/", 1)[-1], "")


def wheels_of_page(url: str, page: str) -> list[Wheel]:
    """The wheels of uv that a page of links offers (PEP 503's simple index, or any HTML for find-links)."""
    links = _Links()
    links.feed(page)
    found = []
    for link in links.found:
        location, fragment = urldefrag(urljoin(url, link))
        sha256 = fragment[len("sha256=") :] if fragment.startswith("sha256=") else ""
        wheel = _wheel(location, unquote(urlsplit(location).path).rsplit("/", 1)[-1], sha256)
        if wheel:
            found.append(wheel)
    return found


def best_wheel(offers: t.Iterable[Wheel], machine: str) -> Wheel | None:
    """The wheel for Linux on *machine* (as `uname -m` says): the tested version, else the newest on offer.

    glibc's wheel is preferred to musl's: Ray's own wheels need glibc, and its allocator is the faster one.
    """
    usable = [offer for offer in offers if any(_runs_on(platform, machine) for platform in offer.platforms)]
    return max(usable, key=_preference, default=None)


def _preference(wheel: Wheel) -> tuple[bool, tuple[int, ...], bool]:
    glibc = any(platform.startswith("manylinux") for platform in wheel.platforms)
    return wheel.version == UV_VERSION, tuple(int(part) for part in wheel.version.split(".")), glibc


def _runs_on(platform: str, machine: str) -> bool:
    return platform.startswith(("manylinux", "musllinux")) and platform.endswith(f"_{machine}")


def _wheel(location: str, filename: str, sha256: str) -> Wheel | None:
    match = _WHEEL.match(filename)
    if not match:
        return None
    return Wheel(location, filename, match["version"], tuple(match["platforms"].split(".")), sha256)


class _Links(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href)
