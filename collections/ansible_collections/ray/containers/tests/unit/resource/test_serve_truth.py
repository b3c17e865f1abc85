# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Success is what is true: what Serve has, which proxies are HEALTHY, and what is answered through each of them."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import Answer
from ansible_collections.ray.containers.tests.unit.fakes.serve import DASHBOARD
from ansible_collections.ray.containers.tests.unit.resource.test_serve_config import (
    QUERIES,
    TWO,
    Site,
    with_beta,
)

PUBLIC: dict[str, t.Any] = {**TWO, "http_options": {"host": "0.0.0.0", "port": 8000}}
NEWER = with_beta(answer='{"label": "ox", "newer": 1}')
BIND = "Traceback (most recent call last):\n  File x\nRuntimeError: Failed to bind to address '0.0.0.0:8000'.\n"
GRPC = (
    "Traceback (most recent call last):\n  File x\nModuleNotFoundError: a_pb2_grpc.add_A can't be imported! Please make sure"
    " there are no typo in those functions.\n"
)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (
            413,
            "the answer is 413 No: the Serve config is larger than a reverse proxy in front of the dashboard accepts",
        ),
        (404, "the answer is 404 No: there is no Serve REST interface at this address"),
        (302, "the answer is 302 No, which leads to https://sso.example.com/"),
        (304, "the answer is 304 No, which leads to nowhere"),
        (418, "the answer is 418 No: Ray's dashboard does not answer so"),
    ],
)
def test_no_other_status_than_2xx_is_success(site: Site, status: int, told: str) -> None:
    site.run(TWO)
    headers = {"location": "https://sso.example.com/"} if status == 302 else {}
    site.serve.instead = [Answer(status, "No", "<html>No</html>", headers)]
    error = site.fails(NEWER)
    assert error.what == f"PUT {DASHBOARD}/api/serve/applications/ is not answered as by Ray's dashboard"
    assert error.why.startswith(told)
    assert error.code == "RC-490"
    assert json.loads(site.record.read_text())["config"] == TWO
    assert site.check(NEWER).changed


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_is_tried_again_and_told_in_its_own_words(site: Site, status: int) -> None:
    site.run(TWO)
    site.serve.instead = [Answer(status, "", "upstream is away")]
    site.run(NEWER)
    site.serve.instead = [Answer(status, "", "upstream is away")] * 200
    error = site.fails(with_beta(answer="{}"))
    assert "upstream is away" in error.why


def test_an_answer_200_of_somebody_else_is_no_deploy(site: Site) -> None:
    site.run(TWO)
    site.serve.instead = [Answer(200, "OK", "<html>Welcome</html>")]
    error = site.fails(NEWER)
    assert error.what == "Serve has accepted the Serve config, and does not have it"
    assert error.why.startswith("application alpha is still the one that was deployed before")
    assert error.code == "RC-493"
    assert json.loads(site.record.read_text())["config"] == TWO
    assert site.check(NEWER).changed


@pytest.mark.parametrize(("text", "code"), [(GRPC, "RC-491"), (BIND, "RC-492")])
def test_a_serve_that_cannot_start_is_told_at_once_and_not_left_behind(site: Site, text: str, code: str) -> None:
    def half_started(request: str) -> None:
        if request.startswith("PUT"):
            site.serve.started = True

    site.serve.before = half_started
    site.serve.instead = [Answer(500, "", text)]
    began = site.serve.time
    error = site.fails(TWO)
    assert error.code == code
    assert site.serve.time - began < 5
    assert not site.serve.started
    assert site.serve.puts == 1


def test_a_running_serve_is_not_ended_for_a_config_that_it_cannot_import(site: Site) -> None:
    site.run(TWO)
    site.serve.instead = [Answer(500, "", "ModuleNotFoundError: No module named 'vllm'\n")]
    error = site.fails(NEWER)
    assert error.why.startswith("No module named 'vllm'")
    assert site.running() == {"alpha": "RUNNING", "beta": "RUNNING"}


def test_a_proxy_that_cannot_listen_is_told_with_its_message(site: Site) -> None:
    site.serve.proxies["192.0.2.11"] = "STARTING"
    site.serve.proxy_lines = BIND.splitlines()
    began = site.serve.time
    error = site.fails(TWO)
    assert error.what == "The Serve proxy on node 192.0.2.11 is STARTING"
    assert error.why.startswith("Failed to bind to address '0.0.0.0:8000'.")
    assert error.code == "RC-492"
    assert site.serve.time - began < 10
    assert not site.record.exists()


def test_a_proxy_that_died_and_is_called_healthy_for_a_while_is_no_fault_of_the_application(site: Site) -> None:
    site.serve.silent = {"192.0.2.11"}
    site.serve.proxy_lines = BIND.splitlines()

    def noticed(request: str) -> None:
        site.serve.proxies["192.0.2.11"] = "STARTING" if site.serve.time > 1010 else "HEALTHY"

    site.serve.before = noticed
    error = site.fails(PUBLIC, QUERIES[:1])
    assert (error.code, error.what) == ("RC-492", "The Serve proxy on node 192.0.2.11 is STARTING")


