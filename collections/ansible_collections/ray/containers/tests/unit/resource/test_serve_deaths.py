# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Containers of a deploy that die: when that is told, by which cause, and what of earlier ones is not taken for it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.tests.unit.resource.test_serve_config import TWO, Site, with_beta


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_containers_that_die_silently_end_the_wait_with_podmans_words(site: Site) -> None:
    site.serve.raylet_lines = ["Error: something old that is over"]
    site.run(TWO)
    started = site.serve.time
    error = site.fails(with_beta(crash=["Error: keep-id is only supported in rootless mode"]))
    assert error.what == "Application beta (image registry.example.com/beta:1) does not start on node 192.0.2.11"
    assert "Error: keep-id is only supported in rootless mode" in error.why
    assert error.code == "RC-441"
    assert site.serve.time - started < 40
    assert site.running() == {"alpha": "RUNNING", "beta": "RUNNING"}


def test_containers_that_die_for_an_unknown_reason_are_given_two_tries(site: Site) -> None:
    started = site.serve.time
    error = site.fails(with_beta(crash=["Segmentation fault (core dumped)"]))
    assert error.code == "RC-405"
    assert "Segmentation fault (core dumped) | " in error.why
    # What a raylet tells in the first two minutes is about workers of before.
    assert 150 <= site.serve.time - started < 180


def test_a_container_that_dies_on_the_head_is_seen_before_ray_sees_it(site: Site, tmp_path: Path) -> None:
    (tmp_path / "ray" / "session_1").mkdir(parents=True)
    (tmp_path / "ray" / "session_latest").symlink_to(tmp_path / "ray" / "session_1")
    died = {
        "Id": "0123456789abcdef",
        "Image": "registry.example.com/beta:1",
        "State": "exited",
        "ExitCode": 3,
        "ExitedAt": time.time() - 100,
        "Command": ["worker.py", "--raylet-name=/tmp/ray/session_1/sockets/raylet", "--worker-id=c618"],
    }
    site.commands.answers["podman ps"] = lambda argv: Completed(argv, 0, json.dumps([died]), "")
    site.commands.answers["podman logs"] = "no such model\n"
    site.run(TWO)
    died["ExitedAt"] = time.time() + 100
    started = site.serve.time
    error = site.fails(with_beta(crash=[]))
    assert error.what == "Application beta (image registry.example.com/beta:1) does not start on the head"
    assert (error.code, "exited with status 3: no such model" in error.why) == ("RC-412", True)
    assert site.serve.time - started < 15


def test_old_words_of_a_raylet_do_not_end_a_deploy(site: Site) -> None:
    site.serve.raylet_lines = ["Error: keep-id is only supported in rootless mode"] * 3
    site.run(TWO)


def test_old_words_of_a_raylet_do_not_end_a_wait_without_a_deploy(site: Site) -> None:
    site.run(TWO, killed_before=1)
    site.serve.raylet_lines = ["Error: keep-id is only supported in rootless mode"] * 3
    site.serve.since = {"alpha": site.serve.time + 30, "beta": site.serve.time + 30}
    plan = site.run(TWO)[0]
    assert [step.summary.split()[0] for step in plan.steps] == ["Wait", "Ask", "Ask", "Record"]
