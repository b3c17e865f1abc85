# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house's rules about imports: they point one way, and each ring keeps to what it is for."""

from __future__ import annotations

import ast
import graphlib
import sys
import typing as t
from pathlib import Path

import pytest

COLLECTION = Path(__file__).resolve().parents[3]
PLUGINS = COLLECTION / "plugins"
UTILS = PLUGINS / "module_utils"
#: What runs on the controller alone.
WING = PLUGINS / "plugin_utils"
OURS = "ansible_collections.ray.containers.plugins."

#: Which rings of module_utils a ring may import, beside itself.
MAY_IMPORT: dict[str, set[str]] = {
    "_core": set(),
    "_host": {"_core"},
    "_resource": {"_core", "_host"},
    "_ansible.py": {"_core", "_host", "_resource"},
    "modules": {"_ansible.py", "_resource", "_host", "_core"},
}
#: What decides has no hands: no host, no network, no clock, no environment, no chance.
IMPURE = {
    *("datetime", "fcntl", "http", "os", "pathlib", "pwd", "grp", "random", "select", "shutil", "signal", "socket"),
    *("subprocess", "tempfile", "threading", "time", "urllib.request"),
}
#: Ansible's own fact code costs 160 KiB of payload and 50 ms; a module reads what it needs itself.
HEAVY = "ansible.module_utils.facts"


def ring_of(path: Path) -> str:
    return "modules" if path.parent.name == "modules" else path.relative_to(UTILS).parts[0]


def imports_of(path: Path) -> t.Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from ((node.lineno, f"{module}.{alias.name}" if module else alias.name) for alias in node.names)
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"


NODE_SIDE = sorted([*UTILS.rglob("*.py"), *(PLUGINS / "modules").glob("*.py")])


def wrong_imports(path: Path) -> list[str]:
    ring = ring_of(path)
    wrong = []
    for line, name in imports_of(path):
        top = name.split(".")[0]
        if name.startswith(f"{OURS}module_utils."):
            target = name[len(f"{OURS}module_utils.") :].split(".")[0]
            target = "_ansible.py" if target == "_ansible" else target
            if target != ring and target not in MAY_IMPORT[ring]:
                wrong.append(f"line {line}: {ring} imports {target}")
        elif name.startswith(OURS):
            wrong.append(f"line {line}: imports {name}, which nodes do not have")
        elif top == "ansible" and (ring != "_ansible.py" or name.startswith(HEAVY)):
            wrong.append(f"line {line}: imports {name}")
        elif ring == "_core" and any(name == impure or name.startswith(f"{impure}.") for impure in IMPURE):
            wrong.append(f"line {line}: _core imports {name}")
    return wrong


@pytest.mark.parametrize("path", NODE_SIDE, ids=lambda path: str(path.relative_to(PLUGINS)))
def test_imports_point_one_way(path: Path) -> None:
    assert wrong_imports(path) == []


@pytest.mark.parametrize("path", sorted(WING.rglob("*.py")), ids=lambda path: str(path.relative_to(PLUGINS)))
def test_the_wing_of_the_controller_imports_no_plugin(path: Path) -> None:
    ours = [name[len(OURS) :].split(".")[0] for _line, name in imports_of(path) if name.startswith(OURS)]
    assert set(ours) <= {"module_utils", "plugin_utils"}


@pytest.mark.parametrize(
    ("ring", "source"),
    [
        ("_core/x.py", "import subprocess"),
        ("_core/x.py", f"from {OURS}module_utils._host.files import write_text"),
        ("_host/x.py", f"from {OURS}module_utils._resource import lifecycle"),
        ("_resource/x.py", "from ansible.module_utils.basic import AnsibleModule"),
        ("_ansible.py", "from ansible.module_utils.facts import default_collectors"),
        ("_resource/x.py", f"from {OURS}callback.report import OURS"),
    ],
)
def test_a_wrong_import_is_found(ring: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "UTILS", tmp_path)
    path = tmp_path / ring
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, encoding="utf-8")
    assert wrong_imports(path)


def own_imports(path: Path, root: Path) -> set[Path]:
    """The files below *root* that a file imports, wherever in it that stands."""
    found = set()
    for _line, name in imports_of(path):
        if name.startswith(f"{OURS}{root.name}."):
            steps = name[len(OURS) :].split(".")[1:]
            candidates = [root.joinpath(*steps[:length]).with_suffix(".py") for length in (len(steps), len(steps) - 1)]
            found |= {candidate for candidate in candidates if candidate.is_file()}
    return found


def circle(root: Path) -> list[str]:
    """Files that import each other in a circle, or none."""
    files = graphlib.TopologicalSorter({path: own_imports(path, root) for path in root.rglob("*.py")})
    try:
        files.prepare()
    except graphlib.CycleError as error:
        return [str(path.relative_to(root)) for path in error.args[1]]
    return []


@pytest.mark.parametrize("room", [UTILS, WING], ids=lambda room: room.name)
def test_no_files_import_each_other(room: Path) -> None:
    assert circle(room) == []


def test_a_circle_is_found(tmp_path: Path) -> None:
    room = tmp_path / "module_utils"
    (room / "_core").mkdir(parents=True)
    (room / "_core" / "a.py").write_text(f"from {OURS}module_utils._core import b")
    (room / "_core" / "b.py").write_text(f"def late():\n    from {OURS}module_utils._core.a import x")
    assert circle(room)[0] == circle(room)[-1]
