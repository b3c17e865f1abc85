# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log text made fit to be read: masks, times, last words, what is new."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import (
    exception_line,
    masked,
    new_lines,
    shortened,
    time_of,
)
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.judgement import looks_secret
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.mask import MASK


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
        ('"password": "a\\"s3cr3t", "x": 1', "s3cr3t"),
        (r"{\"password\": \"s3cr3t\"}", "s3cr3t"),
        ('"password": "s3cr3t and the line ends', "s3cr3t"),
        ("--env KEY='s3cr3t and the line ends", "s3cr3t"),
        ("x_token: Bearer s3cr3ts3cr3t", "s3cr3t"),
        ("RuntimeEnv(env_vars={'A': 's3cr3t'})", "s3cr3t"),
        ("redis://:s3cr3t@redis:6379/0", "s3cr3t"),
        ("Server=db;Uid=a;Pwd=s3cr3t;", "s3cr3t"),
        ("Endpoint=x;AccountName=a;AccountKey=s3cr3t==;EndpointSuffix=y", "s3cr3t"),
    ],
)
def test_secrets_are_masked(text: str, secret: str) -> None:
    assert secret not in masked(text)
    assert "********" in masked(text)


#: Values that look like the end of what they stand in.
TRICKY = {
    "env_vars": {
        "HF_KEY": "s3cr3t",
        "JSON": '{"a": {"b": "s3cr3t"}, "c": "}"}',
        "BRACE": "s3cr3t}s3cr3t",
        "QUOTE": 'it\'s "s3cr3t"}',
        "BACKSLASH": "s3cr3t\\",
        "LAST": "}s3cr3t",
    },
}


def written(times: int) -> str:
    """As a JSON text in a JSON text, and so on."""
    text: t.Any = TRICKY
    for _time in range(times):
        text = json.dumps(text)
    return str(text)


@pytest.mark.parametrize("shape", [repr(TRICKY), repr(written(1)), repr(written(2)), *map(written, (1, 2, 3))])
@pytest.mark.parametrize("cut", [0, 20, 60, 150])
def test_no_value_of_env_vars_is_shown(shape: str, cut: int) -> None:
    said = f"Runtime env already failed. Env: {shape[: len(shape) - cut]}"
    assert "s3cr3t" not in masked(f"{said}\nthe next line")
    assert masked(f"{said}\nthe next line").endswith("\nthe next line")


@pytest.mark.parametrize("times", [1, 2, 3])
def test_what_stands_beside_env_vars_stays(times: int) -> None:
    plain: t.Any = {"env_vars": {"JSON": '{"a": "}"}', "B": "c"}, "image_uri": "a:1"}
    for _time in range(times):
        plain = json.dumps(plain)
    assert masked(f"Env: {plain}, err: the cause").endswith(", err: the cause")
    assert "a:1" in masked(f"Env: {plain}, err: the cause")


@pytest.mark.parametrize(
    "said", ["token", "token=", "token:' ", "a.", "://", "://a:", "--env ", "env_vars: {", "bearer "]
)
def test_a_long_line_takes_no_longer_than_its_length(said: str) -> None:
    # Tried again at every letter, 4 kB of the first took two minutes; this is 120 kB and more.
    line = said * (120_000 // len(said))
    assert MASK in masked(f"{line} password=s3cr3t")
    assert exception_line(line) == line.strip()


SECRET = (
    "MYSQL_PWD pwd DB_PASS PASS SIGNING_KEY SSH_KEY OPENAI_KEY AZURE_STORAGE_KEY HTTP_AUTH KEY_PASSPHRASE AccountKey api-key"
    " HF_TOKEN AWS_SECRET_ACCESS_KEY"
)
HARMLESS = "PWD OLDPWD CACHE_KEY CACHE_KEY_PREFIX PUBLIC_KEY PARTITION_KEY KEY KEYBOARD COMPASS PASSENGERS AUTHOR RAY_AUTH_MODE"


@pytest.mark.parametrize("name", SECRET.split())
def test_a_name_tells_a_secret(name: str) -> None:
    assert looks_secret(name)
    assert masked(f"{name}=s3cr3t, X={name}") == f"{name}={MASK}, X={name}"


@pytest.mark.parametrize("name", HARMLESS.split())
def test_a_name_that_tells_none(name: str) -> None:
    assert not looks_secret(name)
    assert masked(f"{name}=/home/ray") == f"{name}=/home/ray"


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
