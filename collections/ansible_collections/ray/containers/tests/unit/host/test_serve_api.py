# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Serve REST interface and the logs of a session, against a real HTTP server and real files."""

from __future__ import annotations

import http.server
import json
import socket
import threading
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import sightings
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Completed
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import Answer, NoAnswer, send
from ansible_collections.ray.containers.plugins.module_utils._host.ray import logs as ray_logs
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import (
    ApiDenied,
    ApiError,
    ApiNotReady,
    ApiRefused,
    ApiUnreachable,
    RayNode,
    ServeApi,
)
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

DATA = Path(__file__).parents[1] / "data" / "ray-2.60.0"


class Dashboard(http.server.ThreadingHTTPServer):
    """Answers what it is told, and keeps what it was asked."""

    answer: tuple[int, str] = (200, "{}")

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Dashboard

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.asked.append((self.command, self.path, self.headers.get("Authorization") or "", body))
        code, text = self.server.answer
        self.send_response(code)
        self.end_headers()
        self.wfile.write(text.encode())

    do_PUT = do_GET

    def log_message(self, format: str, *args: t.Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def dashboard() -> t.Iterator[Dashboard]:
    server = Dashboard()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def token_file(tmp_path: Path) -> str:
    path = tmp_path / "auth_token"
    path.write_text("s3cr3t\n", encoding="utf-8")
    return str(path)


def test_the_token_is_shown_to_the_dashboard_only(dashboard: Dashboard, token_file: str) -> None:
    ServeApi(dashboard.url + "/", token_file).deploy({"applications": []})
    assert dashboard.asked == [("PUT", "/api/serve/applications/", "Bearer s3cr3t", '{"applications": []}')]


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        ((401, "Unauthorized: Missing authentication token"), ApiDenied, "does not accept the token"),
        ((403, "Forbidden: Invalid authentication token"), ApiDenied, "does not accept the token"),
        ((501, "Serve dependencies are not installed."), ApiError, "has no Serve"),
        ((503, "Failed to get a response. The GCS may be down"), ApiNotReady, "The GCS may be down"),
        ((500, "Traceback\n  File\nValueError: no"), ApiNotReady, "ValueError: no"),
        ((200, "<html>"), ApiError, "does not answer like Ray's dashboard"),
    ],
)
def test_errors_have_a_type_and_a_remedy(
    dashboard: Dashboard, token_file: str, answer: tuple[int, str], error: type[OperatorError], told: str
) -> None:
    dashboard.answer = answer
    with pytest.raises(error) as failure:
        ServeApi(dashboard.url, token_file).details()
    assert told in str(failure.value)
    assert failure.value.remedy
    assert "s3cr3t" not in str(failure.value)


@pytest.mark.parametrize(
    ("text", "why", "applied"),
    [
        (
            "1 validation error for ServeDeploySchema\napplications.0.import_path\n  Value error, wrong path [type=value_error,"
            " input_value='x']\n    For further information visit https://errors.pydantic.dev/2.14/v/value_error",
            "applications.0.import_path; Value error, wrong path",
            False,
        ),
        (
            "\x1b[36mray::ServeController.apply_config()\x1b[39m\n  File\nValueError: no such thing",
            "ValueError: no such thing",
            True,
        ),
    ],
)
def test_a_refused_config(dashboard: Dashboard, text: str, why: str, applied: bool) -> None:
    dashboard.answer = (400, text)
    with pytest.raises(ApiRefused) as failure:
        ServeApi(dashboard.url, "").deploy({})
    assert (failure.value.why, failure.value.applied) == (why, applied)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(ApiUnreachable, match="the connection was refused"):
        ServeApi(url, "").details()


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "http://::1:8265/"),
        ("GET", "http://[::1/"),
        ("GET", "http://127.0.0.1:1/schön"),
        ("GET", "http://127.0.0.1:1/a b"),
        ("GET\n", "http://127.0.0.1:1/"),
    ],
)
def test_what_cannot_be_sent_has_no_answer(method: str, url: str) -> None:
    with pytest.raises(NoAnswer):
        send(method, url)


