# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lets the Ray user run Ray's own podman commands: from what a host has to what they need.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import asdict, replace

from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import registry_of
from ansible_collections.ray.containers.plugins.module_utils._core.plan import (
    MakeDirectory,
    Plan,
    Remove,
    RunCommand,
    Step,
    WriteFile,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import containers_conf as conf
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import subordinate_ids as subids
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.host_steps import (
    FUSE_RULE_PATH,
    MOUNT_UNIT_PATH,
    fuse_device,
    root_mount,
    runtime_directory,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.keep_id import (
    keep_id_map,
    keep_id_option,
    layer_ids,
    remap_option,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mending import mending
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import (
    ACCOUNT_COMMENT,
    MOUNT_UNIT,
    RAYS_PODMAN,
    configuration_of,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.preconditions import check_host
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.safety import image_steps, power_steps
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.seccomp import NEEDED, PROFILE
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.state import (
    EnableLinger,
    FoundFile,
    Prove,
    PullRayletImage,
    RootlessDesired,
    RootlessObserved,
    ShareRootMount,
    StartRuntimeDirectory,
    WriteSeccompProfile,
    graph_root_of,
    home_of,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.store import shown_directory, store_steps

__all__ = [
    "EnableLinger",
    "FoundFile",
    "MOUNT_UNIT",
    "Prove",
    "PullRayletImage",
    "RootlessDesired",
    "RootlessObserved",
    "ShareRootMount",
    "StartRuntimeDirectory",
    "WriteSeccompProfile",
    "fingerprint",
    "graph_root_of",
    "home_of",
    "plan_rootless",
    "written_paths",
]

SUBUID, SUBGID = "/etc/subuid", "/etc/subgid"
#: Where useradd gives a new account's own group the number of the account, if that is free (shadow, find_new_gid.c, with
#: the usual GID_MIN and GID_MAX). storage.conf holds a map of that number, so it must be known before the group is made.
USUAL_IDS = range(1000, 60001)

#: Goes up when the proof itself changes, so that hosts prove again.
PROOF_VERSION = 3


def written_paths(desired: RootlessDesired, home: str) -> tuple[str, ...]:
    """Every file that a plan may write, for the observation to read; the proof depends on each."""
    # What a raylet on the host has left must not count: it goes away later.
    units = () if desired.raylet_image else (MOUNT_UNIT_PATH,)
    return (SUBUID, SUBGID, *units, FUSE_RULE_PATH, RAYS_PODMAN, *_user_paths(desired, home).values())


def _user_paths(desired: RootlessDesired, home: str) -> dict[str, str]:
    below = configuration_of(home, in_container=bool(desired.raylet_image))
    return {
        "storage": f"{below}/storage.conf",
        "containers": f"{below}/containers.conf.d/50-ray-containers.conf",
        "containers as a whole": f"{below}/containers.conf",
        "registries": f"{below}/registries.conf.d/50-ray-containers.conf",
        "auth": f"{below}/auth.json",
    }


def plan_rootless(desired: RootlessDesired, observed: RootlessObserved) -> Plan:
    """Decide what is to be done.

    A raylet in a container brings the mounts and the runtime directory of its own, so that the host needs neither.
    The configuration comes before linger: it starts the user's service manager, and a first Podman started by that
    without storage.conf would fix the slow vfs driver for this store.

    :raises OperatorError: when the host stands in the way of something that the plan must not decide.
    """
    home = home_of(desired, observed)
    check_host(desired, observed, home, graph_root_of(desired, home))
    steps = [
        *_account(desired, observed, home),
        *_subordinate_ids(desired, observed),
    ]
    made = len(steps)
    steps += [
        *_configuration(desired, observed, home),
        *_rays_podman(desired, observed),
        *fuse_device(observed),
        *([] if desired.raylet_image else [*root_mount(observed), *runtime_directory(desired, observed)]),
        *mending(desired, observed, _granted_then(desired, observed)),
    ]
    prove = desired.prove and (steps or observed.stamp != fingerprint(desired, observed))
    steps[made:made] = power_steps(desired, observed)
    steps.extend(_access(desired, observed, home))
    steps.extend(_raylet_image(desired, observed, home))
    steps.extend(image_steps(desired, observed))
    steps.extend(_seccomp(desired, observed))
    if prove:
        steps.append(_proof(desired, observed))
    return Plan(tuple(steps))


def fingerprint(desired: RootlessDesired, observed: RootlessObserved) -> str:
    """A digest of everything that the proof depends on; a host with another one proves again."""
    home = home_of(desired, observed)
    paths = _user_paths(desired, home)
    access = (paths["registries"], paths["auth"])
    facts = {
        "proof": PROOF_VERSION,
        "account": [observed.account_uid, observed.group, home, observed.home_mode],
        "files": {path: asdict(found) for path, found in observed.files.items() if path not in access},
        "host": [observed.kernel_release, observed.cgroup_layout, observed.store_filesystem, observed.store_driver],
        "limits": [dict(observed.hard_limits), observed.capability_bounds],
        "programs": dict(observed.programs),
        "surroundings": dict(observed.surroundings),
    }
    if desired.raylet_image:
        facts["raylet image"] = [observed.raylet_image_id, desired.raylet_privileged]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _account(desired: RootlessDesired, observed: RootlessObserved, home: str) -> t.Iterator[Step]:
    user = desired.user
    group = observed.group or user
    if observed.account_uid is None:
        membership: tuple[str, ...] = ("--gid", group)
        if not observed.group and observed.gid == desired.uid and desired.uid in USUAL_IDS:
            membership = ("--user-group",)
        elif not observed.group:
            yield Step(
                RunCommand(("groupadd", "--gid", str(observed.gid), group)),
                f"Make the group {group} with the group id {observed.gid}, since useradd would choose one of its own",
                after=f"{group} gid={observed.gid}\n",
            )
        # The subordinate ids are the next steps' own: useradd knows only its own idea of a free range. It gives none beyond
        # UID_MAX; a count of 0, which says it plainly, fails before shadow 4.11 (Debian 11, Ubuntu 22.04).
        no_ids = ("--key", f"UID_MAX={desired.uid - 1}")
        argv = ("useradd", *membership, *no_ids, "--uid", str(desired.uid), "--create-home", "--home-dir", home)
        yield Step(
            RunCommand((*argv, "--shell", "/bin/bash", "--comment", ACCOUNT_COMMENT, user)),
            f"Make the account {user} with the user id {desired.uid} and the home {home}, which raylets run as",
            after=f"{user} uid={desired.uid} group={group} home={home}\n",
        )
    open_enough = observed.home_mode is not None and observed.home_mode & 0o011 == 0o011
    # Of another's account the home is as it must be, or it was refused.
    if observed.account_uid is None or not open_enough:
        yield Step(
            MakeDirectory(home, mode=0o711, owner=user, group=group),
            f"Let others pass through {home} (mode 0711): with keep-id a container's root is another user id",
            before=shown_directory(observed.home_mode, observed.home_owner),
            after=shown_directory(0o711, user),
        )


def _subordinate_ids(desired: RootlessDesired, observed: RootlessObserved) -> t.Iterator[Step]:
    texts = {path: observed.files[path].content if path in observed.files else "" for path in (SUBUID, SUBGID)}
    ranges = {path: subids.parse_subordinate_ids(text) for path, text in texts.items()}
    free = subids.first_free([*ranges[SUBUID], *ranges[SUBGID]])
    for number, (path, kind) in enumerate(((SUBUID, "user"), (SUBGID, "group"))):
        if subids.granted(ranges[path], desired.user, desired.uid):
            continue
        # Files of the store belong to the ids that Podman has had until now.
        before = observed.mapped[number] if observed.mapped else ()
        start = next((start for start, count in before if subids.is_free(start, count, ranges[path])), free)
        text = subids.with_range(texts[path], desired.user, start)
        yield Step(
            WriteFile(path, text),
            f"Grant {desired.user} {subids.SUBORDINATE_COUNT} subordinate {kind} ids from {start} on in {path}",
            before=texts[path],
            after=text,
        )


def _granted_then(desired: RootlessDesired, observed: RootlessObserved) -> tuple[subids.Ranges, subids.Ranges]:
    """The user's subordinate ids once the plan is carried out."""
    texts = {path: observed.files[path].content if path in observed.files else "" for path in (SUBUID, SUBGID)}
    texts.update(
        (step.action.path, step.action.content)
        for step in _subordinate_ids(desired, observed)
        if isinstance(step.action, WriteFile)
    )
    users, groups = (subids.ranges_of(texts[path], desired.user, desired.uid) for path in (SUBUID, SUBGID))
    return users, groups


def _subordinate_count(desired: RootlessDesired, observed: RootlessObserved, path: str) -> int:
    """How many subordinate ids the user has in *path* once the plan is carried out."""
    ranges = subids.parse_subordinate_ids(observed.files[path].content if path in observed.files else "")
    owned = sum(item.count for item in ranges if item.owner in (desired.user, str(desired.uid)))
    return owned if owned >= subids.SUBORDINATE_COUNT else owned + subids.SUBORDINATE_COUNT


def _configuration(desired: RootlessDesired, observed: RootlessObserved, home: str) -> t.Iterator[Step]:
    paths = _user_paths(desired, home)
    runtime = observed.runtime
    graph_root = graph_root_of(desired, home)
    stacked = observed.store_filesystem in ("overlay", "overlayfs")
    program = conf.FUSE_OVERLAYFS if observed.needs_fuse or stacked else ""
    native = f"by {program}" if program else "native"
    ids = layer_ids(desired.uid, observed.gid, maps_users=observed.maps_users)
    storage = conf.storage_conf(
        graph_root=graph_root,
        run_root=f"/run/user/{desired.uid}/containers",
        mount_program=program,
        remap=observed.remaps_layers,
        uid_map=remap_option(keep_id_map(ids[0], _subordinate_count(desired, observed, SUBUID))),
        gid_map=remap_option(keep_id_map(ids[1], _subordinate_count(desired, observed, SUBGID))),
    )
    limits = conf.container_limits(observed.hard_limits, observed.capability_bounds)
    networks = f"{graph_root}/networks" if desired.raylet_image else ""
    containers = conf.containers_conf(
        runtime=runtime,
        limits=limits,
        network_directory=networks,
        user_namespace=keep_id_option(desired.uid, ids),
    )
    limited = f", limits at or below the host's (nofile {limits.nofile})" if limits else ""
    yield from store_steps(desired, observed, home)
    yield from _file(
        desired,
        observed,
        paths["storage"],
        storage,
        f"Store the images of {desired.user} in {graph_root} ({native} overlay)",
    )
    yield from _file(
        desired,
        observed,
        paths["containers" if observed.drop_ins else "containers as a whole"],
        containers,
        f"Run the containers of {desired.user} with {runtime}, which works on cgroup layout {observed.cgroup_layout}, "
        f"and on the host's network as Ray does{limited}",
    )


def _rays_podman(desired: RootlessDesired, observed: RootlessObserved) -> t.Iterator[Step]:
    found = observed.files.get(RAYS_PODMAN)
    # Directories of a distribution may give what is made in them to a group.
    if found and (found.content, found.mode, found.owner) == (desired.rays_podman, 0o755, "root"):
        return
    yield Step(
        WriteFile(RAYS_PODMAN, desired.rays_podman, mode=0o755),
        f"Write {RAYS_PODMAN}, which raylets find before Podman: it lets images run as the user id that they are made for",
        before=found.content if found else "",
        after=desired.rays_podman,
    )


def _access(desired: RootlessDesired, observed: RootlessObserved, home: str) -> t.Iterator[Step]:
    """What the user may pull, which is no part of the proof: its image comes from no registry."""
    paths = _user_paths(desired, home)
    yield from _registries(desired, observed, paths["registries"])
    if desired.auth:
        summary = f"Give {desired.user} the registry credentials"
        yield from _file(desired, observed, paths["auth"], desired.auth, summary, secret=True)


def _registries(desired: RootlessDesired, observed: RootlessObserved, path: str) -> t.Iterator[Step]:
    text = conf.registries_conf(desired.registries)
    names = ", ".join(sorted(registry.location for registry in desired.registries if registry.insecure))
    if text:
        yield from _file(desired, observed, path, text, f"Let {desired.user} pull from {names} without verified TLS")
    elif path in observed.files:
        yield Step(
            Remove(path, as_user="" if desired.raylet_image else desired.user),
            f"Take back that {desired.user} pulls from registries without verified TLS",
            before=observed.files[path].content,
        )


def _file(
    desired: RootlessDesired, observed: RootlessObserved, path: str, content: str, summary: str, *, secret: bool = False
) -> t.Iterator[Step]:
    """The step that puts a file of the user in place, if it is not there so already."""
    group = observed.group or desired.user
    write = WriteFile(path, content, mode=0o600 if secret else 0o644, as_user=desired.user, secret=secret)
    if desired.raylet_image:
        # Root's, and for the user to read.
        group = group if secret else "root"
        write = replace(write, mode=0o640 if secret else 0o644, as_user="", group=group if secret else "")
    found = observed.files.get(path)
    if found == FoundFile(content, write.mode, write.as_user or "root", group):
        return
    yield Step(
        write,
        summary,
        before="" if secret or found is None else found.content,
        after="(credentials)\n" if secret else content,
    )


def _raylet_image(desired: RootlessDesired, observed: RootlessObserved, home: str) -> t.Iterator[Step]:
    """The image whose Podman the user runs; as root, whose containers alone can be privileged."""
    image = desired.raylet_image
    if not image or observed.raylet_image_id:
        return
    insecure = registry_of(ImageReference.parse(image), desired.registries).insecure
    credentials = _user_paths(desired, home)["auth"]
    given = bool(desired.auth) or credentials in observed.files
    yield Step(
        PullRayletImage(image, desired.user, credentials if given else "", tls_verify=not insecure),
        f"Pull {image}, in which raylets run",
        after=f"{image}\n",
    )


def _seccomp(desired: RootlessDesired, observed: RootlessObserved) -> t.Iterator[Step]:
    confined = bool(desired.raylet_image) and not desired.raylet_privileged
    if confined and observed.seccomp != "current":
        yield Step(
            WriteSeccompProfile(),
            f"Write {PROFILE}: Podman's own list of system calls, and {NEEDED}, for raylets that are not privileged",
            before=observed.seccomp,
            after="current\n",
        )
    elif observed.seccomp and not confined:
        yield Step(Remove(PROFILE), f"Remove {PROFILE}, which no raylet needs", before=observed.seccomp)


def _proof(desired: RootlessDesired, observed: RootlessObserved) -> Step:
    return Step(
        Prove(desired.user, observed.group or desired.user, desired.uid),
        f"Prove that {desired.user} can run the two podman commands that Ray runs, in the "
        + ("container" if desired.raylet_image else "environment")
        + " of a raylet",
        changes=False,
    )
