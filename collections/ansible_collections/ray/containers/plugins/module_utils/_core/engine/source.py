# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Podman comes from on a distribution, and which packages Ray's rootless use of it needs.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import engine as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import OsRelease, base_release
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["BASES", "Base", "EngineSource", "engine_packages", "engine_source", "package_manager"]


@dataclass(frozen=True)
class EngineSource:
    """What a distribution offers, from one release on.

    :param since: the release.
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
    :param directory: the release's own directory in the kubic repository.
    """

    since: tuple[int, ...]
    network_helper: str
    network_stack: str = ""
    bridge: tuple[str, ...] = ("iptables",)
    source: str = "distribution"
    family: str = ""
    distribution: str = ""
    id_maps: str = ""
    session: str = ""
    where: str = ""
    directory: str = ""


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


_BOTH = ("iptables", "nftables")
_SLIRP, _PASTA = "slirp4netns", "passt"

#: Seen in the distributions' own indexes of packages; the oldest row of each has the first Podman that Ray's commands work
#: with. Fedora's, SUSE's, Arch's and Alpine's Podman require a network stack of their own choice.
BASES: dict[str, Base] = {
    "debian": Base(
        "Debian",
        "apt",
        "uidmap",
        (
            EngineSource((13,), _PASTA, "netavark", _BOTH),  # Podman 5.4
            EngineSource((12,), _SLIRP, "netavark"),  # Podman 4.3
            EngineSource((11,), _SLIRP, "containernetworking-plugins"),  # Podman 3.0
        ),
        session="libpam-systemd",
    ),
    "ubuntu": Base(
        "Ubuntu",
        "apt",
        "uidmap",
        (
            EngineSource((24, 10), _PASTA, "netavark", _BOTH),  # Podman 5.0 and newer
            EngineSource((23, 4), _SLIRP, "netavark"),  # Podman 4.3 to 4.9
            EngineSource((20, 10), _SLIRP, "containernetworking-plugins"),  # Podman 2.0 to 3.4
        ),
        session="libpam-systemd",
        where="Enable the archive's component universe (`add-apt-repository universe`) and run again",
    ),
    "fedora": Base(
        "Fedora",
        "dnf",
        "shadow-utils",
        (
            EngineSource((40,), _PASTA, bridge=_BOTH),  # Podman 5.0 and newer
            EngineSource((34,), _SLIRP),  # Podman 3.1 to 4.9
        ),
    ),
    "el": Base(
        "Enterprise Linux",
        "dnf",
        "shadow-utils",
        (
            EngineSource((10,), _PASTA, bridge=("nftables",)),  # Podman 5.2 and newer
            EngineSource((9, 5), _PASTA, bridge=_BOTH),  # Podman 5.2 and newer
            EngineSource(
                (8,), _SLIRP
            ),  # Podman 4.0 to 5.1 on 9; 1.6 to 4.9 on 8, the newest one for all of its releases
        ),
        where="Enable the repository AppStream (on RHEL: register the host) and run again",
    ),
    "amzn": Base(
        "Amazon Linux",
        "dnf",
        "shadow-utils",
        (EngineSource((2023,), _PASTA, bridge=_BOTH),),  # Podman 5.6, in SPAL only
        where="Amazon's own repositories have no Podman: enable its Supplementary Packages (`dnf install spal-release`)"
        " and run again",
    ),
    "suse": Base(
        "SUSE",
        "zypper",
        "shadow",
        (
            EngineSource((16,), _PASTA, bridge=_BOTH),  # Podman 5.4 and newer; Tumbleweed
            EngineSource((15, 3), _SLIRP),  # Podman 3.4 to 4.9
        ),
        where="Enable the repository that has it (on SLES: the Containers Module, with SUSEConnect) and run again",
    ),
    "arch": Base("Arch Linux", "pacman", "shadow", (EngineSource((), _PASTA),)),
    "alpine": Base(
        "Alpine Linux",
        "apk",
        "shadow-uidmap",
        (
            EngineSource((3, 20), _PASTA, bridge=_BOTH),  # Podman 5.0 and newer
            EngineSource((3, 15), _SLIRP),  # Podman 3.4 to 4.8
        ),
        where="Enable the repository community in /etc/apk/repositories and run again",
    ),
}

#: The newest release of Ubuntu without Podman in its own archive (Ray's guide, "Installing Podman").
_LAST_KUBIC_UBUNTU = (20, 4)