def test_a_token_that_cannot_be_sent_is_not_told() -> None:
    with pytest.raises(NoAnswer) as failure:
        send("GET", "http://127.0.0.1:1/", headers={"Authorization": "Bearer s3c\nr3t"})
    assert "s3c" not in str(failure.value)


def test_patience_has_an_end() -> None:
    time = [0.0]

    def refuse(*args: t.Any, **kwargs: t.Any) -> t.NoReturn:
        raise NoAnswer("no")

    def pause(seconds: float) -> None:
        time[0] += seconds

    api = ServeApi("http://127.0.0.1:1", "", sender=refuse, clock=lambda: time[0], pause=pause)
    with pytest.raises(ApiUnreachable):
        api.patient(api.details, seconds=10, unreachable=True)
    assert 9 <= time[0] <= 10
    time[0] = 0.0
    with pytest.raises(ApiUnreachable):
        api.patient(api.details, seconds=10)
    assert time[0] == 0.0


def test_nodes_and_logs(dashboard: Dashboard) -> None:
    rows = [
        {"node_id": "a", "node_ip": "192.0.2.1", "state": "ALIVE"},
        {"node_id": "b", "node_ip": "x", "state": "DEAD"},
    ]
    dashboard.answer = (200, json.dumps({"data": {"result": {"result": rows}}}))
    api = ServeApi(dashboard.url, "")
    (node,) = api.nodes()
    dashboard.answer = (200, "one\ntwo\n")
    assert api.log(node, "raylet.err", 5) == ["one", "two"]
    assert dashboard.asked[-1][1] == "/api/v0/logs/file?node_id=a&filename=raylet.err&lines=5"


@pytest.mark.parametrize(
    ("names", "newest"),
    [(["raylet.err"], "raylet.err"), (["raylet.9.err", "raylet.10.err", "raylet.err"], "raylet.10.err"), ([], "")],
)
def test_the_newest_log_is_the_one_with_the_highest_number(names: list[str], newest: str) -> None:
    def answered(method: str, url: str, **_more: t.Any) -> Answer:
        assert method == "GET"
        if "/api/v0/logs?" in url:
            assert url.endswith("node_id=a&glob=raylet%2A.err")
            return Answer(200, "", json.dumps({"data": {"result": {"raylet": names} if names else {}}}))
        assert f"filename={newest}&" in url
        return Answer(200, "", "the newest")

    api = ServeApi("http://127.0.0.1:8265", "", sender=answered)
    assert api.newest_log(RayNode("a", "192.0.2.1"), "raylet", "err", 5) == (["the newest"] if newest else [])


def test_an_answer_of_an_application_is_read_whatever_its_status(dashboard: Dashboard) -> None:
    dashboard.answer = (404, "nope")
    answer = send("GET", dashboard.url + "/a?b=c")
    assert (answer.status, answer.text) == (404, "nope")
    assert dashboard.asked[-1][1] == "/a?b=c"


@pytest.fixture
def session(tmp_path: Path) -> Path:
    directory = tmp_path / "session_2026-11-23_06-46-08_794989_21687"
    (directory / "logs").mkdir(parents=True)
    (tmp_path / "session_latest").symlink_to(directory)
    return directory


def test_the_newest_session_is_found(tmp_path: Path, session: Path) -> None:
    assert ray_logs.current_session(files_of("ray"), str(tmp_path)) == str(session)
    assert ray_logs.current_session(files_of("ray"), str(tmp_path / "none")) == ""


def test_of_a_long_log_only_the_end_is_read(session: Path) -> None:
    (session / "logs" / "raylet.err").write_text("old\n" * 100_000 + "\x1b[31mthe end\x1b[0m\n", encoding="utf-8")
    (log,) = ray_logs.session_logs(files_of("ray"), str(session))
    assert log.lines[-1] == "the end"
    assert sum(map(len, log.lines)) < ray_logs.TAIL_BYTES
    assert log.time_follows


