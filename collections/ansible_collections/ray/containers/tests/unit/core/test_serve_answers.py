# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the REST interface answers, whether Serve has what it was sent, and which proxies it should have."""

from __future__ import annotations

import copy
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.serve.acceptance import not_taken
from ansible_collections.ray.containers.plugins.module_utils._core.serve.api_answer import (
    missing_import,
    taken_address,
    unexpected,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.proxy import proxy_address, proxy_hosts
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus

GRPC = """Traceback (most recent call last):
  File "/opt/ray/lib/python3.11/site-packages/ray/serve/_private/proxy.py", line 1814, in ready
    self._running_grpc_server_task, _ = await self._start_grpc_server_task
ModuleNotFoundError: nowhere_pb2_grpc.add_X_to_server can't be imported! Please make sure there are no typo in those functions.
"""
LLM = """Traceback (most recent call last):
  File "/opt/ray/lib/python3.11/site-packages/ray/dashboard/optional_utils.py", line 241, in decorator
ray.exceptions.RayTaskError(ModuleNotFoundError): ray::f() (pid=1)
ModuleNotFoundError: No module named 'vllm'
"""
BIND = """Traceback (most recent call last):
  File "/opt/ray/lib/python3.11/site-packages/ray/serve/_private/http_util.py", line 786, in start_asgi_http_server
    raise RuntimeError(
RuntimeError: Failed to bind to address '0.0.0.0:8000'.
"""
AWAY = "Traceback (most recent call last):\nray.exceptions.GetTimeoutError: Get timed out: some object(s) not ready.\n"


def test_what_no_second_try_helps_against_is_seen() -> None:
    assert missing_import(LLM) == "No module named 'vllm'"
    assert missing_import(GRPC).startswith("nowhere_pb2_grpc.add_X_to_server can't be imported!")
    assert missing_import("AttributeError: module 'a' has no attribute 'b'") == "module 'a' has no attribute 'b'"
    assert taken_address(BIND) == "Failed to bind to address '0.0.0.0:8000'."
    assert taken_address("OSError: [Errno 98] Address already in use") == "[Errno 98] Address already in use"


@pytest.mark.parametrize("text", [AWAY, "", "AttributeError: 'NoneType' object has no attribute 'remote'"])
def test_what_may_pass_is_not(text: str) -> None:
    assert not missing_import(text)
    assert not taken_address(text)


def test_every_other_status_is_a_sentence() -> None:
    assert unexpected(302, "Found", "https://sso.example.com/")[0] == (
        "the answer is 302 Found, which leads to https://sso.example.com/: there is a reverse proxy in front of the dashboard"
    )
    assert "larger than a reverse proxy in front of the dashboard accepts" in unexpected(413, "Payload Too Large")[0]
    assert unexpected(418, "")[0] == "the answer is 418: Ray's dashboard does not answer so"


SENT: dict[str, t.Any] = {
    "applications": [{"name": "alpha", "import_path": "a:app", "runtime_env": {"image_uri": "r/a:2"}, "args": {}}]
}


def details(at: float, **config: t.Any) -> dict[str, t.Any]:
    kept = {**SENT["applications"][0], **config}
    return {
        "controller_info": {"node_ip": "192.0.2.10", "actor_id": "a"},
        "proxy_location": "EveryNode",
        "proxies": {"n1": {"node_ip": "192.0.2.10", "status": "HEALTHY"}},
        "applications": {
            "alpha": {
                "status": "RUNNING",
                "last_deployed_time_s": at,
                "deployed_app_config": kept,
                "deployments": {
                    "A": {
                        "status": "HEALTHY",
                        "target_num_replicas": 1,
                        "replicas": [{"state": "RUNNING", "node_id": "n1", "node_ip": "192.0.2.10"}],
                    }
                },
            }
        },
    }


def read(document: dict[str, t.Any]) -> ServeStatus:
    return ServeStatus.read(document)


def why(now: ServeStatus, before: ServeStatus) -> str:
    problem = not_taken(SENT, before, now)
    return problem.why.partition(";")[0] if problem else ""


def test_serve_has_what_it_was_sent() -> None:
    before = read(details(1.0, runtime_env={"image_uri": "r/a:1"}))
    assert why(read(details(2.0)), before) == ""
    assert why(read(details(2.0)), ServeStatus()) == ""


def test_serve_does_not_have_what_it_was_sent() -> None:
    before = read(details(1.0, runtime_env={"image_uri": "r/a:1"}))
    assert why(before, before) == "application alpha is still the one that was deployed before"
    assert why(ServeStatus(started=True), before) == "application alpha is not there"
    other = read(details(2.0, runtime_env={"image_uri": "r/a:1"}, import_path="b:app"))
    assert why(other, before) == "application alpha has another import_path and another runtime_env"


def test_an_application_that_broke_while_its_config_was_applied_tells_its_own_failure() -> None:
    broken = details(2.0)
    broken["applications"]["alpha"].update(deployed_app_config=None, status="DEPLOY_FAILED")
    assert why(read(broken), read(details(1.0))) == ""


def proxies(*rows: tuple[str, str, str], location: str = "EveryNode") -> ServeStatus:
    document = details(1.0)
    document["proxies"] = {node: {"node_ip": address, "status": status} for node, address, status in rows}
    document["proxy_location"] = location
    return read(document)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (proxies(("n1", "192.0.2.10", "HEALTHY")), []),
        (proxies(("n1", "192.0.2.10", "STARTING")), ["the proxy of node 192.0.2.10 is STARTING"]),
        (proxies(("n1", "192.0.2.10", "UNHEALTHY")), ["the proxy of node 192.0.2.10 is UNHEALTHY"]),
        (proxies(("n1", "192.0.2.10", "HEALTHY"), ("n2", "192.0.2.11", "DRAINING")), []),
        (proxies(("n2", "192.0.2.11", "HEALTHY")), ["the proxy of node 192.0.2.10 is not there"]),
        (proxies(("n2", "192.0.2.11", "HEALTHY"), location="HeadOnly"), []),
        (proxies(location="Disabled"), []),
    ],
)
def test_the_proxies_that_should_be_healthy(status: ServeStatus, told: list[str]) -> None:
    assert [proxy.sentence() for proxy in status.unready_proxies()] == told


