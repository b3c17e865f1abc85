# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the distributions offer, release by release: the table that a new one is added to.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BASES", "CNI", "SLIRP", "Base", "EngineSource"]


@dataclass(frozen=True)
class EngineSource:
    """What a distribution offers, from one release on.

    :param since: the release.
    :param podman: the oldest version of Podman that is current there; empty for the newest one that there is.
    :param network_helper: what rootless containers with a network of their own are connected through. Podman 5 changed
        its default from slirp4netns to pasta, the package passt.
    :param network_stack: the package that satisfies Podman's need of one with the fewest others, where it is a choice:
        netavark draws in nothing, containernetworking-plugins draws in iptables.
    :param bridge: what networks of root's containers need beside.
    :param source: ``distribution``, or ``kubic`` for openSUSE's devel:kubic:libcontainers:stable.
    :param family: the package manager: ``apt``, ``dnf``, ``zypper``, ``pacman`` or ``apk``.
    :param distribution: its name for an operator.
    :param id_maps: the package of newuidmap and newgidmap.
    :param session: the package that makes the lasting runtime directory /run/user/UID, where it is one by itself.
    :param where: what to do where the package sources do not offer Podman.
    :param base: whose packages they are, a key of `BASES`.
    :param directory: the release's own directory in the kubic repository.
    """

    since: tuple[int, ...]
    podman: str
    network_helper: str
    network_stack: str = ""
    bridge: tuple[str, ...] = ("iptables",)
    source: str = "distribution"
    family: str = ""
    distribution: str = ""
    id_maps: str = ""
    session: str = ""
    where: str = ""
    base: str = ""
    directory: str = ""

    @property
    def origin(self) -> str:
        """The source for an operator, in the plural."""
        own = f"the packages of {self.distribution}"
        return f"the kubic repository and {own}" if self.source == "kubic" else own


@dataclass(frozen=True)
class Base:
    """A distribution that others are made from.

    :param name: for an operator.
    :param rows: what its releases offer, newest first; a release older than all of them has no Podman that will do.
    :param where: see `EngineSource.where`.
    """

    name: str
    family: str
    id_maps: str
    rows: tuple[EngineSource, ...]
    session: str = ""
    where: str = ""

    def number(self, row: EngineSource) -> str:
        """The first release of a row, as the distribution writes it: ``24.04``, ``15.3``, ``13``."""
        return ".".join(
            f"{part:02d}" if self.name == "Ubuntu" and at else str(part) for at, part in enumerate(row.since)
        )


_BOTH = ("iptables", "nftables")
SLIRP, _PASTA = "slirp4netns", "passt"
CNI = "containernetworking-plugins"

#: Seen in the distributions' own indexes of packages; the oldest row of each has the first Podman that Ray's commands work
#: with. Fedora's, SUSE's, Arch's and Alpine's Podman require a network stack of their own choice.
BASES: dict[str, Base] = {
    "debian": Base(
        "Debian",
        "apt",
        "uidmap",
        (
            EngineSource((13,), "5.4", _PASTA, "netavark", _BOTH),
            EngineSource((12,), "4.3", SLIRP, "netavark"),
            EngineSource((11,), "3.0", SLIRP, CNI),
        ),
        session="libpam-systemd",
    ),
    "ubuntu": Base(
        "Ubuntu",
        "apt",
        "uidmap",
        (
            EngineSource((24, 10), "5.0", _PASTA, "netavark", _BOTH),
            EngineSource((24, 4), "4.9", SLIRP, "netavark"),
            EngineSource((23, 4), "4.3", SLIRP, "netavark"),
            EngineSource((22, 4), "3.4", SLIRP, CNI),
            EngineSource((20, 10), "2.0", SLIRP, CNI),
        ),
        session="libpam-systemd",
        where="Enable the archive's component universe (`add-apt-repository universe`) and run again",
    ),
    "fedora": Base(
        "Fedora",
        "dnf",
        "shadow-utils",
        (EngineSource((40,), "5.0", _PASTA, bridge=_BOTH), EngineSource((34,), "3.1", SLIRP)),
    ),
    "el": Base(
        "Enterprise Linux",
        "dnf",
        "shadow-utils",
        (
            EngineSource((10,), "5.2", _PASTA, bridge=("nftables",)),
            EngineSource((9, 5), "5.2", _PASTA, bridge=_BOTH),
            EngineSource((9,), "4.0", SLIRP),
            EngineSource((8,), "4.9", SLIRP),  # of 8.10; a host that is held back on an older one has 1.6 or newer
        ),
        where="Enable the repository AppStream (on RHEL: register the host) and run again",
    ),
    "amzn": Base(
        "Amazon Linux",
        "dnf",
        "shadow-utils",
        (EngineSource((2023,), "5.6", _PASTA, bridge=_BOTH),),
        where="Amazon's own repositories have no Podman: enable its Supplementary Packages (`dnf install spal-release`)"
        " and run again",
    ),
    "suse": Base(
        "SUSE",
        "zypper",
        "shadow",
        (EngineSource((16,), "5.4", _PASTA, bridge=_BOTH), EngineSource((15, 3), "3.4", SLIRP)),
        where="Enable the repository that has it (on SLES: the Containers Module, with SUSEConnect) and run again",
    ),
    "arch": Base("Arch Linux", "pacman", "shadow", (EngineSource((), "", _PASTA),)),
    "alpine": Base(
        "Alpine Linux",
        "apk",
        "shadow-uidmap",
        (EngineSource((3, 20), "5.0", _PASTA, bridge=_BOTH), EngineSource((3, 15), "3.4", SLIRP)),
        where="Enable the repository community in /etc/apk/repositories and run again",
    ),
}