def container(code: int, session: str) -> dict[str, t.Any]:
    command = [f"--raylet-name=/tmp/ray/{session}/sockets/raylet"]
    return {
        "Id": "0123456789abcdef",
        "Image": "localhost/a:1",
        "ExitCode": code,
        "ExitedAt": 1795416415,
        "Command": command,
    }


@pytest.mark.parametrize(
    ("code", "session_name", "told"),
    [
        (
            134,
            "session_2026",
            ["container 0123456789ab of image localhost/a:1 exited with status 134 and said nothing"],
        ),
        (137, "session_2026", []),  # Ray itself kills replicas that are no longer wanted
        (0, "session_2026", []),
        (1, "session_2025", []),
    ],
)
def test_containers_that_ended_with_an_error(code: int, session_name: str, told: list[str]) -> None:
    commands = FakeCommands({"podman ps": json.dumps([container(code, session_name)])})
    logs = ray_logs.ended_containers(commands, "ray", "/tmp/ray/session_2026")
    assert [line for log in logs for line in log.lines] == told
    assert len(commands.actions) <= 2


def test_the_logs_of_a_raylet_that_was_restarted_are_read_too(session: Path) -> None:
    for name in ("raylet.err", "raylet.1.err", "raylet.1.out", "runtime_env_agent.2.log"):
        (session / "logs" / name).write_text("said\n", encoding="utf-8")
    read = {Path(log.where).name for log in ray_logs.session_logs(files_of("ray"), str(session))}
    assert read == {"raylet.err", "raylet.1.err", "runtime_env_agent.2.log"}


@pytest.mark.parametrize("recorded", ["killed", "job_ended"])
def test_a_worker_that_ray_told_to_end_did_not_fail(session: Path, recorded: str) -> None:
    row = container(1, session.name)
    row["Command"] = ["-m", "default_worker", *row["Command"], "--worker-id=c618", "--language=PYTHON"]
    commands = FakeCommands({"podman ps": json.dumps([row])})
    assert len(ray_logs.ended_containers(commands, "ray", str(session))) == 1
    log = session / "logs" / "python-core-worker-c618_8131.log"
    log.write_text((DATA / "ended_workers" / f"{recorded}.log").read_text(), encoding="utf-8")
    assert ray_logs.ended_containers(commands, "ray", str(session)) == []
    log.write_text("[2026-11-23 13:47:41,430 I 1 1] core_worker.cc:1: exit_type=USER_ERROR\n", encoding="utf-8")
    assert len(ray_logs.ended_containers(commands, "ray", str(session))) == 1


@pytest.mark.parametrize(
    ("row", "dead"),
    [
        ({}, True),
        ({"ExitCode": 139}, True),
        ({"ExitCode": 125}, False),  # Podman's own words stand in raylet.err
        ({"ExitCode": 137}, False),
        ({"Image": "localhost/b:1"}, False),
        ({"ExitedAt": 1795416400}, False),
        ({"State": "running"}, False),
    ],
)
def test_a_worker_that_died_before_it_registered_is_found_by_its_container(
    session: Path, row: dict[str, t.Any], dead: bool
) -> None:
    listed = {**container(3, session.name), "State": "exited", **row}
    listed["Command"] = [*listed["Command"], "--worker-id=c618"]
    commands = FakeCommands({"podman ps": json.dumps([listed])})
    found = ray_logs.dead_workers(commands, "ray", str(session), {"localhost/a:1"}, 1795416410.0)
    assert bool(found) == dead
    (session / "logs" / "python-core-worker-c618_8131.log").write_text("registered\n", encoding="utf-8")
    assert ray_logs.dead_workers(commands, "ray", str(session), {"localhost/a:1"}, 1795416410.0) == []


