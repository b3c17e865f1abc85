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

__all__ = ["OsRelease", "base_release", "parse_os_release", "version_tuple"]

#: Newer than every release that is known: rolling and unreleased ones, and derivatives that do not say what they are made of.
NEWEST = (99,)

#: Names of ID and ID_LIKE, and which distribution's packages they mean.
_BASES = {
    "debian": ("debian",),
    "ubuntu": ("ubuntu",),
    "fedora": ("fedora",),
    "el": ("rhel", "centos", "rocky", "almalinux", "ol"),
    "amzn": ("amzn",),
    "suse": ("suse", "opensuse", "sles", "sled"),
    "arch": ("arch", "archarm"),
    "alpine": ("alpine",),
}

#: Derivatives name the release that they are made from by its codename only.
_CODENAMES: dict[str, dict[str, tuple[int, ...]]] = {
    "debian": {
        "buster": (10,),
        "bullseye": (11,),
        "bookworm": (12,),
        "trixie": (13,),
        "beowulf": (10,),  # Devuan has names of its own
        "chimaera": (11,),
        "daedalus": (12,),
        "excalibur": (13,),
    },
    "ubuntu": {
        "xenial": (16, 4),
        "bionic": (18, 4),
        "focal": (20, 4),
        "jammy": (22, 4),
        "noble": (24, 4),
        "oracular": (24, 10),
        "plucky": (25, 4),
        "questing": (25, 10),
        "resolute": (26, 4),
    },
}


@dataclass(frozen=True)
class OsRelease:
    """The fields that decide something; see os-release(5).

    :param id: ``debian``, ``ubuntu``, ``rocky``, in lower case; ``linux`` when the file does not say.
    :param like: the closest relatives first, from ``ID_LIKE``.
    :param version: ``VERSION_ID`` as it stands; empty on rolling and unreleased distributions.
    :param codename: of the distribution's own release.
    :param base_codename: of the Ubuntu or Debian release that a derivative is made from, where it says.
    :param name: as an operator reads it.
    :param platform: what Red Hat's family says of the ABI: ``el9``, ``f42``, ``al2023``.
    """

    id: str
    like: tuple[str, ...] = ()
    version: str = ""
    codename: str = ""
    base_codename: str = ""
    name: str = ""
    platform: str = ""


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
        platform=fields.get("PLATFORM_ID", "").rpartition(":")[2].lower(),
    )


def base_release(os_release: OsRelease) -> tuple[str, tuple[int, ...]]:
    """The distribution that this one takes its packages from, and the release of it; empty where none is known.

    ``debian``, ``ubuntu``, ``fedora``, ``el`` (RHEL and its rebuilds), ``amzn``, ``suse``, ``arch`` or ``alpine``.
    """
    letters = os_release.platform.rstrip("0123456789")
    number = version_tuple(os_release.platform[len(letters) :])
    own = version_tuple(os_release.version)
    platform = {"el": "el", "f": "fedora"}.get(letters, "")
    if platform and number:
        return platform, _red_hat(platform, own if own[:1] == number else number)
    for name in (os_release.id, *os_release.like):
        for base, names in _BASES.items():
            if name in names or (base == "suse" and name.startswith("opensuse-")):
                return base, _release(os_release, base, own)
    return "", ()


def _release(os_release: OsRelease, base: str, own: tuple[int, ...]) -> tuple[int, ...]:
    if base in ("fedora", "el"):
        return _red_hat(base, own)
    if base == "suse":
        # SLE Micro 5 is made from SLE 15, SL Micro 6 from SLES 16; openSUSE 42 is older than 15.
        micro = "micro" in os_release.id and own < (10,)
        return (own[0] + 10, *own[1:]) if micro and own else (12,) if own[:1] == (42,) else own or NEWEST
    if base in _CODENAMES and os_release.id != base:
        return _CODENAMES[base].get(os_release.base_codename, NEWEST)
    if os_release.id == base:
        return own or _CODENAMES.get(base, {}).get(os_release.base_codename, NEWEST)
    return NEWEST


def _red_hat(base: str, own: tuple[int, ...]) -> tuple[int, ...]:
    """Derivatives of Fedora may count for themselves, and CentOS Stream is ahead of the minor releases."""
    if base == "fedora":
        return own if own >= (20,) else NEWEST
    return own if len(own) > 1 else own + NEWEST


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
