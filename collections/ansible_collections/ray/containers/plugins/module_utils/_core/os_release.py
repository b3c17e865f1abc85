# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What /etc/os-release says about the distribution.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import shlex
import typing as t
from dataclasses import dataclass

__all__ = ["OsRelease", "parse_os_release", "version_tuple"]


@dataclass(frozen=True)
class OsRelease:
    """The fields that decide something; see os-release(5).

    :param id: ``debian``, ``ubuntu``, ``rocky``, in lower case; ``linux`` when the file does not say.
    :param like: the closest relatives first, from ``ID_LIKE``.
    :param version: ``VERSION_ID`` as it stands; empty on rolling and unreleased distributions.
    :param codename: of the distribution's own release.
    :param base_codename: of the Ubuntu or Debian release that a derivative is made from, where it says.
    :param name: as an operator reads it.
    """

    id: str
    like: tuple[str, ...] = ()
    version: str = ""
    codename: str = ""
    base_codename: str = ""
    name: str = ""


def parse_os_release(text: str) -> OsRelease:
    """Read the text of an os-release file; lines that are not assignments are passed over."""
    fields = dict(_assignments(text))
    identity = fields.get("ID", "linux").lower()
    codename = fields.get("VERSION_CODENAME", "").lower()
    return OsRelease(
        id=identity,
        like=tuple(fields.get("ID_LIKE", "").lower().split()),
        version=fields.get("VERSION_ID", ""),
        codename=codename,
        base_codename=(fields.get("UBUNTU_CODENAME") or fields.get("DEBIAN_CODENAME") or codename).lower(),
        name=fields.get("PRETTY_NAME") or " ".join(filter(None, (fields.get("NAME", identity), fields.get("VERSION")))),
    )


def version_tuple(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: ``22.04`` is (22, 4), ``4.3.1+ds1-8`` is (4, 3, 1), ``rolling`` is ()."""
    numbers: list[int] = []
    for part in version.split("."):
        digits = ""
        for character in part:
            if not character.isdigit():
                break
            digits += character
        if not digits:
            break
        numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers)


def _assignments(text: str) -> t.Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if not equals or name.startswith("#"):
            continue
        try:
            words = shlex.split(value)
        except ValueError:  # an unclosed quote in a hand-made file
            words = [value.strip("\"'")]
        yield name, " ".join(words)