def test_every_healthy_proxy_is_asked_and_the_heads_first() -> None:
    status = proxies(("n2", "192.0.2.11", "HEALTHY"), ("n1", "192.0.2.10", "HEALTHY"), ("n3", "192.0.2.12", "STARTING"))
    assert proxy_hosts(proxy_address({}, {}), status) == ("", "192.0.2.11")
    assert proxy_hosts(proxy_address({"host": "127.0.0.1"}, {}), status) == ("",)
    assert proxy_hosts(proxy_address({}, {}), proxies(("n2", "192.0.2.11", "HEALTHY"))) == ("192.0.2.11",)
    assert proxy_hosts(proxy_address({}, {}), ServeStatus()) == ("",)


@pytest.mark.parametrize(
    ("change", "complete"),
    [
        ({}, True),
        ({"replicas": []}, False),
        ({"target_num_replicas": 2}, False),
        ({"status": "UPDATING"}, False),
        # An application that is RUNNING scales by its load alone.
        ({"status": "UPSCALING", "target_num_replicas": 2}, True),
        ({"status": "UPSCALING", "replicas": [{"state": "STARTING"}]}, False),
    ],
)
def test_an_application_is_complete_with_its_replicas(change: dict[str, t.Any], complete: bool) -> None:
    document = copy.deepcopy(details(1.0))
    document["applications"]["alpha"]["deployments"]["A"].update(change)
    assert (read(document).incomplete(["alpha"]) == []) is complete
