# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Podman comes from on a distribution, and which packages Ray's rootless use of it needs.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import engine as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.os_release import OsRelease, version_tuple

__all__ = ["EngineSource", "engine_packages", "engine_source", "needs_fuse_overlayfs", "oci_runtime", "package_manager"]


@dataclass(frozen=True)
class EngineSource:
    """What a distribution offers.

    :param source: ``distribution``, or ``kubic`` for openSUSE's devel:kubic:libcontainers:stable.
    :param family: the package manager: ``apt``.
    :param distribution: its name for an operator.
    :param network_stack: the package that satisfies Podman's need of one with the fewest others: netavark draws in
        nothing, containernetworking-plugins draws in iptables.
    :param network_helper: what rootless containers with a network of their own are connected through.
    :param native_overlay: whether this Podman can use the kernel's overlay without root (from Podman 3.1 on).
    :param bridge: what networks of root's containers need beside.
    """

    source: str
    family: str
    distribution: str
    network_stack: str
    network_helper: str
    native_overlay: bool = True
    bridge: tuple[str, ...] = ("iptables",)


@dataclass(frozen=True)
class _Row:
    since: tuple[int, ...]
    network_stack: str
    network_helper: str
    native_overlay: bool = True
    bridge: tuple[str, ...] = ("iptables",)


#: Newest first. Podman 5 changed its default helper from slirp4netns to pasta, the package passt.
_DEBIAN = (
    _Row((13,), "netavark", "passt", bridge=("iptables", "nftables")),  # Podman 5.4
    _Row((12,), "netavark", "slirp4netns"),  # Podman 4.3
    _Row((11,), "containernetworking-plugins", "slirp4netns", native_overlay=False),  # Podman 3.0
)
_UBUNTU = (
    _Row((24, 10), "netavark", "passt", bridge=("iptables", "nftables")),  # Podman 5.0 and newer
    _Row((23, 4), "netavark", "slirp4netns"),  # Podman 4.3 to 4.9
    _Row((21, 10), "containernetworking-plugins", "slirp4netns"),  # Podman 3.2 to 3.4
    _Row((20, 10), "containernetworking-plugins", "slirp4netns", native_overlay=False),  # Podman 2.0 and 3.0
)

#: Derivatives name the release that they are made from by its codename only.
_CODENAMES: dict[str, dict[str, tuple[int, ...]]] = {
    "debian": {"buster": (10,), "bullseye": (11,), "bookworm": (12,), "trixie": (13,), "forky": (14,), "sid": (99,)},
    "ubuntu": {
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
_ROWS = {"debian": _DEBIAN, "ubuntu": _UBUNTU}

#: The newest release of Ubuntu without Podman in its own archive (Ray's guide, "Installing Podman").
_LAST_KUBIC_UBUNTU = (20, 4)

_MANUAL = {
    "dnf install podman": ("fedora", "rhel", "centos", "rocky", "almalinux", "amzn", "ol"),
    "zypper install podman": ("suse", "opensuse", "opensuse-leap", "opensuse-tumbleweed", "sles"),
    "pacman -S podman": ("arch",),
    "apk add podman": ("alpine",),
}


def engine_source(os_release: OsRelease, wanted: str = "auto") -> EngineSource:
    """Decide where this distribution's Podman comes from.

    :param wanted: ``auto``, ``distribution`` or ``kubic``.
    :raises OperatorError: when there is no such source for it, in words that name the distribution.
    """
    base = next((name for name in (os_release.id, *os_release.like) if name in _ROWS), "")
    if not base:
        raise _unsupported(os_release)
    release = _release(os_release, base)
    kubic = wanted == "kubic" or (base == "ubuntu" and release <= _LAST_KUBIC_UBUNTU)
    if kubic and wanted != "distribution":
        raise catalogue.error(catalogue.SOURCE_NOT_YET, f"Podman cannot be installed on {os_release.name} yet")
    row = next((row for row in _ROWS[base] if release >= row.since), None)
    if row is None:
        raise catalogue.error(
            catalogue.UNSUPPORTED_DISTRIBUTION,
            f"{os_release.name} has no Podman in its own archive",
            remedy=f"Upgrade the host to {_oldest(base)} or newer",
        )
    return EngineSource(
        source="distribution",
        family="apt",
        distribution=os_release.name,
        network_stack=row.network_stack,
        network_helper=row.network_helper,
        native_overlay=row.native_overlay,
        bridge=row.bridge,
    )


def package_manager(os_release: OsRelease) -> str:
    """The family of this distribution's package manager, empty for one that is not known."""
    return "apt" if any(name in _ROWS for name in (os_release.id, *os_release.like)) else ""


def oci_runtime(cgroup_layout: str) -> str:
    """crun where the layout is v2; runc elsewhere, since crun refuses hybrid layouts and is leaving v1."""
    return "crun" if cgroup_layout == "v2" else "runc"


def needs_fuse_overlayfs(kernel_release: str, source: EngineSource | None) -> bool:
    """Whether rootless overlay needs the FUSE program: Linux has it natively from 5.13 on."""
    native = source is None or source.native_overlay
    return not native or version_tuple(kernel_release)[:2] < (5, 13)


def engine_packages(
    source: EngineSource, *, cgroup_layout: str, kernel_release: str, systemd: bool, bridge_networks: bool = False
) -> tuple[str, ...]:
    """The packages that Ray's rootless use needs, and no more; the transaction leaves recommended ones out.

    uidmap brings newuidmap; libpam-systemd, where systemd runs, the lasting runtime directory /run/user/UID.
    """
    packages = [
        "podman",
        "uidmap",
        *(["libpam-systemd"] if systemd else []),
        oci_runtime(cgroup_layout),
        source.network_stack,
        source.network_helper,
    ]
    if needs_fuse_overlayfs(kernel_release, source):
        packages.append("fuse-overlayfs")
    if bridge_networks:
        packages.extend(source.bridge)
    return tuple(packages)


def _release(os_release: OsRelease, base: str) -> tuple[int, ...]:
    """The release of the base distribution; a rolling or unknown one counts as newer than all known."""
    own = version_tuple(os_release.version) if os_release.id == base else ()
    return own or _CODENAMES[base].get(os_release.base_codename) or (99,)


def _oldest(base: str) -> str:
    rows: t.Sequence[_Row] = _ROWS[base]
    number = ".".join(f"{part:02d}" if position else str(part) for position, part in enumerate(rows[-1].since))
    return f"{base.capitalize()} {number}"


def _unsupported(os_release: OsRelease) -> OperatorError:
    names = {os_release.id, *os_release.like}
    command = next((command for command, known in _MANUAL.items() if names & set(known)), "")
    remedy = f"Install Podman with `{command}` and run again: an installed Podman is used as it is" if command else ""
    return catalogue.error(
        catalogue.UNSUPPORTED_DISTRIBUTION,
        f"Podman cannot be installed on {os_release.name or os_release.id} yet",
        remedy=remedy,
    )