#: How others install it, for the sentence that refuses them.
_BY_HAND = {
    "gentoo": "`emerge app-containers/podman`",
    "nixos": "`virtualisation.podman.enable = true;`",
    "void": "`xbps-install podman`",
    "guix": "`guix install podman`",
    "openeuler": "`dnf install podman`",
    "mageia": "`dnf install podman`",
    "openmandriva": "`dnf install podman`",
    "photon": "`tdnf install podman`",
    "slackware": "the SlackBuild of podman",
}


def package_manager(os_release: OsRelease) -> str:
    """The family of this distribution's package manager, empty for one that is not known."""
    base, _release = base_release(os_release)
    return BASES[base].family if base else ""


def engine_source(os_release: OsRelease, wanted: str = "auto") -> EngineSource:
    """Decide where this distribution's Podman comes from.

    :param wanted: ``auto``, ``distribution`` or ``kubic``.
    :raises OperatorError: when there is no such source for it, in words that name the distribution.
    """
    name, release = base_release(os_release)
    if not name:
        raise _unsupported(os_release)
    base = BASES[name]
    if wanted == "kubic" or (wanted == "auto" and name == "ubuntu" and release <= _LAST_KUBIC_UBUNTU):
        return _named(_kubic(os_release, name, release), base, os_release)
    row = next((row for row in base.rows if release >= row.since), None)
    if row is None:
        raise _too_old(os_release, base)
    return _named(row, base, os_release)


def engine_packages(
    source: EngineSource, *, runtime: str, fuse_overlayfs: bool, systemd: bool, bridge_networks: bool = False
) -> tuple[str, ...]:
    """The packages that Ray's rootless use needs, and no more; the transaction leaves recommended ones out.

    :param runtime: see `oci_runtime`.
    :param fuse_overlayfs: see `needs_fuse_overlayfs`.
    """
    packages = (
        "podman",
        source.id_maps,
        source.session if systemd else "",
        runtime,
        source.network_stack,
        source.network_helper,
        "fuse-overlayfs" if fuse_overlayfs else "",
        *(source.bridge if bridge_networks else ()),
    )
    return tuple(filter(None, packages))


def _named(row: EngineSource, base: Base, os_release: OsRelease) -> EngineSource:
    """A row with what its distribution has in common, and the host's own name."""
    return replace(
        row,
        family=base.family,
        distribution=os_release.name,
        id_maps=base.id_maps,
        session=base.session,
        where=row.where or base.where,
    )


def _kubic(os_release: OsRelease, name: str, release: tuple[int, ...]) -> EngineSource:
    """The kubic repository, which has one directory for each release of Debian and Ubuntu, and none for others."""
    if name not in ("debian", "ubuntu"):
        raise catalogue.error(
            catalogue.UNSUPPORTED_DISTRIBUTION,
            f"The kubic repository has no packages for {os_release.name}",
            why="it serves Debian and Ubuntu",
            remedy="Take source: kubic out, and Podman comes from the distribution's own packages",
        )
    directory = f"xUbuntu_{release[0]}.{release[-1]:02d}" if name == "ubuntu" else f"Debian_{release[0]}"
    return EngineSource(release, _SLIRP, "containernetworking-plugins", source="kubic", directory=directory)


def _too_old(os_release: OsRelease, base: Base) -> OperatorError:
    oldest = base.rows[-1].since
    number = ".".join(
        f"{part:02d}" if base.name == "Ubuntu" and place else str(part) for place, part in enumerate(oldest)
    )
    return catalogue.error(
        catalogue.NO_PACKAGE if base.name == "Amazon Linux" else catalogue.UNSUPPORTED_DISTRIBUTION,
        f"{os_release.name} has no Podman for Ray in its own packages",
        why="" if base.name == "Amazon Linux" else f"Podman of {base.name} is recent enough from release {number} on",
        remedy=f"Upgrade the host to {base.name} {number} or newer, or install Podman by hand and run again",
    )


def _unsupported(os_release: OsRelease) -> OperatorError:
    names = (os_release.id, *os_release.like)
    command = next((_BY_HAND[name] for name in names if name in _BY_HAND), "")
    remedy = f"Install Podman with {command} and run again: an installed Podman is used as it is" if command else ""
    return catalogue.error(
        catalogue.UNSUPPORTED_DISTRIBUTION,
        f"Podman cannot be installed on {os_release.name or os_release.id} by this collection",
        remedy=remedy,
    )
