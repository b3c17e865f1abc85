# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the looks at a node make of what they see: tables of facts and the fault that each is."""

from __future__ import annotations

import typing as t
from dataclasses import replace

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis import (
    of_account,
    of_kernel,
    of_podman,
)
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Look, Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_account import AccountFacts, PathFacts
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_kernel import DiskFacts, KernelFacts
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_podman import (
    CommandFacts,
    ContainerFacts,
    PodmanFacts,
    ProgramFacts,
    StoreFacts,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import Mount

RAY = Subject("ray", 1000, "/home/ray")
IDS = ((100000, 65536),)
HOME = PathFacts("/home/ray", "ray", 0o711)
WELL = AccountFacts(
    home=HOME,
    store="/home/ray/.local/share/containers/storage",
    store_mount=Mount("/", "ext4", True, frozenset({"rw"})),
    granted=(IDS, IDS),
    pause=812,
    mapped=(IDS, IDS),
    runtime_directory=PathFacts("/run/user/1000", "ray", 0o700),
    lingers=True,
)


def told(*looks: Look) -> list[str]:
    return [held.fault.code for look in looks for held in look.held]


def of_the_account(facts: AccountFacts, subject: Subject = RAY) -> list[Look]:
    return [
        of_account.account_look(subject, facts),
        of_account.subordinate_ids_look(subject, facts),
        of_account.runtime_directory_look(subject, facts),
    ]


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        ({}, "", ""),
        (
            {"home": replace(HOME, owner="root")},
            "RC-501",
            "The Ray user's home /home/ray belongs to root, so podman cannot read its store",
        ),
        ({"home": None}, "RC-501", "The Ray user's home /home/ray is not there"),
        ({"home": replace(HOME, kind="-")}, "RC-501", "The Ray user's home /home/ray is no directory"),
        ({"home": replace(HOME, mode=0o111)}, "RC-501", "The Ray user may not use its own home /home/ray"),
        (
            {"closed": PathFacts("/srv", "root", 0o700)},
            "RC-446",
            "/srv, above the image store, is closed to the root of containers",
        ),
        (
            {"store_mount": Mount("/home", "ext4", True, frozenset({"rw", "noexec"}))},
            "RC-502",
            "The file system at /home, on which the image store /home/ray/.local/share/containers/storage lies, is mounted"
            " noexec, so no program of an image can be started",
        ),
        (
            {"store_mount": Mount("/home", "ext4", True, frozenset({"ro"}))},
            "RC-556",
            "The file system at /home, on which the image store /home/ray/.local/share/containers/storage lies, is read-only",
        ),
        (
            {"store_mount": Mount("/home", "nfs4", True, frozenset({"rw"}))},
            "RC-402",
            "The file system at /home, on which the image store /home/ray/.local/share/containers/storage lies, is nfs4, on which"
            " overlay does not work",
        ),
        (
            {"granted": ((), IDS)},
            "RC-443",
            "ray has too few subordinate ids in /etc/subuid for the files of images",
        ),
        (
            {"mapped": ((), ())},
            "RC-504",
            "Podman still uses ray's subordinate ids from before they were changed",
        ),
        (
            {"mapped": (((200000, 65536),), IDS)},
            "RC-504",
            "Podman still uses ray's subordinate ids from before they were changed",
        ),
        ({"mapped": None}, "", ""),
        ({"pause": 0, "mapped": None}, "", ""),
        ({"runtime_directory": None}, "RC-442", "The Ray user's runtime directory /run/user/1000 is not there"),
        (
            {"runtime_directory": PathFacts("/run/user/1000", "root", 0o755)},
            "RC-442",
            "The Ray user cannot use its runtime directory /run/user/1000: it belongs to root",
        ),
        ({"lingers": False}, "RC-506", "ray does not linger: /run/user/1000 goes away when its last login ends"),
    ],
)
def test_the_account(changes: dict[str, t.Any], code: str, sentence: str) -> None:
    looks = of_the_account(replace(WELL, **changes))
    found = [held for look in looks for held in look.held]
    assert [held.fault.code for held in found] == ([code] if code else [])
    assert [held.sentence for held in found] == ([sentence] if sentence else [])
    assert all(held.evidence and (held.remedy or held.fault.entry.remedy) for held in found)
    assert all(look.answered for look in looks)


