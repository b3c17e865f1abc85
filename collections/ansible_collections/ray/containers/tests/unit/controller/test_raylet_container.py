# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A raylet in a container: the rules for it, its options, the words of its command, its unit, and what a switch removes."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import raylet_container as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.engine.compatibility import inner_runtime
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Remove, RunCommand
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.container import (
    Surroundings,
    container_argv,
    tools_argv,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.container_options import FREE, judged_option
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.container_unit import (
    raylet_container_argv,
    shared_memory,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.leftovers import Leftovers, removal
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.service import Service
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.unit import (
    differences,
    raylet_unit,
    runs_in_container,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.validation import reject
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.seccomp import PROFILE, profile
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_container_rules import RULES
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import (
    RayletSettings,
    in_containers,
)
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, findings

IMAGE = "registry.example.com/raylet@sha256:" + "a" * 64
TOKEN = "0123456789abcdef"
AROUND = Surroundings(IMAGE, "ray", 1000, 1000, "/home/ray", "runc", 20000, 4096)
HEAD = RayletSpec("head", "ray", "", "2.60.0", "192.0.2.1", auth_token=TOKEN, image=IMAGE, environment={"RAY_A": "a b"})
WORKER = dataclasses.replace(HEAD, role="worker", drain_seconds=90)
ON_HOST = dataclasses.replace(HEAD, image="", runtime_path="/opt/ray/2.60.0-py3.11.2")
SERVICE = Service(1000, "ray", "/home/ray", (20000, 20000), AROUND, memory=24 * 2**30)
HOST_SERVICE = dataclasses.replace(SERVICE, around=None)


def found(**values: t.Any) -> list[tuple[str, str]]:
    settings = RayletSettings("w", values=values)
    told = findings(RULES, ServeConfig({}, ()), Context(raylets=(settings,)))
    return [(finding.entry.code, finding.where) for finding in told]


IN_CONTAINER = {"raylet_mode": "container", "raylet_image": "registry.example.com/raylet:1"}

#: code, settings that break the rule, the place that is told, and settings that nearly do.
CASES: list[tuple[str, dict[str, t.Any], str, dict[str, t.Any]]] = [
    ("RC-234", {"raylet_mode": "Container"}, "ray_raylet_mode of w", {"raylet_mode": "host"}),
    ("RC-235", {"raylet_mode": "container"}, "ray_raylet_image of w", {"raylet_image": ""}),
    ("RC-236", {**IN_CONTAINER, "raylet_image": "raylet:1"}, "ray_raylet_image of w", IN_CONTAINER),
    ("RC-236", {**IN_CONTAINER, "raylet_image": "a b"}, "ray_raylet_image of w", {"raylet_image": "a b"}),
    ("RC-248", {"raylet": "host"}, "ray_raylet", {"raylet_mode": "host"}),
    ("RC-242", {"raylet_privileged": "maybe"}, "ray_raylet_privileged of w", {"raylet_privileged": "false"}),
    ("RC-249", {"raylet": "container", "raylet_mode": "host"}, "ray_raylet_mode of w", {"raylet_mode": "host"}),
    *(
        (code, {"raylet_options": [broken]}, "ray_raylet_options[0] of w", {"raylet_options": [nearly]})
        for code, broken, nearly in (
            ("RC-237", "device=/dev/x", "--device=/dev/x"),
            ("RC-237", "--device=/dev/x\n--user=0", "--label=a=b"),
            ("RC-238", "--name=mine", "--annotation=name=mine"),
            ("RC-238", "--network=bridge", "--add-host=network:192.0.2.9"),
            ("RC-238", "--enviroment=x", "--memory=64g"),
            ("RC-239", "--privileged=false", "--device=/dev/privileged"),
            ("RC-239", "--cap-drop=ALL", "--label=cap-drop=ALL"),
            ("RC-239", "--security-opt=no-new-privileges", "--security-opt=label=disable"),
            ("RC-240", "--tmpfs=/var/lib/containers", "--tmpfs=/var/lib/containers2"),
            ("RC-240", "--volume=/srv:/var/lib/containers:rw", "--volume=/var/lib/containers:/srv"),
            ("RC-240", "-v=/srv:/tmp", "--volume=/srv:/tmp/rays"),
            ("RC-240", "--mount=type=bind,src=/srv,dst=/tmp/ray/session_1", "--mount=type=bind,src=/tmp/ray,dst=/srv"),
            ("RC-241", "--user=0", "--group-add=video"),
            ("RC-241", "-u=root", "--label=u=root"),
        )
    ),
]


@pytest.mark.parametrize(("code", "broken", "where", "nearly"), CASES, ids=lambda value: str(value)[:50])
def test_a_rule(code: str, broken: dict[str, t.Any], where: str, nearly: dict[str, t.Any]) -> None:
    assert found(**broken) == [(code, where)]
    assert found(**nearly) == []


def test_the_earlier_name_of_the_mode_holds_and_is_told_once_for_all_hosts() -> None:
    hosts = tuple(RayletSettings(host, values={**IN_CONTAINER, "raylet_mode": None}) for host in ("v", "w"))
    old = tuple(dataclasses.replace(host, values={**host.values, "raylet": "container"}) for host in hosts)
    (told,) = findings(RULES, ServeConfig({}, ()), Context(raylets=old))
    assert (told.entry.code, told.entry.severity, told.evidence) == ("RC-248", "warning", "it is set for v, w")
    assert list(in_containers(old)) == list(old)
    assert found(raylet="container") == [("RC-235", "ray_raylet_image of w"), ("RC-248", "ray_raylet")]
    assert found(raylet="container", **IN_CONTAINER) == [("RC-248", "ray_raylet")]


def test_every_entry_has_a_rule_and_a_case() -> None:
    assert {entry.code for entry in catalogue.OPTIONS} < {rule.entry.code for rule in RULES}
    assert {rule.entry.code for rule in RULES} == {case[0] for case in CASES}


@pytest.mark.parametrize(("hosts", "told"), [("vw", ["v", "w"]), ("w", [])])
def test_a_registry_of_the_machine_itself_is_another_one_on_each(hosts: str, told: list[str]) -> None:
    values = {**IN_CONTAINER, "raylet_image": "localhost:5000/raylet:1"}
    raylets = tuple(RayletSettings(host, values=values) for host in hosts)
    found = findings(RULES, ServeConfig({}, ()), Context(raylets=raylets))
    assert [(each.entry.code, each.where) for each in found] == [
        ("RC-236", f"ray_raylet_image of {host}") for host in told
    ]


def test_the_module_refuses_the_same_options() -> None:
    with pytest.raises(OperatorError) as raised:
        reject(dataclasses.replace(HEAD, options=("--device=/dev/x", "--cap-drop=ALL")))
    assert raised.value.code == "RC-239"
    assert "cannot clone" in str(raised.value)


def test_what_the_command_gives_is_not_given_twice() -> None:
    words = raylet_container_argv(HEAD, SERVICE, AROUND)
    given = {word[2:].partition("=")[0] for word in words if word.startswith("--") and word != "--"}
    start = {word[2:].partition("=")[0] for word in words[words.index("--") :] if word.startswith("--")}
    assert not (given - start) & (FREE - {"label", "volume"})
    wrong = {name: judged_option(f"--{name}=x") for name in given - start - {"label", "volume"}}
    assert all(wrong.values()), wrong


def test_the_container_is_what_rays_guide_asks_for() -> None:
    words = container_argv(AROUND, "raylet")
    assert {"--privileged", "--network=host", "--user=1000:1000", "--runtime=runc"} <= set(words)
    assert "--volume=/var/lib/containers:/var/lib/containers" in words
    assert "--volume=/etc/ray.containers/podman:/home/ray/.config/containers:ro" in words
    assert {"--ulimit=nofile=20000:20000", "--ulimit=nproc=4096:4096"} <= set(words)
    assert not any("nproc" in word for word in container_argv(dataclasses.replace(AROUND, nproc=None), "raylet"))


def test_the_least_that_podman_in_it_needs() -> None:
    words = container_argv(dataclasses.replace(AROUND, privileged=False), "raylet")
    assert "--privileged" not in words
    dropped = next(word for word in words if word.startswith("--cap-drop=")).partition("=")[2].split(",")
    assert not {"SETUID", "SETGID", "ALL"} & set(dropped)
    assert {f"--security-opt=seccomp={PROFILE}", "--security-opt=unmask=ALL"} <= set(words)


def test_the_profile_is_podmans_own_and_one_call_more() -> None:
    default: dict[str, t.Any] = {
        "defaultAction": "SCMP_ACT_ERRNO",
        "syscalls": [
            {"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
            {"names": ["mount", "sethostname"], "action": "SCMP_ACT_ERRNO", "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
        ],
    }
    made = json.loads(profile(json.dumps(default)))
    assert made["defaultAction"] == "SCMP_ACT_ERRNO"
    assert made["syscalls"][:2] == [default["syscalls"][0], {**default["syscalls"][1], "names": ["mount"]}]
    assert (made["syscalls"][2]["names"], made["syscalls"][2]["action"]) == (["sethostname"], "SCMP_ACT_ALLOW")
    with pytest.raises(ValueError, match="not a seccomp profile"):
        profile("[]")


def test_a_container_to_ask_in_ends_by_itself() -> None:
    words = tools_argv(AROUND, "raylet-tools")
    assert words[: len(container_argv(AROUND, "raylet-tools"))] == container_argv(AROUND, "raylet-tools")
    assert words[-1].endswith("exec sleep 86400")


def test_neither_the_token_nor_a_value_of_a_variable_stands_on_the_command_line() -> None:
    text = raylet_unit(HEAD, SERVICE)
    line = next(line for line in text.splitlines() if line.startswith("ExecStart="))
    assert TOKEN not in text
    assert "a b" not in line
    assert "--env=RAY_A" in line
    assert "RAY_A=" not in text


def test_the_images_own_path_and_the_containers_own_home_hold() -> None:
    text = raylet_unit(HEAD, SERVICE)
    assert "--env=HOME=/home/ray" in text
    assert re.findall(r"PATH=(\S+);", text) == ["/usr/local/lib/ray.containers/bin:$$PATH"]
    assert "--volume=/usr/local/lib/ray.containers/bin:/usr/local/lib/ray.containers/bin:ro" in text
    assert "Environment=HOME" not in text
    assert " raylet ray start --head " in text


def test_a_worker_may_drain_before_it_is_killed() -> None:
    text = raylet_unit(WORKER, SERVICE)
    assert "ExecStop=podman stop --ignore --time=110 raylet" in text
    assert "TimeoutStopSec=140" in text
    assert "/var/lib/ray/gcs" not in text
    assert "--volume=/var/lib/ray/gcs/2.60.0-container:/var/lib/ray/gcs/2.60.0-container" in raylet_unit(HEAD, SERVICE)


def test_the_label_tells_the_whole_specification_without_secrets() -> None:
    words = raylet_container_argv(dataclasses.replace(WORKER, num_cpus=4, resources={"fast": 2}), SERVICE, AROUND)
    label = next(word for word in words if word.startswith("--label=")).partition("=")[2].partition("=")[2]
    told = json.loads(label)
    assert (told["role"], told["num_cpus"], told["resources"], told["environment"]) == (
        "worker",
        4,
        {"fast": 2},
        ["RAY_A"],
    )
    assert TOKEN not in label


@pytest.mark.parametrize(
    ("store", "memory", "size"),
    [(1000 * 2**20, 0, "1100m"), (75 * 2**20, 0, "83m"), (None, 24 * 2**30, "9g"), (None, 2**30, "1g")],
)
def test_the_shared_memory_has_room_for_the_object_store(store: int | None, memory: int, size: str) -> None:
    assert shared_memory(dataclasses.replace(HEAD, object_store_memory=store), memory) == size


def test_a_change_says_which_fields_changed() -> None:
    before = raylet_unit(HEAD, SERVICE)
    other = dataclasses.replace(HEAD, num_cpus=4, options=("--device=/dev/x",), environment={"RAY_A": "c"})
    told = differences(before, raylet_unit(other, SERVICE))
    assert "num-cpus: nothing -> 4" in told
    assert "device: nothing -> /dev/x" in told
    assert "RAY_A" not in " ".join(told), "which of the variables changes is told where their file is written"
    assert len(told) == 2


@pytest.mark.parametrize(("before", "after"), [(ON_HOST, HEAD), (HEAD, ON_HOST)])
def test_a_switch_is_told_as_one(before: RayletSpec, after: RayletSpec) -> None:
    texts = [raylet_unit(spec, SERVICE if spec.image else HOST_SERVICE) for spec in (before, after)]
    assert [runs_in_container(text) for text in texts] == [bool(before.image), bool(after.image)]
    told = differences(*texts)
    assert len(told) == 1
    assert told[0].startswith("Ray runs in a container" if after.image else "Ray runs on the host")


def test_a_raylet_needs_a_runtime_or_an_image() -> None:
    reject(HEAD)
    reject(ON_HOST)
    with pytest.raises(OperatorError, match="or a raylet_image"):
        reject(dataclasses.replace(HEAD, image=""))


def test_what_is_left_is_removed_and_what_tells_of_it_last() -> None:
    left = Leftovers("in a container", {"/var/lib/containers/ray-user": "the images"}, ("b" * 64,), "ray")
    actions = [step.action for step in removal(left)]
    assert [type(action) for action in actions] == [RunCommand, RunCommand, Remove]
    assert list(removal(Leftovers())) == []


@pytest.mark.parametrize(("layout", "runtime"), [("v2", "crun"), ("hybrid", "runc"), ("v1", "runc")])
def test_crun_starts_nothing_on_older_layouts(layout: str, runtime: str) -> None:
    assert inner_runtime(layout) == runtime
