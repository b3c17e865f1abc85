# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done so that the Ray user can run Ray's own podman commands."""

from __future__ import annotations

import typing as t
from dataclasses import replace

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._core.plan import (
    MakeDirectory,
    Plan,
    Remove,
    RunCommand,
    WriteFile,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import plan as core
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import (
    CONTAINER_STORE,
    VOLUME,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.safety import (
    LookThroughImage,
    NotePowers,
    SetTempDirAside,
)

DESIRED = core.RootlessDesired(
    "ray", 1000, registries=(Registry("10.0.0.1:5000", insecure=True),), auth='{"auths": {}}\n'
)
IN_CONTAINER = replace(DESIRED, raylet_image="10.0.0.1:5000/raylet:1")
BARE = core.RootlessObserved(kernel_release="6.1.0")
CLOSED = replace(BARE, volume_mode=0o700, volume_owner="root", closed_directory=VOLUME)
STORAGE = "/home/ray/.config/containers/storage.conf"
REGISTRIES = "/home/ray/.config/containers/registries.conf.d/50-ray-containers.conf"
AUTH = "/home/ray/.config/containers/auth.json"


def after(plan: Plan, desired: core.RootlessDesired, observed: core.RootlessObserved) -> core.RootlessObserved:
    """The host as it is when the plan has been carried out."""
    group = observed.group or desired.user
    files = dict(observed.files)
    for step in plan.steps:
        action = step.action
        if isinstance(action, WriteFile):
            owner = action.as_user or "root"
            given = group if action.as_user else action.group or "root"
            files[action.path] = core.FoundFile(action.content, action.mode, owner, given)
        elif isinstance(action, Remove):
            files.pop(action.path, None)
        else:
            observed = replace(observed, **effect(action, desired, group))
    observed = replace(observed, files=files)
    return replace(observed, stamp=core.fingerprint(desired, observed))


def effect(action: t.Any, desired: core.RootlessDesired, group: str) -> dict[str, t.Any]:
    """What an action other than on a file changes."""
    if isinstance(action, RunCommand) and action.argv[0] == "groupadd":
        return {"group": action.argv[-1], "gid": int(action.argv[2])}
    if isinstance(action, RunCommand) and action.argv[0] == "useradd":
        return {"account_uid": desired.uid, "group": group, "account_home": "/home/ray", "account_ours": True}
    if isinstance(action, MakeDirectory) and action.path == "/home/ray":
        return {"home_mode": action.mode, "home_owner": action.owner}
    if isinstance(action, MakeDirectory) and action.path == VOLUME:
        return {"volume_mode": action.mode, "volume_owner": action.owner, "closed_directory": ""}
    effects: dict[type, dict[str, t.Any]] = {
        RunCommand: {"fuse_open": True},
        MakeDirectory: {"store_exists": True},
        core.EnableLinger: {"linger": True, "runtime_directory": True},
        core.StartRuntimeDirectory: {"runtime_directory": True},
        core.ShareRootMount: {"root_shared": True, "mount_unit_enabled": True},
        core.Prove: {},
        core.PullRayletImage: {"raylet_image_id": "b" * 64},
        core.WriteSeccompProfile: {"seccomp": "current"},
        NotePowers: {"powers_noted": True},
        LookThroughImage: {"image_weak": ()},
        SetTempDirAside: {"temp_dir_owner": ""},
    }
    return effects[type(action)]


def made(desired: core.RootlessDesired = DESIRED, observed: core.RootlessObserved = BARE) -> core.RootlessObserved:
    return after(core.plan_rootless(desired, observed), desired, observed)


def kinds(plan: Plan) -> list[str]:
    return [type(step.action).__name__ for step in plan.steps]


def written(plan: Plan) -> dict[str, WriteFile]:
    return {step.action.path: step.action for step in plan.steps if isinstance(step.action, WriteFile)}


@pytest.mark.parametrize(
    ("desired", "observed"),
    [
        (DESIRED, BARE),
        (replace(DESIRED, graph_root="/srv/images", prove=False), BARE),
        (DESIRED, replace(BARE, in_container=True, root_shared=False, capability_bounds=0)),
        (DESIRED, replace(BARE, root_shared=False)),
        (DESIRED, replace(BARE, needs_fuse=True, fuse_open=False)),
        (DESIRED, replace(BARE, group="ray")),
        (
            DESIRED,
            replace(BARE, account_uid=1000, account_home="/home/ray", group="staff", home_mode=0o711, home_owner="ray"),
        ),
        (DESIRED, replace(BARE, linger=True)),
        (DESIRED, replace(BARE, drop_ins=False, remaps_layers=False)),
        (IN_CONTAINER, BARE),
        (IN_CONTAINER, CLOSED),
        (DESIRED, replace(BARE, powers_noted=False, temp_dir_owner="mallory")),
        (IN_CONTAINER, replace(BARE, powers_noted=False, image_weak=None)),
        (replace(IN_CONTAINER, raylet_privileged=False), BARE),
        (IN_CONTAINER, replace(BARE, in_container=True, root_shared=False, capability_bounds=0)),
    ],
)
def test_a_second_run_finds_nothing_to_do(desired: core.RootlessDesired, observed: core.RootlessObserved) -> None:
    first = core.plan_rootless(desired, observed)
    assert first.changed
    assert core.plan_rootless(desired, after(first, desired, observed)).steps == ()


def test_a_bare_host_in_order() -> None:
    plan = core.plan_rootless(DESIRED, BARE)
    assert kinds(plan) == [
        "RunCommand",
        "MakeDirectory",
        *["WriteFile"] * 5,
        "EnableLinger",
        *["WriteFile"] * 2,
        "Prove",
    ]
    assert list(written(plan))[:2] == ["/etc/subuid", "/etc/subgid"]
    assert plan.steps[0].action.argv[0] == "useradd"
    assert plan.steps[1].action == MakeDirectory("/home/ray", mode=0o711, owner="ray", group="ray")
    assert not plan.steps[-1].changes


@pytest.mark.parametrize(("uid", "gid"), [(1000, 1002), (999, 999), (60001, 60001)])
def test_a_group_id_that_useradd_would_not_choose_is_given_beforehand(uid: int, gid: int) -> None:
    desired, observed = replace(DESIRED, uid=uid), replace(BARE, gid=gid, maps_users=False)
    plan = core.plan_rootless(desired, observed)
    assert plan.steps[0].action == RunCommand(("groupadd", "--gid", str(gid), "ray"))
    assert plan.steps[1].action.argv[:3] == ("useradd", "--gid", "ray")
    assert f":{gid}:0:1:" in written(plan)[STORAGE].content.splitlines()[-1]
    assert core.plan_rootless(desired, after(plan, desired, observed)).steps == ()
    # Where the group was made and the run then killed, the next one takes it.
    killed = core.plan_rootless(desired, replace(observed, group="ray"))
    assert killed.steps[0] == plan.steps[1]


def test_the_usual_group_is_left_to_useradd() -> None:
    assert core.plan_rootless(DESIRED, BARE).steps[0].action.argv[:2] == ("useradd", "--user-group")


def test_storage_is_configured_before_linger_starts_anything_of_the_user() -> None:
    names = [
        getattr(step.action, "path", type(step.action).__name__) for step in core.plan_rootless(DESIRED, BARE).steps
    ]
    assert names.index(STORAGE) < names.index("EnableLinger") < names.index("Prove")


def test_an_old_podman_gets_its_settings_where_it_reads_them() -> None:
    old, new = (written(core.plan_rootless(DESIRED, replace(BARE, drop_ins=drop_ins))) for drop_ins in (False, True))
    (path,) = old.keys() - new.keys()
    (drop_in,) = new.keys() - old.keys()
    assert (path, drop_in) == (
        "/home/ray/.config/containers/containers.conf",
        "/home/ray/.config/containers/containers.conf.d/50-ray-containers.conf",
    )
    assert old[path].content == new[drop_in].content


def test_credentials_are_secret_and_never_shown() -> None:
    desired = replace(DESIRED, auth="topsecret")
    plan = core.plan_rootless(desired, BARE)
    action = written(plan)[AUTH]
    assert (action.mode, action.secret, action.as_user) == (0o600, True, "ray")
    changed = core.plan_rootless(replace(desired, auth="othersecret"), made(desired))
    for step in (*plan.steps, *changed.steps):
        assert "secret" not in step.before + step.after + step.summary
    assert kinds(changed) == ["WriteFile"]


def test_credentials_that_are_not_given_are_left_alone() -> None:
    assert core.plan_rootless(replace(DESIRED, auth=""), made()).steps == ()


def test_a_registry_that_is_no_longer_insecure_is_taken_back() -> None:
    plan = core.plan_rootless(replace(DESIRED, registries=()), made())
    assert [step.action for step in plan.steps] == [Remove(REGISTRIES, as_user="ray")]


@pytest.mark.parametrize(
    "change",
    [
        {"kernel_release": "6.2.0"},
        {"programs": {"podman": "other"}},
        {"hard_limits": {"nofile": 1024}},
        {"store_driver": "overlay"},
        {"surroundings": {"mount of /var/tmp": "/var/tmp tmpfs noexec"}},
        {"stamp": ""},
    ],
)
def test_what_the_proof_depends_on_makes_it_run_again(change: dict[str, t.Any]) -> None:
    there = replace(made(), **change)
    assert kinds(core.plan_rootless(DESIRED, there)) == ["Prove"]
    assert core.plan_rootless(DESIRED, there).changed is False
    assert core.plan_rootless(replace(DESIRED, prove=False), there).steps == ()


def test_a_lost_runtime_directory_is_brought_back() -> None:
    assert kinds(core.plan_rootless(DESIRED, replace(made(), runtime_directory=False))) == [
        "StartRuntimeDirectory",
        "Prove",
    ]


def test_a_root_mount_that_became_private_is_shared_again() -> None:
    there = made(observed=replace(BARE, in_container=True))
    assert kinds(core.plan_rootless(DESIRED, replace(there, root_shared=False))) == ["ShareRootMount", "Prove"]


@pytest.mark.parametrize("mode", [0o700, 0o701, 0o710, 0o744])
def test_a_closed_home_is_opened_to_pass_through(mode: int) -> None:
    there = replace(made(), home_mode=mode)
    actions = [step.action for step in core.plan_rootless(DESIRED, there).steps if step.changes]
    assert actions == [MakeDirectory("/home/ray", mode=0o711, owner="ray", group="ray")]


def test_a_home_that_is_open_already_keeps_its_mode() -> None:
    there = replace(made(), home_mode=0o755)
    there = replace(there, stamp=core.fingerprint(DESIRED, there))
    assert core.plan_rootless(DESIRED, there).steps == ()


def test_the_hosts_limits_and_runtime_are_written_down() -> None:
    observed = replace(
        BARE, capability_bounds=0, hard_limits={"nofile": 20000, "nproc": 500}, cgroup_layout="hybrid", runtime="runc"
    )
    plan = core.plan_rootless(DESIRED, observed)
    content = next(action.content for path, action in written(plan).items() if "containers.conf.d" in path)
    assert 'default_ulimits = ["nofile=20000:20000", "nproc=500:500"]' in content
    assert 'runtime = "runc"' in content


@pytest.mark.parametrize(
    ("change", "program"),
    [({}, False), ({"needs_fuse": True}, True), ({"store_filesystem": "overlay", "fuse_program": True}, True)],
)
def test_fuse_overlayfs_only_where_the_kernel_cannot(change: dict[str, t.Any], program: bool) -> None:
    plan = core.plan_rootless(DESIRED, replace(BARE, **change))
    assert ("mount_program" in written(plan)[STORAGE].content) is program


@pytest.mark.parametrize(
    ("desired", "change", "code", "words"),
    [
        ({"uid": 0}, {}, "RC-337", "cannot be root"),
        ({"user": "root"}, {}, "RC-337", "cannot be root"),
        ({}, {"uid_holder": "ubuntu"}, "RC-337", "belongs to the account ubuntu"),
        ({"uid": 1001}, {"account_uid": 1000}, "RC-337", "has the user id 1000, and 1001"),
        ({"home": "/srv/ray"}, {"account_uid": 1000, "account_home": "/home/ray"}, "RC-337", "has the home /home/ray"),
        ({}, {"systemd": False}, "RC-442", "systemd"),
        ({}, {"user_namespaces": "the kernel setting user.max_user_namespaces is 0"}, "RC-454", "max_user_namespaces"),
        ({}, {"closed_directory": "/srv"}, "RC-446", "chmod o+x /srv"),
        ({}, {"store_filesystem": "nfs4"}, "RC-402", "type nfs4"),
        ({}, {"store_filesystem": "nfs4", "fuse_program": True}, "RC-402", "type nfs4"),
        ({}, {"store_filesystem": "overlay"}, "RC-402", "type overlay"),
        ({}, {"store_driver": "vfs"}, "RC-447", "podman system reset"),
    ],
)
def test_what_stands_in_the_way_is_a_sentence(
    desired: dict[str, t.Any], change: dict[str, t.Any], code: str, words: str
) -> None:
    with pytest.raises(OperatorError) as raised:
        core.plan_rootless(replace(DESIRED, **desired), replace(BARE, **change))
    assert raised.value.code == code
    assert words in str(raised.value)


def test_a_raylet_in_a_container_needs_nothing_of_the_hosts_own_session() -> None:
    plan = core.plan_rootless(IN_CONTAINER, replace(BARE, in_container=True, root_shared=False))
    assert not {"EnableLinger", "StartRuntimeDirectory", "ShareRootMount"} & set(kinds(plan))
    assert kinds(plan)[-2:] == ["PullRayletImage", "Prove"]
    # What root mounts into the container is root's, and the credentials among it are for the user to read.
    ours = {path: write for path, write in written(plan).items() if "podman/" in path}
    assert ours
    assert all(path.startswith("/etc/ray.containers/podman/") and not write.as_user for path, write in ours.items())
    auth = ours["/etc/ray.containers/podman/auth.json"]
    assert (auth.mode, auth.group, auth.secret) == (0o640, "ray", True)


@pytest.mark.parametrize(
    ("observed", "planned"),
    [
        (BARE, True),
        (CLOSED, True),
        # As an earlier release made it.
        (replace(BARE, volume_mode=0o755, volume_owner="ray"), True),
        (replace(BARE, volume_mode=0o755, volume_owner="root"), False),
        (replace(BARE, volume_mode=0o711, volume_owner="root"), False),
        (replace(BARE, volume_mode=0o755, volume_owner="backup"), False),
    ],
)
def test_the_volume_of_the_container_is_roots_and_open(observed: core.RootlessObserved, planned: bool) -> None:
    actions = [step.action for step in core.plan_rootless(IN_CONTAINER, observed).steps]
    made = [action.path for action in actions if isinstance(action, MakeDirectory)]
    assert made == ["/home/ray", *([VOLUME] if planned else []), CONTAINER_STORE]
    if planned:
        assert MakeDirectory(VOLUME, mode=0o711, owner="root") in actions


@pytest.mark.parametrize(
    ("desired", "observed"),
    [
        (replace(DESIRED, graph_root=f"{VOLUME}/images"), CLOSED),
        (IN_CONTAINER, replace(CLOSED, volume_owner="backup")),
        (IN_CONTAINER, replace(CLOSED, closed_directory="/var/lib")),
    ],
)
def test_a_directory_that_is_not_ours_to_open_is_refused(
    desired: core.RootlessDesired, observed: core.RootlessObserved
) -> None:
    with pytest.raises(OperatorError) as raised:
        core.plan_rootless(desired, observed)
    assert raised.value.code == "RC-446"
    # In a container the images have no other place.
    assert ("graph_root" in raised.value.remedy) is (desired is not IN_CONTAINER)


def test_the_images_lie_on_the_volume_of_the_container() -> None:
    files = written(core.plan_rootless(IN_CONTAINER, BARE))
    storage = next(action.content for path, action in files.items() if path.endswith("storage.conf"))
    containers = next(action.content for path, action in files.items() if "containers.conf.d" in path)
    assert 'graphroot = "/var/lib/containers/ray-user"' in storage
    assert 'network_config_dir = "/var/lib/containers/ray-user/networks"' in containers
    for elsewhere in ("/var/lib/container/ray", VOLUME, f"{VOLUME}/"):
        with pytest.raises(OperatorError) as raised:
            core.plan_rootless(replace(IN_CONTAINER, graph_root=elsewhere), BARE)
        assert raised.value.code == "RC-390"


def test_the_image_is_pulled_as_the_registry_is_reached() -> None:
    steps = core.plan_rootless(IN_CONTAINER, BARE).steps
    (pull,) = [step.action for step in steps if isinstance(step.action, core.PullRayletImage)]
    assert pull == core.PullRayletImage(
        IN_CONTAINER.raylet_image, "ray", "/etc/ray.containers/podman/auth.json", tls_verify=False
    )
    team = replace(IN_CONTAINER, raylet_image="registry.example.com/team/raylet:1")
    for location, verified in (("team", False), ("tea", True), ("team/raylet", False), ("other", True)):
        registries = (Registry("registry.example.com"), Registry(f"registry.example.com/{location}", insecure=True))
        steps = core.plan_rootless(replace(team, registries=registries), BARE).steps
        (pull,) = [step.action for step in steps if isinstance(step.action, core.PullRayletImage)]
        assert pull.tls_verify is verified, location
    elsewhere = replace(IN_CONTAINER, raylet_image="registry.example.com/raylet:1", auth="")
    (pull,) = [
        step.action
        for step in core.plan_rootless(elsewhere, BARE).steps
        if isinstance(step.action, core.PullRayletImage)
    ]
    assert (pull.credentials, pull.tls_verify) == ("", True)


def test_what_a_raylet_on_the_host_has_left_is_no_part_of_the_proof() -> None:
    unit = f"/etc/systemd/system/{core.MOUNT_UNIT}"
    assert unit in core.written_paths(DESIRED, "/home/ray")
    assert unit not in core.written_paths(IN_CONTAINER, "/home/ray")


def test_another_image_is_proven_anew() -> None:
    there = made(IN_CONTAINER)
    assert core.plan_rootless(IN_CONTAINER, there).steps == ()
    assert kinds(core.plan_rootless(IN_CONTAINER, replace(there, raylet_image_id="c" * 64))) == ["Prove"]


def test_the_system_calls_are_listed_only_for_a_container_without_privileges() -> None:
    confined = replace(IN_CONTAINER, raylet_privileged=False)
    there = made(confined)
    assert there.seccomp == "current"
    assert kinds(core.plan_rootless(confined, replace(there, seccomp="another"))) == ["WriteSeccompProfile"]
    assert kinds(core.plan_rootless(IN_CONTAINER, there)) == ["Remove", "Prove"]
    assert kinds(core.plan_rootless(DESIRED, replace(made(), seccomp="current"))) == ["Remove"]
