# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible is told of a module's call: nothing that may be secret, whether it ends well or not."""

from __future__ import annotations

import json
import typing as t

import pytest

pytest.importorskip("ansible.module_utils.testing")

from ansible.module_utils import testing

from ansible_collections.ray.containers.plugins.module_utils._ansible import NOT_SHOWN, run_resource
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource

SPEC: dict[str, t.Any] = {"config": {"type": "dict"}, "address": {"type": "str"}}
CONFIG = {"env_vars": {"TOKEN": "hunter2", "LANGUAGE": "node1"}}


class Nothing(Resource[None]):
    """A capability with nothing to do."""

    def observe(self) -> None:
        return None

    def plan(self, observed: None) -> Plan:
        return Plan()


def build(parameters: dict[str, t.Any], commands: Commands) -> Nothing:
    if not parameters["address"]:
        raise OperatorError("There is no address", remedy="Give one")
    return Nothing(commands)


@pytest.mark.parametrize("address", ["node1", ""], ids=["ends well", "fails"])
def test_what_may_be_secret_is_not_repeated(address: str, capfd: pytest.CaptureFixture[str]) -> None:
    with testing.patch_module_args({"config": CONFIG, "address": address}), pytest.raises(SystemExit):
        run_resource(build, SPEC, unsaid=["config"])
    said = capfd.readouterr().out
    assert "hunter2" not in said
    result = json.loads(said)
    assert result.get("failed", False) is not bool(address)
    assert result["invocation"]["module_args"] == {"config": NOT_SHOWN, "address": address}
