# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another account of a node comes at nothing of Ray's; and images in which the Ray user can become root do not pass."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from tests.cluster.another_account import another_account, outcomes, state_of_temp_dir
from tests.cluster.nodes import TestCluster
from tests.cluster.raylet_container import processes
from tests.cluster.site import Site

REGISTRY = "10.93.0.2:5000"
IMAGE = f"{REGISTRY}/raylet:2.60.0"

#: Steps that spoil an image of raylets, and what the refusal says. The first is what docker.io/rayproject/ray has.
SPOILT = {
    "sudo": (
        "USER root\nRUN apt-get update -qq && apt-get install -y -qq --no-install-recommends sudo "
        "&& echo 'ray ALL=NOPASSWD: ALL' >> /etc/sudoers\nUSER 1000\n",
        "/usr/bin/sudo has the set-user-ID or set-group-ID bit, and sudo lets ray run NOPASSWD: ALL",
    ),
    "shell": ("USER root\nRUN chmod u+s /usr/bin/dash\nUSER 1000\n", "/usr/bin/dash has"),
    "capability": (
        "USER root\nRUN cp /usr/bin/tee /opt/tee && setcap cap_dac_override+ep /opt/tee\nUSER 1000\n",
        "/opt/tee has capabilities that only root should have",
    ),
    "group": (
        "USER root\nRUN groupadd --force docker && usermod --append --groups docker ray\nUSER 1000\n",
        "group docker",
    ),
    "library": (
        "USER root\nRUN chown 1000 /usr/lib/*-linux-gnu/libc.so.6\nUSER 1000\n",
        "-linux-gnu/libc.so.6",
    ),
    "password": ("USER root\nRUN passwd --delete root\nUSER 1000\n", "root has no password"),
}


@pytest.mark.parametrize("name", ["head", "worker1"])
def test_another_account_comes_at_nothing_while_ray_runs(name: str, hosts: dict[str, t.Any]) -> None:
    with another_account(hosts[name]):
        assert state_of_temp_dir(hosts[name]) == "root 770"
        ended = outcomes(hosts[name])
    assert ended and 0 not in ended.values(), ended


def test_nobody_becomes_root_in_the_raylets_container(hosts: dict[str, t.Any]) -> None:
    worker = hosts["worker1"]
    found = worker.check_output("podman exec --user 0 raylet find / -xdev -type f -perm /6000")
    assert found == ""
    given = worker.check_output("podman exec --user 0 raylet sh -c 'find / -xdev -type f -perm /111 -exec getcap {} +'")
    assert sorted(line.split()[0] for line in given.splitlines()) == ["/usr/bin/newgidmap", "/usr/bin/newuidmap"]
    assert worker.check_output("podman exec raylet id --groups") == "1000"


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_image_does_not_pass_and_nothing_starts_from_it(
    how: str, site: Site, hosts: dict[str, t.Any], cluster: TestCluster, tmp_path: Path
) -> None:
    steps, said = SPOILT[how]
    name = cluster.derive(IMAGE, f"{REGISTRY}/raylet:{how}", steps, tmp_path)
    before = {host: processes(found) for host, found in hosts.items()}
    run = site.run("-e", f"ray_raylet_image={name}")
    assert run.rc != 0, run.output
    assert "[RC-258]" in run.output
    assert said in run.output
    assert "Add to its Containerfile, after USER root: RUN " in run.output
    again = site.run("-e", f"ray_raylet_image={name}")
    assert "[RC-258]" in again.output
    assert again.changes == set(), "what is known of an image is told before anything is changed"
    assert {host: processes(found) for host, found in hosts.items()} == before


def test_an_image_is_looked_through_once(site: Site, hosts: dict[str, t.Any]) -> None:
    record = "/var/lib/ray.containers/raylet-image-seen.json"
    before = hosts["worker1"].check_output(f"stat -c %Z {record}")
    assert site.run().rc == 0
    assert hosts["worker1"].check_output(f"stat -c %Z {record}") == before
