# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action application_environment_info: its arguments are the documented ones, and so is what it returns."""

from __future__ import annotations

import types
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible.plugins.action")
yaml = pytest.importorskip("yaml")

from ansible.parsing.dataloader import DataLoader  # noqa: E402
from ansible.playbook.task import Task  # noqa: E402

from ansible_collections.ray.containers.plugins.action import application_environment_info as action  # noqa: E402
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference  # noqa: E402
from ansible_collections.ray.containers.plugins.modules import application_environment_info as module  # noqa: E402
from ansible_collections.ray.containers.tests.unit.action.test_serve_config_info import documented, specified  # noqa: E402
from ansible_collections.ray.containers.tests.unit.fakes.registry_server import FakeRegistry  # noqa: E402


@pytest.fixture
def registry(tmp_path: Path) -> t.Iterator[FakeRegistry]:
    """A registry, and a Serve config of two applications beside the playbook: of one, the registry has the image."""
    with FakeRegistry() as running:
        running.push_image("whisper", "1", ["ON=image"])
        applications = [
            {
                "name": name,
                "import_path": "app:app",
                "route_prefix": f"/{name}",
                "runtime_env": {"image_uri": f"{running.location}/{name}:1"},
            }
            for name in ("whisper", "resnet")
        ]
        (tmp_path / "serve.yaml").write_text(yaml.safe_dump({"applications": applications}), encoding="utf-8")
        yield running


def run(playbook_directory: Path, registry: FakeRegistry, **arguments: t.Any) -> dict[str, t.Any]:
    loader = DataLoader()
    loader.set_basedir(str(playbook_directory))
    task = Task()
    registries = [{"location": registry.location, "insecure": True}]
    task.args = {"path": "serve.yaml", "heads": ["head"], "registries": registries, **arguments}
    connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None))
    plugin = action.ActionModule(
        task=task, connection=connection, play_context=None, loader=loader, templar=None, shared_loader_obj=None
    )
    result: dict[str, t.Any] = plugin.run(task_vars={})
    return result


def test_the_arguments_are_the_documented_ones() -> None:
    assert specified(documented(module)) == action.ARGUMENT_SPEC


def test_what_is_returned_is_documented(tmp_path: Path, registry: FakeRegistry) -> None:
    result = run(tmp_path, registry, application="whisper", raylet_environments={"head": {"RAY_A": 1}})
    documented = yaml.safe_load(module.RETURN)
    assert set(result) - {"changed"} == {
        name for name, value in documented.items() if value["returned"] in ("success", "always")
    }
    (environment,) = result["environments"]
    assert set(environment) == set(documented["environments"]["contains"])
    variables = {variable["name"]: variable for variable in environment["variables"]}
    assert set(variables["ON"]) == set(documented["environments"]["contains"]["variables"]["contains"])
    assert (variables["ON"]["value"], variables["ON"]["source"]) == ("image", "image ENV")
    assert (variables["RAY_A"]["value"], result["changed"], result["findings"]) == ("1", False, [])


def test_a_workers_drain_is_as_long_as_the_inventory_says(
    tmp_path: Path, registry: FakeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The registry is one of this machine, which no worker could ask.
    monkeypatch.setattr(ImageReference, "is_on_loopback", False)
    workers = ["worker1", "worker2", "worker3"]
    timeouts = {"head": 90, "worker1": "90", "worker2": 45}
    result = run(tmp_path, registry, application="whisper", workers=workers, drain_timeouts=timeouts)
    values = {
        host: variable["value"]
        for variable in result["environments"][0]["variables"]
        if variable["name"] == "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S"
        for host in variable["hosts"]
    }
    assert values == {"head": "0", "worker1": "90", "worker2": "45", "worker3": "60"}


def test_a_head_in_a_container_keeps_its_state_elsewhere(tmp_path: Path, registry: FakeRegistry) -> None:
    def kept(**arguments: t.Any) -> str:
        (environment,) = run(tmp_path, registry, application="whisper", ray_version="2.60.0", **arguments)[
            "environments"
        ]
        values = {variable["name"]: variable["value"] for variable in environment["variables"]}
        return str(values["RAY_gcs_storage_path"])

    assert kept(runtime_path="/opt/ray/2.60.0-py3.11.2") == "/var/lib/ray/gcs/2.60.0-py3.11.2"
    assert kept(raylet_images={"head": "quay.io/a/raylet:1"}) == "/var/lib/ray/gcs/2.60.0-container"


def test_an_image_that_nobody_tells_anything_of_is_a_warning(tmp_path: Path, registry: FakeRegistry) -> None:
    result = run(tmp_path, registry)
    assert [environment["image_known"] for environment in result["environments"]] == [True, False]
    assert [(finding["code"], finding["severity"]) for finding in result["findings"]] == [("RC-251", "warning")]
    assert "has no such image" in result["findings"][0]["evidence"]


def test_an_unknown_application_is_answered_with_those_that_there_are(tmp_path: Path, registry: FakeRegistry) -> None:
    result = run(tmp_path, registry, application="wisper")
    assert (result["failed"], result["code"]) == (True, "RC-250")
    assert result["msg"].startswith("There is no application wisper: ")
    assert "serve.yaml has whisper, resnet. Give one of the names that are there" in result["msg"]
