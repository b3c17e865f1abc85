# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.checks.quick``: lint of what changed since main, and the unit tests that it concerns. What `make quick` runs.

A test concerns a change when it imports the changed file, itself or through others; a changed file of another kind (YAML,
Markdown, a Containerfile) concerns the tests of the architecture alone. Everything is `make test`'s.
"""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
import typing as t
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = ROOT / "collections" / "ansible_collections" / "ray" / "containers"
UNIT = (COLLECTION / "tests" / "unit", ROOT / "tests" / "unit", ROOT / "tests" / "nodes")
ARCHITECTURE = COLLECTION / "tests" / "unit" / "architecture"
#: Those of the architecture that take less than a second; the payload's size is `make test`'s.
ALWAYS = ("test_imports.py", "test_files.py", "test_agreement.py")
#: Where an absolute import begins.
TOPS = {"ansible_collections": ROOT / "collections", "tests": ROOT}


def main() -> int:
    """Lint and test; the exit status."""
    changed = changed_files()
    if not changed:
        print("Nothing has changed since main.")
        return 0
    tests = concerned(changed)
    print(f"{len(changed)} changed files, {len(tests)} files of tests")
    # The tests of the architecture run in any case, so pytest's exit status for "no tests" cannot come up.
    return max([run(*argv) for argv in (*lint(changed), ("pytest", "-q", "--no-header", *map(str, sorted(tests))))])


def changed_files() -> list[Path]:
    """What differs from main: committed, staged, edited or new; without what was removed."""
    base = git("merge-base", "HEAD", "main") or git("rev-parse", "HEAD")
    names = [*git("diff", "--name-only", "--diff-filter=d", *base), *git("ls-files", "--others", "--exclude-standard")]
    return sorted({ROOT / name for name in names})


def lint(changed: t.Iterable[Path]) -> list[tuple[str, ...]]:
    """The quick linters on the changed files that they are for."""
    python = [str(path) for path in changed if path.suffix == ".py"]
    yaml = [str(path) for path in changed if path.suffix in (".yml", ".yaml")]
    commands: list[tuple[str, ...]] = []
    if python:
        commands += [("ruff", "check", "--quiet", *python), ("ruff", "format", "--quiet", "--check", *python)]
    if yaml:
        commands.append(("yamllint", "--strict", *yaml))
    return commands


def concerned(changed: t.Iterable[Path]) -> set[Path]:
    """The files of unit tests that import one of the changed files, and the quick ones of the architecture."""
    wanted = frozenset(changed)
    tests = {path for directory in UNIT for path in directory.rglob("test_*.py") if path.parent != ARCHITECTURE}
    return {path for path in tests if reached(path) & wanted} | {ARCHITECTURE / name for name in ALWAYS}


def reached(start: Path) -> set[Path]:
    """A file and all files of this project that it imports, by way of others, too."""
    found: set[Path] = set()
    left = [start]
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            left.extend(imported(path))
    return found


@functools.cache
def imported(path: Path) -> frozenset[Path]:
    """The files of this project that a file imports, wherever in it that stands."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return frozenset(filter(Path.is_file, map(file_of, names)))


def file_of(name: str) -> Path:
    """Where a module of this project lies; a path that is none for others."""
    steps = name.split(".")
    return TOPS.get(steps[0], Path("/nonexistent")).joinpath(*steps).with_suffix(".py")


def git(*arguments: str) -> list[str]:
    """The lines that git prints; none when it fails."""
    done = subprocess.run(("git", "-C", str(ROOT), *arguments), capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def run(program: str, *arguments: str) -> int:
    """Run a program of the control environment on what it is given."""
    return subprocess.run((sys.executable, "-m", program, *arguments), cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
