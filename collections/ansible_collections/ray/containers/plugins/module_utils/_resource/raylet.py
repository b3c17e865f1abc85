# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability `raylet`: the head or a worker as a service of the host.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import os
import socket
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.leftovers import SecretFile
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.option import values_of
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.plan import (
    SERVE_RECORDS,
    AwaitRaylet,
    Configure,
    EnableUnit,
    ForgetUnit,
    LeaveRunning,
    RayletFound,
    RemoveTempDir,
    StartUnit,
    StopUnit,
    plan_raylet,
    restart_deferred,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.service import (
    FORGET_CONTAINERS,
    TMPFILES_PATH,
    Service,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import (
    OPTIONS,
    RayletSpec,
    RunOptions,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.unit import (
    UNIT,
    UNIT_PATH,
    address_in,
    as_running,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.validation import reject
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import RAYS_PODMAN_PLACE
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.process_limits import open_files
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_environment
from ansible_collections.ray.containers.plugins.module_utils._host import files, kernel, network, systemd
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account, account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray import temp_directory
from ansible_collections.ray.containers.plugins.module_utils._host.ray.environment_file import environment_file
from ansible_collections.ray.containers.plugins.module_utils._host.ray.leftovers import (
    left_by_the_container,
    left_by_the_host,
)
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_health import illness
from ansible_collections.ray.containers.plugins.module_utils._host.ray.token_files import (
    containers_token,
    users_token,
)
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource

if t.TYPE_CHECKING:
    from ansible_collections.ray.containers.plugins.module_utils._core.raylet.container import Surroundings

__all__ = ["ARGUMENT_SPEC", "Raylet", "build"]

AS_USUAL = RunOptions()

ARGUMENT_SPEC = {row.name: row.argument() for row in OPTIONS}

#: There from before the configuration changes until the raylet was restarted; gone after a boot, as is the old raylet.
#: It holds TOGETHER when all nodes have to make the change together.
RESTART_DUE = "/run/ray.containers.raylet-restart"
TOGETHER = "together"

STATE_DIRECTORIES = ("/var/lib/ray", "/tmp/ray")

#: Seconds between two looks at a raylet that comes up, and between two looks at what its service says.
LOOK_EVERY = 0.1
READ_EVERY = 5.0

#: Seconds to look back for the reason when a raylet that was running before does not answer.
RECENT = 600.0


class Raylet(Resource[RayletFound]):
    """Ray's processes of one node, under systemd, as the Ray user."""

    def __init__(
        self,
        spec: RayletSpec,
        commands: Commands,
        run: RunOptions = AS_USUAL,
    ) -> None:
        super().__init__(commands)
        self.run = run
        reject(spec)
        self.spec = spec
        #: As the raylet runs that is there now: a file that is overwritten does not tell any more.
        self._runs_as = self.spec
        self._said_since = time.time() - RECENT
        self._drain: dict[str, t.Any] = {}

    @property
    def secrets(self) -> frozenset[str]:
        return of_environment(self.spec.environment)

    def observe(self) -> RayletFound:
        systemd.require_systemd()
        state = systemd.unit_state(self.commands, UNIT)
        user = account(self.spec.user)
        # A bare host in check mode: the account's id shows nowhere but in the unit's text.
        hard = kernel.hard_limits().get("nofile")
        service = Service(
            uid=user.uid if user else 0,
            group=user.group if user else self.spec.user,
            home=user.home if user else f"/home/{self.spec.user}",
            open_files=open_files(hard, kernel.capability_bounds()),
            around=self._surroundings(),
            memory=kernel.memory() if self.spec.image else 0,
        )
        asked = state.active and self.spec.state == "started"
        unit = files.read_text(UNIT_PATH)
        # A raylet is not restarted because the name servers are silent for a moment.
        address = network.resolved(self.spec.node_ip_address, before=address_in(unit or ""))
        self.spec = dataclasses.replace(self.spec, node_ip_address=address)
        self._runs_as = as_running(self.spec, unit or "")
        due = files.read_text(RESTART_DUE)
        return RayletFound(
            service=service,
            unit=unit,
            tmpfiles=files.read_text(TMPFILES_PATH),
            token=users_token(service.home, self.spec.user, read=self.spec.state not in ("stopped", "absent")),
            active=state.active,
            enabled=state.enabled,
            main_pid=state.main_pid,
            environment=environment_file(),
            serve_records=os.path.isdir(SERVE_RECORDS),
            restart_due=due is not None,
            together=due == TOGETHER,
            ill=illness(self._runs_as) if asked else "",
            container_token=containers_token(service.group) if self.spec.image else None,
            secrets=self._secrets(user) if self.spec.state == "absent" else (),
            rays_podman=os.path.isdir(RAYS_PODMAN_PLACE),
            state_directories=(*filter(os.path.isdir, STATE_DIRECTORIES), *temp_directory.shelves()),
            temp_dir=temp_directory.state(user.uid if user else None),
            foreign=temp_directory.foreign(user.uid) if user else "",
            leftovers=left_by_the_host(user, self.run.runtimes) if self.spec.image else left_by_the_container(user),
        )

    def _secrets(self, user: Account | None) -> tuple[SecretFile, ...]:
        # Only a node whose raylet is taken off compiles it.
        from ansible_collections.ray.containers.plugins.module_utils._host.ray.secret_files import secret_files

        return secret_files(user)

    def _surroundings(self) -> Surroundings | None:
        if not self.spec.image:
            return None
        # Only nodes whose raylets run in containers compile it.
        from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_container import surroundings

        return surroundings(self.spec.image, self.spec.user, self.spec.privileged)

    def plan(self, observed: RayletFound) -> Plan:
        return plan_raylet(self.spec, observed, self.run.restart)

    def apply(self, step: Step) -> None:
        action = step.action
        if isinstance(action, (Configure, StartUnit)):
            self._require_host()
        if isinstance(action, Configure):
            together = action.together or files.read_text(RESTART_DUE) == TOGETHER
            files.write_text(RESTART_DUE, TOGETHER if together else "")
            for write in action.writes:
                super().apply(dataclasses.replace(step, action=write))
        elif isinstance(action, EnableUnit):
            systemd.enable(self.commands, UNIT)
        elif isinstance(action, StartUnit):
            self._start()
        elif isinstance(action, StopUnit):
            self._take_out(forget=action.forget)
        elif isinstance(action, ForgetUnit):
            systemd.reload(self.commands)
        elif isinstance(action, AwaitRaylet):
            self._wait()
        else:
            self._apply_to_files(step)

    def _apply_to_files(self, step: Step) -> None:
        if isinstance(step.action, RemoveTempDir):
            temp_directory.remove(step.action.path, step.action.user)
        elif not isinstance(step.action, LeaveRunning):
            super().apply(step)

    def result(self, observed: RayletFound, plan: Plan) -> dict[str, t.Any]:
        pid = systemd.unit_state(self.commands, UNIT).main_pid if plan.steps else observed.main_pid
        head = self.spec.is_head
        return {
            "raylet": {
                "unit": UNIT,
                "address": self.spec.address if self.spec.head_address else "",
                "node_address": self.spec.node_ip_address,
                "dashboard_url": self._runs_as.dashboard_url if head else "",
                "pid": pid,
                "drain": self._drain,
                "restart_due": restart_deferred(self.spec, observed, self.run.restart),
            }
        }

    def _take_out(self, *, forget: bool) -> None:
        self._stop()
        systemd.disable_and_stop(self.commands, UNIT)
        files.remove(RESTART_DUE)
        if forget and account(self.spec.user):
            self.commands.run(["/bin/sh", "-c", FORGET_CONTAINERS], user=self.spec.user, check=False)

    def _require_host(self) -> None:
        """Refuse a host where it cannot work, before anything is changed there."""
        host, address = socket.gethostname(), self.spec.node_ip_address
        program = f"{self.spec.runtime_path}/bin/ray"
        if account(self.spec.user) is None:
            raise OperatorError(
                f"Ray cannot run as {self.spec.user} on {host}",
                why="there is no account of that name",
                remedy="Run ray.containers.rootless_podman first, which makes it",
            )
        if self.spec.image:
            self._require_image(self.spec.image, host)
        elif not os.path.exists(program):
            raise OperatorError(
                f"Ray cannot be started on {host}", why=f"{program} is missing", remedy="Run ray.containers.ray_runtime"
            )
        if address and not network.has_address(address):
            raise OperatorError(
                f"Ray cannot be started on {host}",
                why=f"{address} is not an address of this host",
                remedy="Set ray_node_ip_address to the address by which the other nodes reach this one",
            )
        if not self.spec.is_head and network.is_unknown(self.spec.head_address):
            raise OperatorError(
                f"{host} cannot find the head",
                why=f"it knows no {self.spec.head_address}, which may be a name in the controller's own ~/.ssh/config",
                remedy="Set ansible_host or ray_node_ip_address of the head to its address, or to a name that all nodes know",
            )

    def _require_image(self, image: str, host: str) -> None:
        if self.commands.run(["podman", "image", "exists", image], check=False).rc:
            raise OperatorError(
                f"Ray cannot be started on {host}",
                why=f"root's image store has no {image}",
                remedy="Run ray.containers.rootless_podman with this raylet_image, which pulls it",
            )
        # Compiled only where a raylet is to be started.
        from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_image_gate import require_known

        require_known(self.spec.user, image)

    def _require_ports(self) -> None:
        """Refuse ports that somebody else has: Ray itself would say so late, in a log, or not at all."""
        for name, port in self.spec.fixed_ports.items():
            owner = network.port_owner(self.spec.dashboard_host if name == "dashboard_port" else "0.0.0.0", port)
            if owner:
                raise OperatorError(
                    f"Ray cannot be started on {socket.gethostname()}",
                    why=f"its port {port} ({name}) is taken by {owner}",
                    remedy="Stop that process, or give Ray another port",
                )

    def _stop(self) -> None:
        """Stop the raylet; its replicas run elsewhere before, where they can."""
        main_pid = systemd.unit_state(self.commands, UNIT).main_pid
        if main_pid:
            # Only a raylet that is stopped or restarted needs this: a node would compile it on every run otherwise.
            from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_drain import stop_drained

            together = files.read_text(RESTART_DUE) == TOGETHER
            self._drain = stop_drained(self._runs_as, self.commands, main_pid, together=together)
        systemd.stop(self.commands, UNIT)

    def _start(self) -> None:
        self._stop()
        user = account(self.spec.user)
        if user and temp_directory.foreign(user.uid):
            temp_directory.set_aside()
        systemd.reload(self.commands)
        self._require_ports()
        self._said_since = time.time()
        systemd.start(self.commands, UNIT)
        self._runs_as = self.spec
        files.remove(RESTART_DUE)

    def _wait(self) -> None:
        """Look until the node answers, time is up, or its service says something that waiting does not mend."""
        deadline = time.monotonic() + self.run.wait_timeout
        read_at = time.monotonic() + READ_EVERY
        while True:
            symptom = illness(self.spec, thorough=True)
            if not symptom:
                return
            if time.monotonic() >= read_at:
                self._report_failure(symptom, late=False)
                read_at = time.monotonic() + READ_EVERY
            if time.monotonic() >= deadline:
                self._report_failure(f"{symptom} (after {self.run.wait_timeout:.0f} s)", late=True)
            time.sleep(LOOK_EVERY)

    def _report_failure(self, symptom: str, *, late: bool) -> None:
        # Only a raylet that does not come up needs this: a node would compile it on every run otherwise.
        from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_failure import fail, give_up_early

        tell = fail if late else give_up_early
        tell(self.commands, self.spec, symptom, self._said_since)


def build(parameters: dict[str, t.Any], commands: Commands, kind: type[Raylet] = Raylet) -> Raylet:
    """The capability that these parameters of the module ask for."""
    spec = RayletSpec(**values_of(RayletSpec, parameters))
    return kind(spec, commands, RunOptions(**values_of(RunOptions, parameters)))
