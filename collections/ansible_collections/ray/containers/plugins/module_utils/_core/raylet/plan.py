# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about a raylet that runs as a service of the host: found and wanted in, steps out.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.plan import (
    MakeDirectory,
    Plan,
    Remove,
    Step,
    WriteFile,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.command import gcs_state_directory
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.environment_file import (
    ENVIRONMENT_PATH,
    changes,
    environment_text,
    without_values,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.leftovers import (
    Leftovers,
    SecretFile,
    removal,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.service import TMPFILES_PATH, Service
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import (
    CLOSED,
    OPEN,
    SET_ASIDE,
    TEMP_DIR,
    TMPFILES,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.unit import (
    UNIT,
    UNIT_PATH,
    changed_fields,
    differences,
    raylet_unit,
    runs_in_container,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import (
    CONTAINER_TOKEN,
    RAYS_PODMAN_PLACE,
)

__all__ = [
    "AwaitRaylet",
    "Configure",
    "EnableUnit",
    "RayletFound",
    "SERVE_RECORDS",
    "StartUnit",
    "StopUnit",
    "TokenFile",
    "ForgetUnit",
    "LeaveRunning",
    "RemoveTempDir",
    "restart_deferred",
    "plan_raylet",
    "token_steps",
]

#: The directory of `serve_config`'s record: it serves a head, and holds secrets.
SERVE_RECORDS = "/var/lib/ray.containers/serve"

#: What all nodes must have alike: Ray and Python, which the program's path or the image's name tells, and the head's
#: address. A node that was restarted alone could not join the others (Ray 2.60.0 _private/utils.py, `check_version_info`).
COMMON = frozenset(("Description", "program", "image", "address", "port"))


@dataclass(frozen=True)
class TokenFile:
    """The auth token as found: its text, and whether the Ray user, and root, alone can read it."""

    content: str = field(repr=False)
    private: bool


@dataclass(frozen=True)
class RayletFound:
    """What a node has.

    :param service: what the unit needs to know of the host; of an account that is not there yet, what it will have.
    :param unit: the unit's text, None without one.
    :param tmpfiles: the text beside it for systemd-tmpfiles, None without one.
    :param active: whether the service runs, or is being started.
    :param enabled: whether it starts at boot.
    :param main_pid: of `ray start`; 0 when it does not run.
    :param environment: the text of the file with the operator's variables, None without one, empty when others can read it.
    :param serve_records: whether the last good Serve configs are kept here.
    :param restart_due: an earlier run changed the configuration and was killed before it restarted the raylet.
    :param together: that change is one that all nodes have to make together.
    :param ill: why the node does not answer as a member of the cluster; empty when it does.
    :param container_token: the copy that a raylet's container is given; *token* is the user's own.
    :param secrets: what else on the node holds some, for a raylet that is to be taken off.
    :param leftovers: what the other way to run a raylet has left on the node.
    :param state_directories: of the directories that a head keeps its memory in, those that exist.
    :param rays_podman: whether the program is there that raylets find before Podman.
    :param temp_dir: how Ray's own directory is; see `temp_directory`.
    :param foreign: what in it another account's Ray has left in this one's way; empty for nothing.
    :param replicas: that run here; :param held: whether Ray's own processes are held. Both for a rotation of the token alone.
    """

    service: Service
    unit: str | None
    tmpfiles: str | None
    token: TokenFile | None
    active: bool
    enabled: bool
    main_pid: int
    restart_due: bool
    ill: str
    state_directories: tuple[str, ...] = ()
    container_token: TokenFile | None = None
    secrets: tuple[SecretFile, ...] = ()
    together: bool = False
    environment: str | None = field(default=None, repr=False)
    serve_records: bool = False
    leftovers: Leftovers = field(default_factory=Leftovers)
    rays_podman: bool = False
    temp_dir: str = CLOSED
    foreign: str = ""
    replicas: tuple[str, ...] = ()
    held: bool = False


@dataclass(frozen=True)
class Configure:
    """Write a part of the raylet's configuration, and remember that a restart is due until it was done.

    :param together: all nodes have to make this change together.
    """

    writes: tuple[WriteFile | MakeDirectory, ...]
    together: bool = False


@dataclass(frozen=True)
class EnableUnit:
    """Have the service started at boot."""


@dataclass(frozen=True)
class StartUnit:
    """Start the service; stop it first when it runs."""


@dataclass(frozen=True)
class LeaveRunning:
    """Do nothing yet: the raylet is configured and restarted when its turn comes."""


@dataclass(frozen=True)
class StopUnit:
    """Stop the service, and have it not started at boot.

    :param forget: whether application containers are the host's, where they stay listed; those of a raylet's container
        end with it.
    """

    forget: bool = True


@dataclass(frozen=True)
class RemoveTempDir:
    """Take Ray's own directory away, which is root's with the user's files in it, or one that was set aside."""

    path: str
    user: str


@dataclass(frozen=True)
class ForgetUnit:
    """Have systemd forget a unit that is gone."""


@dataclass(frozen=True)
class AwaitRaylet:
    """Wait until the node answers as a member of the cluster."""


def plan_raylet(spec: RayletSpec, found: RayletFound, restart: str = "at_once") -> Plan:
    """The steps from what was found to what is wanted.

    :param restart: ``at_once``, or ``in_turn``, which leaves a raylet as it is for now that would be (see `restart_deferred`).
    """
    if spec.state == "absent":
        return Plan(tuple(_removal(spec, found)))
    if spec.state == "stopped":
        return Plan(tuple(_stop(found)))
    if restart_deferred(spec, found, restart):
        summary = f"Leave the Ray {spec.role} as it is until it is its turn to be restarted"
        return Plan((Step(LeaveRunning(), summary, changes=False),))
    configuration = _configuration(spec, found)
    reason = _restart_reason(spec, found, bool(configuration))
    steps = list(configuration)
    if not found.enabled:
        steps.append(Step(EnableUnit(), f"Have {UNIT} started at boot", before="disabled", after="enabled"))
    if not found.active:
        steps.append(Step(StartUnit(), f"Start the Ray {spec.role}", before="stopped", after="running"))
    elif reason:
        steps.append(Step(StartUnit(), f"Restart the Ray {spec.role}: {reason}", before="running", after="restarted"))
    if not found.active or reason or found.ill:
        steps.append(Step(AwaitRaylet(), f"Wait until the Ray {spec.role} answers", changes=False))
    if found.environment is not None and not spec.environment:
        steps.append(_without_environment())
    steps.extend(removal(found.leftovers))
    return Plan(tuple(steps))


def restart_deferred(spec: RayletSpec, found: RayletFound, restart: str) -> bool:
    """Whether a restart is due and waits for its turn, so that the applications stay up.

    Until then the node keeps its old configuration: a reboot before it, or a run that ends before it, changes nothing.
    It does not wait where waiting keeps nothing up: where the raylet does not answer, or all nodes change together.
    """
    if restart != "in_turn" or not found.active or found.ill:
        return False
    configuration = _configuration(spec, found)
    together = found.together or any(step.action.together for step in configuration)
    return not together and bool(_restart_reason(spec, found, bool(configuration)))


def _configuration(spec: RayletSpec, found: RayletFound) -> list[Step]:
    return [
        *token_steps(spec, found),
        *_tmpfiles(spec, found),
        *_temp_dir(spec, found),
        *_environment(spec, found),
        *_unit(spec, found),
    ]


def _restart_reason(spec: RayletSpec, found: RayletFound, configured: bool) -> str:
    if configured:
        return "its configuration has changed"
    if found.restart_due:
        return "an earlier run changed its configuration without restarting it"
    return "a restart was requested" if spec.state == "restarted" else ""


def token_steps(spec: RayletSpec, found: RayletFound) -> t.Iterator[Step]:
    """The token, where Ray and the raylet's container look for it."""
    directory = f"{found.service.home}/.ray"
    own = (
        MakeDirectory(directory, mode=0o700, as_user=spec.user),
        WriteFile(f"{directory}/auth_token", spec.auth_token, mode=0o600, as_user=spec.user, secret=True),
    )
    yield from _token_in(spec, found.token, own, f"~{spec.user}/.ray/auth_token, for {spec.user} alone to read")
    if spec.image:
        # Root's, so that nobody else says what root mounts into the container.
        path, group = f"{CONTAINER_TOKEN}/auth_token", found.service.group
        copy = (
            MakeDirectory(CONTAINER_TOKEN, mode=0o750, owner="root", group=group),
            WriteFile(path, spec.auth_token, mode=0o640, group=group, secret=True),
        )
        yield from _token_in(spec, found.container_token, copy, f"{path}, which is mounted into the raylet's container")


def _token_in(
    spec: RayletSpec, there: TokenFile | None, writes: tuple[MakeDirectory, WriteFile], place: str
) -> t.Iterator[Step]:
    same = there is not None and there.content.strip() == spec.auth_token
    if same and there is not None and there.private:
        return
    told = "another token" if there and not same else "readable by others" if there else "absent"
    yield Step(
        Configure(writes, together=not same),
        f"Write the cluster's token to {place}",
        before=told,
        after=f"the cluster's token, mode {writes[1].mode:04o}",
    )


def _tmpfiles(spec: RayletSpec, found: RayletFound) -> t.Iterator[Step]:
    text = TMPFILES.format(user=spec.user)
    if spec.image and spec.is_head:
        # systemd makes it for a service of the user's own; a container's service is root's.
        text += f"d /var/lib/{gcs_state_directory(spec)} 0700 {spec.user} {found.service.group} -\n"
    if found.tmpfiles != text:
        yield Step(
            Configure((WriteFile(TMPFILES_PATH, text),)),
            f"Write {TMPFILES_PATH}, which lets {spec.user} alone into {TEMP_DIR} and keeps it from being swept",
            before=found.tmpfiles or "",
            after=text,
        )


def _temp_dir(spec: RayletSpec, found: RayletFound) -> t.Iterator[Step]:
    """The service makes the directory whenever it starts; here it is told when it has to start for that.

    What another account has made is put aside by then where no raylet runs (module rootless_podman).
    """
    if found.temp_dir == OPEN or (found.active and found.temp_dir != CLOSED):
        yield Step(
            Configure(()),
            f"Close {TEMP_DIR} to all accounts of the host but {spec.user}, when Ray starts",
            before=f"{found.temp_dir}\n",
            after=f"{CLOSED}\n",
        )
    elif found.foreign:
        yield Step(
            Configure(()),
            f"Set {TEMP_DIR} aside when Ray starts: {found.foreign}, so {spec.user}'s Ray cannot work there",
            before=f"{found.foreign}\n",
            after=f"{CLOSED}\n",
        )


def _environment(spec: RayletSpec, found: RayletFound) -> t.Iterator[Step]:
    text = environment_text(spec.environment)
    if not text or found.environment == text:
        return
    told = changes(found.environment or "", text)
    yield Step(
        Configure((WriteFile(ENVIRONMENT_PATH, text, mode=0o600, secret=True),)),
        f"Write {ENVIRONMENT_PATH}, for root alone to read: {told}",
        before="others can read it" if found.environment == "" else "another one" if found.environment else "absent",
        after=f"with {', '.join(sorted(spec.environment))}; values are not shown",
    )


def _unit(spec: RayletSpec, found: RayletFound) -> t.Iterator[Step]:
    text = raylet_unit(spec, found.service)
    if found.unit == text:
        return
    summary = f"Write {UNIT_PATH}, the service of a Ray {spec.ray_version} {spec.role}"
    together = False
    if found.unit is not None:
        summary = f"Change {UNIT_PATH}: {'; '.join(differences(found.unit, text)) or 'its comments'}"
        together = bool(COMMON.intersection(changed_fields(found.unit, text)))
    write = Configure((WriteFile(UNIT_PATH, text),), together)
    yield Step(write, summary, before=without_values(found.unit or "", text), after=text)


def _without_environment() -> Step:
    return Step(Remove(ENVIRONMENT_PATH), f"Remove {ENVIRONMENT_PATH}", before="variables of the raylet's environment")


def _stop(found: RayletFound) -> t.Iterator[Step]:
    if found.active or found.enabled:
        yield Step(
            StopUnit(forget=not runs_in_container(found.unit or "")),
            "Stop Ray and have it not started at boot",
            before="running or enabled",
            after="stopped, disabled",
        )


def _removal(spec: RayletSpec, found: RayletFound) -> t.Iterator[Step]:
    """Everything that this capability made, or that only serves a raylet; the unit last, since it says that the rest is ours."""
    yield from _stop(found)
    if found.serve_records:
        summary = f"Remove {SERVE_RECORDS}, the last good Serve configs, with what their env_vars hold"
        yield Step(Remove(SERVE_RECORDS), summary, before=SERVE_RECORDS)
    for secret in found.secrets:
        remove = Remove(secret.path, as_user=secret.as_user)
        yield Step(remove, f"Remove {secret.path}, which holds {secret.what}", before=f"{secret.path}\n")
    if found.rays_podman:
        summary = f"Remove {RAYS_PODMAN_PLACE}, with what raylets find before Podman"
        yield Step(Remove(RAYS_PODMAN_PLACE), summary, before=f"{RAYS_PODMAN_PLACE}\n")
    if found.unit is None:
        return
    for directory in found.state_directories:
        is_rays = directory == TEMP_DIR or directory.startswith(SET_ASIDE)
        action = RemoveTempDir(directory, spec.user) if is_rays else Remove(directory, as_user=spec.user)
        yield Step(action, f"Remove {directory}, where Ray kept its state", before=directory)
    if found.token is not None:
        path = f"{found.service.home}/.ray/auth_token"
        yield Step(
            Remove(path, as_user=spec.user), f"Remove the cluster's token of {spec.user}", before="the cluster's token"
        )
    if found.environment is not None:
        yield _without_environment()
    if found.tmpfiles is not None:
        yield Step(Remove(TMPFILES_PATH), f"Remove {TMPFILES_PATH}", before=found.tmpfiles)
    yield Step(Remove(UNIT_PATH), f"Remove {UNIT_PATH}", before=without_values(found.unit))
    yield Step(ForgetUnit(), f"Have systemd forget {UNIT}", changes=False)
