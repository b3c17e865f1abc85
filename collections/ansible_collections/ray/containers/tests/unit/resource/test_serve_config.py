# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deployed Serve config against a Serve that remembers: deploys, waits, queries, failures, roll-backs, killed runs."""

from __future__ import annotations

import contextlib
import copy
import json
import stat
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_config import (
    DeployedServeConfig,
    build,
)
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands
from ansible_collections.ray.containers.tests.unit.fakes.serve import DASHBOARD, FakeServe, module_parameters

ALPHA: dict[str, t.Any] = {
    "name": "alpha",
    "import_path": "a:app",
    "route_prefix": "/alpha",
    "args": {"answer": "I am alpha"},
}
BETA: dict[str, t.Any] = {
    "name": "beta",
    "import_path": "b:app",
    "route_prefix": "/beta",
    "runtime_env": {"image_uri": "registry.example.com/beta:1", "env_vars": {"HF_TOKEN": "hf_very_secret"}},
    "args": {"answer": '{"label": "ox", "score": 0.9}'},
}
TWO: dict[str, t.Any] = {"applications": [ALPHA, BETA], "http_options": {"host": "127.0.0.1", "port": 8000}}
QUERIES: tuple[dict[str, t.Any], ...] = (
    {"application": "alpha", "path": "x", "method": "GET", "json": None, "expect": "alpha"},
    {"application": "beta", "path": "", "method": "POST", "json": {"uri": "i"}, "expect": {"json": {"label": "ox"}}},
)


class Site:
    """A head with a fake Serve; each `run` is a run of the module."""

    def __init__(self, tmp_path: Path) -> None:
        self.serve = FakeServe()
        self.record = tmp_path / "state" / "last-good.json"
        self.token = tmp_path / "auth_token"
        self.token.write_text("secret\n", encoding="utf-8")
        self.commands = FakeCommands()

    def capability(self, config: t.Any, queries: t.Any = QUERIES, **parameters: t.Any) -> DeployedServeConfig:
        defaults = {
            "queries": list(queries),
            "runtime_path": "/opt/ray/2.60.0-py3.11.2",
            "temp_dir": str(self.token.parent / "ray"),
        }
        given = module_parameters(config, token=self.token, record=self.record, **{**defaults, **parameters})
        serve = self.serve
        return build(given, self.commands, sender=serve.send, clock=serve.clock, pause=serve.pause)

    def check(self, config: t.Any, queries: t.Any = QUERIES, **parameters: t.Any) -> Plan:
        capability = self.capability(config, queries, check_mode=True, **parameters)
        return capability.plan(capability.observe())

    def run(
        self, config: t.Any, queries: t.Any = QUERIES, killed_before: int | None = None, **parameters: t.Any
    ) -> tuple[Plan, list[dict[str, str]]]:
        """Run the module, or only its first steps."""
        capability = self.capability(config, queries, **parameters)
        with contextlib.closing(capability):
            observed = capability.observe()
            plan = capability.plan(observed)
            for step in plan.steps[:killed_before]:
                capability.apply(step)
            return plan, capability.result(observed, plan)["applications"]

    def fails(self, config: t.Any, queries: t.Any = QUERIES, **parameters: t.Any) -> OperatorError:
        with pytest.raises(OperatorError) as failure:
            self.run(config, queries, **parameters)
        return failure.value

    def once(self, happens: t.Callable[[], t.Any], *, at: t.Callable[[str], bool]) -> None:
        """Let something happen before the first request that *at* names."""

        def before(request: str) -> None:
            if at(request):
                self.serve.before = lambda request: None
                happens()

        self.serve.before = before

    def running(self) -> dict[str, t.Any]:
        return {name: each["status"] for name, each in self.serve.details()["applications"].items()}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def changed(application: dict[str, t.Any], **arguments: t.Any) -> dict[str, t.Any]:
    other = copy.deepcopy(application)
    other["args"].update(arguments)
    return other


def with_beta(**arguments: t.Any) -> dict[str, t.Any]:
    return {**TWO, "applications": [ALPHA, changed(BETA, **arguments)]}


def test_a_first_deploy_runs_answers_and_is_recorded(site: Site) -> None:
    plan, applications = site.run(TWO)
    assert plan.summaries == [
        "Deploy the Serve config: add alpha and beta",
        "Wait until alpha and beta are RUNNING",
        'Ask application alpha: GET /alpha/x must answer with "alpha"',
        'Ask application beta: POST /beta must answer JSON with {"label": "ox"}',
        "Record the Serve config as the last good one: its applications ran and answered right",
    ]
    assert applications == [
        {
            "name": "alpha",
            "status": "RUNNING",
            "url": "http://127.0.0.1:8000/alpha",
            "answer": "I am alpha",
            "images": [],
        },
        {
            "name": "beta",
            "status": "RUNNING",
            "url": "http://127.0.0.1:8000/beta",
            "answer": '{"label": "ox", "score": 0.9}',
            "images": ["registry.example.com/beta:1"],
        },
    ]
    assert stat.S_IMODE(site.record.stat().st_mode) == 0o600
    assert json.loads(site.record.read_text())["config"] == TWO


