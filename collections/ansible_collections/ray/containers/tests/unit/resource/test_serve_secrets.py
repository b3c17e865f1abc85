# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a deploy must not say: values of the config that is wanted, of the one that runs, of the recorded ones, of queries."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.said import said
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_config import build
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands
from ansible_collections.ray.containers.tests.unit.fakes.serve import FakeServe, module_parameters

TOKEN = "the-cluster-token"


def config(cookie: str, **arguments: t.Any) -> dict[str, t.Any]:
    """An application that holds a value that only its place tells to be a secret."""
    environment = {"image_uri": "registry.example.com/alpha:1", "env_vars": {"COOKIE": cookie, "MODE": "offline"}}
    application = {"name": "alpha", "import_path": "a:app", "runtime_env": environment, "args": arguments}
    return {"applications": [application]}


class Head:
    """A head; each `run` is a run of the module, and gives all that the module would say."""

    def __init__(self, tmp_path: Path) -> None:
        self.serve = FakeServe(token=TOKEN)
        self.token = tmp_path / "auth_token"
        self.token.write_text(TOKEN)
        self.record = tmp_path / "last-good.json"

    def run(self, wanted: t.Any, *queries: dict[str, t.Any], **parameters: t.Any) -> str:
        given = module_parameters(
            wanted, token=self.token, record=self.record, **{"queries": list(queries), **parameters}
        )
        serve = self.serve
        capability = build(given, FakeCommands(), sender=serve.send, clock=serve.clock, pause=serve.pause)
        told: dict[str, t.Any] = {}
        try:
            observed = capability.observe()
            plan = capability.plan(observed)
            told["diff"] = plan.diff()
            told["steps"] = plan.summaries
            for step in plan.steps:
                capability.apply(step)
            told["result"] = capability.result(observed, plan)
        except OperatorError as error:
            told["error"] = [str(error), error.why, getattr(error, "details", {})]
        return json.dumps(said(told, capability.secrets), ensure_ascii=False)


@pytest.fixture
def head(tmp_path: Path) -> Head:
    return Head(tmp_path)


def test_an_application_that_prints_its_environment_gives_nothing_away(head: Head) -> None:
    first = head.run(config("first cookie"))
    assert "RUNNING" in first and "first cookie" not in first
    second = head.run(config("second cookie"))
    assert "first cookie" not in second and "second cookie" not in second
    environment = {"COOKIE": "third cookie", "before": "second cookie", "once": "first cookie"}
    failed = head.run(config("third cookie", fail=f"RuntimeError: {environment!r} and {TOKEN}\x1b]52;c;aGk=\x07"))
    assert "failed to start" in failed and "is back" in failed
    hidden = ("first cookie", "second cookie", "third cookie", TOKEN, "\x1b")
    assert [text for text in hidden if text in failed] == []
    assert "\\\\x1b]52" in failed


def test_an_answer_gives_nothing_away(head: Head) -> None:
    query = {"application": "alpha", "method": "POST", "json": {"api_key": "key of the query"}, "expect": "offline"}
    answered = head.run(config("the cookie", answer="offline, the cookie, key of the query"), query)
    assert "offline, ********, ********" in answered
    wrong = head.run(config("the cookie", answer="the cookie, key of the query"), query)
    assert "answers wrong" in wrong and "the cookie" not in wrong and "key of the query" not in wrong


@pytest.mark.parametrize("length", range(1_990, 2_002))
def test_a_cut_answer_gives_nothing_away(head: Head, length: int) -> None:
    query = {"application": "alpha", "method": "GET", "json": None, "expect": ""}
    told = json.loads(head.run(config("the whole cookie", answer="x" * (length - 8) + " the whole cookie"), query))
    answer = told["result"]["applications"][0]["answer"]
    assert len(answer) < 2010 and "the whole" not in answer and "the wh" not in answer


def test_going_back_gives_nothing_away(head: Head) -> None:
    head.run(config("first cookie"))
    head.run(config("second cookie"))
    back = head.run(None, state="earlier")
    assert "first cookie" in head.serve.config["applications"][0]["runtime_env"]["env_vars"]["COOKIE"]
    assert "first cookie" not in back and "second cookie" not in back
