# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every playbook of the collection runs from a checkout, too, under the same name; what only a whole playbook shows."""

from __future__ import annotations

import os
import subprocess
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


@pytest.mark.parametrize("name", ["site", "deploy"])
def test_a_limit_without_the_controller_is_told_before_any_host_is_touched(name: str, tmp_path: Path) -> None:
    hosts = {"hosts": {"head": {"ansible_host": "127.0.0.1", "ansible_port": 1}}}  # nobody listens there
    inventory = {"all": {"children": {"ray_cluster": {"children": {"ray_head": hosts}}}}}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    run = subprocess.run(
        ["ansible-playbook", "-i", "hosts.yml", "--limit", "head", ROOT / "playbooks" / f"{name}.yml"],
        cwd=tmp_path,
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2  # and not 4: unreachable
    assert "The Serve config was not read, since --limit leaves out localhost: name it there, too" in " ".join(
        run.stdout.split()
    )
