# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What diagnosis_info makes of a node: which faults still hold, and that it changes nothing."""

from __future__ import annotations

import json
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._host.ray.logs import local_time
from ansible_collections.ray.containers.plugins.module_utils._resource import diagnosis, diagnosis_of_parity, serve_info
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

DATA = Path(__file__).parents[1] / "data" / "ray-2.60.0"
NOW = 2_000_000_000.0


def status(name: str, **changes: t.Any) -> ServeStatus:
    document = json.loads((DATA / f"{name}.json").read_text())
    for application in document["applications"].values():
        application.update(changes)
    return ServeStatus.read(document)


@pytest.mark.parametrize(
    ("found", "since"),
    [
        (None, NOW - 900),
        (ServeStatus(started=True), NOW - 900),
        (status("two_images_running"), NOW - 120),
        (status("image_not_found", last_deployed_time_s=NOW - 5000), NOW - 5000),
        (status("image_not_found", last_deployed_time_s=NOW - 5), NOW - 120),
    ],
)
def test_how_far_back_a_fault_is_current(found: ServeStatus | None, since: float) -> None:
    assert diagnosis.horizon(found, NOW) == since


def test_serves_own_words_are_current_whenever_they_were_said() -> None:
    (log,) = diagnosis.status_logs(status("image_not_found"), NOW)
    assert log.where == "Serve, application beta"
    assert log.modified == local_time(NOW)
    assert diagnosis.status_logs(status("two_images_running"), NOW) == []


@pytest.fixture
def node(tmp_path: Path) -> dict[str, t.Any]:
    """A worker's parameters, with a session that has just gone wrong."""
    logs = tmp_path / "session_2026" / "logs"
    logs.mkdir(parents=True)
    (tmp_path / "session_latest").symlink_to(tmp_path / "session_2026")
    (logs / "raylet.err").write_text("Error: keep-id is only supported in rootless mode\n", encoding="utf-8")
    return {
        "user": "ray",
        "runtime_path": str(tmp_path / "none"),
        "temp_dir": str(tmp_path),
        "raylet_image": "",
        "dashboard_url": "http://127.0.0.1:1",
        "token_file": "",
    }


def test_a_worker_tells_what_goes_wrong_on_it(node: dict[str, t.Any]) -> None:
    commands = FakeCommands({"podman ps": "[]"})
    result = diagnosis.read(node, commands)
    (finding,) = result["findings"]
    assert set(finding) == {"code", "title", "severity", "where", "evidence", "cause", "remedy", "time"}
    assert (finding["code"], finding["where"]) == ("RC-441", f"{node['temp_dir']}/session_2026/logs/raylet.err")
    assert result["past"] == []
    assert len(commands.actions) <= 3


def test_what_went_wrong_an_hour_ago_is_past(node: dict[str, t.Any]) -> None:
    written = Path(node["temp_dir"]) / "session_2026" / "logs" / "raylet.err"
    line = f"[{local_time(time.time() - 3600).replace('T', ' ')},1 E 1 1] (raylet) x: have not registered within the timeout."
    written.write_text(
        f"Error: keep-id is only supported in rootless mode\n{line} The process is dead\n", encoding="utf-8"
    )
    result = diagnosis.read(node, FakeCommands())
    assert result["findings"] == []
    assert [finding["code"] for finding in result["past"]] == ["RC-441"]


def test_a_node_without_ray_has_no_findings(tmp_path: Path, node: dict[str, t.Any]) -> None:
    assert diagnosis.read({**node, "temp_dir": str(tmp_path / "none")}, FakeCommands()) == {"findings": [], "past": []}


def test_the_images_that_a_session_used_are_known() -> None:
    lines = (DATA / "runtime_env_setup-01000000.log").read_text().splitlines()
    used = diagnosis_of_parity.used_images([Log("setup", tuple(lines), "")])
    assert used[-1] == "10.0.0.9:5000/alpha:1"
    assert set(used) == {f"10.0.0.9:5000/{name}" for name in ("alpha:1", "beta:1", "beta:pull", "beta:keepid")}


def test_the_runtime_is_the_one_that_the_unit_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = tmp_path / "raylet.service"
    monkeypatch.setattr(diagnosis_of_parity, "UNIT_FILE", str(unit))
    assert diagnosis_of_parity.runtime_of(str(tmp_path)) == ""
    for name in ("2.59.0-py3.11.2", "2.60.0-py3.11.2"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin" / "python").touch()
    assert diagnosis_of_parity.runtime_of(str(tmp_path)) == ""
    unit.write_text(f"ExecStart={tmp_path}/2.60.0-py3.11.2/bin/ray start --head", encoding="utf-8")
    assert diagnosis_of_parity.runtime_of(str(tmp_path)) == f"{tmp_path}/2.60.0-py3.11.2"
    assert diagnosis_of_parity.runtime_of(f"{tmp_path}/2.59.0-py3.11.2") == f"{tmp_path}/2.59.0-py3.11.2"


def test_serve_info_is_small_and_whole() -> None:
    told = serve_info.summary(status("image_not_found"), "192.0.2.10")
    assert [(each["name"], each["status"], each["images"]) for each in told["applications"]] == [
        ("alpha", "RUNNING", ["10.0.0.9:5000/alpha:1"]),
        ("beta", "DEPLOY_FAILED", ["10.0.0.9:5000/beta:pull"]),
    ]
    assert told["applications"][0]["deployments"] == [
        {"name": "Hello", "status": "HEALTHY", "target": 1, "replicas": {"RUNNING": 1}}
    ]
    assert "manifest unknown" in told["applications"][1]["message"]
    assert len(json.dumps(told)) < 2000
