# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written down twice says the same: action groups, role defaults and their documentation, codes."""

from __future__ import annotations

import importlib
import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.faults.table import ENTRIES as FAULTS
from ansible_collections.ray.containers.plugins.module_utils._core.faults.table import RETIRED
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Rule
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules import index

yaml = pytest.importorskip("yaml")

COLLECTION = Path(__file__).resolve().parents[3]
MODULES = sorted(path.stem for path in (COLLECTION / "plugins" / "modules").glob("*.py"))
ROLES = sorted(path.name for path in (COLLECTION / "roles").iterdir() if path.is_dir())
#: Where entries stand: beside the rules of the controller, and in the catalogue for what nodes find, too.
ROOMS = (COLLECTION / "plugins" / "plugin_utils", COLLECTION / "plugins" / "module_utils" / "_core" / "catalogue")


def read(path: Path) -> t.Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_action_group_names_every_module() -> None:
    runtime = read(COLLECTION / "meta" / "runtime.yml")
    assert sorted(runtime["action_groups"]["ray"]) == MODULES


def options_of(role: str) -> dict[str, dict[str, t.Any]]:
    entries = read(COLLECTION / "roles" / role / "meta" / "argument_specs.yml")["argument_specs"]
    return {name: option for entry in entries.values() for name, option in (entry.get("options") or {}).items()}


def defaults_of(role: str) -> dict[str, t.Any]:
    return read(COLLECTION / "roles" / role / "defaults" / "main.yml") or {}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_documents_exactly_its_defaults(role: str) -> None:
    optional = {name for name, option in options_of(role).items() if not option.get("required")}
    assert optional == set(defaults_of(role))


@pytest.mark.parametrize("role", ROLES)
def test_a_documented_default_is_the_default(role: str) -> None:
    defaults = defaults_of(role)
    different = {
        name: (option["default"], defaults.get(name))
        for name, option in options_of(role).items()
        # A computed default is documented in words.
        if "default" in option and "{{" not in str(defaults.get(name)) and option["default"] != defaults.get(name)
    }
    assert different == {}


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.10", "head.example.com", "::1", "2001:db8::1"])
def test_the_tasks_ask_the_dashboard_where_the_raylet_says_it_is(host: str) -> None:
    jinja2 = pytest.importorskip("jinja2")
    asked = jinja2.Template(defaults_of("cluster")["ray_dashboard_url"])
    head = RayletSpec("head", "ray", "/opt/ray/x", "2.60.0", "192.0.2.10", dashboard_host=host, dashboard_port=8266)
    assert asked.render(ray_dashboard_host=host, ray_dashboard_port=8266) == head.dashboard_url


def named() -> t.Iterator[tuple[Path, t.Any]]:
    """What the files with entries name, by itself or in a list."""
    for path in sorted(path for room in ROOMS for path in room.rglob("*.py")):
        name = ".".join(path.relative_to(COLLECTION.parents[2]).with_suffix("").parts)
        for value in vars(importlib.import_module(name)).values():
            yield from ((path, each) for each in (value if isinstance(value, (list, tuple)) else [value]))


def entries() -> list[tuple[Path, Entry]]:
    """Every entry with the file that names it: by itself, in a rule, or in a fault."""
    found = [(path, getattr(value, "entry", value)) for path, value in named()]
    found += [(COLLECTION / "faults", entry) for entry in FAULTS]  # which have a table of their own
    return [(path, entry) for path, entry in found if isinstance(entry, Entry)]


ENTRIES = list(dict.fromkeys(entry for file, entry in entries()))


def test_every_rule_is_checked() -> None:
    checked = (*index.SERVE_CONFIG, *index.RESOLVED, *index.INVENTORY, *index.RAYLETS)
    assert {value.entry.code for _path, value in named() if isinstance(value, Rule)} == {
        rule.entry.code for rule in checked
    }


def test_a_code_is_given_once() -> None:
    by_code: dict[str, set[Entry]] = {}
    for entry in ENTRIES:
        by_code.setdefault(entry.code, set()).add(entry)
    assert by_code
    assert {code: len(found) for code, found in by_code.items() if len(found) > 1} == {}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_an_entry_is_complete(entry: Entry) -> None:
    assert re.fullmatch(r"RC-[1-5]\d\d", entry.code)
    assert entry.severity in ("error", "warning")
    empty = [name for name in ("title", "cause", "remedy", "source") if not getattr(entry, name).strip()]
    assert empty == []
    assert not entry.title.endswith(".")


def test_a_file_of_the_catalogue_holds_one_family() -> None:
    families: dict[Path, set[str]] = {}
    for path, entry in entries():
        if path.parent == ROOMS[1]:
            families.setdefault(path, set()).add(entry.code[3])
    assert families
    assert {path.name: found for path, found in families.items() if len(found) > 1} == {}


def test_the_page_of_codes_is_made_from_the_catalogue() -> None:
    page = (COLLECTION / "docs" / "codes.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### (RC-\d+): (.*)$", page, re.M)) == {(entry.code, entry.title) for entry in ENTRIES}
    assert all(entry.remedy in page and entry.cause in page for entry in ENTRIES), "make it again: tools/codes"
    assert all(f"| {old} | {new} |" in page for old, new in RETIRED.items()), "make it again: tools/codes"
