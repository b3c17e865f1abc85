# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of env_vars, which the `podman` that raylets find first takes off Podman's command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._host.podman.rays_podman import with_hidden_values
from ansible_collections.ray.containers.tests.unit.host.test_rays_podman import (
    ENVIRONMENT,
    FIRST_COMMAND,
    IMAGE,
    KEEP_ID,
    SECRETS,
    Host,
    a_host,
    a_program,
    ray_260,
    run,
)

__all__ = ["a_host", "a_program"]


def test_no_value_of_a_variable_stays_on_podmans_command_line() -> None:
    hidden = ("--env", "HF_TOKEN", "--env", "DSN", "--env", "a.b-c", "--env", "HF_TOKEN")
    names = {"RAY_RAYLET_PID": "28915", "RAY_JOB_ID": "01000000"}
    secrets = {"HF_TOKEN": "the last", "DSN": "two\nlines=here", "a.b-c": ""}
    words, told = with_hidden_values(ray_260(*SECRETS))
    assert told == {**names, **secrets}
    short = [word.partition("=")[0] if word in ENVIRONMENT else word for word in ray_260(*hidden)]
    assert words == short


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "LD_PRELOAD", "XDG_RUNTIME_DIR", "CONTAINERS_CONF", "GODEBUG", "A*", "ä", "1A"]
)
def test_what_would_lead_podman_elsewhere_stays_where_it_is(name: str) -> None:
    words, told = with_hidden_values(ray_260("--env", f"{name}=value"))
    assert f"{name}=value" in words
    assert name not in told


@pytest.mark.parametrize(
    "name", ["GOOGLE_API_KEY", "DOCKER_PASSWORD", "STORAGE_KEY", "SSH_PRIVATE_KEY", "HTTPS_PROXY", "LDAP"]
)
def test_a_name_that_only_looks_like_one_of_podmans_is_hidden(name: str) -> None:
    assert with_hidden_values(ray_260("--env", f"{name}=value"))[1][name] == "value"


@pytest.mark.parametrize(
    "words", [FIRST_COMMAND, ["run", "--env", "A=b", IMAGE], ["run", KEEP_ID, "--env", "A=b", IMAGE], []]
)
def test_in_other_commands_nothing_is_hidden(words: list[str]) -> None:
    assert with_hidden_values(words) == (words, {})


def test_podman_finds_the_values_in_its_environment(program: Path, host: Host) -> None:
    host.podman.write_text('#!/bin/sh\nprintf %s "$HF_TOKEN/$DSN"\n')
    done = run(program, *ray_260(*SECRETS), path=f"{program.parent}:{host.podman.parent}:/usr/bin:/bin", DSN="another")
    assert done.stdout == "the last/two\nlines=here"