def test_an_account_that_is_not_there_and_ids_from_elsewhere() -> None:
    assert told(of_account.account_look(replace(RAY, uid=None), WELL)) == ["RC-500"]
    assert not of_account.subordinate_ids_look(RAY, replace(WELL, granted=((), ()), subid_source="sss")).answered
    assert told(of_account.subordinate_ids_look(RAY, replace(WELL, granted=((), ()), subid_source="files"))) == [
        "RC-443"
    ]


PROGRAMS = {
    "podman": ProgramFacts("/usr/bin/podman"),
    "conmon": ProgramFacts("/usr/bin/conmon"),
    "runtime": ProgramFacts("/usr/bin/runc"),
    "newuidmap": ProgramFacts("/usr/bin/newuidmap", privileged=True),
    "newgidmap": ProgramFacts("/usr/bin/newgidmap", privileged=True),
}
INFO = PodmanFacts(PROGRAMS, CommandFacts(), {"serviceIsRemote": False}, {"graphDriverName": "overlay"})


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (INFO, []),
        (replace(INFO, programs={**PROGRAMS, "podman": ProgramFacts()}), ["RC-440"]),
        (replace(INFO, programs={**PROGRAMS, "conmon": ProgramFacts()}), ["RC-530"]),
        (replace(INFO, programs={**PROGRAMS, "runtime": ProgramFacts()}), ["RC-360"]),
        (replace(INFO, programs={**PROGRAMS, "runtime": ProgramFacts("/usr/bin/runc", executable=False)}), ["RC-360"]),
        (replace(INFO, programs={**PROGRAMS, "newuidmap": ProgramFacts("/usr/bin/newuidmap")}), ["RC-444"]),
        (replace(INFO, host={"serviceIsRemote": True}), ["RC-534"]),
        (replace(INFO, info=CommandFacts(125, stderr="Error: runroot must be set")), ["RC-533"]),
        (replace(INFO, info=CommandFacts(125, stderr="Error: something new")), ["RC-535"]),
        # Podman 4.3.1 goes on without a storage.conf of the user's that it cannot read.
        (
            replace(INFO, said="Failed to read /home/ray/.config/containers/storage.conf toml: line 11 (last key"),
            ["RC-533"],
        ),
        (replace(INFO, said="something that is no fault"), []),
        # On a busy machine it takes its time: that is no answer, and no fault.
        (replace(INFO, info=CommandFacts(124, late=True)), []),
    ],
)
def test_podman(facts: PodmanFacts, codes: list[str]) -> None:
    assert told(*of_podman.podman_looks(RAY, facts)) == codes


def test_the_program_before_podman_is_looked_at_after_podman_itself() -> None:
    programs, configuration = of_podman.podman_looks(RAY, replace(INFO, rays="missing"))
    assert told(programs, configuration) == ["RC-536"]
    without = replace(INFO, programs={"podman": ProgramFacts()}, rays="another program")
    assert told(*of_podman.podman_looks(RAY, without)) == ["RC-440"]


def test_a_podman_that_takes_its_time_is_not_known_to_be_well() -> None:
    looks = of_podman.podman_looks(RAY, replace(INFO, info=CommandFacts(124, late=True)))
    assert not any(look.answered for look in looks)


def test_what_podman_did_not_get_to_is_not_known_to_be_well() -> None:
    programs, configuration = of_podman.podman_looks(
        RAY, replace(INFO, info=CommandFacts(125, stderr="Error: runroot must be set"))
    )
    assert (programs.answered, configuration.answered) == (False, True)


