# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three levels: the node, the raylet's container on it, and in that the containers of applications, whose user is Ray's."""

from __future__ import annotations

import json
import typing as t

import pytest

from tests.cluster.answers import answers
from tests.cluster.raylet_container import containers_of_raylet, outer_container

RAY_UID = "1000"


@pytest.fixture(params=["head", "worker1"])
def host(request: pytest.FixtureRequest, hosts: dict[str, t.Any]) -> t.Any:
    """Each node."""
    return hosts[request.param]


def test_both_applications_answer_from_their_own_containers(applications: t.Any) -> None:
    given = answers(applications)
    assert given
    assert {name: answer["in_container"] for name, answer in given.items()} == {"numerals": True, "sizes": True}
    assert {name: answer["ray"] for name, answer in given.items()} == {"numerals": "2.60.0", "sizes": "2.60.0"}


def test_the_raylets_container_is_what_rays_guide_asks_for(host: t.Any) -> None:
    container = outer_container(host)
    assert container["HostConfig"]["Privileged"] is True
    assert container["HostConfig"]["NetworkMode"] == "host"
    assert container["Config"]["User"] == f"{RAY_UID}:{RAY_UID}"
    mounted = {mount["Destination"]: (mount["Source"], mount["RW"]) for mount in container["Mounts"]}
    assert mounted["/var/lib/containers"] == ("/var/lib/containers", True)
    assert mounted["/tmp/ray"] == ("/tmp/ray", True)
    # Of a directory of root: what the Ray user put at its own path would be mounted by root.
    assert mounted["/home/ray/.ray"] == ("/etc/ray.containers/token", False)


def test_its_label_says_what_it_was_asked_to_be_and_no_secret(host: t.Any) -> None:
    container = outer_container(host)
    told = json.loads(container["Config"]["Labels"]["ray.containers.raylet"])
    assert told["ray_version"] == "2.60.0"
    token = host.file("/home/ray/.ray/auth_token").content_string
    assert token and token not in json.dumps(container)


def test_every_process_of_ray_runs_as_the_ray_user_in_its_container(host: t.Any) -> None:
    seen = host.check_output("ps -eo uid=,pidns=,comm= | sort -u")
    rows = [line.split(None, 2) for line in seen.splitlines()]
    (own,) = {namespace for _uid, namespace, name in rows if name == "systemd-journal"}
    (raylet,) = {(uid, namespace) for uid, namespace, name in rows if name == "raylet"}
    assert raylet[0] == RAY_UID
    assert raylet[1] != own
    assert {uid for uid, _namespace, name in rows if name.startswith("ray::")} == {RAY_UID}


def test_an_application_sees_neither_the_nodes_nor_the_raylets_files(hosts: dict[str, t.Any]) -> None:
    applications = 0
    for host in hosts.values():
        pids = [pid for found in containers_of_raylet(host).values() for pid in found]
        seen = [host.check_output(f"podman exec raylet readlink /proc/{pid}/ns/mnt") for pid in pids]
        own = host.check_output("podman exec raylet readlink /proc/self/ns/mnt")
        node = host.check_output("readlink /proc/self/ns/mnt")
        assert len({own, node, *seen}) == len(pids) + 2
        applications += len(pids)
    # One replica each, wherever Serve has put them.
    assert applications == 2


def test_the_images_lie_on_the_shared_volume_in_the_ray_users_own_store(host: t.Any) -> None:
    assert host.file("/var/lib/containers/ray-user/overlay-images").is_directory
    assert host.file("/var/lib/containers/ray-user").user == "ray"
    assert not host.file("/home/ray/.local/share/containers").exists
    # Ray comes with the image: none is installed on the node.
    assert not host.file("/opt/ray").exists
