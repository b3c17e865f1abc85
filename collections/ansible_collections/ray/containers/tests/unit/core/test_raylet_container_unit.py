# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service of a raylet in a container: what was seen to come back from every fault, on real nodes, has these words."""

from __future__ import annotations

import dataclasses
import shlex
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.container import Surroundings
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.environment_file import ENVIRONMENT_PATH
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.service import Service
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.unit import raylet_unit

IMAGE = "registry.example.com/raylet@sha256:" + "0" * 64
AROUND = Surroundings(IMAGE, "ray", 1000, 1000, "/home/ray", "runc", 20000, 32768)
SERVICE = Service(1000, "ray", "/home/ray", (20000, 20000), around=AROUND, memory=16 * 2**30)


def spec(role: str, **fields: t.Any) -> RayletSpec:
    return dataclasses.replace(RayletSpec(role, "ray", "", "2.60.0", "192.0.2.11", image=IMAGE), **fields)


def words(text: str, key: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.startswith(f"{key}=")]
    return shlex.split(line.partition("=")[2].replace("$$", "$"))


@pytest.mark.parametrize("role", ["head", "worker"])
def test_nothing_but_the_service_ends_the_container_at_a_shutdown(role: str) -> None:
    started = words(raylet_unit(spec(role), SERVICE), "ExecStart")
    assert "--cgroup-parent=system.slice" in started
    # The parent is a slice for this manager alone.
    assert started.index("--cgroup-manager=systemd") < started.index("run")


@pytest.mark.parametrize(("role", "seconds"), [("head", 20), ("worker", 80)])
def test_a_raylet_is_not_killed_before_it_has_drained(role: str, seconds: int) -> None:
    unit = raylet_unit(spec(role, drain_seconds=60), SERVICE)
    assert f"--stop-timeout={seconds}" in words(unit, "ExecStart")
    assert f"--time={seconds}" in words(unit, "ExecStop")
    assert words(unit, "TimeoutStopSec") == [str(seconds + 30)]


def test_only_a_head_has_the_directory_of_its_memory() -> None:
    state = "--volume=/var/lib/ray/gcs/2.60.0-container:/var/lib/ray/gcs/2.60.0-container"
    assert state in words(raylet_unit(spec("head"), SERVICE), "ExecStart")
    assert state not in words(raylet_unit(spec("worker"), SERVICE), "ExecStart")


def test_values_of_variables_stand_on_no_command_line() -> None:
    unit = raylet_unit(spec("worker", environment={"RAY_KEY": "not-to-be-seen"}), SERVICE)
    assert "--env=RAY_KEY" in words(unit, "ExecStart")
    assert "not-to-be-seen" not in unit
    assert f"EnvironmentFile={ENVIRONMENT_PATH}" in unit.splitlines()


@pytest.mark.parametrize(
    ("object_store", "size"), [(None, "6g"), (2**30, "1127m"), (75 * 2**20, "83m")], ids=["Ray's own", "1GiB", "75MiB"]
)
def test_shared_memory_holds_the_object_store(object_store: int | None, size: str) -> None:
    unit = raylet_unit(spec("worker", object_store_memory=object_store), SERVICE)
    assert f"--shm-size={size}" in words(unit, "ExecStart")


def test_what_starts_ray_makes_its_runtime_directory_and_removes_what_is_left() -> None:
    started = words(raylet_unit(spec("worker"), SERVICE), "ExecStart")
    script = started[started.index("-c") + 1]
    assert script.startswith('mkdir -m 0700 -p "$XDG_RUNTIME_DIR" && ')
    assert "--filter volume=/tmp/ray" in script
    assert script.endswith('; exec "$@"')
    assert started[started.index("-c") + 2 :][:3] == ["raylet", "ray", "start"]
