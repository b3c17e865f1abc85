# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deploy without the site, and the ways back: on a cluster whose raylets nobody touches."""

from __future__ import annotations

import copy
import json
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cluster.adhoc import run_module
from tests.cluster.answers import answers
from tests.cluster.nodes import TestCluster, deployed, raylet_process
from tests.cluster.site import Run, Site

INVENTORY = Path(__file__).parents[1] / "inventory"


@pytest.fixture(autouse=True)
def unharmed(head: t.Any, applications: t.Any) -> Iterator[None]:
    """The head's raylet is the same, and both applications answer, before and after."""
    before = raylet_process(head)
    assert answers(applications)
    yield
    assert raylet_process(head) == before
    assert answers(applications)


def serve_config(path: Path, change: t.Callable[[dict[str, t.Any]], None]) -> str:
    """The scenario's Serve config with the application sizes changed, as an argument for a playbook."""
    config = yaml.safe_load((INVENTORY / "serve.yaml").read_text())
    change(config["applications"][1]["runtime_env"])
    path.write_text(yaml.safe_dump(config))
    return f"ray_serve_config={path}"


def variables(head: t.Any) -> t.Any:
    """The env_vars that Serve runs the application sizes with."""
    return deployed(head)["sizes"][2]["runtime_env"].get("env_vars")


def well(run: Run) -> Run:
    assert run.rc == 0, run.output
    return run


def test_a_deploy_of_what_runs_changes_nothing(site: Site) -> None:
    assert well(site.of("deploy").run()).changes == set()


def test_a_new_config_is_deployed_and_gone_back_from(site: Site, head: t.Any, tmp_path: Path) -> None:
    new = serve_config(tmp_path / "serve.yaml", lambda runtime_env: runtime_env.update(env_vars={"ROUND": "two"}))
    changed = well(site.of("deploy").run("-e", new)).changes
    assert {host for host, _task, _step in changed} == {"head"}
    assert variables(head) == {"ROUND": "two"}
    well(site.of("rollback").run("-e", "ray_rollback_to=earlier"))
    assert variables(head) is None
    # Back is back: neither way leads to what was gone back from.
    assert well(site.of("rollback").run()).changes == set()
    again = site.of("rollback").run("-e", "ray_rollback_to=earlier")
    assert again.report["failures"][0]["code"] == "RC-471"
    assert variables(head) is None
    assert well(site.of("deploy").run()).changes == set()


def test_what_rays_own_schema_refuses_is_told_by_place_and_not_deployed(head: t.Any, applications: t.Any) -> None:
    """As the module alone does it: the site's own rules know these, too, and would stop it on the controller."""
    before = deployed(head)
    config = {
        "proxy_location": "EveryNode",
        "http_options": {"host": "0.0.0.0", "port": 8000},
        "applications": [copy.deepcopy(each[2]) for each in before.values()],
    }
    config["applications"][0]["deployments"][0]["num_replicas"] = -1
    config["applications"][1]["logging_config"] = {"encoding": "XML"}
    runtime = head.check_output("ls -d /opt/ray/*-py*")
    outcome = run_module(
        INVENTORY,
        "head",
        "serve_config",
        config=config,
        runtime_path=runtime,
        user="ray",
        token_file="/home/ray/.ray/auth_token",
    )
    assert (outcome.word, outcome.result["code"]) == ("FAILED", "RC-154")
    said = outcome.result["msg"]
    assert said.startswith("Ray refuses the Serve config, so nothing was deployed: ")
    assert "applications[0].deployments[0].num_replicas: Ray takes greater than 0 here [RC-154]" in said
    assert "applications[1].logging_config.encoding: Ray says: Got 'XML' for encoding." in said
    assert deployed(head) == before


WITHOUT_SIZES = """
import json, pathlib, urllib.request
token = pathlib.Path("/home/ray/.ray/auth_token").read_text().strip()
headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
url = "http://127.0.0.1:8265/api/serve/applications/"
running = json.load(urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60))
config = {key: running[key] for key in ("proxy_location", "http_options")}
config["applications"] = [running["applications"]["numerals"]["deployed_app_config"]]
urllib.request.urlopen(urllib.request.Request(url, json.dumps(config).encode(), headers, method="PUT"), timeout=60)
"""


def test_what_somebody_did_by_hand_is_undone(site: Site, head: t.Any) -> None:
    head.check_output("python3 -c %s", WITHOUT_SIZES)
    well(site.of("rollback").run())
    assert set(deployed(head)) == {"numerals", "sizes"}


def test_the_gate_stops_a_deploy_and_a_warning_is_loud(
    site: Site, cluster: TestCluster, head: t.Any, applications: t.Any, tmp_path: Path
) -> None:
    right = applications["sizes"]["image"]
    registry = right.partition("/")[0]
    wrong = cluster.derive(f"{registry}/sizes:1", f"{registry}/sizes:root", ROOT, tmp_path)
    config = serve_config(tmp_path / "serve.yaml", lambda runtime_env: runtime_env.update(image_uri=wrong))
    before = deployed(head)
    refused = site.of("deploy").run("-e", config)
    assert refused.rc != 0
    assert "RC-304" in {failure["code"] for failure in refused.report["failures"]}
    assert deployed(head) == before

    warned = site.of("deploy").run("-e", config, "-e", "ray_parity=warn")
    # Ray finds out too, in the rehearsal and in other words, and what ran was not touched: that is what the report names.
    assert warned.rc != 0
    assert {passed["code"] for passed in warned.report["let_through"]} == {"RC-304"}
    assert "LET THROUGH by ray_parity=warn" in warned.output.rpartition("PLAY RECAP")[2]
    assert "let through by ray_parity=warn" in (site.reports / "report.html").read_text()
    assert {each["name"]: each["image"] for each in warned.report["applications"]}["sizes"] == right
    assert json.dumps(variables(head)) == json.dumps(before["sizes"][2]["runtime_env"].get("env_vars"))


#: The image's root would be the Ray user, with all capabilities in the container: that is nobody's on the node.
ROOT = "USER root"