def test_no_worker_is_called_dead_where_its_log_cannot_be_looked_for(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed:
        def find(self, above: str, pattern: str) -> list[t.Any]:
            raise OperatorError(f"{above} is not a directory")

    monkeypatch.setattr(ray_logs, "files_of", lambda user: Closed())
    listed = {**container(3, session.name), "State": "exited"}
    listed["Command"] = [*listed["Command"], "--worker-id=c618"]
    commands = FakeCommands({"podman ps": json.dumps([listed])})
    assert ray_logs.dead_workers(commands, "ray", str(session), {"localhost/a:1"}, 0.0) == []
    assert len(ray_logs.ended_containers(commands, "ray", str(session))) == 1


def test_what_a_container_said_last_is_told() -> None:
    commands = FakeCommands(
        {"podman ps": json.dumps([container(1, "session_2026")]), "podman logs": "starting\nno model\n"}
    )
    (log,) = ray_logs.ended_containers(commands, "ray", "/tmp/ray/session_2026")
    assert log.lines[-1] == "container 0123456789ab of image localhost/a:1 exited with status 1: no model"


def test_an_engine_that_does_not_list_its_containers_is_told_in_its_own_words() -> None:
    failure = Completed(("podman",), 125, "", "Error: creating events dirs: mkdir /run/user/1000: permission denied\n")
    (log,) = ray_logs.ended_containers(FakeCommands({"podman ps": failure}), "ray", "/tmp/ray/session_2026")
    assert log.lines == ("Error: creating events dirs: mkdir /run/user/1000: permission denied",)


def hangs(argv: tuple[str, ...]) -> Completed:
    raise CommandFailed(Completed(argv, 124, "", "\nno end after 30 seconds"))


def test_an_engine_that_hangs_or_fails_in_unknown_words_is_told() -> None:
    (log,) = ray_logs.ended_containers(FakeCommands({"podman ps": hangs}), "ray", "/tmp/ray/session_2026")
    assert log.lines == ("podman does not answer: no end after 30 seconds",)
    failure = Completed(("podman",), 125, "", 'Error: no container with name or ID "raylet" found\n')
    (log,) = ray_logs.ended_containers(FakeCommands({"podman ps": failure}), "ray", "/tmp/ray/session_2026")
    assert log.lines[-1] == 'podman does not answer: Error: no container with name or ID "raylet" found'


def test_an_account_that_does_not_exist_has_no_containers() -> None:
    def nobody(argv: tuple[str, ...]) -> Completed:
        raise OperatorError("The account ray does not exist on this host")

    assert ray_logs.ended_containers(FakeCommands({"podman ps": nobody}), "ray", "/tmp/ray/session_2026") == []


def test_a_container_whose_log_hangs_is_told_without_it() -> None:
    # Without its words nobody knows that it said nothing: that is what another fault goes by.
    commands = FakeCommands({"podman ps": json.dumps([container(134, "session_2026")]), "podman logs": hangs})
    (log,) = ray_logs.ended_containers(commands, "ray", "/tmp/ray/session_2026")
    (seen,) = sightings(log)
    assert seen.fault.entry.code == "RC-412"
    assert seen.evidence.endswith("exited with status 134, and what it said cannot be read: no end after 30 seconds")


def test_a_journal_that_hangs_is_told() -> None:
    (log,) = ray_logs.journal(FakeCommands({"journalctl": hangs}), "raylet.service")
    assert (log.where, log.lines) == ("journal of raylet.service", ("cannot be read: no end after 30 seconds",))


def test_the_images_of_running_containers_are_those_of_the_session() -> None:
    rows = [{**container(0, name), "State": "running", "Image": f"a:{name}"} for name in ("session_1", "session_2")]
    rows.append({**container(1, "session_1"), "State": "exited"})
    listed, trouble = ray_logs.listed_containers(FakeCommands({"podman ps": json.dumps(rows)}), "ray")
    assert (ray_logs.running_images(listed, "/tmp/ray/session_1"), trouble) == (["a:session_1"], [])


def test_the_journal_is_read_with_its_times() -> None:
    text = "2026-11-23T06:46:08+0000 head ray[1]: RuntimeError: Version mismatch: The cluster was started with:\n-- Boot ab --\n"
    (log,) = ray_logs.journal(FakeCommands({"journalctl": text}), "raylet.service")
    assert log.lines == ("2026-11-23 06:46:08 RuntimeError: Version mismatch: The cluster was started with:",)
