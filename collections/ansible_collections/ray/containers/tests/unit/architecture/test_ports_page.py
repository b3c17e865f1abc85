# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ports that the documentation tells are those of the code: a firewall is written from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.command import raylet_argv
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.ports import DEFAULT_PORTS
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._resource.raylet import ARGUMENT_SPEC
from ansible_collections.ray.containers.plugins.modules import raylet as module

yaml = pytest.importorskip("yaml")

COLLECTION = Path(__file__).resolve().parents[3]
PAGE = (COLLECTION / "docs" / "ports.md").read_text(encoding="utf-8")
OF_THE_HEAD = {
    "ray_port": ARGUMENT_SPEC["port"]["default"],
    "ray_dashboard_port": ARGUMENT_SPEC["dashboard_port"]["default"],
}
HEAD = RayletSpec("head", "ray", "/opt/ray/x", "2.60.0", "192.0.2.1")


def rows() -> dict[str, int]:
    return {name: int(port) for port, name in re.findall(r"^\| (\d+) \| `(ray_[a-z_.]+)` \|", PAGE, re.M)}


def role_options() -> dict[str, dict[str, object]]:
    specs = yaml.safe_load((COLLECTION / "roles/cluster/meta/argument_specs.yml").read_text(encoding="utf-8"))
    options: dict[str, dict[str, object]] = specs["argument_specs"]["raylet"]["options"]
    return options


def test_the_page_has_every_port_and_no_other() -> None:
    assert rows() == {**{f"ray_ports.{name}": port for name, port in DEFAULT_PORTS.items()}, **OF_THE_HEAD}


def test_the_page_has_every_port_that_ray_is_started_with() -> None:
    started = {int(port) for port in re.findall(r"port=(\d+)", " ".join(raylet_argv(HEAD)))}
    assert started == set(rows().values())


def test_the_role_documents_the_same_ports() -> None:
    options = role_options()
    ports = options["ray_ports"]["options"]
    assert isinstance(ports, dict)
    assert {name: option["default"] for name, option in ports.items()} == DEFAULT_PORTS
    assert {name: options[name]["default"] for name in OF_THE_HEAD} == OF_THE_HEAD


def test_the_module_documents_the_same_ports() -> None:
    text = " ".join(yaml.safe_load(module.DOCUMENTATION)["options"]["ports"]["description"])
    assert {name: int(port) for name, port in re.findall(r"C\(([a-z_]+)\) (\d+)", text)} == DEFAULT_PORTS


def test_the_firewall_of_the_page_opens_what_nodes_need_of_each_other() -> None:
    needed = {int(port) for port in re.findall(r"^\| (\d+) \| `ray_[a-z_.]+` \| [^|]+ \| nodes \|", PAGE, re.M)}
    (opened,) = re.findall(r"ip saddr \S+ tcp dport \{ ([^}]+) \}", PAGE)
    assert {int(port) for port in re.findall(r"\d+", opened)} == needed