def test_a_proxy_that_stays_unhealthy_for_a_reason_of_its_own_is_given_a_minute(site: Site) -> None:
    site.serve.proxies["192.0.2.11"] = "UNHEALTHY"
    began = site.serve.time
    error = site.fails(TWO)
    assert "it did not become HEALTHY within 60 s" in error.why
    assert 60 < site.serve.time - began < 75


def test_a_proxy_that_comes_up_late_is_waited_for(site: Site) -> None:
    site.serve.proxies["192.0.2.11"] = "STARTING"
    site.serve.proxy_lines = ["INFO Proxy starting on node abc"]

    def comes_up(request: str) -> None:
        site.serve.proxies["192.0.2.11"] = "HEALTHY" if site.serve.time > 1030 else "STARTING"

    site.serve.before = comes_up
    site.run(TWO)
    assert site.serve.time > 1030


def test_an_unchanged_run_is_not_well_with_a_proxy_that_is_not(site: Site) -> None:
    site.run(TWO)
    site.serve.proxies["192.0.2.11"] = "UNHEALTHY"
    site.serve.proxy_lines = BIND.splitlines()
    assert [step.summary.split()[0] for step in site.check(TWO).steps] == ["Wait", "Ask", "Ask"]
    assert site.fails(TWO).code == "RC-492"


def test_old_words_of_a_proxy_are_not_about_this_wait(site: Site) -> None:
    site.serve.proxies["192.0.2.11"] = "STARTING"

    def comes_up(request: str) -> None:
        # It has said so before the wait began, and does not say it again.
        site.serve.proxy_lines = BIND.splitlines() if site.serve.time < 1001 else []
        site.serve.proxies["192.0.2.11"] = "HEALTHY" if site.serve.time > 1020 else "STARTING"

    site.serve.before = comes_up
    site.run(TWO)


def test_every_query_is_asked_through_the_proxy_of_every_node(site: Site) -> None:
    _plan, applications = site.run(PUBLIC, QUERIES[:1])
    asked = [request for request in site.serve.requests if "alpha" in request]
    assert asked == ["GET http://127.0.0.1:8000/alpha/x", "GET http://192.0.2.11:8000/alpha/x"]
    assert [each["answer"] for each in applications] == ["I am alpha", ""]


def test_an_application_that_one_node_does_not_reach_is_no_success(site: Site) -> None:
    site.serve.silent = {"192.0.2.11"}
    error = site.fails(PUBLIC, QUERIES[:1])
    assert error.what == "Application alpha does not answer at GET http://192.0.2.11:8000/alpha/x"
    assert not site.record.exists()


def test_a_query_is_asked_again_as_often_as_it_says(site: Site) -> None:
    query = {**QUERIES[0], "expect": "omega", "retries": 2}
    site.fails(TWO, [query])
    assert sum("alpha" in request for request in site.serve.requests) == 3


GRPC_CONFIG: dict[str, t.Any] = {
    **PUBLIC,
    "grpc_options": {"port": 9000, "grpc_servicer_functions": ["a_pb2_grpc.add_AServicer_to_server"]},
}


def with_python(site: Site, tmp_path: Path, *answers: str) -> dict[str, t.Any]:
    """Ray's Python on the head, which tells these answers one after the other."""
    python = tmp_path / "ray" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch()
    left = [f"ray.containers: {answer}\n" for answer in answers]
    site.commands.answers[str(python)] = lambda argv: Completed(tuple(argv), 0, left.pop(0), "")
    return {"runtime_path": str(tmp_path / "ray")}


def test_the_grpc_proxy_of_every_node_is_asked_where_there_are_grpc_functions(site: Site, tmp_path: Path) -> None:
    python = with_python(site, tmp_path, "[]", '["", ""]')
    plan, _applications = site.run(GRPC_CONFIG, [], **python)
    assert plan.summaries[-2] == "Ask the gRPC proxy of every node whether it knows alpha and beta"
    asked = json.loads(site.commands.inputs[-1])
    assert asked["addresses"] == ["192.0.2.10:9000", "192.0.2.11:9000"]
    assert asked["applications"] == ["alpha", "beta"]


def test_a_grpc_proxy_that_does_not_answer_is_no_success(site: Site, tmp_path: Path) -> None:
    python = with_python(site, tmp_path, "[]", '["", "UNAVAILABLE: Connection refused"]')
    error = site.fails(GRPC_CONFIG, [], **python)
    assert error.what == "The gRPC proxy at 192.0.2.11:9000 does not answer as it should"
    assert error.why.startswith("UNAVAILABLE: Connection refused")
    assert error.code == "RC-494"
    assert not site.record.exists()


def test_without_grpc_functions_nobody_asks(site: Site) -> None:
    assert not any("gRPC" in summary for summary in site.run(PUBLIC, [])[0].summaries)
