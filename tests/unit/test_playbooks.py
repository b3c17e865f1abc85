# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every playbook of the collection runs from a checkout, too, under the same name; what only a whole playbook shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ansible_collections.ray.containers.plugins.plugin_utils._inventory.context import inventory_context

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


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, "head.example.com"),
        ({"ansible_host": "198.51.100.1"}, "198.51.100.1"),
        ({"ansible_host": "198.51.100.1", "ray_node_ip_address": ""}, "198.51.100.1"),
        ({"ansible_host": "198.51.100.1", "ray_node_ip_address": "192.0.2.1"}, "192.0.2.1"),
        ({"ansible_host": "198.51.100.1", "lan": "192.0.2.1", "ray_node_ip_address": "{{ lan }}"}, "192.0.2.1"),
    ],
)
def test_workers_look_for_the_head_where_it_says_that_it_is(
    tmp_path: Path, variables: dict[str, str], address: str
) -> None:
    pytest.importorskip("ansible")
    (task,) = yaml.safe_load((COLLECTION / "roles" / "cluster" / "tasks" / "raylet.yml").read_text(encoding="utf-8"))
    groups = {
        "ray_head": {"hosts": {"head.example.com": variables}},
        "ray_workers": {"hosts": {"worker.example.com": {"ansible_host": "198.51.100.2", "lan": "192.0.2.2"}}},
    }
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"all": {"children": groups}}), encoding="utf-8")
    message = json.dumps({"msg": task["ray.containers.raylet"]["head_address"]})
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
    }
    argv = ["ansible", "-i", "hosts.yml", "worker.example.com", "-m", "ansible.builtin.debug", "-a", message]
    done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert f'"msg": "{address}"' in done.stdout, done.stderr
    # The rules before the run mean the same address, of the variables as Ansible renders them.
    told = {name: address if name == "ray_node_ip_address" and value else value for name, value in variables.items()}
    (head,) = inventory_context(["head.example.com"], [], {"head.example.com": told}).raylets
    assert head.address == address


WORKERS = "ray_cluster:ray_workers:!ray_head"
HOST = {"ansible_host": "127.0.0.1", "ansible_port": 1}  # nobody listens there


