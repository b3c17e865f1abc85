# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML files, right and wrong."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config import yaml_file
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.yaml_file import (
    YamlFailure,
    read_yaml,
)

pytest.importorskip("yaml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("# nothing\n", None),
        ("---\na: 1\n...\n", {"a": 1}),
        ("\ufeffa: ü\n", {"a": "ü"}),
        ("a: &x {b: 1}\nc: *x\nd: {<<: *x, b: 2}\n", {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 2}}),
        ('{"a": [1, null]}', {"a": [1, None]}),
        ("a: {b: 1}\nc: {b: 1}\n", {"a": {"b": 1}, "c": {"b": 1}}),
        ("1: a\n'1': b\n", {1: "a", "1": "b"}),
    ],
)
def test_what_is_read(text: str, expected: t.Any, tmp_path: Path) -> None:
    path = tmp_path / "serve.yaml"
    path.write_text(text, encoding="utf-8")
    assert read_yaml(str(path)) == expected


@pytest.mark.parametrize(
    ("content", "entry", "place", "why"),
    [
        (b"a: [1\nb: 2\n", yaml_file.NOT_YAML, ":2:2", "flow sequence"),
        (b"a:\n\t- 1\n", yaml_file.NOT_YAML, ":2:1", "cannot start any token"),
        (b"a: 1\nb: \xff\n", yaml_file.NOT_YAML, ":2", "byte 0xff is not part of a UTF-8 text"),
        (b"a: !!python/object:os.system {}\n", yaml_file.NOT_YAML, ":1:4", "could not determine a constructor"),
        (b"a: 2026-13-45\n", yaml_file.NOT_YAML, "", "month must be in 1..12"),
        (b"a: *nowhere\n", yaml_file.NOT_YAML, ":1:4", "undefined alias"),
        (b"a: &x [*x]\n", yaml_file.NOT_YAML, ":1:4", "an alias stands inside its own anchor"),
        (b"? [a]\n: 1\n", yaml_file.NOT_YAML, ":1:3", "unhashable key"),
        (b"a: \x00\n", yaml_file.NOT_YAML, "", "characters are not allowed"),
        (b"a: 1\nb:\n  c: 1\n  c: 2\n", yaml_file.DUPLICATE_KEY, ":4:3", "the key c stands in line 3 already"),
        (b"- a: 1\n  'a': 2\n", yaml_file.DUPLICATE_KEY, ":2:3", "the key a stands in line 1 already"),
        (b"a: 1\n---\nb: 2\n", yaml_file.SEVERAL_DOCUMENTS, ":3:1", "a second document starts here"),
    ],
)
def test_what_is_wrong_and_where(content: bytes, entry: Entry, place: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "serve.yaml"
    path.write_bytes(content)
    with pytest.raises(YamlFailure) as caught:
        read_yaml(str(path))
    assert caught.value.entry is entry
    assert caught.value.where == f"{path}{place}"
    assert why in caught.value.why
    assert "\n" not in caught.value.why


def test_many_aliases_cost_nothing(tmp_path: Path) -> None:
    lines = ["a0: &a0 {k: 1}"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 25)]
    path = tmp_path / "serve.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    read_yaml(str(path))


@pytest.mark.parametrize(("name", "why"), [("nowhere.yaml", "there is no such file"), (".", "it is a directory")])
def test_no_file(name: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(YamlFailure, match=why) as caught:
        read_yaml(str(tmp_path / name))
    assert caught.value.entry is yaml_file.FILE_UNREADABLE


def test_a_forbidden_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> t.NoReturn:
        raise PermissionError(13, "Permission denied")  # chmod does not stop root

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(YamlFailure, match="this account may not read it"):
        read_yaml(str(tmp_path / "serve.yaml"))


def test_without_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_file, "HAS_YAML", False)
    with pytest.raises(OperatorError, match=r"PyYAML is not installed for .*python"):
        read_yaml(str(tmp_path / "serve.yaml"))
