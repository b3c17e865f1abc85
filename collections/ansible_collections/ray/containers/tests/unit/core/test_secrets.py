# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masking by value: which values of a config are secret, and that none of them is left in any form."""

from __future__ import annotations

import base64
import html
import json
import pprint
import re
import shlex
import typing as t
import urllib.parse

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import shortened
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.mask import MASK, Mask
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.said import said
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import (
    of_config,
    of_environment,
    of_fields,
    of_queries,
)

PEM = """-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw
ggSjAgEAAoIBAQDkqL/2nEFhvxRE+w==
-----END PRIVATE KEY-----
"""
VALUES = {
    "token": "hf_AbCdEfGhIjKlMnOpQrStUv",
    "dsn": "postgres://svc:p%40ss/w0rd@db.example.com:5432/main?sslmode=require",
    "pem": PEM,
    "windows": "first line of it\r\nsecond line of it",
    "cookie": "sessionid=\"a1b2c3; d4e5\"; theme='dark' & more",
    "sentry": "https://0123456789abcdef0123456789abcdef@o1.ingest.example.com/42",
    "quotes": 'it\'s a "secret" of 100% \\ $HOME `x`',
    "blanks": "two  blanks\tand a tab",
    "unicode": "pässwörd-Ω-密码",
    "json": '{"type": "service_account", "private_key": "-----BEGIN\\nabcdef\\n"}',
    "short": "hunter",
}

#: What a program may do with a value before it is seen.
WRITTEN: dict[str, t.Callable[[str], str]] = {
    "as it is": str,
    "repr": repr,
    "repr of bytes": lambda value: repr(value.encode()),
    "ascii": ascii,
    "repr in a dict": lambda value: repr({"X": value}),
    "pprint": lambda value: pprint.pformat({"X": value}, width=10_000),
    "json": json.dumps,
    "json in utf-8": lambda value: json.dumps(value, ensure_ascii=False),
    "json in json": lambda value: json.dumps(json.dumps({"env_vars": {"X": value}})),
    "json in json in json": lambda value: json.dumps(json.dumps(json.dumps({"X": value}))),
    "repr of json": lambda value: repr(json.dumps({"X": value})),
    "json with slashes": lambda value: json.dumps(value).replace("/", "\\/"),
    "url": lambda value: urllib.parse.quote(value, safe=""),
    "url path": urllib.parse.quote,
    "url form": lambda value: urllib.parse.urlencode({"x": value}),
    "url in small letters": lambda value: re.sub(
        "%[0-9A-F]{2}", lambda found: found[0].lower(), urllib.parse.quote(value, safe="")
    ),
    "shell": shlex.quote,
    "shell's other way": lambda value: "'" + value.replace("'", "'\\''") + "'",
    "podman": lambda value: f"--env X='{value}'",
    "systemd": lambda value: '"' + value.replace("%", "%%") + '"',
    "html": html.escape,
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "on one line": lambda value: " ".join(value.split()),
    "line by line": lambda value: "".join(f"worker | {line}\n" for line in value.splitlines()),
    "repr on one line": lambda value: " ".join(repr(value).split()),
}


def left_of(value: str, text: str) -> list[str]:
    """Every run of six characters of the value's lines that still stands in a text."""
    runs = {line[start : start + 6] for line in value.splitlines() for start in range(len(line) - 5)}
    return sorted(run for run in runs if run in text and "BEGIN" not in run and run.strip("- "))


@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize("kind", VALUES)
def test_a_value_is_masked_in_every_form(kind: str, way: str) -> None:
    value = VALUES[kind]
    mask = Mask(of_environment({"X": value, "DB_PASSWORD": value}))
    text = f"RuntimeError: before {WRITTEN[way](value)} behind"
    shown = mask(text)
    assert left_of(value, shown) == []
    assert MASK in shown
    assert shown.startswith("RuntimeError: before ")
    assert shown.endswith(" behind")


@pytest.mark.parametrize("length", range(20, 75))
@pytest.mark.parametrize("kind", ["token", "dsn", "cookie", "sentry", "blanks"])
def test_what_is_left_of_a_value_that_was_cut_is_masked(kind: str, length: int) -> None:
    value = VALUES[kind]
    text = shortened(f"ValueError: {value} is wrong, I think", length)
    shown = Mask(of_environment({"X": value}))(text)
    squeezed = " ".join(value.split())
    assert [piece for piece in left_of(squeezed, shown) if piece in text] == []


@pytest.mark.parametrize("end", ["…", "..."])
def test_a_cut_end_is_masked(end: str) -> None:
    mask = Mask(["correct horse battery staple"])
    assert mask(f"it is correct horse ba{end}") == f"it is {MASK}{end}"
    assert mask(f"{end}ery staple it is") == f"{end}{MASK} it is"
    assert mask(f"nothing{end} of it") == f"nothing{end} of it"


def test_values_that_overlap_leave_nothing() -> None:
    assert Mask(["abcdefgh", "fghijklm"])("-abcdefghijklm-") == f"-{MASK}-"
    assert Mask(["ababab"])("-abababab-") == f"-{MASK}-"


