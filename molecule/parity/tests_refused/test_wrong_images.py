# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that are each wrong in exactly one way: each is found with its code, on every node, before anything is deployed."""

from __future__ import annotations

import copy
import json
import typing as t
from pathlib import Path

import pytest
import yaml

from tests.cluster.nodes import TestCluster
from tests.cluster.registry import relabel
from tests.cluster.site import Run, Site

INVENTORY = Path(__file__).parents[1] / "inventory"
REGISTRY = "10.92.0.2:5000"
RIGHT = f"{REGISTRY}/numerals:1"
PACKAGES = "/opt/ray-env/lib/python3*/site-packages"

#: What is done to the right image, and the code under which it must be found.
WRONG = {
    # Ray keeps its version in two places; a real older one would differ in much more than that.
    "ray": (
        "RC-300",
        f"RUN cd {PACKAGES} && sed -i 's/2\\.60\\.0/2.59.0/' ray/_version.py ray-2.60.0.dist-info/METADATA"
        " && mv ray-2.60.0.dist-info ray-2.59.0.dist-info",
    ),
    # A distribution has one Python of a minor version: this one says that it is another, to Ray as to everybody.
    "python": ("RC-302", f"COPY other_python.* /tmp/\nRUN cp /tmp/other_python.* {PACKAGES}/"),
    "root": ("RC-304", "USER root"),
    "nopython": ("RC-308", "RUN rm /opt/ray-env/bin/python"),
    "entrypoint": ("RC-306", 'ENTRYPOINT ["/bin/echo"]'),
    "noserve": ("RC-307", f"RUN rm -r {PACKAGES}/starlette*"),
    "nomodule": ("RC-323", "USER root\nRUN rm /home/ray/applications/numerals.py\nUSER ray"),
    "protobuf": ("RC-324", f"RUN cd {PACKAGES} && mv protobuf-*.dist-info protobuf-3.20.3.dist-info"),
}
OF_ANOTHER_ARCHITECTURE = "RC-303"

OTHER_PYTHON = """
import collections, sys
names = [name for name in ("major", "minor", "micro", "releaselevel", "serial")]
other = collections.namedtuple("version_info", names)(*sys.version_info)._replace(micro=sys.version_info.micro + 1)
sys.version = sys.version.replace("%d.%d.%d" % sys.version_info[:3], "%d.%d.%d" % other[:3], 1)
sys.version_info = other
"""


