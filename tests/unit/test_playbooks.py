# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every playbook of the collection runs from a checkout, too, under the same name."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = ROOT / "collections" / "ansible_collections" / "ray" / "containers"
PLAYBOOKS = sorted(path.stem for path in (COLLECTION / "playbooks").glob("*.yml"))


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_a_playbook_of_the_collection_has_an_import_of_its_name(name: str) -> None:
    (imported,) = yaml.safe_load((ROOT / "playbooks" / f"{name}.yml").read_text(encoding="utf-8"))
    assert imported["ansible.builtin.import_playbook"] == f"ray.containers.{name}"


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_the_collections_page_tells_of_it(name: str) -> None:
    assert f"`ray.containers.{name}`" in (COLLECTION / "README.md").read_text(encoding="utf-8")