@pytest.mark.parametrize(
    ("podman", "store", "codes"),
    [
        (INFO, StoreFacts(locks=PathFacts("/dev/shm/libpod_rootless_lock_1000", "ray", 0o600), containers=3), []),
        (replace(INFO, store={"graphDriverName": "vfs"}), StoreFacts(containers=1), ["RC-447"]),
        (INFO, StoreFacts(foreign=PathFacts("/home/ray/x/libpod", "root", 0o700), containers=1), ["RC-558"]),
        (INFO, StoreFacts(refused="/run/user/1000/containers/overlay/overlay-false: no", containers=1), ["RC-402"]),
        (INFO, StoreFacts(locks=PathFacts("/dev/shm/libpod_rootless_lock_1000", "root", 0o600)), ["RC-554"]),
        (INFO, StoreFacts(containers=2048), ["RC-455"]),
        (replace(INFO, host={"freeLocks": 0}), StoreFacts(containers=9), ["RC-455"]),
    ],
)
def test_the_store_and_its_locks(podman: PodmanFacts, store: StoreFacts, codes: list[str]) -> None:
    assert told(of_podman.store_look(RAY, podman, store), of_podman.locks_look(RAY, podman, store)) == codes


RAN = ContainerFacts("r.example/a:1", CommandFacts(), CommandFacts(), 1000)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (RAN, []),
        (replace(RAN, uid=1001), []),
        (replace(RAN, uid=1001, said={"write": "[Errno 13] Permission denied"}), ["RC-401"]),
        (replace(RAN, said={"token": "[Errno 13] Permission denied"}), ["RC-409"]),
        (replace(RAN, worker=CommandFacts(126, stderr="Error: crun: open executable: Permission denied")), ["RC-502"]),
        # A command that has failed says more than another one that there was no time for.
        (replace(RAN, first=CommandFacts(125, stderr="Error: x"), worker=CommandFacts(1, late=True)), ["RC-535"]),
    ],
)
def test_rays_two_commands(facts: ContainerFacts, codes: list[str]) -> None:
    assert told(of_podman.containers_look(RAY, facts)) == codes


def test_a_container_that_takes_too_long_is_no_fault() -> None:
    late = of_podman.containers_look(RAY, replace(RAN, worker=CommandFacts(1, late=True)))
    assert (late.held, late.answered) == ((), False)


def test_without_an_image_rays_commands_are_not_known_to_work() -> None:
    assert not of_podman.containers_look(RAY, ContainerFacts()).answered


KERNEL = KernelFacts(
    settings={"user.max_user_namespaces": "15000", "fs.inotify.max_user_instances": "128"},
    keys=(18, 200),
    key_bytes=(400, 20000),
    instances=5,
    tasks=(300, None),
    delegated=True,
    layout="v2",
    runtime="crun",
)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"settings": {"user.max_user_namespaces": "0"}}, ["RC-454"]),
        ({"settings": {"kernel.unprivileged_userns_clone": "0"}}, ["RC-454"]),
        ({"settings": {"kernel.apparmor_restrict_unprivileged_userns": "1"}, "podman_profile": False}, ["RC-347"]),
        ({"settings": {"kernel.apparmor_restrict_unprivileged_userns": "1"}, "podman_profile": True}, []),
        ({"root_shared": False}, ["RC-361"]),
        ({"keys": (200, 200)}, ["RC-540"]),
        ({"key_bytes": (20000, 20000)}, ["RC-540"]),
        ({"instances": 128}, ["RC-541"]),
        ({"tasks": (100, 100)}, ["RC-542"]),
        ({"delegated": False}, ["RC-351"]),
        ({"layout": "hybrid"}, ["RC-449"]),
        ({"layout": "hybrid", "runtime": "runc"}, []),
    ],
)
def test_the_kernel(changes: dict[str, t.Any], codes: list[str]) -> None:
    assert told(*of_kernel.kernel_looks(RAY, replace(KERNEL, **changes))) == codes


DISK = DiskFacts("/", ("/home/ray", "/var/tmp"), 100 * 2**30, 50 * 2**30, 1000, 500)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"free": 0}, "RC-426"),
        ({"free_inodes": 0}, "RC-550"),
        ({"free_inodes": 10}, "RC-551"),
        ({"free": 4 * 2**30}, "RC-551"),
        ({"size": 2**40, "free": 30 * 2**30}, ""),
        ({"inodes": 0, "free_inodes": 0}, ""),
        ({"read_only": True}, "RC-556"),
    ],
)
def test_disks(changes: dict[str, t.Any], code: str) -> None:
    assert told(of_kernel.disks_look([replace(DISK, **changes)])) == ([code] if code else [])
