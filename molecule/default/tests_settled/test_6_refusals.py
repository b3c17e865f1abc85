# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the site refuses or reports, on a cluster that runs: and the cluster goes on running as before."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cluster.answers import answers
from tests.cluster.nodes import TestCluster, raylet_process
from tests.cluster.site import Run, Site

INVENTORY = Path(__file__).parents[1] / "inventory"


@pytest.fixture
def serve_config(tmp_path: Path) -> t.Any:
    """The scenario's Serve config with other images, as a file: call it with an image by application."""

    def write(**images: str) -> str:
        config = yaml.safe_load((INVENTORY / "serve.yaml").read_text())
        for application in config["applications"]:
            runtime_env = application["runtime_env"]
            runtime_env["image_uri"] = images.get(application["name"], runtime_env["image_uri"])
        path = tmp_path / "serve.yaml"
        path.write_text(yaml.safe_dump(config))
        return f"ray_serve_config={path}"

    return write


@pytest.fixture(autouse=True)
def unharmed(head: t.Any, applications: t.Any) -> Iterator[None]:
    """Whatever a test here tries: the head's raylet is the same, and both applications answer, before and after."""
    before = raylet_process(head)
    assert answers(applications)
    yield
    assert raylet_process(head) == before
    assert answers(applications)


def refusal(run: Run) -> str:
    """What a run that failed says of why, as its report has it."""
    assert run.rc != 0, run.output
    return "\n".join(f"{failure['host']}: {failure['message']}" for failure in run.report["failures"])


def test_an_image_that_does_not_exist_is_told_before_a_host_is_touched(site: Site, serve_config: t.Any) -> None:
    run = site.run("-e", serve_config(sizes="10.96.0.2:5000/sizes:none-such"))
    said = refusal(run)
    assert "10.96.0.2:5000/sizes:none-such" in said
    assert "application sizes" in said
    assert "localhost" in said
    assert run.report["nodes"] == []


def test_an_image_that_vanished_is_told_with_the_node(site: Site, serve_config: t.Any) -> None:
    pinned = f"10.96.0.2:5000/sizes@sha256:{'0' * 64}"
    said = refusal(site.run("-e", serve_config(sizes=pinned)))
    for host in ("head", "worker1", "worker2"):
        assert f"{host}: The image {pinned} of the application sizes cannot be pulled on {host}" in said


def test_an_image_of_another_ray_is_refused_with_both_versions(
    site: Site, serve_config: t.Any, cluster: TestCluster, tmp_path: Path
) -> None:
    other = cluster.derive("10.96.0.2:5000/sizes:1", "10.96.0.2:5000/sizes:other-ray", OTHER_RAY, tmp_path)
    run = site.run("-e", serve_config(sizes=other))
    said = refusal(run)
    assert "2.59.0" in said
    assert "2.60.0" in said
    assert "10.96.0.2:5000/sizes@sha256:" in said
    assert not any(task == "Run the raylet" for _host, task, _step in run.changes)


#: An image whose Ray says that it is another version, in both of the places where Ray keeps it.
OTHER_RAY = """
RUN cd /opt/ray-env/lib/python3*/site-packages \\
 && sed -i 's/2\\.60\\.0/2.59.0/' ray/_version.py ray-2.60.0.dist-info/METADATA \\
 && mv ray-2.60.0.dist-info ray-2.59.0.dist-info
"""


def test_a_wrong_answer_fails_the_run(site: Site) -> None:
    query = '{"ray_queries": [{"application": "numerals", "path": "?number=2026", "expect": "MMXXV "}]}'
    said = refusal(site.run("-e", query))
    assert "numerals" in said
    assert "MMXXVI" in said


def test_an_unreachable_host_does_not_stop_the_others(site: Site, cluster: TestCluster) -> None:
    with cluster.stopped("worker2"):
        run = site.run()
    said = refusal(run)
    assert said.startswith("worker2: ")
    states = {node["host"]: (node["reached"], node["successful"]) for node in run.report["nodes"]}
    assert states == {"head": (True, True), "worker1": (True, True), "worker2": (False, False)}
    assert "NOT REACHED worker2" in run.output
