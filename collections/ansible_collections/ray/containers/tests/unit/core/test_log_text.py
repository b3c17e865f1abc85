# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log text made fit to be read: masks, times, last words, what is new."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import (
    exception_line,
    masked,
    new_lines,
    shortened,
    time_of,
)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("podman run --env KEY='s3cr3t value' image", "s3cr3t"),
        ("podman run --env KEY=s3cr3t image", "s3cr3t"),
        ("['--env', \"HF_TOKEN='s3cr3t'\"]", "s3cr3t"),
        ('Creating runtime env: {"env_vars": {"A": "s3cr3t"}, "image_uri": "a"}', "s3cr3t"),
        ("{'env_vars': {'A': 's3cr3t'}}", "s3cr3t"),
        ("Authorization: Bearer s3cr3ts3cr3t", "s3cr3t"),
        ("docker://user:s3cr3t@registry.example.com/a", "s3cr3t"),
        ("api_key = 's3cr3t'", "s3cr3t"),
        ('"password": "s3cr3t"', "s3cr3t"),
    ],
)
def test_secrets_are_masked(text: str, secret: str) -> None:
    assert secret not in masked(text)
    assert "********" in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "--env RAY_AUTH_TOKEN_PATH='/home/ray/.ray/auth_token' --env RAY_NODE_ID='ab12'",
        "RAY_AUTH_TOKEN_PATH is set but file cannot be opened or is empty: /home/ray/.ray/auth_token",
        "Error: short-name did not resolve",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Traceback\n  File x\nValueError: no\n", "ValueError: no"),
        ("RuntimeError: Podman command failed: cmd=[], stdout=, stderr=Error: short-name x", "Error: short-name x"),
        ("RuntimeError: failed, stderr=Trying to pull a...\nError: manifest unknown\n\n", "Error: manifest unknown"),
        ("\x1b[36mray.exceptions.RayTaskError: x\x1b[39m\nmore text", "ray.exceptions.RayTaskError: x"),
        ("just this", "just this"),
        ("", ""),
    ],
)
def test_the_cause_is_found(text: str, line: str) -> None:
    assert exception_line(text) == line


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("[2026-11-23 06:52:18,981 E 28915 28915] (raylet) worker_pool.cc", "2026-11-23T06:52:18"),
        ("2026-11-23 06:51:03,014\tINFO image_uri.py:40", "2026-11-23T06:51:03"),
        ("Error: keep-id", ""),
    ],
)
def test_a_line_tells_its_time(line: str, time: str) -> None:
    assert time_of(line) == time


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ([], ["a"], ["a"]),
        (["a", "b"], ["a", "b"], []),
        (["a", "b"], ["a", "b", "c"], ["c"]),
        (["a", "b", "c"], ["b", "c", "d"], ["d"]),  # only so many last lines are read
        (["a", "a"], ["a", "a", "a"], ["a"]),
        (["a", "b"], ["x", "y"], ["x", "y"]),
    ],
)
def test_what_is_new_in_a_log(before: list[str], after: list[str], new: list[str]) -> None:
    assert new_lines(before, after) == new


def test_a_long_text_keeps_its_end() -> None:
    short = shortened("start " + "x " * 400 + "the cause", 60)
    assert len(short) == 60
    assert short.startswith("start")
    assert short.endswith("the cause")