CONFIG: dict[str, t.Any] = {
    "applications": [
        {
            "name": "whisper",
            "route_prefix": "/speech",
            "import_path": "whisper_example:entrypoint",
            "args": {
                "api_key": "key-in-the-args",
                "model": "base-english",
                "database": {"url": "mysql://root:pw-in-args@db/x", "size": 12},
                "tokens": ["token-in-a-list"],
                "credentials": {"inner": {"value": "below-a-secret-key"}},
            },
            "runtime_env": {
                "image_uri": "docker.io/alice/whisper-large:1.0",
                "env_vars": {
                    "COOKIE": "plain-looking cookie",
                    "MODE": "offline",
                    "DEBUG": "false",
                    "PORT": "8265",
                    "BYTES": "10737418240",
                    "VERSION": "v2.60.0",
                    "ADDRESS": "10.99.0.10:6379",
                    "PATH": "/usr/bin:/opt/app/bin",
                    "MODEL": "whisper-large",
                    "APP": "whisper",
                    "PIN": "12345",
                    "DB_PASSWORD": "longword",
                    "JSON": '{"client_email": "a@b.c", "client_secret": "inner-secret"}',
                    "DSN": "Server=db;Uid=app;Pwd=pw-in-dsn;",
                },
            },
            "deployments": [
                {
                    "name": "Model",
                    "user_config": {"auth": {"password": "pw-in-user-config"}, "threshold": "0.5-to-0.7"},
                    "ray_actor_options": {"runtime_env": {"env_vars": {"SENTRY": VALUES["sentry"]}}},
                }
            ],
        }
    ],
    "controller_options": {"runtime_env": {"env_vars": {"CONTROLLER": "controller-value"}}},
}


def test_secrets_of_a_config() -> None:
    variables = CONFIG["applications"][0]["runtime_env"]["env_vars"]
    assert of_config(CONFIG) == {
        *("key-in-the-args", "mysql://root:pw-in-args@db/x", "pw-in-args", "token-in-a-list", "below-a-secret-key"),
        *(
            variables["COOKIE"],
            variables["DB_PASSWORD"],
            variables["JSON"],
            "inner-secret",
            variables["DSN"],
            "pw-in-dsn",
        ),
        *("pw-in-user-config", VALUES["sentry"], "0123456789abcdef0123456789abcdef", "controller-value"),
    }


@pytest.mark.parametrize(
    "config", [None, [], "text", {"applications": None}, {"applications": [1, {"deployments": 2}]}]
)
def test_a_config_of_a_wrong_shape_has_none(config: t.Any) -> None:
    assert of_config(config) == frozenset()


def test_data_of_any_depth_is_read() -> None:
    deep: t.Any = {"token": "at-the-bottom"}
    for _level in range(5_000):
        deep = {"below": [deep]}
    assert of_config(deep) == {"at-the-bottom"}


@pytest.mark.parametrize(
    "value",
    [
        "12345",
        "",
        "produced",
        "Disabled",
        "INFO",
        "3.11.2",
        "512MiB",
        "2024-01-31",
        "1e-6",
        "/tmp/x",
        "~/x",
        "******",
    ],
)
def test_trivial_values_are_not_masked(value: str) -> None:
    assert of_environment({"X": value}) == frozenset()


@pytest.mark.parametrize(
    "value", ["s3cret", "two words", "/9j/4AAQSkZJRgABAQ", "letters_and", "UPPERlower", "1234567890123456"]
)
def test_all_others_are(value: str) -> None:
    assert of_environment({"X": value}) == {value}


def test_of_a_query_what_looks_like_a_secret_is_masked() -> None:
    queries = [
        {"path": "/ask?api_key=in-the-path&x=1", "json": {"prompt": "say what you know", "token": "in-the-body"}}
    ]
    assert of_queries(queries) == {"in-the-path", "in-the-body"}


def test_headers_of_a_query_are_secrets_but_for_those_that_tell_a_form() -> None:
    headers = {
        "Authorization": "Bearer in-the-header",
        "X-Api-Key": "another-in-the-header",
        "Cookie": "session=yet another",
        "Content-Type": "application/json",
        "Accept": "text/plain; q=0.5",
    }
    assert of_queries([{"application": "a", "headers": headers, "content": "aGVsbG8gdG9rZW49aGVsbG8="}, "x", None]) == {
        *("Bearer in-the-header", "in-the-header", "another-in-the-header", "session=yet another"),
    }
    assert of_queries(None) == frozenset()


@pytest.mark.parametrize("said", ["a", "a.", "a=", "a-", "://", "x://", "x://a:", "token", "{", "[", "é"])
def test_a_long_value_takes_no_longer_than_its_length(said: str) -> None:
    # Tried again at every letter, that would take minutes.
    value = said * (200_000 // len(said))
    assert of_fields({"x": value}) == frozenset()
    assert of_environment({"X": value}) == {value}


def test_how_many_values_there_are_does_not_matter() -> None:
    mask = Mask(of_environment({f"X{number}": f"value/{number:06}/of many" for number in range(3_000)}))
    lines = "INFO nothing of it… is said here, neither value/x nor others\n" * 100
    assert mask(lines) == lines
    assert mask(f"{lines}value/002999/of many") == f"{lines}{MASK}"


def test_everything_that_is_said_is_masked_and_printable() -> None:
    told = {
        "msg": "it said hunter22 \x1b]52;c;aGk=\x07",
        "hunter22": [("a hunter22", 1), None, True, 2.5],
        "plain": "stays",
    }
    assert said(told, {"hunter22"}) == {
        "msg": f"it said {MASK} \\x1b]52;c;aGk=\\x07",
        MASK: [[f"a {MASK}", 1], None, True, 2.5],
        "plain": "stays",
    }
