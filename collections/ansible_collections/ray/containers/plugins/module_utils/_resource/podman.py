# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability `podman`: the engine, from the distribution's own packages or the kubic repository.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import shutil
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.engine.compatibility import (
    needs_fuse_overlayfs,
    oci_runtime,
)
from ansible_collections.ray.containers.plugins.module_utils._core.engine.distributions import EngineSource
from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import OsRelease, version_tuple
from ansible_collections.ray.containers.plugins.module_utils._core.engine.package import upstream_version
from ansible_collections.ray.containers.plugins.module_utils._core.engine.plan import (
    capabilities_of,
    lists_will_do,
    missing_packages,
    plan_engine,
    to_upgrade,
)
from ansible_collections.ray.containers.plugins.module_utils._core.engine.source import (
    engine_packages,
    engine_source,
    package_manager,
)
from ansible_collections.ray.containers.plugins.module_utils._core.engine.state import EngineDesired, EngineObserved
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import cgroup_layout
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.user_id import CANDIDATES, AccountIds
from ansible_collections.ray.containers.plugins.module_utils._host import kernel
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account, taken_user_ids
from ansible_collections.ray.containers.plugins.module_utils._host.command import SYSTEM_PATH, Commands
from ansible_collections.ray.containers.plugins.module_utils._host.packages.choice import packages_of
from ansible_collections.ray.containers.plugins.module_utils._host.packages.manager import Packages
from ansible_collections.ray.containers.plugins.module_utils._resource.cluster_token import require_same
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource
from ansible_collections.ray.containers.plugins.module_utils._resource.ray_user_powers import refuse

if t.TYPE_CHECKING:
    # Imported where it is needed: hosts without kubic need not compile it.
    from ansible_collections.ray.containers.plugins.module_utils._resource.kubic_repository import KubicRepository

__all__ = ["ARGUMENT_SPEC", "Podman", "build"]

#: As Ray's guide has it, section Installing Podman, by way of TLS.
URL = "https://download.opensuse.org/repositories/devel:/kubic:/libcontainers:/stable"
#: The guide's key 4D64390375060AA4 in full: rsa2048 of 2018-08-03.
FINGERPRINT = "2472D6D0D2F66AF87ABA8DA34D64390375060AA4"

ARGUMENT_SPEC: dict[str, t.Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "source": {"type": "str", "choices": ["auto", "distribution", "kubic"], "default": "auto"},
    "minimum_version": {"type": "str", "default": ""},
    "below_minimum": {"type": "str", "choices": ["upgrade", "refuse"], "default": "upgrade"},
    "bridge_networks": {"type": "bool", "default": False},
    "firewall": {"type": "bool", "default": False},
    "kubic_url": {"type": "str", "default": URL},
    "kubic_key": {"type": "str", "default": "", "no_log": False},
    "kubic_fingerprint": {"type": "str", "default": FINGERPRINT},
    "lock_timeout": {"type": "int", "default": 300},
    "user": {"type": "str", "default": ""},
    "user_privileged": {"type": "str", "choices": ["refuse", "allow"], "default": "refuse"},
    "cluster_token": {"type": "str", "no_log": True},
    "cluster_token_next": {"type": "str", "default": "", "no_log": True},
    "hold": {"type": "bool", "default": False},
}


def build(parameters: t.Mapping[str, t.Any], commands: Commands) -> Podman:
    """Make the capability from the module's parameters.

    :raises OperatorError: the minimum is no version.
    """
    minimum: str = parameters["minimum_version"]
    if minimum and not version_tuple(minimum):
        raise OperatorError(
            f"minimum_version is {minimum}, which is no version of Podman", remedy='Give a number, for instance "4.5"'
        )
    return Podman(
        commands,
        packages_of(package_manager(kernel.os_release()), commands, parameters["lock_timeout"]),
        EngineDesired(
            minimum,
            parameters["below_minimum"],
            parameters["bridge_networks"],
            parameters["firewall"],
            absent=parameters["state"] == "absent",
        ),
        parameters,
    )