def test_an_unchanged_run_asks_once_and_queries(site: Site) -> None:
    site.run(TWO)
    del site.serve.requests[:]
    plan, applications = site.run(TWO)
    assert not plan.changed
    assert [step.summary.split()[0] for step in plan.steps] == ["Ask", "Ask"]
    assert site.serve.requests == [
        f"GET {DASHBOARD}/api/serve/applications/?api_type=declarative",
        "GET http://127.0.0.1:8000/alpha/x",
        "POST http://127.0.0.1:8000/beta",
        # Whether the cluster has nodes that the inventory does not have.
        f"GET {DASHBOARD}/api/v0/nodes?limit=1000",
    ]
    assert [each["answer"][:6] for each in applications] == ["I am a", '{"labe']


@pytest.mark.parametrize("before", ["bare", "started", "deployed", "other"])
def test_check_mode_tells_exactly_what_a_run_does(site: Site, before: str) -> None:
    site.serve.listening = before != "bare"
    if before in ("deployed", "other"):
        site.run(TWO if before == "deployed" else with_beta(answer="{}"), [])
    predicted = site.check(TWO)
    puts = site.serve.puts
    site.serve.listening = True
    plan = site.run(TWO)[0]
    assert predicted.summaries == plan.summaries
    assert predicted.changed is plan.changed is (before != "deployed")
    assert puts == (1 if before in ("deployed", "other") else 0)


def test_a_change_names_the_fields_and_never_an_environment_variable(site: Site) -> None:
    site.run(TWO)
    other = copy.deepcopy(TWO)
    other["applications"][1]["runtime_env"] = {
        "image_uri": "registry.example.com/beta:2",
        "env_vars": {"HF_TOKEN": "hf_new"},
    }
    other["applications"].append({**ALPHA, "name": "gamma", "route_prefix": "/gamma"})
    del other["applications"][0]
    plan = site.check(other, [], remove=["alpha"])
    assert plan.summaries[:2] == [
        "Deploy the Serve config: add gamma; change beta (runtime_env.env_vars.HF_TOKEN, runtime_env.image_uri); remove alpha",
        "Wait until beta and gamma are RUNNING and alpha is gone",
    ]
    told = json.dumps(plan.diff())
    assert "beta:1" in told and "beta:2" in told
    assert "hf_" not in told
    assert site.capability(other, []).secrets == {"hf_new"}


def test_what_ray_leaves_out_is_not_a_change_the_second_time(site: Site) -> None:
    config = {**TWO, "applications": [ALPHA, {**BETA, "unknown": 1}]}
    site.run(config)
    assert not site.check(config).changed


@pytest.mark.parametrize("killed_before", [1, 2, 4])
def test_a_killed_run_converges(site: Site, killed_before: int) -> None:
    site.run(TWO, killed_before=killed_before)
    plan = site.run(TWO)[0]
    assert plan.changed
    assert site.serve.puts == 1
    assert not site.check(TWO).changed


def test_a_failing_application_gives_way_to_what_ran_before(site: Site) -> None:
    site.run(TWO)
    bad = with_beta(
        fail="Traceback (most recent call last):\n  File x\nValueError: HF_TOKEN='hf_very_secret' is no model\n"
    )
    error = site.fails(bad)
    assert error.what == "Application beta (image registry.example.com/beta:1) failed to start"
    assert "ValueError: HF_TOKEN=******** is no model" in error.why
    assert "The last good Serve config is back: alpha and beta run" in error.why
    assert error.details["rolled_back"] is True
    assert site.running() == {"alpha": "RUNNING", "beta": "RUNNING"}
    assert json.loads(site.record.read_text())["config"] == TWO
    assert not site.check(TWO).changed


def test_a_first_deploy_that_fails_says_that_there_is_nothing_to_go_back_to(site: Site) -> None:
    error = site.fails(with_beta(fail="Error: short-name x did not resolve to an alias"))
    assert "There is no earlier good config to go back to" in error.why
    assert error.code == "RC-423"
    assert not site.record.exists()


def test_a_failed_application_is_started_again_by_the_same_config(site: Site) -> None:
    bad = with_beta(fail="Error: connection refused")
    site.fails(bad)
    assert site.check(bad).summaries[0] == "Deploy the Serve config: start again after a failure beta"


def test_a_deploy_that_takes_too_long_says_where_it_stands(site: Site) -> None:
    error = site.fails(with_beta(crash=[]), wait_timeout=30)
    assert error.what == "Application beta (image registry.example.com/beta:1) does not run after 30 s"
    assert "beta is DEPLOYING" in error.why
    assert error.details["unstarted"] is True


