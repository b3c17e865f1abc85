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

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Look
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import CONTAINERS
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import StoredImage, find_stored
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._host.ray.logs import local_time
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import ApiNotReady, ServeApi
from ansible_collections.ray.containers.plugins.module_utils._resource import (
    diagnosis,
    diagnosis_looks,
    diagnosis_of_parity,
    diagnosis_of_raylet,
    serve_info,
)
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


@pytest.fixture
def unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this node's unit is looked for; there is none."""
    path = tmp_path / "raylet.service"
    monkeypatch.setattr(diagnosis_of_raylet, "UNIT_FILE", str(path))
    return path


@pytest.fixture
def node(tmp_path: Path, unit: Path) -> dict[str, t.Any]:
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
        "record": "",
        "history": False,
        "nodes": [],
        "secrets": set(),
    }


@pytest.fixture(autouse=True)
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Look]:
    """What the looks at this node answer, beside that at Serve: nobody could look."""
    answers: list[Look] = []
    monkeypatch.setattr(diagnosis_looks, "_side_by_side", lambda _looks: tuple(answers))
    monkeypatch.setattr(diagnosis_looks, "running_raylet", lambda _uid: None)
    return answers


def test_a_worker_tells_what_goes_wrong_on_it(node: dict[str, t.Any]) -> None:
    commands = FakeCommands({"podman ps": "[]"})
    result = diagnosis.read(node, commands)
    (finding,) = result["findings"]
    assert set(finding) == {
        *(
            "code",
            "title",
            "severity",
            "host",
            "sentence",
            "brief",
            "where",
            "evidence",
            "cause",
            "remedy",
            "because",
            "time",
        ),
    }
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
    assert [finding["code"] for finding in result["past"]] == ["RC-441", "RC-405"]


def test_what_a_log_tells_is_past_when_the_look_at_it_is_well(
    node: dict[str, t.Any], unit: Path, looked: list[Look]
) -> None:
    unit.write_text(WORKER, encoding="utf-8")
    looked.append(Look(CONTAINERS))
    result = diagnosis.read(node, FakeCommands({"podman ps": "[]"}))
    assert result["findings"] == []
    assert [finding["code"] for finding in result["past"]] == ["RC-441"]


def test_what_could_not_be_looked_at_is_told(node: dict[str, t.Any], unit: Path, looked: list[Look]) -> None:
    unit.write_text(WORKER, encoding="utf-8")
    looked.append(Look(CONTAINERS, unanswered="no answer within 3 s"))
    result = diagnosis.read(node, FakeCommands({"podman ps": "[]"}))
    assert [finding["code"] for finding in result["findings"]] == ["RC-441"]
    assert result["unknown"] == [{"question": CONTAINERS, "why": "no answer within 3 s"}]


def test_a_node_without_ray_has_no_findings_and_says_so(tmp_path: Path, node: dict[str, t.Any]) -> None:
    result = diagnosis.read({**node, "temp_dir": str(tmp_path / "none")}, FakeCommands())
    assert result.pop("clock") == pytest.approx(time.time(), abs=60)
    assert result == {"findings": [], "past": [], "unknown": [], "ray": False, "history": False, "nodes": []}


HEAD = "[Service]\nExecStart=/opt/ray/2.60.0/bin/ray start --head --port=6379 --block\n"
WORKER = HEAD.replace(" --head --port=6379", " --address=192.0.2.1:6379")
IMAGE = f"registry.example.com/raylet@sha256:{'d' * 64}"
IN_CONTAINER = (
    "[Service]\nExecStart=podman run --detach "
    f'"--label=ray.containers.raylet={{\\"image\\":\\"x\\"}}" --entrypoint=catatonit {IMAGE} '
    "-- sh -c 'exec \"$@\"' raylet ray start --head --port=6379\nExecStopPost=podman rm --force raylet\n"
)