class Podman(Resource[EngineObserved]):
    """Podman and what Ray's rootless use of it needs."""

    def __init__(
        self, commands: Commands, packages: Packages, desired: EngineDesired, parameters: t.Mapping[str, t.Any]
    ) -> None:
        super().__init__(commands)
        self._packages = packages
        self._desired = desired
        self._parameters = parameters
        self._found: EngineSource | None = None
        self._repository: KubicRepository | None = None
        self._held, self._token = False, ""

    def observe(self) -> EngineObserved:
        user, token = self._parameters["user"], self._parameters["cluster_token"]
        if user and token is not None and not self._desired.absent:
            # A run that is somebody else's changes nothing at all.
            self._token = require_same(user, token, self._parameters["cluster_token_next"])
        if user and not self._desired.absent:
            # A host that is refused for its Ray user gets no package before.
            refuse(self.commands, user, self._parameters["user_privileged"])
        layout = cgroup_layout(kernel.mounts())
        os_release = kernel.os_release()
        runtime = oci_runtime(layout, os_release)
        source, refusal = self._engine_source(os_release)
        facts: dict[str, t.Any] = {
            "runtime": runtime,
            "fuse_overlayfs": needs_fuse_overlayfs(kernel.kernel_release(), os_release),
            "systemd": kernel.runs_systemd(),
            "bridge_networks": self._desired.bridge_networks,
            "firewall": self._desired.firewall,
        }
        needed = engine_packages(source, **facts) if source else ()
        packages = self._packages.installed(("podman", *needed))
        podman = packages.get("podman")
        packaged = bool(podman and podman.installed)
        engine_path = (
            "" if podman and (packaged or podman.interrupted) else shutil.which("podman", path=SYSTEM_PATH) or ""
        )
        there = self._parameters["source"] == "auto" and (packaged or bool(engine_path))
        if refusal and not there and not self._desired.absent:
            raise refusal
        if source and engine_path:
            needed = engine_packages(source, by_hand=True, **facts)
        version = upstream_version(podman.version) if podman and packaged else self._reported_version(engine_path)
        if self._desired.absent:
            from ansible_collections.ray.containers.plugins.module_utils._resource import (
                kubic_repository,
                podman_changes,
            )

            self._repository, steps, _offers = kubic_repository.repository(self.commands, self._parameters, "", ())
            removal = self._packages.removal(podman_changes.superfluous())
            podman_changes.check_that_packages_last(tuple(removal), removing=True)
            return EngineObserved(source, layout, runtime, engine_version=version, repository=steps, removal=removal)
        wanted = missing_packages(needed, packages)
        if to_upgrade(self._desired, version, needed):
            wanted = ("podman", *wanted)
        self._found = source
        kubic = source is not None and source.source == "kubic" and not engine_path
        offers: t.Mapping[str, str] = {}
        lists_age = None
        steps = ()
        if wanted:
            from ansible_collections.ray.containers.plugins.module_utils._resource import podman_changes

            podman_changes.check_that_packages_last(wanted)
            lists_age = self._packages.lists_age()
        if source and kubic:
            from ansible_collections.ray.containers.plugins.module_utils._resource import kubic_repository

            self._repository, steps, offers = kubic_repository.repository(
                self.commands, self._parameters, source.directory, wanted
            )
        elif source and "podman" in wanted and self._desired.minimum_version:
            # A minimum is not tried, but known before anything is done.
            known = lists_will_do(lists_age, source.family)
            offers = {} if known else self._packages.offered_now(["podman"])
        return EngineObserved(
            source=source,
            cgroup_layout=layout,
            runtime=runtime,
            needed=needed,
            packages=packages,
            interrupted=bool(wanted) and self._packages.interrupted(),
            engine_path=engine_path,
            engine_version=version,
            lists_age=lists_age,
            candidates=self._packages.candidates(wanted) if lists_age is not None else {},
            offers=offers,
            repository=steps,
        )

    def plan(self, observed: EngineObserved) -> Plan:
        plan = plan_engine(self._desired, observed)
        self._held = bool(self._parameters["hold"] and plan.steps)
        return Plan(()) if self._held else plan

    def apply(self, step: Step) -> None:
        from ansible_collections.ray.containers.plugins.module_utils._resource import podman_changes

        try:
            podman_changes.apply(step, self._packages, self._desired.minimum_version, self._repository, self._found)
        except OperatorError:
            if self._repository:
                self._repository.undo()
            raise

    def result(self, observed: EngineObserved, plan: Plan) -> dict[str, t.Any]:
        version = "" if self._desired.absent else observed.engine_version
        user = "" if self._desired.absent else self._parameters["user"]
        if plan.changed and not self._desired.absent:
            from ansible_collections.ray.containers.plugins.module_utils._resource import podman_changes

            # In check mode nothing was installed, and the offered version is the one that would be.
            offered = upstream_version({**observed.candidates, **observed.offers}.get("podman", ""))
            installed = podman_changes.installed_version(self._packages)
            version = installed if installed != version else offered or version
        return {
            "held": self._held,
            "cluster_token": self._token,
            "podman": {
                "version": version,
                "source": observed.source.source if observed.source and not observed.engine_path else "local",
                "runtime": observed.runtime,
                "network_helper": observed.source.network_helper if observed.source else "",
                "cgroup_version": observed.cgroup_layout,
                "meets": capabilities_of(version),
                **({"account": _account_ids(user).as_data()} if user else {}),
            },
        }

    def _engine_source(self, os_release: OsRelease) -> tuple[EngineSource | None, OperatorError | None]:
        """Where Podman would come from, or why from nowhere: that stops only a host that has none already."""
        try:
            return engine_source(os_release, self._parameters["source"]), None
        except OperatorError as refusal:
            return None, refusal

    def _reported_version(self, engine_path: str) -> str:
        if not engine_path:
            return ""
        done = self.commands.run((engine_path, "--version"))
        return done.stdout.strip().rpartition(" ")[2]


def _account_ids(user: str) -> AccountIds:
    found = account(user)
    return AccountIds(found.uid) if found else AccountIds(taken=taken_user_ids(CANDIDATES))
