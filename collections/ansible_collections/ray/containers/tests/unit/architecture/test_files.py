# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house's rules about files: short, typed, licensed, and fit for the oldest Python of a node."""

from __future__ import annotations

import ast
import functools
import shutil
import subprocess
from pathlib import Path

import pytest

COLLECTION = Path(__file__).resolve().parents[3]
CHECKOUT = COLLECTION.parents[3]
PLUGINS = COLLECTION / "plugins"
LONGEST_FILE = 400
FLOOR = (3, 8)

OWN_PYTHON = sorted(
    path
    for top in (COLLECTION, CHECKOUT / "tests", CHECKOUT / "molecule", CHECKOUT / "examples")
    for path in top.rglob("*.py")
    if "output" not in path.parts
)
NODE_SIDE = [path for path in OWN_PYTHON if {"modules", "module_utils"} & set(path.parts) and PLUGINS in path.parents]


@functools.cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def shown(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


@pytest.mark.parametrize("path", OWN_PYTHON, ids=shown)
def test_a_file_is_short(path: Path) -> None:
    assert len(text_of(path).splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", [path for path in OWN_PYTHON if "examples" not in path.parts], ids=shown)
def test_a_file_says_its_licence_and_what_it_is(path: Path) -> None:
    text = text_of(path)
    assert "GNU General Public License v3.0+" in text
    assert "SPDX-License-Identifier: GPL-3.0-or-later" in text
    documented = ast.get_docstring(ast.parse(text)) or "DOCUMENTATION = " in text
    assert documented, "no docstring that says what the file is"


@pytest.mark.parametrize("path", NODE_SIDE, ids=shown)
def test_what_runs_on_nodes_has_the_syntax_of_the_floor(path: Path) -> None:
    tree = ast.parse(text_of(path), feature_version=FLOOR)
    future = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    assert [alias.name for node in future for alias in node.names] == ["annotations"]


def test_the_floor_is_the_one_that_ansible_test_holds() -> None:
    settings = text_of(COLLECTION / "tests" / "config.yml")
    assert f'python_requires: ">={FLOOR[0]}.{FLOOR[1]}"' in settings


def test_plugins_have_no_package_files() -> None:
    assert [shown(path) for path in PLUGINS.rglob("__init__.py")] == []


@pytest.mark.parametrize(
    "path",
    sorted(path for room in ("module_utils", "plugin_utils") for path in (PLUGINS / room).rglob("*.py")),
    ids=shown,
)
def test_a_util_says_that_it_is_private(path: Path) -> None:
    assert "PRIVATE to the ray.containers collection" in text_of(path)


@pytest.mark.skipif(shutil.which("git") is None, reason="the list of files is git's")
def test_no_file_names_the_place_of_this_checkout() -> None:
    listed = subprocess.run(["git", "-C", str(CHECKOUT), "ls-files", "-z"], capture_output=True, text=True, check=False)
    tracked = [CHECKOUT / name for name in listed.stdout.split("\0") if name]
    needle = str(CHECKOUT).encode()
    assert [shown(path) for path in tracked if path.is_file() and needle in path.read_bytes()] == []
