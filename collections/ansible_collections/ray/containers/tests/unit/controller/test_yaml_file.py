# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML files, right and wrong."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config import yaml_file
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.yaml_file import (
    YamlFailure,
    read_documents,
    read_yaml,
)

pytest.importorskip("yaml")


def laughs(number: int) -> bytes:
    """Lists of aliases of lists of aliases: a few lines that mean nine to the power of *number* values."""
    lines = ["a0: &a0 {k: 1}"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, number)]
    return "\n".join(lines).encode()


LAUGHS = laughs(25)


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
        (b"a: 2026-13-45\n", yaml_file.NOT_YAML, ":1:4", "month must be in 1..12"),
        (b"a: 1\nb: !!bool maybe\n", yaml_file.NOT_YAML, ":2:4", "the value cannot be read as !!bool"),
        (b'a: !!int ""\n', yaml_file.NOT_YAML, ":1:4", "the value cannot be read as !!int"),
        (b"a: !!int hunter2\n", yaml_file.NOT_YAML, ":1:4", "the value cannot be read as !!int"),
        (b"a: !!float x\n", yaml_file.NOT_YAML, ":1:4", "the value cannot be read as !!float"),
        (b"a: !!timestamp abc\n", yaml_file.NOT_YAML, ":1:4", "the value cannot be read as !!timestamp"),
        (b"a: !!binary a\n", yaml_file.NOT_YAML, ":1:4", "failed to decode base64 data"),
        (b"a: !vault |\n  $ANSIBLE_VAULT;1.1\n", yaml_file.NOT_YAML, ":1:4", "could not determine a constructor"),
        (b"- ? !!bool maybe\n  : 1\n", yaml_file.NOT_YAML, ":1:5", "the value cannot be read as !!bool"),
        (b"a: {<<: 5}\n", yaml_file.NOT_YAML, ":1:9", "expected a mapping or list of mappings for merging"),
        (b"a: " + b"9" * 5_000 + b"\n", yaml_file.NOT_YAML, ":1:4", "the value cannot be read as !!int"),
        (b"x: 1\na: " + b"[" * 3_000 + b"]" * 3_000, yaml_file.NOT_YAML, ":2:103", "nested more than 100 levels deep"),
        (
            b"a: " + b"{a: " * 3_000 + b"1" + b"}" * 3_000,
            yaml_file.NOT_YAML,
            ":1:400",
            "nested more than 100 levels deep",
        ),
        (b"- " * 3_000 + b"1\n", yaml_file.NOT_YAML, ":1:201", "nested more than 100 levels deep"),
        (LAUGHS, yaml_file.NOT_YAML, ":1:1", "with its aliases written out it holds more than 1,000,000 values"),
        ("a: ü\n".encode("utf-16"), yaml_file.NOT_YAML, ":1:1", "it is written in UTF-16 or UTF-32"),
        ("a: 1\n".encode("utf-16-le"), yaml_file.NOT_YAML, ":1:1", "it is written in UTF-16 or UTF-32"),
        (b"$ANSIBLE_VAULT;1.1;AES256\n6162\n", yaml_file.FILE_UNREADABLE, "", "it is encrypted with ansible-vault"),
        (b"a: *nowhere\n", yaml_file.NOT_YAML, ":1:4", "undefined alias"),
        (b"a: &x [*x]\n", yaml_file.NOT_YAML, ":1:4", "an alias is inside its own anchor"),
        (b"? [a]\n: 1\n", yaml_file.NOT_YAML, ":1:3", "unhashable key"),
        (b"a: 1\nb: \x00\n", yaml_file.NOT_YAML, ":2:4", "characters are not allowed"),
        (b"a: \x1b[31m\n", yaml_file.NOT_YAML, ":1:4", "characters are not allowed"),
        (b"a: 1\nb:\n  c: 1\n  c: 2\n", yaml_file.DUPLICATE_KEY, ":4:3", "the key c is already in line 3"),
        (b"- a: 1\n  'a': 2\n", yaml_file.DUPLICATE_KEY, ":2:3", "the key a is already in line 1"),
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
    assert "hunter2" not in caught.value.why


def test_many_aliases_cost_nothing(tmp_path: Path) -> None:
    path = tmp_path / "serve.yaml"
    path.write_bytes(laughs(5))
    read_yaml(str(path))
    path.write_bytes(laughs(40))
    with pytest.raises(YamlFailure, match="with its aliases written out"):
        read_yaml(str(path))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "serve.yaml")
    with pytest.raises(YamlFailure, match="it is a pipe, a socket or a device"):
        read_yaml(str(tmp_path / "serve.yaml"))


def test_several_documents_are_read_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "serve.yaml"
    path.write_text("a: 1\n---\n# nothing\n---\n- b\n", encoding="utf-8")
    found = read_documents(str(path))
    assert [document.value for document in found] == [{"a": 1}, None, ["b"]]
    assert [document.where for document in found] == [f"{path}:{place}" for place in ("1:1", "4:1", "5:1")]


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