def played(tmp_path: Path, playbook: str, groups: dict[str, object], *arguments: str) -> str:
    """What a run of the playbook prints that reaches no host; a Serve config that is right lies beside the inventory."""
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"all": {"children": groups}}), encoding="utf-8")
    application = {
        "name": "a",
        "import_path": "a:b",
        "runtime_env": {"image_uri": "r.example.com/a@sha256:" + "0" * 64},
    }
    (tmp_path / "serve.yaml").write_text(yaml.safe_dump({"applications": [application]}), encoding="utf-8")
    argv = ["ansible-playbook", "-i", "hosts.yml", "-e", "ray_serve_config=serve.yaml", *arguments]
    done = subprocess.run(
        [*argv, str(ROOT / "playbooks" / f"{playbook}.yml")],
        cwd=tmp_path,
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    return " ".join((done.stdout + done.stderr).split())


#: Inventories of one head and two workers, as people write them.
FORMS: dict[str, dict[str, object]] = {
    "no ray_cluster": {"ray_head": {"hosts": {"h": HOST}}, "ray_workers": {"hosts": {"w1": HOST, "w2": HOST}}},
    "no ray_workers": {
        "ray_cluster": {
            "children": {
                "ray_head": {"hosts": {"h": HOST}},
                "ray_gpu": {"hosts": {"w1": HOST}},
                "ray_cpu": {"hosts": {"w2": HOST}},
            }
        }
    },
    "groups below ray_workers": {
        "ray_head": {"hosts": {"h": HOST}},
        "ray_workers": {"children": {"ray_gpu": {"hosts": {"w1": HOST}}, "ray_cpu": {"hosts": {"w2": HOST}}}},
    },
    "hosts of ray_cluster itself": {
        "ray_cluster": {"hosts": {"w1": HOST, "w2": HOST}, "children": {"ray_head": {"hosts": {"h": HOST}}}}
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_whoever_is_not_the_head_is_a_worker_everywhere(form: str, tmp_path: Path) -> None:
    told = played(tmp_path, "site", FORMS[form], "--list-hosts")
    assert told.count("hosts (3): ") == 2, told
    for playbook in ("drain", "teardown"):
        told = played(tmp_path, playbook, FORMS[form], "--list-hosts")
        assert "pattern: ['ray_cluster:ray_workers:!ray_head']" in told.replace('"', "'")
        assert {"w1", "w2"} <= set(told.partition("hosts (2):")[2].split()[:2]), told


@pytest.mark.parametrize("form", FORMS)
def test_the_rules_see_every_worker(form: str, tmp_path: Path) -> None:
    told = played(tmp_path, "check", FORMS[form])
    # All three have the address of this machine.
    before = told.partition(": 127.0.0.1 is the address of h, too")[0]
    assert set(before.rpartition("ray_node_ip_address of ")[2].split(", ")) == {"w1", "w2"}, told
    assert "[RC-227]" in told


def test_a_host_that_is_head_and_worker_is_told(tmp_path: Path) -> None:
    both = {"ray_head": {"hosts": {"h": HOST}}, "ray_workers": {"hosts": {"h": None, "w": HOST}}}
    assert "h is in ray_head too" in played(tmp_path, "check", both)


def hosts(**of_the_head: object) -> dict[str, object]:
    return {"ray_head": {"hosts": {"h": {**HOST, "ansible_host": "192.0.2.1", **of_the_head}}}}


@pytest.mark.parametrize(
    "template", ["{{ ansible_facts.eth1.ipv4.address }}", "{{ lan }}", "{{ ansible_default_ipv4.address }}"]
)
def test_an_address_that_needs_facts_has_them_gathered(template: str, tmp_path: Path) -> None:
    groups = hosts(
        ray_node_ip_address=template, lan="{{ ansible_facts['eth1']['ipv4']['address'] }}", ansible_timeout=1
    )
    told = played(tmp_path, "check", groups)
    assert "failed=0" in told
    told = played(tmp_path, "site", groups)
    assert "TASK [Gather facts]" in told
    assert "UNREACHABLE" in told or "unreachable=1" in told


def test_a_variable_of_what_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    told = played(tmp_path, "check", hosts(ray_node_ip_address="{{ lan_address }}"))
    assert "ray_node_ip_address of h: 'lan_address' is undefined" in told
    assert "[RC-282]" in told


@pytest.mark.parametrize("address", ["gpu_head_0", "[2001:db8::11]", "2001:db8::11", "head.example.com"])
def test_addresses_that_people_write(address: str, tmp_path: Path) -> None:
    assert "failed=0" in played(tmp_path, "check", hosts(ray_node_ip_address=address))


@pytest.mark.parametrize("playbook", ["teardown", "drain"])
def test_all_nodes_are_only_meant_by_who_says_so(playbook: str, tmp_path: Path) -> None:
    groups = FORMS["no ray_cluster"]
    told = played(tmp_path, playbook, groups)
    assert "UNREACHABLE" not in told and "h : " not in told, "no host was touched"
    assert "w1, w2. Nothing was touched. If that is meant, say so with the name of the head: -e ray_confirm=h; " in told
    assert told.count("[RC-245]") >= 1
    assert "RC-245" in played(tmp_path, playbook, groups, "-e", "ray_confirm=w1")
    for said in (["-e", "ray_confirm=h"], ["--limit", "w1"], ["--limit", "w1,localhost"], ["--check"]):
        told = played(tmp_path, playbook, groups, "-e", "ansible_timeout=1", *said)
        assert "RC-245" not in told and "unreachable=1" in told, said
