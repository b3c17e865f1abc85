# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator reads of a run that has something to do: its steps, or why it is refused, with the ways out.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import engine as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.engine.distributions import BASES, EngineSource
from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import OsRelease, version_tuple
from ansible_collections.ray.containers.plugins.module_utils._core.engine.state import (
    EngineDesired,
    EngineObserved,
    FinishInterrupted,
    InstallPackages,
    RefreshPackageLists,
    RemovePackages,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Step

__all__ = ["below_minimum", "installation", "no_source", "none_newer", "not_while_it_runs", "removal"]

#: How others install it, for the sentence that refuses them.
_BY_HAND = {
    "gentoo": "`emerge app-containers/podman`",
    "nixos": "`virtualisation.podman.enable = true;`",
    "void": "`xbps-install podman`",
    "guix": "`guix install podman`",
    **dict.fromkeys(("openeuler", "mageia", "openmandriva"), "`dnf install podman`"),
    "photon": "`tdnf install podman`",
    "slackware": "the SlackBuild of podman",
}


def no_source(os_release: OsRelease, name: str, *, kubic: bool) -> OperatorError:
    """For a distribution, of the base *name*, that has no Podman in its own packages or in the kubic repository."""
    if not name:
        names = (os_release.id, *os_release.like)
        command = next((_BY_HAND[name] for name in names if name in _BY_HAND), "")
        remedy = f"Install Podman with {command} and run again: an installed Podman is used as it is" if command else ""
        what = f"Podman cannot be installed on {os_release.name or os_release.id} by this collection"
        return error(catalogue.UNSUPPORTED_DISTRIBUTION, what, remedy=remedy)
    if kubic:
        return error(
            catalogue.UNSUPPORTED_DISTRIBUTION,
            f"The kubic repository has no packages for {os_release.name}",
            why="it serves Debian and Ubuntu",
            remedy="Take source: kubic out, and Podman comes from the distribution's own packages",
        )
    base = BASES[name]
    number = base.number(base.rows[-1])
    return error(
        catalogue.NO_PACKAGE if name == "amzn" else catalogue.UNSUPPORTED_DISTRIBUTION,
        f"{os_release.name} has no Podman for Ray in its own packages",
        why="" if name == "amzn" else f"Podman of {base.name} is recent enough from release {number} on",
        remedy=f"Upgrade the host to {base.name} {number} or newer, or install Podman by hand and run again",
    )


def below_minimum(version: str, minimum: str, *, kept: bool) -> OperatorError:
    """For an installed Podman that is to be *kept*, or that no package manager can upgrade."""
    entry = catalogue.ENGINE_KEPT if kept else catalogue.ENGINE_BY_HAND
    return error(entry, f"Podman {version} is installed on this host, and {minimum} or newer is asked for")


def none_newer(source: EngineSource, version: str, minimum: str) -> OperatorError:
    """For a host whose sources have only *version*."""
    base = BASES[source.base]
    newer = [
        f"Upgrade the host to {base.name} {base.number(row)} or newer, which has Podman {row.podman}"
        for row in base.rows
        if row.since > source.since and version_tuple(row.podman) >= version_tuple(minimum)
    ]
    others = "run the raylet in a container whose image has a newer Podman (ray_raylet_mode: container), or lower minimum_version"
    return error(
        catalogue.ENGINE_TOO_OLD,
        f"Podman {minimum} or newer is asked for, and this host can have {version}",
        why=f"{source.origin} offer no newer one",
        remedy=f"{newer[-1] if newer else 'Install a newer Podman by hand'}, {others}",
    )


def not_while_it_runs(
    names: t.Sequence[str], closed: str, *, transactional: bool, ostree: bool, removing: bool
) -> OperatorError:
    """For a host on which nobody can write to *closed*, or that boots its /usr as a whole."""
    what = f"{', '.join(names)} cannot be {'removed' if removing else 'installed'} while this host runs"
    if not (transactional or ostree):
        return error(catalogue.READ_ONLY, what, why=f"{closed} is mounted read-only")
    verb = "install" if not removing else "remove" if transactional else "uninstall"
    command = f"{'transactional-update pkg' if transactional else 'rpm-ostree'} {verb} {' '.join(names)}"
    remedy = f"Run `{command}`, or change the image that the host boots; then reboot, and run again"
    return error(catalogue.IMAGE_BASED, what, remedy=remedy)


def removal(observed: EngineObserved) -> t.Iterator[Step]:
    """Take away what is to go with Podman."""
    if observed.removal:
        names = tuple(observed.removal)
        before = "".join(f"{name} {version}\n" for name, version in observed.removal.items())
        summary = f"Remove {', '.join(names)}; images, containers and configuration stay"
        yield Step(RemovePackages(names), summary, before=before)


def installation(
    observed: EngineObserved,
    desired: EngineDesired,
    wanted: tuple[str, ...],
    versions: t.Mapping[str, str],
    *,
    refresh: bool,
) -> t.Iterator[Step]:
    """Finish what was interrupted, have the repository, fetch the lists, and install, as far as it is needed.

    :param versions: what is known for sure of the versions to come.
    :param refresh: whether the package lists will not do.
    """
    origin = observed.source.origin if observed.source else ""
    unfinished = [package for package in observed.packages.values() if package.interrupted]
    if unfinished or observed.interrupted:
        yield Step(
            FinishInterrupted(),
            "Let dpkg finish an installation that was interrupted",
            before="".join(f"{package.name} {package.state}\n" for package in unfinished),
            after="".join(f"{package.name} installed\n" for package in unfinished),
        )
    yield from observed.repository
    if refresh:
        yield Step(
            RefreshPackageLists(),
            "Fetch the package lists, which are missing, older than an hour, or do not name a needed package",
            before="package lists that will not do\n" if observed.lists_age is not None else "",
            after="package lists of now\n",
        )
    names = ", ".join(wanted)
    if observed.engine_version and "podman" in wanted:
        summary = f"Upgrade Podman to {desired.minimum_version} or newer from {origin} ({names})"
    else:
        summary = f"Install {names} from {origin}, without recommended packages"
    before = "".join(f"{name} {observed.packages[name].version}\n" for name in wanted if name in observed.packages)
    after = "".join(f"{name} {versions.get(name, '')}".strip() + "\n" for name in wanted)
    yield Step(InstallPackages(wanted), summary, before=before, after=after)