@pytest.fixture(scope="module")
def images(cluster: TestCluster, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The wrong images in the cluster's registry, by what is wrong."""
    directory = tmp_path_factory.mktemp("images")
    (directory / "other_python.py").write_text(OTHER_PYTHON)
    (directory / "other_python.pth").write_text("import other_python\n")
    made = {
        name: cluster.derive(RIGHT, f"{REGISTRY}/wrong-{name}:1", steps, directory)
        for name, (_code, steps) in WRONG.items()
    }
    return {**made, "architecture": relabel(RIGHT, f"{REGISTRY}/wrong-architecture:1", architecture="arm64")}


@pytest.fixture(scope="module")
def serve_config(images: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario's Serve config, with an application more for each wrong image."""
    config = yaml.safe_load((INVENTORY / "serve.yaml").read_text())
    right = config["applications"][0]
    for name, image in images.items():
        wrong = {**copy.deepcopy(right), "name": f"wrong-{name}", "route_prefix": f"/wrong-{name}"}
        wrong["runtime_env"]["image_uri"] = image
        config["applications"].append(wrong)
    path = tmp_path_factory.mktemp("serve") / "serve.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


@pytest.fixture(scope="module")
def refused(serve_config: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run that all of them stop."""
    return Site(INVENTORY, tmp_path_factory.mktemp("report")).run("-e", f"ray_serve_config={serve_config}")


def codes(run: Run, image: str) -> dict[str, set[str]]:
    """The codes that each host found for an image."""
    found: dict[str, set[str]] = {}
    for finding in run.report["findings"]:
        if f"/{image}@sha256:" in finding["where"]:
            found.setdefault(finding["host"], set()).add(finding["code"])
    return found


def test_nothing_is_started_or_deployed(refused: Run) -> None:
    assert refused.rc != 0, refused.output
    assert {failure["host"] for failure in refused.report["failures"]} == {"head", "worker1"}
    assert {task for _host, task, _step in refused.changes} <= {"Pull the application images"}


@pytest.mark.parametrize(
    ("name", "code"),
    [*((name, code) for name, (code, _steps) in WRONG.items()), ("architecture", OF_ANOTHER_ARCHITECTURE)],
)
def test_each_is_found_with_its_code_alone_on_every_node(refused: Run, name: str, code: str) -> None:
    assert codes(refused, f"wrong-{name}") == {"head": {code}, "worker1": {code}}


def test_the_id_of_images_is_taken_on_one_node_and_all_choose_the_same_other_one(hosts: dict[str, t.Any]) -> None:
    """The applications that answered in the first run are those of an image with USER 1000."""
    assert {name: host.check_output("id -u ray") for name, host in hosts.items()} == {"head": "1001", "worker1": "1001"}
    assert hosts["worker1"].check_output("id -un 1000") == "debian"
    for host in hosts.values():
        assert host.check_output("find /proc -maxdepth 1 -user 1000") == ""


def test_the_program_before_podman_is_found_missing_and_comes_back(site: Site, hosts: dict[str, t.Any]) -> None:
    program = "/usr/local/lib/ray.containers/bin/podman"
    hosts["head"].check_output(f"rm {program}")
    found = site.of("diagnose").run()
    assert [(each["host"], each["code"]) for each in found.report["findings"]] == [("head", "RC-536")], found.output
    run = site.run()
    assert run.rc == 0, run.output
    assert {(host, task) for host, task, _step in run.changes} == {
        ("head", "Let the Ray user run Ray's own podman commands")
    }
    assert hosts["head"].check_output(f"stat -c '%U %a' {program}") == "root 755"


def test_the_right_images_pass(refused: Run) -> None:
    assert codes(refused, "numerals") == codes(refused, "sizes") == {}


def test_everything_is_told_once_with_what_to_change(refused: Run) -> None:
    told = refused.output[refused.output.rindex("PLAY RECAP") :]
    rows = [line for line in told.splitlines() if line.startswith(f"{REGISTRY}/")]
    assert len([row for row in rows if "!=" in row]) == len(WRONG) + 1
    # What differs comes first, the right images last.
    assert [row.partition("@")[0] for row in rows[-2:]] == [RIGHT.rpartition(":")[0], f"{REGISTRY}/sizes"]
    assert told.count("nodes head, worker1") == 1
    for code, _steps in WRONG.values():
        assert told.count(f"  [{code}]") == 1, told
    assert "to do: Build " in told


def test_warn_lets_them_through_loudly_and_the_report_keeps_it(site: Site, serve_config: Path) -> None:
    run = site.run("--check", "-e", f"ray_serve_config={serve_config}", "-e", "ray_parity=warn")
    assert run.rc == 0, run.output
    assert "LET THROUGH by ray_parity=warn" in run.output
    errors = [code for code, _steps in WRONG.values() if code != "RC-324"] + [OF_ANOTHER_ARCHITECTURE]
    assert {passed["code"] for passed in run.report["let_through"]} == set(errors)


def test_a_quote_in_a_variable_is_found_on_the_controller(site: Site, tmp_path: Path) -> None:
    config = yaml.safe_load((INVENTORY / "serve.yaml").read_text())
    config["applications"][0]["runtime_env"]["env_vars"] = {"GREETING": "it's"}
    (tmp_path / "serve.yaml").write_text(yaml.safe_dump(config))
    run = site.run("-e", f"ray_serve_config={tmp_path / 'serve.yaml'}")
    assert run.rc != 0
    assert [(failure["host"], failure["code"]) for failure in run.report["failures"]] == [("localhost", "RC-142")]
    assert run.report["nodes"] == []


def test_a_variable_that_breaks_the_import_is_found_without_showing_it(site: Site, tmp_path: Path) -> None:
    config = yaml.safe_load((INVENTORY / "serve.yaml").read_text())
    # It takes the place of the image's own, in which the module is found.
    config["applications"][0]["runtime_env"]["env_vars"] = {"PYTHONPATH": "/nowhere", "TOKEN": "not-to-be-seen"}
    (tmp_path / "serve.yaml").write_text(yaml.safe_dump(config))
    run = site.run("-e", f"ray_serve_config={tmp_path / 'serve.yaml'}")
    assert run.rc != 0
    assert codes(run, "numerals") == {"head": {"RC-323"}, "worker1": {"RC-323"}}
    assert "No module named 'numerals'" in run.output
    assert "not-to-be-seen" not in run.output + json.dumps(run.report)


#: Variables that differ from host to host, as host_vars would make them.
OTHER_WORKER = {
    "ray_version": "{{ (inventory_hostname == 'worker1') | ternary('2.59.0', '2.60.0') }}",
    "ray_port": "{{ (inventory_hostname == 'worker1') | ternary(6380, 6379) }}",
    "ray_environment": {"RAY_GREETING": "not-to-be-seen-{{ inventory_hostname }}"},
}


def test_a_node_that_differs_from_the_head_is_found_before_any_host_is_touched(site: Site) -> None:
    run = site.run("-e", json.dumps(OTHER_WORKER))
    assert run.rc != 0
    assert [(failure["host"], failure["code"]) for failure in run.report["failures"]] == [("localhost", "RC-228")]
    assert "2.59.0 on worker1" in run.output and "6380 on worker1" in run.output
    assert run.report["nodes"] == []
    assert "not-to-be-seen" not in run.output + json.dumps(run.report)


def test_an_unchanged_node_answers_without_a_container(site: Site, hosts: dict[str, t.Any]) -> None:
    run = site.run()
    assert (run.rc, run.changes) == (0, set()), run.output
    begun = hosts["head"].check_output("date +%s")
    run = site.run()
    assert (run.rc, run.changes) == (0, set()), run.output
    for host in hosts.values():
        events = host.check_output(
            "cd / && runuser -u ray -- env HOME=/home/ray XDG_RUNTIME_DIR=/run/user/$(id -u ray) "
            f"podman events --stream=false --since {begun} --filter event=create --format '{{{{.Image}}}}'"
        )
        assert events == ""
