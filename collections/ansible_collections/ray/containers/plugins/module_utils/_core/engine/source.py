# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Podman comes from on a distribution, and which packages Ray's rootless use of it needs.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.ray.containers.plugins.module_utils._core.engine.distributions import (
    BASES,
    CNI,
    SLIRP,
    EngineSource,
)
from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import OsRelease, base_release

__all__ = ["NFTABLES", "engine_packages", "engine_source", "package_manager"]


#: Of the same name in every distribution.
NFTABLES = "nftables"

#: The newest release of Ubuntu without Podman in its own archive (Ray's guide, "Installing Podman").
_LAST_KUBIC_UBUNTU = (20, 4)


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
    kubic = wanted == "kubic" or (wanted == "auto" and name == "ubuntu" and release <= _LAST_KUBIC_UBUNTU)
    rows = () if name not in BASES else _kubic(name, release) if kubic else BASES[name].rows
    row = next((row for row in rows if release >= row.since), None)
    if row is None:
        # Here and not above: a host that has a source need not compile why others have none.
        from ansible_collections.ray.containers.plugins.module_utils._core.engine import sentences

        raise sentences.no_source(os_release, name, kubic=kubic)
    base = BASES[name]
    return replace(
        row,
        family=base.family,
        distribution=os_release.name,
        id_maps=base.id_maps,
        session=base.session,
        where=base.where,
        base=name,
    )


def engine_packages(
    source: EngineSource,
    *,
    runtime: str,
    fuse_overlayfs: bool,
    systemd: bool,
    bridge_networks: bool = False,
    firewall: bool = False,
    by_hand: bool = False,
) -> tuple[str, ...]:
    """The packages that Ray's rootless use needs, and no more; the transaction leaves recommended ones out.

    :param runtime: see `oci_runtime`.
    :param fuse_overlayfs: see `needs_fuse_overlayfs`.
    :param by_hand: whether Podman was built or unpacked by hand: it keeps its place and its network stack.
    """
    packages = (
        "" if by_hand else "podman",
        source.id_maps,
        source.session if systemd else "",
        runtime,
        "" if by_hand else source.network_stack,
        source.network_helper,
        "fuse-overlayfs" if fuse_overlayfs else "",
        *(source.bridge if bridge_networks else ()),
        NFTABLES if firewall and not (bridge_networks and NFTABLES in source.bridge) else "",
    )
    return tuple(filter(None, packages))


def _kubic(name: str, release: tuple[int, ...]) -> tuple[EngineSource, ...]:
    """The kubic repository, which has one directory for each release of Debian and Ubuntu, and none for others."""
    if name not in ("debian", "ubuntu"):
        return ()
    directory = f"xUbuntu_{release[0]}.{release[-1]:02d}" if name == "ubuntu" else f"Debian_{release[0]}"
    return (EngineSource(release, "", SLIRP, CNI, source="kubic", directory=directory),)
