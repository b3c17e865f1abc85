# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as a run of Ansible leaves it: files, modes, last lines; also when the run fails."""

from __future__ import annotations

import json
import os
import pwd
import stat
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("ansible")

COLLECTIONS = Path(__file__).resolve().parents[6]
INVENTORY = """
[ray_head]
head ansible_connection=local
[ray_workers]
worker ansible_host=127.0.0.1 ansible_port=1 ray_node_ip_address=192.0.2.2
[ray_cluster:children]
ray_head
ray_workers
"""


def run_site(directory: Path, inventory: str = "hosts", **further: str) -> subprocess.CompletedProcess[str]:
    """The site with a Serve config that does not exist, from an installed collection: no ansible.cfg says anything."""
    (directory / "hosts").write_text(INVENTORY, encoding="utf-8")
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(directory),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "LC_ALL": "C.UTF-8",
        **further,
    }
    argv = ["ansible-playbook", "-i", inventory, "ray.containers.site", "-e", "ray_serve_config=/nowhere/serve.yaml"]
    return subprocess.run(argv, cwd=directory, env=environment, capture_output=True, text=True, check=False)


def test_a_failed_run_ends_with_its_reason_and_a_report(tmp_path: Path) -> None:
    done = run_site(tmp_path)
    assert done.returncode != 0
    failure, changes, where = done.stdout.strip().splitlines()[-3:]
    assert failure.startswith("FAILED localhost: ")
    assert "/nowhere/serve.yaml" in failure
    assert changes.startswith("0 changed in ")
    assert where == "report: .report/report.html"
    written = tmp_path / ".report"
    report = json.loads((written / "report.json").read_text(encoding="utf-8"))
    assert report["successful"] is False
    assert report["nodes"] == []
    assert {stat.S_IMODE(path.stat().st_mode) for path in written.iterdir()} == {0o600}
    assert "/nowhere/serve.yaml" in (written / "report.html").read_text(encoding="utf-8")


def test_what_is_built_and_installed_brings_the_page_along(tmp_path: Path) -> None:
    collection = COLLECTIONS / "ansible_collections" / "ray" / "containers"
    galaxy = [str(Path(sys.executable).parent / "ansible-galaxy"), "collection"]
    installed = tmp_path / "installed"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "ANSIBLE_COLLECTIONS_PATH": str(installed)}
    environment["LC_ALL"] = "C.UTF-8"
    subprocess.run([*galaxy, "build", str(collection)], cwd=tmp_path, env=environment, check=True)
    (built,) = tmp_path.glob("ray-containers-*.tar.gz")
    subprocess.run([*galaxy, "install", str(built), "--offline"], cwd=tmp_path, env=environment, check=True)
    done = run_site(tmp_path, ANSIBLE_COLLECTIONS_PATH=str(installed))
    assert done.stdout.endswith("report: .report/report.html\n")
    assert "Not everything worked" in (tmp_path / ".report" / "report.html").read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_keeps_no_line_back(tmp_path: Path) -> None:
    (tmp_path / ".report").write_text("", encoding="utf-8")
    done = run_site(tmp_path)
    failure, changes, why = done.stdout.strip().splitlines()[-3:]
    assert failure.startswith("FAILED localhost: ")
    assert changes.startswith("0 changed in ")
    assert why.startswith("no report: .report cannot be written (")
    assert why.endswith("name another directory in RAY_CONTAINERS_REPORT")
    assert "v2_playbook_on_stats" not in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_makes_for_a_report_is_for_who_called_sudo(tmp_path: Path) -> None:
    reader = pwd.getpwnam("nobody")
    os.chown(tmp_path, reader.pw_uid, reader.pw_gid)
    report = tmp_path / "build" / "report"
    run_site(tmp_path, SUDO_USER=reader.pw_name, RAY_CONTAINERS_REPORT=str(report))
    made = [tmp_path / "build", report, *report.iterdir()]
    assert {path.stat().st_uid for path in made} == {reader.pw_uid}
    assert len(made) == 5
    # And a directory that was there before is whose it was.
    os.chown(report, 0, 0)
    run_site(tmp_path, SUDO_USER=reader.pw_name, RAY_CONTAINERS_REPORT=str(report))
    assert report.stat().st_uid == 0


def test_the_report_lies_beside_the_inventory_wherever_one_stands(tmp_path: Path) -> None:
    mine = tmp_path / "inventories" / "mine"
    mine.mkdir(parents=True)
    (mine / "hosts").write_text(INVENTORY, encoding="utf-8")
    assert run_site(tmp_path, "inventories/mine/hosts").stdout.endswith(
        "report: inventories/mine/.report/report.html\n"
    )
    # As a directory it is read whole, but for what is hidden: a second run does not take the first one's report for hosts.
    done = run_site(tmp_path, "inventories/mine")
    assert done.stdout.endswith("report: inventories/mine/.report/report.html\n")
    assert "Unable to parse" not in done.stderr and ".report" not in done.stderr
    history = json.loads((mine / ".report" / "history.json").read_text(encoding="utf-8"))
    assert [run["outcome"] for run in history["runs"]] == ["failed", "failed"]


def test_a_setting_names_another_directory_from_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "ansible.cfg").write_text("[ray_containers]\nreport = build/report\n", encoding="utf-8")
    done = run_site(tmp_path, ANSIBLE_CONFIG=str(tmp_path / "ansible.cfg"))
    assert done.stdout.endswith("report: build/report/report.html\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert run_site(tmp_path, RAY_CONTAINERS_REPORT=str(elsewhere)).stdout.endswith("report: elsewhere/report.html\n")
    assert (elsewhere / "report.json").exists()


def test_what_stands_in_the_place_of_the_history_stops_no_report(tmp_path: Path) -> None:
    (tmp_path / ".report").mkdir()
    secret = tmp_path / "secret"
    secret.write_text('{"version": 1, "runs": []}', encoding="utf-8")
    (tmp_path / ".report" / "history.json").symlink_to(secret)
    assert run_site(tmp_path).stdout.endswith("report: .report/report.html\n")
    assert secret.read_text(encoding="utf-8") == '{"version": 1, "runs": []}'
    assert not (tmp_path / ".report" / "history.json").is_symlink()


def test_a_report_of_a_run_is_what_the_schema_says(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    run_site(tmp_path)
    schema = json.loads(
        (Path(__file__).resolve().parents[3] / "docs" / "report.schema.json").read_text(encoding="utf-8")
    )
    report = json.loads((tmp_path / ".report" / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, schema)
    assert report["playbook"] == "site"
    assert [row["host"] for row in report["times"]] and all(row["seconds"] > 0 for row in report["times"])
