# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/ray-schema: what it makes of the answers of Rays. Rays themselves are asked by hand, when there is a new one."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import FILE, unfolded

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> t.Any:
    loader = importlib.machinery.SourceFileLoader("ray_schema_tool", str(ROOT / "tools" / "ray-schema"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def answer(version: str, **fields: t.Any) -> dict[str, t.Any]:
    models = {"M": {"forbids": False, "fields": {name: {"types": [kind]} for name, kind in fields.items()}}}
    return {
        "version": version,
        "models": models,
        "settings": {"RAY_SERVE_X": "int"},
        "runtime_env": ["config"],
        "image_fields": [],
        "setup_config": [],
    }


def test_the_file_is_what_the_tool_makes_of_its_own_content(tool: t.Any) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert tool.written(tool.folded(unfolded(json.loads(text)))) == text


def test_what_rays_say_alike_is_written_once(tool: t.Any) -> None:
    said = {each.pop("version"): each for each in (answer("2.9.0", a="text"), answer("2.10.0", a="text", b="whole"))}
    document = tool.folded(said)
    assert document["rays"] == ["2.9.0", "2.10.0"]
    assert document["models"]["M"]["fields"] == {
        "a": [{"from": "2.9.0", "to": "2.10.0", "says": {"types": ["text"]}}],
        "b": [{"from": "2.10.0", "to": "2.10.0", "says": {"types": ["whole"]}}],
    }
    assert unfolded(document) == said


def test_a_ray_between_two_others_that_says_something_else_parts_them(tool: t.Any) -> None:
    said = {
        each.pop("version"): each for each in (answer("1.0.0", a="text"), answer("1.1.0"), answer("1.2.0", a="text"))
    }
    runs = tool.folded(said)["models"]["M"]["fields"]["a"]
    assert [(run["from"], run["to"]) for run in runs] == [("1.0.0", "1.0.0"), ("1.2.0", "1.2.0")]
    assert unfolded(tool.folded(said)) == said


def test_a_ray_that_is_asked_anew_replaces_what_the_file_said_of_it(
    tool: t.Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "FILE", tmp_path / "schemas.json")
    for each in (answer("1.0.0", a="text"), answer("1.1.0", b="text"), answer("1.0.0", c="text")):
        python = tmp_path / "python"
        python.write_text(f"#!/bin/sh\necho noise\ncat <<'X'\n{json.dumps(each)}\nX\n", encoding="utf-8")
        python.chmod(0o755)
        tool.main([str(python)])
    said = unfolded(json.loads((tmp_path / "schemas.json").read_text(encoding="utf-8")))
    assert {ray: list(each["models"]["M"]["fields"]) for ray, each in said.items()} == {"1.0.0": ["c"], "1.1.0": ["b"]}


def test_a_python_without_ray_ends_with_a_sentence(tool: t.Any, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'ModuleNotFoundError: No module named ray' >&2\nexit 1\n", encoding="utf-8")
    python.chmod(0o755)
    with pytest.raises(SystemExit, match="cannot tell: ModuleNotFoundError: No module named ray"):
        tool.main([str(python)])