def test_a_wrong_answer_is_no_matter_of_the_nodes(site: Site) -> None:
    error = site.fails(TWO, queries=[{"application": "alpha", "expect": {"content": "another answer"}}])
    assert "unstarted" not in error.details


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ('{"label": "cow", "score": 0.9}', '{"label": "cow", "score": 0.9}'),
        ("no JSON at all", "no JSON: no JSON at all"),
        ("", "no JSON: an empty answer"),
    ],
)
def test_a_wrong_answer_fails_the_run_and_goes_back(site: Site, answer: str, told: str) -> None:
    site.run(TWO)
    error = site.fails(with_beta(answer=answer))
    assert error.what == "Application beta answers wrong at POST http://127.0.0.1:8000/beta"
    assert error.why.startswith(f'it must answer JSON with {{"label": "ox"}}, and answers: {told}')
    assert "The last good Serve config is back" in error.why
    assert not site.check(TWO).changed


def test_a_wrong_answer_on_an_unchanged_run_puts_nothing_back(site: Site) -> None:
    site.run(TWO)
    error = site.fails(TWO, [{**QUERIES[0], "expect": "omega"}])
    assert error.why == 'it must answer with "omega", and answers: I am alpha'
    assert site.serve.puts == 1


def test_a_route_may_take_a_moment_after_a_deploy(site: Site) -> None:
    site.serve.routed_after = 5
    site.run(TWO)
    site.serve.routed_after = 10**6
    error = site.fails(TWO)
    assert "HTTP 404" in error.why


def test_a_proxy_may_take_a_moment_after_a_restart_of_the_head(site: Site) -> None:
    site.run(TWO)
    puts = site.serve.puts
    site.serve.time += 1000
    site.serve.routed_after = 1010
    site.run(TWO)
    assert site.serve.puts == puts


def test_what_serve_cannot_change_while_it_runs_is_said_before_anything_is_done(site: Site) -> None:
    site.run(TWO)
    error = site.fails({**TWO, "http_options": {"host": "127.0.0.1", "port": 8001}})
    assert "http_options.port (8000 runs, 8001 wanted)" in error.what
    assert "sudo -u ray /opt/ray/2.60.0-py3.11.2/bin/serve shutdown --yes" in error.remedy
    assert site.serve.puts == 1


def test_a_config_that_breaks_the_schema_touches_nothing(site: Site) -> None:
    site.run(TWO)
    site.serve.refuse = (
        '1 validation error for ServeDeploySchema\napplications.0.import_path\n  Value error, Got invalid import path "noway".'
        " [type=value_error, input_value='noway', input_type=str]\n    For further information visit https://errors.pydantic.dev/2"
    )
    error = site.fails(with_beta(answer="{}"))
    assert "applications.0.import_path; Value error, Got invalid import path" in error.why
    assert "What runs was not touched" in error.why
    assert site.serve.puts == 2


@pytest.mark.parametrize(
    ("token", "told"),
    [("", "wants a token"), ("other", "does not accept the token")],
)
def test_a_wrong_token_is_told_without_showing_one(site: Site, token: str, told: str) -> None:
    site.token.write_text(token, encoding="utf-8")
    error = site.fails(TWO)
    assert told in error.what
    assert "other" not in str(error).replace("another", "")


def test_a_run_waits_for_a_dashboard_that_is_coming_up(site: Site) -> None:
    site.serve.not_ready = 5
    site.serve.listening = False

    def listen(request: str) -> None:
        site.serve.listening = site.serve.time > 1003

    site.serve.before = listen
    plan = site.run(TWO)[0]
    assert plan.changed


def test_a_head_that_is_down_is_an_error_with_a_remedy(site: Site) -> None:
    site.serve.listening = False
    error = site.fails(TWO)
    assert "does not answer at http://127.0.0.1:8265: the connection was refused" in str(error)
    assert "Start the head" in error.remedy


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"application": "gamma", "expect": "x"}, "names application gamma, which the Serve config does not have"),
        ({"application": "alpha", "expect": {"jsn": 1}}, "expects something that cannot be compared"),
    ],
)
def test_a_query_that_cannot_be_asked(site: Site, query: dict[str, t.Any], told: str) -> None:
    assert told in site.fails(TWO, [query]).what


def test_after_going_back_the_images_are_those_that_run(site: Site) -> None:
    site.run(TWO)
    other = with_beta(fail="no such image")
    other["applications"][1]["runtime_env"]["image_uri"] = "registry.example.com/beta:2"
    error = site.fails(other)
    told = {application["name"]: application["images"] for application in error.details["applications"]}
    assert told == {"alpha": [], "beta": ["registry.example.com/beta:1"]}
