# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capability `rootless_podman`: the Ray user can run what Ray runs.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import stat
import time
import typing as t
from dataclasses import replace

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.engine.compatibility import (
    inner_runtime,
    needs_fuse_overlayfs,
    oci_runtime,
    reads_drop_ins,
)
from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import OsRelease
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry_auth import (
    merged_credentials,
    passwords,
)
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step, WriteFile
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import plan as core
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.containers_conf import FUSE_OVERLAYFS
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.keep_id import layer_ids
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import (
    Mount,
    cgroup_layout,
    ground,
    mount_of,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import (
    ACCOUNT_COMMENT,
    STATE_DIRECTORY,
    VOLUME,
    configuration_of,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.safety import warnings
from ansible_collections.ray.containers.plugins.module_utils._host import accounts, files, kernel, user_files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import file_state
from ansible_collections.ray.containers.plugins.module_utils._host.podman import chain, seccomp_profile
from ansible_collections.ray.containers.plugins.module_utils._host.podman.rays_podman_file import program_text
from ansible_collections.ray.containers.plugins.module_utils._host.survey import Surveyor
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import UserFiles
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource
from ansible_collections.ray.containers.plugins.module_utils._resource.rootless_mending import mend, observed_holdings
from ansible_collections.ray.containers.plugins.module_utils._resource.rootless_safety import (
    carry_out,
    root_image_id,
    seen,
)

__all__ = ["ARGUMENT_SPEC", "RootlessPodman", "build"]

ARGUMENT_SPEC: dict[str, t.Any] = {
    "state": {"type": "str", "choices": ["present"], "default": "present"},
    "user": {"type": "str", "default": "ray"},
    "uid": {"type": "int"},
    "accounts": {"type": "list", "elements": "dict", "default": []},
    "home": {"type": "path"},
    "graph_root": {"type": "path"},
    "registries": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "location": {"type": "str", "required": True},
            "insecure": {"type": "bool", "default": False},
            "auth_file": {"type": "path"},
        },
    },
    "auth": {"type": "raw", "no_log": True},
    "prove": {"type": "bool", "default": True},
    "raylet_image": {"type": "str", "default": ""},
    "raylet_privileged": {"type": "bool", "default": True},
    "user_privileged": {"type": "str", "choices": ["refuse", "allow"], "default": "refuse"},
}

#: How long the service manager may take to make a runtime directory, in seconds.
RUNTIME_DIRECTORY_TIMEOUT = 20.0

#: What docker.io/rayproject/ray is made from; its Podman keeps layers under a map, as those of all older ones do.
OLDEST_RAY_IMAGE = OsRelease("ubuntu", version="22.04")


def build(parameters: t.Mapping[str, t.Any], commands: Commands) -> RootlessPodman:
    """Make the capability from the module's parameters."""
    registries = tuple(Registry(item["location"], item["insecure"]) for item in parameters["registries"])
    return RootlessPodman(
        commands,
        core.RootlessDesired(
            user=parameters["user"],
            uid=_user_id(parameters, commands),
            home=parameters["home"] or "",
            graph_root=parameters["graph_root"] or "",
            registries=registries,
            auth=merged_credentials(parameters["auth"]),
            prove=parameters["prove"],
            raylet_image=parameters["raylet_image"],
            raylet_privileged=parameters["raylet_privileged"],
            user_privileged=parameters["user_privileged"],
            rays_podman=program_text(),
        ),
    )


def _user_id(parameters: t.Mapping[str, t.Any], commands: Commands) -> int:
    if parameters["uid"] is not None:
        return int(parameters["uid"])
    account = accounts.account(parameters["user"])
    if account:
        return account.uid
    # Only a node whose account is to be made compiles it.
    from ansible_collections.ray.containers.plugins.module_utils._resource.rootless_user_id import user_id

    return user_id(commands, parameters["user"], parameters["accounts"], parameters["raylet_image"])


