# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the examples of the modules give for an option with choices is one of them, on the head and on a worker."""

from __future__ import annotations

import importlib
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible")
yaml = pytest.importorskip("yaml")
jinja2 = pytest.importorskip("jinja2")

MODULES = sorted(path.stem for path in (Path(__file__).resolve().parents[3] / "plugins" / "modules").glob("*.py"))
NAMESPACE = "ray.containers."
GROUPS = {"ray_head": ["ray-head"], "ray_workers": ["ray-worker1"], "ray_cluster": ["ray-head", "ray-worker1"]}


def templated(text: str, host: str) -> str:
    """A template as Ansible renders it on one of the two hosts, with the filters of ansible.builtin."""
    core = importlib.import_module("ansible.plugins.filter.core")
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters.update(core.FilterModule().filters())
    return str(environment.from_string(text).render(groups=GROUPS, inventory_hostname=host))


def chosen(module: str) -> t.Iterator[tuple[str, str, list[str]]]:
    """Option, value and choices wherever an example of the module sets an option of its own that has choices."""
    source = importlib.import_module(f"ansible_collections.ray.containers.plugins.modules.{module}")
    options = yaml.safe_load(source.DOCUMENTATION).get("options") or {}
    for task in yaml.safe_load(source.EXAMPLES):
        for name, value in (task.get(NAMESPACE + module) or {}).items():
            if options.get(name, {}).get("choices"):
                yield name, str(value), options[name]["choices"]


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("host", GROUPS["ray_cluster"])
def test_an_example_chooses_among_the_choices(module: str, host: str) -> None:
    found = {(name, templated(value, host), tuple(choices)) for name, value, choices in chosen(module)}
    assert [(name, value) for name, value, choices in found if value not in choices] == []


def test_the_example_of_a_raylet_has_one_head() -> None:
    role = next(value for name, value, _choices in chosen("raylet") if name == "role")
    assert [templated(role, host) for host in GROUPS["ray_cluster"]] == ["head", "worker"]
