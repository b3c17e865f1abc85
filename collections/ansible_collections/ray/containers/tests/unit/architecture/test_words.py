# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names say what a thing is in the field's own words, and messages are plain English."""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
#: Participles and particles that say of nothing what it is.
NAMELESS = {
    "Met",
    "Wrong",
    "Held",
    "Asked",
    "Given",
    "unsaid",
    "book",
    "fit",
    "alone",
    "told",
    "_told",
    "held",
    "_held",
}
QUAINT = re.compile(
    r"\bstands? (twice|beside|there|in line)\b|\bcannot be meant\b|\bfor want of\b|\banew\b|\bas asked\b"
)


def named(tree: ast.AST) -> t.Iterator[str]:
    """The names of classes, functions and imported modules."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield node.name
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")


def said(tree: ast.AST) -> t.Iterator[str]:
    """Texts that are no docstrings."""
    described = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, described)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docstrings:
            yield node.value


@pytest.mark.parametrize("path", sorted(PLUGINS.rglob("*.py")), ids=lambda path: str(path.relative_to(PLUGINS)))
def test_names_and_messages_are_plain(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert sorted(NAMELESS & set(named(tree))) == []
    assert [text for text in said(tree) if QUAINT.search(text)] == []


def test_what_is_not_plain_is_found() -> None:
    tree = ast.parse('class Held:\n    """It stands there."""\n    what = "A key stands twice in one mapping"\n')
    assert NAMELESS & set(named(tree)) == {"Held"}
    assert [text for text in said(tree) if QUAINT.search(text)] == ["A key stands twice in one mapping"]