class RootlessPodman(Resource[core.RootlessObserved]):
    """Everything that the Ray user's containers need beside Podman itself, and the proof that it is enough."""

    def __init__(self, commands: Commands, desired: core.RootlessDesired) -> None:
        super().__init__(commands)
        self._desired = desired

    @property
    def _stamp_path(self) -> str:
        where = "-container" if self._desired.raylet_image else ""
        return f"{STATE_DIRECTORY}/rootless-{self._desired.user}{where}.proof"

    @property
    def secrets(self) -> frozenset[str]:
        return passwords(self._desired.auth)

    def observe(self) -> core.RootlessObserved:
        desired = self._desired
        account = accounts.account(desired.user)
        holder = accounts.account_with_uid(desired.uid)
        home = desired.home or (account.home if account else f"/home/{desired.user}")
        graph_root = core.graph_root_of(desired, home)
        home_state = file_state(home)
        state = file_state(STATE_DIRECTORY)
        volume = file_state(VOLUME) if desired.raylet_image else None
        mounts = kernel.mounts()
        layout = cgroup_layout(mounts)
        os_release = kernel.os_release()
        territory = user_files.files_of(desired.user)
        store = Surveyor(territory)
        store_mount = mount_of(store.nearest(graph_root), mounts)
        root_mount = mount_of("/", mounts)
        release = kernel.kernel_release()
        gid = account.gid if account else accounts.group_id(desired.user)
        group = account.group if account else (desired.user if gid is not None else "")
        gid = accounts.first_free_group_id(desired.uid) if gid is None else gid
        image_id = root_image_id(desired.raylet_image) if desired.raylet_image else ""
        observed = core.RootlessObserved(
            account_uid=account.uid if account else None,
            gid=gid,
            account_home=account.home if account else "",
            uid_holder=holder.name if holder and holder.name != desired.user else "",
            group=group,
            home_mode=home_state.mode if home_state else None,
            home_owner=home_state.owner if home_state else "",
            home_kind=home_state.kind if home_state else "directory",
            home_exposed=files.open_to_others(os.path.dirname(home)),
            account_ours=bool(account and account.comment == ACCOUNT_COMMENT),
            files=dict(
                _found_files(core.written_paths(desired, home), territory, home, home_state.owner if home_state else "")
            ),
            kernel_release=release,
            cgroup_layout=layout,
            hard_limits=kernel.hard_limits(),
            capability_bounds=kernel.capability_bounds(),
            systemd=kernel.runs_systemd(),
            in_container=kernel.in_container(),
            root_shared=bool(root_mount and root_mount.shared),
            mount_unit_enabled=os.path.lexists(f"/etc/systemd/system/sysinit.target.wants/{core.MOUNT_UNIT}"),
            needs_fuse=needs_fuse_overlayfs(release, None if desired.raylet_image else os_release),
            runtime=inner_runtime(layout) if desired.raylet_image else oci_runtime(layout, os_release),
            # The raylet's image brings it.
            fuse_program=bool(desired.raylet_image) or os.path.exists(FUSE_OVERLAYFS),
            fuse_open=_open_to_others("/dev/fuse"),
            store_filesystem=store_mount.filesystem if store_mount else "",
            store_exists=store.is_directory(graph_root),
            store_exposed=bool(files.open_to_others(os.path.dirname(graph_root))),
            store_driver=store.driver(graph_root),
            state_mode=state.mode if state else None,
            volume_mode=volume.mode if volume else None,
            volume_owner=volume.owner if volume else "",
            closed_directory=store.closed_above(graph_root, home, desired.user),
            user_namespaces=_user_namespaces(),
            linger=os.path.exists(f"/var/lib/systemd/linger/{desired.user}"),
            runtime_directory=os.path.isdir(f"/run/user/{desired.uid}"),
            raylet_image_id=image_id,
            seccomp=seccomp_profile.found(),
            drop_ins=bool(desired.raylet_image) or reads_drop_ins(os_release),
            programs=chain.builds(),
            surroundings=self._surroundings(territory, home, graph_root, mounts),
            stamp=(files.read_text(self._stamp_path) or "").strip(),
            **seen(self.commands, desired, gid, image_id),
        )
        configured = f"{configuration_of(home, in_container=bool(desired.raylet_image))}/storage.conf" in observed.files
        holdings = observed_holdings(
            self.commands,
            account,
            in_container=bool(desired.raylet_image),
            has_store=configured and observed.store_driver == "overlay",
        )
        observed = replace(observed, **holdings)
        remaps, maps = self._can(observed)
        return replace(observed, remaps_layers=remaps, maps_users=maps)

    def _surroundings(
        self, territory: UserFiles, home: str, graph_root: str, mounts: t.Sequence[Mount]
    ) -> t.Mapping[str, str]:
        """What the proof rests on beside; a raylet's container brings its own."""
        if self._desired.raylet_image:
            return {"mount of the store": ground(graph_root, mounts)}
        configuration = configuration_of(home, in_container=False)
        return chain.surroundings(territory, self._desired.uid, home, graph_root, mounts, configuration)

    def _can(self, observed: core.RootlessObserved) -> tuple[bool, bool]:
        """Whether the user's Podman keeps layers under a map, and whether it maps users; see `remapping`."""
        image = self._desired.raylet_image
        there = observed.raylet_image_id if image else any(path.endswith("/podman") for path in observed.programs)
        # An image that is still to come is taken for one like the last.
        like_the_last = image and not there and any(path.endswith("/storage.conf") for path in observed.files)
        if like_the_last or self._proven(observed):
            texts = [found.content for path, found in observed.files.items() if path.endswith(".conf")]
            # Of a user with the images' own id the second does not matter.
            return any("remap-uids" in text for text in texts), any("keep-id:uid=" in text for text in texts)
        from ansible_collections.ray.containers.plugins.module_utils._core.rootless.remapping import (
            maps_users,
            remaps_layers,
        )

        told = self.commands.run(self._version_argv(observed), check=False).stdout if there else ""
        # The first image is taken for one of Ray's own, on Ubuntu 22.04, until it is there.
        version = told.strip().rpartition(" ")[2]
        release = OLDEST_RAY_IMAGE if image else kernel.os_release()
        return remaps_layers(version, release), maps_users(version, release)

    def _version_argv(self, observed: core.RootlessObserved) -> tuple[str, ...]:
        """What tells the version of the Podman that the user will have."""
        image = self._desired.raylet_image
        if not image:
            return ("podman", "--version")
        runtime = oci_runtime(observed.cgroup_layout, kernel.os_release())
        options = ("--rm", "--pull=never", "--network=none", "--cgroupns=private", "--entrypoint=podman")
        return ("podman", f"--runtime={runtime}", "run", *options, image, "--version")

    def plan(self, observed: core.RootlessObserved) -> Plan:
        return core.plan_rootless(self._desired, observed)

    def apply(self, step: Step) -> None:
        action = step.action
        if isinstance(action, core.EnableLinger):
            self.commands.run(("loginctl", "enable-linger", action.user))
            self._wait_for_runtime_directory()
        elif isinstance(action, core.StartRuntimeDirectory):
            self.commands.run(("systemctl", "start", f"user@{action.uid}.service"), check=False)
            self._wait_for_runtime_directory()
        elif isinstance(action, core.ShareRootMount):
            self.commands.run(("systemctl", "enable", core.MOUNT_UNIT))
            self.commands.run(("systemctl", "restart", core.MOUNT_UNIT))
        elif isinstance(action, core.PullRayletImage):
            self._pull(action)
        elif isinstance(action, core.WriteSeccompProfile):
            seccomp_profile.write()
        elif isinstance(action, core.Prove):
            self._prove(action)
        elif not (carry_out(self.commands, self._desired, action) or mend(self.commands, action)):
            super().apply(step)
            if isinstance(action, WriteFile) and action.secret:
                from ansible_collections.ray.containers.plugins.module_utils._host.ray.secret_files import (
                    note_credentials,
                )

                note_credentials(action.path, action.content)

    def result(self, observed: core.RootlessObserved, plan: Plan) -> dict[str, t.Any]:
        desired = self._desired
        home = core.home_of(desired, observed)
        proof_is_due = any(isinstance(step.action, core.Prove) for step in plan.steps)
        after = self.observe() if plan.steps else observed
        told = warnings(desired, after)
        return {
            **({"warnings": told} if told else {}),
            "rootless_podman": {
                "user": desired.user,
                "uid": desired.uid,
                "home": home,
                "graph_root": core.graph_root_of(desired, home),
                "proven": self._proven(after) if proof_is_due else self._proven(observed),
            },
        }

    def _proven(self, observed: core.RootlessObserved) -> bool:
        return observed.stamp == core.fingerprint(self._desired, observed)

    def _prove(self, action: core.Prove) -> None:
        # Here and not above: a host that is proven need not compile how that is done.
        from ansible_collections.ray.containers.plugins.module_utils._resource.rootless_proving import prove

        files.make_directory(STATE_DIRECTORY, mode=0o700)
        # Of an image that was just pulled the Podman is known only now.
        now = self.observe()
        image_uid, _gid = layer_ids(action.uid, now.gid, maps_users=now.maps_users)
        prove(self.commands, action, image_uid, STATE_DIRECTORY, self._desired.raylet_image)
        # Observed again: the steps before have changed what the fingerprint is made of. Written last, so that a run
        # that is killed on the way proves again.
        observed = self.observe()
        if self._desired.raylet_image and self._ran_in_another(observed.raylet_image_id):
            return
        files.write_text(self._stamp_path, core.fingerprint(self._desired, observed) + "\n", mode=0o600)

    def _ran_in_another(self, image_id: str) -> bool:
        """Whether it was the raylet of another image that proved it; this one's is proven once its own raylet runs."""
        from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_container import running_image

        return running_image(self.commands) not in ("", image_id)

    def _pull(self, action: core.PullRayletImage) -> None:
        # A node that has the image need not compile how it comes.
        from ansible_collections.ray.containers.plugins.module_utils._resource.raylet_image_pull import pull

        pull(self.commands, action)
        # Only now can its Podman be asked: where storage.conf was written for another, the proof would fail.
        for step in self.plan(self.observe()).steps:
            if isinstance(step.action, WriteFile):
                self.apply(step)

    def _wait_for_runtime_directory(self) -> None:
        directory = f"/run/user/{self._desired.uid}"
        deadline = time.monotonic() + RUNTIME_DIRECTORY_TIMEOUT
        unit = f"user@{self._desired.uid}.service"
        while not self._usable(directory):
            if time.monotonic() > deadline or self._failed(unit):
                # Only a host that fails compiles it.
                from ansible_collections.ray.containers.plugins.module_utils._core.faults import of_namespaces

                raise error(
                    of_namespaces.RUNTIME_DIRECTORY_MISSING.entry,
                    f"{directory} did not appear after linger was enabled for {self._desired.user}",
                    remedy="Install libpam-systemd and dbus, see that systemd-logind runs, and run again;"
                    f" `journalctl -u {unit}` on the host tells more",
                )
            time.sleep(0.1)

    def _usable(self, directory: str) -> bool:
        """Whether the directory is there to stay: the service manager takes it away again when it cannot start."""
        return user_files.files_of(self._desired.user).is_directory(f"{directory}/systemd")

    def _failed(self, unit: str) -> bool:
        return self.commands.run(("systemctl", "is-failed", "--quiet", unit), check=False).rc == 0


def _found_files(
    paths: t.Iterable[str], territory: UserFiles, home: str, home_owner: str
) -> t.Iterator[tuple[str, core.FoundFile]]:
    for path in paths:
        try:
            users = path.startswith(f"{home}/")
            state = territory.state(path) if users else file_state(path)
            content = (territory.read_text(path) if users else files.read_text(path)) if state else None
        except OperatorError:
            # In a home that is not the user's, which the plan refuses, nothing need be found.
            if users and home_owner != territory.user:
                continue
            raise
        if state is not None and content is not None:
            yield path, core.FoundFile(content, state.mode, state.owner, state.group)


def _open_to_others(device: str) -> bool:
    try:
        return stat.S_IMODE(os.stat(device).st_mode) & 0o006 == 0o006
    except FileNotFoundError:
        return False


def _user_namespaces() -> str:
    """Why users cannot make user namespaces on this host, for the settings that say so beforehand."""
    for name in ("user.max_user_namespaces", "kernel.unprivileged_userns_clone"):
        if kernel.sysctl(name) == "0":
            return f"the kernel setting {name} is 0"
    return ""
