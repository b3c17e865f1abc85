# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/options: what follows from the rows of the raylet's options is written as they say."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import typing as t
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


def loaded() -> t.Any:
    loader = importlib.machinery.SourceFileLoader("options_tool", str(ROOT / "tools" / "options"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


TOOL = loaded()


@pytest.mark.parametrize("path", TOOL.FILES, ids=lambda path: path.name)
def test_a_file_says_what_the_rows_say(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "# tools/options: " in text
    assert TOOL.written(path) == text, "make it again: tools/options"


@pytest.mark.parametrize("sentence", ["It is so.", "For instance: this", "It's so: 'that'", "[a list], it seems"])
def test_a_sentence_is_the_same_in_yaml(sentence: str) -> None:
    assert yaml.safe_load(f"- {TOOL._scalar(sentence)}") == [sentence]


def test_the_role_has_names_of_its_own_for_other_options() -> None:
    assert TOOL._in_the_role("See O(num_cpus) and O(restart=in_turn)") == (
        "See O(ray_num_cpus) and O(ray_restart=in_turn)"
    )