def test_a_dashboard_that_is_not_ready_is_told(node: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def not_ready(_api: ServeApi) -> dict[str, t.Any]:
        raise ApiNotReady("Ray behind the dashboard at http://127.0.0.1:1 is not ready", why="HTTP 503", remedy="Look")

    monkeypatch.setattr(ServeApi, "details", not_ready)
    (Path(node["temp_dir"]) / "session_2026" / "logs" / "raylet.err").unlink()
    (finding,) = diagnosis.read(node, FakeCommands({"podman ps": "[]"}))["findings"]
    assert finding["code"] == "RC-414"
    assert finding["evidence"] == "Ray behind the dashboard at http://127.0.0.1:1 is not ready: HTTP 503"


def test_the_unit_tells_what_the_raylet_runs_in(unit: Path) -> None:
    assert diagnosis_of_raylet.raylet_here() is None
    expectations = {
        HEAD: (True, "", "", {"port": 6379}),
        WORKER: (False, "", "192.0.2.1:6379", {}),
        IN_CONTAINER: (True, IMAGE, "", {"port": 6379}),
    }
    for text, expected in expectations.items():
        unit.write_text(text, encoding="utf-8")
        raylet = diagnosis_of_raylet.raylet_here()
        assert raylet
        assert (raylet.is_head, raylet.image, raylet.address, raylet.ports) == expected


def test_a_raylets_image_is_the_one_that_the_node_has(
    node: dict[str, t.Any], unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The site pulls it by its digest, and the inventory's tag finds nothing in root's store."""
    asked: list[str] = []

    def told(_user: str, _path: str, _images: t.Sequence[str], _commands: t.Any, image: str) -> dict[str, t.Any]:
        record = StoredImage("a" * 64, "", 1, names=(IMAGE,))
        asked.append(str(find_stored(ImageReference.parse(image), [record]) and image))
        return {}

    monkeypatch.setattr(diagnosis_of_parity, "contents", told)
    tagged = {**node, "raylet_image": "registry.example.com/raylet:1"}
    unit.write_text(IN_CONTAINER, encoding="utf-8")
    commands = FakeCommands()
    diagnosis.read(tagged, commands)
    assert asked == [IMAGE]
    assert any(action.startswith("podman exec") for action in commands.actions)
    unit.unlink()
    diagnosis.read(tagged, FakeCommands())
    assert asked == [IMAGE, "None"]


def test_the_images_that_a_session_used_are_known() -> None:
    lines = (DATA / "runtime_env_setup-01000000.log").read_text().splitlines()
    used = diagnosis_of_parity.used_images([Log("setup", tuple(lines), "")], "")
    assert used[-1] == "10.0.0.9:5000/alpha:1"
    assert set(used) == {f"10.0.0.9:5000/{name}" for name in ("alpha:1", "beta:1", "beta:pull", "beta:keepid")}


def test_an_image_that_was_corrected_is_compared_no_more() -> None:
    lines = (DATA / "runtime_env_setup-01000000.log").read_text().splitlines()
    log = Log("setup", tuple(lines), "")
    assert diagnosis_of_parity.used_images([log], "2026-11-23T23:00:00") == []
    # What runs is compared however long it has run.
    assert diagnosis_of_parity.used_images([log], "2026-11-23T23:00:00", ["a:1", "a:1"]) == ["a:1"]


def test_only_images_in_use_or_just_used_are_compared(node: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[t.Sequence[str]] = []

    def told(_user: str, _path: str, images: t.Sequence[str], *_more: t.Any) -> dict[str, t.Any]:
        compared.append(images)
        return {}

    monkeypatch.setattr(diagnosis_of_parity, "contents", told)
    document = json.loads((DATA / "two_images_running.json").read_text())
    monkeypatch.setattr(ServeApi, "details", lambda _api: document)
    pulled = [
        f"{local_time(time.time() - age).replace('T', ' ')},1 INFO image_uri.py:40 -- Pulling image r.example/{name}:1"
        for age, name in ((3600, "wrong"), (5, "new"))
    ]
    log = Path(node["temp_dir"]) / "session_2026" / "logs" / "runtime_env_setup-01.log"
    log.write_text("\n".join(pulled), encoding="utf-8")
    row = {
        "Id": "0" * 64,
        "Image": "r.example/running:1",
        "State": "running",
        "ExitCode": 0,
        "Command": ["/tmp/session_2026/x"],
    }
    diagnosis.read(node, FakeCommands({"podman ps": json.dumps([row])}))
    deployed = [
        fields["deployed_app_config"]["runtime_env"]["image_uri"] for fields in document["applications"].values()
    ]
    assert compared == [[*deployed, "r.example/running:1", "r.example/new:1"]]


def test_the_runtime_is_the_one_that_the_unit_names(tmp_path: Path, unit: Path) -> None:
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
        {"name": "Hello", "status": "HEALTHY", "target": 1, "replicas": {"RUNNING": 1}, "nodes": {"192.0.2.2": 1}}
    ]
    assert "manifest unknown" in told["applications"][1]["message"]
    assert len(json.dumps(told)) < 2000


def test_a_service_that_is_masked_is_looked_at_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "raylet.service").symlink_to("/dev/null")
    monkeypatch.setattr(diagnosis_of_raylet, "UNIT_FILE", str(tmp_path / "raylet.service"))
    assert diagnosis_of_raylet.raylet_here() == diagnosis_of_raylet.Raylet(is_head=False, image="")
