# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's half of version_parity_info: what it sends, and what it makes of the answer."""

from __future__ import annotations

import json
import types
import typing as t
from dataclasses import asdict

import pytest

pytest.importorskip("ansible")

import ansible.template
from ansible.parsing.dataloader import DataLoader

from ansible_collections.ray.containers.plugins.action.version_parity_info import ActionModule
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import ImageFacts, NodeFacts

IMAGE = "quay.io/a/one:1"
NODE = NodeFacts("2.60.0", "b7f4259", "3.11.2", "amd64", 1000)
SAME = ImageFacts("amd64", "2.60.0", "b7f4259", "3.11.2", 1000, "/w.py")
CONFIG = {
    "applications": [
        {"name": "a", "import_path": "a:app", "runtime_env": {"image_uri": IMAGE, "env_vars": {"TOKEN": "hunter2"}}}
    ]
}
NAMES = ["ray_port", "ray_auth_token", "ray_environment", "ray_user", "ray_user_home"]


def template(text: str) -> str:
    """A template as an inventory holds it; ansible-core 2.19 and newer tell it from other text by a tag."""
    trusted: str = getattr(ansible.template, "trust_as_template", str)(text)
    return trusted


DEFAULTS: dict[str, t.Any] = {
    "ray_port": 6379,
    "ray_environment": {},
    "ray_user": "ray",
    "ray_user_home": template("/home/{{ ray_user }}"),
    "ray_auth_token": template("{{ 'hunter' ~ 3 }}"),
}


class Inventory(dict[str, dict[str, t.Any]]):
    """Hosts' variables as Ansible tells them before they are templated."""

    raw_get = dict.__getitem__


HOSTVARS: dict[str, dict[str, t.Any]] = {
    "head": {"ray_auth_token": "hunter3", "ray_environment": {"RAY_X": "1"}},
    "worker1": {"ray_auth_token": "hunter4", "ray_port": 6380},
}


class Action(ActionModule):
    """The action with a node that answers."""

    hostvars = Inventory(HOSTVARS)

    def __init__(self, args: dict[str, t.Any], answer: dict[str, t.Any]) -> None:
        role = types.SimpleNamespace(get_default_vars=lambda: DEFAULTS)
        self._task = types.SimpleNamespace(
            args=args, check_mode=False, async_val=0, action="version_parity_info", environment=None, _role=role
        )
        self._play_context = types.SimpleNamespace(check_mode=False)
        self._connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir="/nowhere"))
        self._used_interpreter = None
        self._loader = DataLoader()
        self.node_answer = answer
        self.sent: dict[str, t.Any] = {}

    def _execute_module(self, **call: t.Any) -> dict[str, t.Any]:
        self.sent = call["module_args"]
        return {"changed": False, "actions": ["podman"], **self.node_answer}

    def act(self, host: str = "worker1") -> dict[str, t.Any]:
        return self.run(task_vars={"inventory_hostname": host, "hostvars": self.hostvars})


def action(image: ImageFacts = SAME, **args: t.Any) -> Action:
    told = {"contents": {"node": asdict(NODE), "images": {IMAGE: asdict(image)}}}
    return Action({"runtime_path": "/opt/ray/x", **args}, told)


def test_the_node_is_asked_for_the_images_of_the_serve_config() -> None:
    asked = action(config=CONFIG)
    result = asked.act()
    assert not result.get("failed") and result["actions"] == ["podman"]
    assert asked.sent["images"] == [IMAGE]
    (application,) = json.loads(asked.sent["config"])
    assert (application["import_path"], application["variables"]) == ("a:app", {"TOKEN": "hunter2"})
    assert result["parity"]["differences"] == []
    assert "hunter2" not in json.dumps(result)


def test_a_node_that_has_told_it_is_not_asked_again() -> None:
    contents = {"node": asdict(NODE), "images": {IMAGE: asdict(ImageFacts("arm64"))}}
    asked = Action(
        {"runtime_path": "/opt/ray/x", "images": [IMAGE], "contents": contents}, {"failed": True, "msg": "asked"}
    )
    result = asked.act()
    assert asked.sent == {} and result["code"] == "RC-303" and (result["changed"], result["actions"]) == (False, [])


def test_a_difference_fails_the_task_with_its_code() -> None:
    result = action(ImageFacts("arm64"), images=[IMAGE]).act()
    assert result["failed"] and result["code"] == "RC-303" and result["remedy"]
    assert result["parity"]["table"] and result["actions"] == ["podman"]


def test_variables_are_compared_with_the_heads_and_the_roles_defaults() -> None:
    asked = action(head_host="head", same_as_head=NAMES, policy="warn")
    result = asked.act()
    assert [row["code"] for row in result["parity"]["differences"]] == ["RC-328", "RC-328", "RC-329"]
    said = json.dumps(result)
    assert "ray_port: 6380 here, 6379 on the head" in said and "RAY_X" in said and "hunter" not in said
    assert action(head_host="head", same_as_head=NAMES).act("head")["parity"]["differences"] == []


@pytest.mark.parametrize(
    ("worker", "head", "codes"),
    [
        # What an inventory makes from a variable that is the role's alone, in a mapping, too.
        ({"ray_user_home": template("/srv/{{ ray_user }}")}, {"ray_user_home": "/srv/ray"}, []),
        ({"ray_user_home": template("/srv/{{ ray_user }}")}, {}, ["RC-329"]),
        ({"ray_environment": {"RAY_X": template("{{ ray_user }}")}}, {"ray_environment": {"RAY_X": "ray"}}, []),
        # The same as the default, which is a template.
        ({"ray_user_home": "/home/ray"}, {}, []),
        ({}, {"ray_auth_token": "hunter3"}, []),
        ({}, {"ray_auth_token": "hunter4"}, ["RC-328"]),
        # A host's own variables win over the role's also inside of a default.
        ({"ray_user": "alice"}, {"ray_user": "alice", "ray_user_home": "/home/alice"}, []),
        # What cannot be told says nothing.
        ({"ray_port": template("{{ ansible_facts.port }}")}, {}, []),
        ({"ray_port": 6380}, {"ray_port": template("{{ ansible_facts.port }}")}, []),
    ],
)
def test_variables_are_compared_as_the_roles_tasks_see_them(
    worker: dict[str, t.Any], head: dict[str, t.Any], codes: list[str]
) -> None:
    asked = action(head_host="head", same_as_head=NAMES, policy="report")
    asked.hostvars = Inventory(worker1=worker, head=head)
    result = asked.act()
    assert [row["code"] for row in result["parity"]["differences"]] == codes
    assert "hunter" not in json.dumps(result)


def test_what_the_node_could_not_do_is_passed_on() -> None:
    result = Action({"runtime_path": "/x"}, {"failed": True, "msg": "no engine"}).act()
    assert (result["failed"], result["msg"]) == (True, "no engine")


def test_a_reference_that_cannot_be_read_is_told() -> None:
    result = action(images=["quay.io/UPPER"]).act()
    assert result["failed"] and "UPPER" in result["msg"]
