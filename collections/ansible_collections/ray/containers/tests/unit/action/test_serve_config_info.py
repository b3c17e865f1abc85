# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action serve_config_info: its arguments are those that its documentation names; its result is a task's."""

from __future__ import annotations

import importlib
import types
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible.plugins.action")
yaml = pytest.importorskip("yaml")

import ansible.template  # noqa: E402
from ansible.parsing.dataloader import DataLoader  # noqa: E402
from ansible.playbook.task import Task  # noqa: E402

from ansible_collections.ray.containers.plugins.action import serve_config_info as action  # noqa: E402
from ansible_collections.ray.containers.plugins.modules import serve_config_info as module  # noqa: E402

Options = dict[str, dict[str, t.Any]]
SERVE = """\
applications:
  - name: whisper
    import_path: whisper_example:entrypoint
    route_prefix: /whisper
    runtime_env:
      image_uri: docker.io/alice/whisper:1.0
      env_vars: {HOME: /tmp}
"""


def documented(module: types.ModuleType) -> Options:
    """The options that a module documents, by itself and by fragments."""
    said = yaml.safe_load(module.DOCUMENTATION)
    options = dict(said["options"])
    for name in said["extends_documentation_fragment"]:
        fragment = name.removeprefix("ray.containers.")
        if "." not in fragment:
            shared = importlib.import_module(f"ansible_collections.ray.containers.plugins.doc_fragments.{fragment}")
            options.update(yaml.safe_load(shared.ModuleDocFragment.DOCUMENTATION).get("options", {}))
    return options


def specified(documented: Options) -> Options:
    """The argument spec that a documentation stands for."""
    spec: Options = {}
    for name, option in documented.items():
        spec[name] = {key: option[key] for key in ("type", "elements", "required", "default") if key in option}
        if "suboptions" in option:
            spec[name]["options"] = specified(option["suboptions"])
    return spec


def run(
    playbook_directory: Path, variables: t.Any = None, *, check: bool = False, **arguments: t.Any
) -> dict[str, t.Any]:
    loader = DataLoader()
    loader.set_basedir(str(playbook_directory))
    task = Task()
    task.check_mode = check
    task.args = {"heads": ["head"], "resolve": False, **arguments}
    connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None))
    plugin = action.ActionModule(
        task=task, connection=connection, play_context=None, loader=loader, templar=None, shared_loader_obj=None
    )
    result: dict[str, t.Any] = plugin.run(task_vars=variables or {})
    return result


def test_the_arguments_are_the_documented_ones() -> None:
    assert specified(documented(module)) == action.ARGUMENT_SPEC


def test_what_is_returned_is_documented(tmp_path: Path) -> None:
    (tmp_path / "serve.yaml").write_text(SERVE, encoding="utf-8")
    result = run(tmp_path, path="serve.yaml")
    documented = yaml.safe_load(module.RETURN)
    # The config is for the tasks that follow, and is not shown at -v: its env_vars may hold secrets.
    assert result.pop("_ansible_verbose_override") is True
    assert set(result) - {"changed", "warnings"} == {
        name for name, value in documented.items() if value["returned"] in ("success", "always")
    }
    assert result["changed"] is False
    assert set(result["images"][0]) == set(documented["images"]["contains"])
    assert set(result["findings"][0]) == set(documented["findings"]["contains"])


def test_warnings_are_shown(tmp_path: Path) -> None:
    (tmp_path / "serve.yaml").write_text(SERVE, encoding="utf-8")
    tag, home = run(tmp_path, path=str(tmp_path / "serve.yaml"))["warnings"]
    assert home.startswith("applications[0].runtime_env.env_vars.HOME: HOME makes Podman ")
    assert home.endswith("[RC-144]")
    assert tag.endswith("[RC-133]")


def test_the_variables_of_the_hosts_count(tmp_path: Path) -> None:
    text = SERVE + "    deployments:\n      - {name: d, ray_actor_options: {runtime_env: {}, num_cpus: 5}}\n"
    (tmp_path / "serve.yaml").write_text(text, encoding="utf-8")
    result = run(tmp_path, {"hostvars": {"head": {"ray_num_cpus": 4}}}, path="serve.yaml")
    assert result["code"] == "RC-204"
    assert "failed" not in run(tmp_path, {"hostvars": {"head": {}}}, path="serve.yaml")


#: Until ansible-core 2.18 every text is a template.
trusted: t.Callable[[t.Any], t.Any] = getattr(ansible.template, "trust_as_template", lambda text: text)


def test_a_variable_that_cannot_be_told_counts_as_not_set(tmp_path: Path) -> None:
    (tmp_path / "serve.yaml").write_text(SERVE, encoding="utf-8")
    head = {"ray_num_cpus": trusted("{{ ansible_facts.processor_vcpus }}")}
    result = run(tmp_path, {"hostvars": {"head": head}}, path="serve.yaml")
    assert "failed" not in result
    assert result["needs_facts"] == ["head"]


@pytest.mark.parametrize("check", [True, False])
def test_a_migration_is_predicted_and_done_once(check: bool, tmp_path: Path) -> None:
    path = tmp_path / "serve.yaml"
    before = SERVE.replace("image_uri: docker", "container:\n        image: docker")
    path.write_text(before, encoding="utf-8")
    assert run(tmp_path, path="serve.yaml")["code"] == "RC-121"
    result = run(tmp_path, path="serve.yaml", migrate=True, check=check)
    assert (result["changed"], len(result["steps"]), "failed" in result) == (True, 1, False)
    assert (result["diff"]["before"], result["diff"]["after"]) == (before, SERVE)
    assert path.read_text(encoding="utf-8") == (before if check else SERVE)
    if not check:
        again = run(tmp_path, path="serve.yaml", migrate=True)
        assert (again["changed"], again["steps"], "diff" in again) == (False, [], False)


def test_a_refusal_fails_the_task(tmp_path: Path) -> None:
    result = run(tmp_path, path="nowhere.yaml", heads=[])
    assert (result["failed"], result["code"], result["changed"]) == (True, "RC-100", False)
    assert f"{Path.cwd()}/nowhere.yaml: there is no such file on the controller" in result["msg"]
    assert [finding["code"] for finding in result["findings"]] == ["RC-100", "RC-201"]


def test_a_relative_path_is_sought_where_the_inventory_lies_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inventory, working, playbooks = (tmp_path / name for name in ("inventory", "working", "playbooks"))
    for directory in (inventory, working, playbooks):
        directory.mkdir()
    monkeypatch.chdir(working)
    variables = {"hostvars": {"head": {"inventory_dir": str(inventory)}}}

    def missing() -> str:
        return str(run(playbooks, variables, path="serve.yaml")["msg"])

    assert f"{inventory}/serve.yaml: there is no such file" in missing()
    for directory in (playbooks, working, inventory):
        (directory / "serve.yaml").write_text("[]", encoding="utf-8")
        assert f"{directory}/serve.yaml" in missing()
