# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible is told of a module's call, and what it writes into the host's log: no secret, whether it ends well or not."""

from __future__ import annotations

import errno
import importlib
import json
import os
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible.module_utils.testing")

from ansible.module_utils import basic, testing

from ansible_collections.ray.containers.plugins.module_utils import _ansible
from ansible_collections.ray.containers.plugins.module_utils._ansible import (
    NOT_SHOWN,
    run_info,
    run_resource,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError, of_the_system
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.mask import MASK
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource

PLUGINS = Path(_ansible.__file__).parents[1]
SPEC: dict[str, t.Any] = {
    "config": {"type": "dict", "no_log": True},
    "token": {"type": "str", "no_log": True},
    "address": {"type": "str"},
}
CONFIG = {"env_vars": {"LICENCE": "hunter2-wants-no-name", "LANGUAGE": "node1"}}
GIVEN = {"config": CONFIG, "token": "the whole token", "address": "node1"}
SECRETS = ("hunter2-wants-no-name", "the whole token", "seen while it worked")


class Telltale(Resource[None]):
    """A capability that says all that it knows."""

    def __init__(self, parameters: dict[str, t.Any], commands: Commands) -> None:
        super().__init__(commands)
        self.address = parameters["address"]
        self.known = json.dumps([parameters["config"], parameters["token"], "seen while it worked"])

    @property
    def secrets(self) -> frozenset[str]:
        return frozenset(["seen while it worked"])

    def observe(self) -> None:
        if self.address == "refuses":
            raise OperatorError(f"It refuses {self.known}", why=self.known, remedy=self.known)
        if self.address == "breaks":
            raise KeyError(self.known)

    def plan(self, observed: None) -> Plan:
        return Plan((Step(None, f"Say {self.known}", before=self.known, after=f"\x1b]52;c;{self.known}"),))

    def apply(self, step: Step) -> None:
        self.commands.actions.append(f"echo {self.known}")

    def result(self, observed: None, plan: Plan) -> dict[str, t.Any]:
        return {"said": {self.known: [self.known]}}


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Ansible sends to the host's log."""
    lines: list[str] = []
    monkeypatch.setattr(basic, "has_journal", False)
    monkeypatch.setattr(basic.AnsibleModule, "_log_to_syslog", lambda _self, line: lines.append(line))
    return lines


def called(
    main: t.Callable[[], None], arguments: dict[str, t.Any], capfd: pytest.CaptureFixture[str]
) -> tuple[dict[str, t.Any], str]:
    """The result of a module's call, and all that it has written."""
    with testing.patch_module_args(arguments), pytest.raises(SystemExit):
        main()
    written = capfd.readouterr()
    result: dict[str, t.Any] = json.loads(written.out)
    return result, written.out + written.err


@pytest.mark.parametrize("address", ["node1", "refuses", "breaks"])
def test_nothing_secret_is_said_and_nothing_is_logged(
    address: str, capfd: pytest.CaptureFixture[str], journal: list[str]
) -> None:
    result, written = called(lambda: run_resource(Telltale, SPEC), {**GIVEN, "address": address}, capfd)
    assert [secret for secret in SECRETS if secret in written or any(secret in line for line in journal)] == []
    assert result.get("failed", False) is (address != "node1")
    assert MASK in written
    assert "\x1b" not in json.dumps(result, ensure_ascii=False)
    assert result["invocation"]["module_args"] == {"config": NOT_SHOWN, "token": NOT_SHOWN, "address": address}
    assert [line.partition(" ")[0] for line in journal] == ["Invoked"]
    if address == "breaks":
        assert "KeyError" in result["msg"]


class Steps(Resource[None]):
    """Three steps, of which the last one fails in the way that its parameter names."""

    def __init__(self, parameters: dict[str, t.Any], commands: Commands) -> None:
        super().__init__(commands)
        self.address = parameters["address"]

    def observe(self) -> None:
        """Nothing."""

    def plan(self, observed: None) -> Plan:
        return Plan((Step(1, "Look at it", changes=False), Step(2, "Make it"), Step(3, "Start it")))

    def apply(self, step: Step) -> None:
        if step.action == 3 and self.address == "is refused":
            raise OperatorError("It does not start", code="RC-999")
        if step.action == 3 and self.address == "is full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/var/lib/it")
        if step.action == 3:
            raise KeyError("it")
        if self.address == "fails at once":
            raise OperatorError("It cannot be looked at")


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("is refused", "It does not start. [RC-999]"),
        (
            "is full",
            "The operating system refuses what is to be done with /var/lib/it: No space left on device. "
            "Make space, or inodes, on that file system.",
        ),
        ("breaks", "This module ran into a fault of its own: KeyError: 'it'"),
    ],
)
def test_a_failure_tells_what_was_done_before_it(address: str, message: str, capfd: pytest.CaptureFixture[str]) -> None:
    result, _written = called(lambda: run_resource(Steps, SPEC), {"address": address}, capfd)
    assert (result["msg"], result["failed"]) == (message, True)
    assert (result["changed"], result["steps"]) == (True, ["Look at it", "Make it"])


def test_a_failure_before_the_first_step_has_changed_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    result, _written = called(lambda: run_resource(Steps, SPEC), {"address": "fails at once"}, capfd)
    assert result["failed"] is True
    assert not result.get("changed") and "steps" not in result


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            OSError(errno.ENOEXEC, os.strerror(errno.ENOEXEC), "/usr/bin/podman"),
            "The operating system refuses what is to be done with /usr/bin/podman: Exec format error. Install the program",
        ),
        (
            OSError(errno.EMFILE, os.strerror(errno.EMFILE)),
            "The operating system refuses a call: Too many open files. Raise",
        ),
        (OSError("timed out"), "The operating system refuses a call: timed out."),
        (
            OSError(errno.EXDEV, os.strerror(errno.EXDEV), "/a", None, "/b"),
            "The operating system refuses what is to be done with /a and /b: Invalid cross-device link.",
        ),
    ],
)
def test_what_the_system_refuses_is_a_sentence(error: OSError, told: str) -> None:
    assert str(of_the_system(error)).startswith(told)


def test_what_only_reads_names_secrets_on_the_way(capfd: pytest.CaptureFixture[str]) -> None:
    def read(parameters: dict[str, t.Any], commands: Commands) -> dict[str, t.Any]:
        parameters["secrets"].add("seen while it worked")
        if parameters["address"] == "refuses":
            raise OperatorError("It refuses", why="seen while it worked")
        return {"said": ["seen while it worked", "node1"]}

    result, _written = called(lambda: run_info(read, SPEC), {**GIVEN, "config": None}, capfd)
    assert result["said"] == [MASK, "node1"]
    assert result["invocation"]["module_args"]["config"] is None
    result, _written = called(lambda: run_info(read, SPEC), {**GIVEN, "address": "refuses"}, capfd)
    assert result["msg"] == f"It refuses: {MASK}."


def test_arguments_that_are_wrong_are_not_repeated(capfd: pytest.CaptureFixture[str], journal: list[str]) -> None:
    arguments = {**GIVEN, "addres": "node1"}
    _result, written = called(lambda: run_resource(Telltale, SPEC), arguments, capfd)
    assert [secret for secret in SECRETS if secret in written] == []
    assert journal == []


#: Parameters that may hold secrets, or are made by hand of what may.
HIDDEN = {
    "app_images": {"config"},
    "image_build": {"build_args"},
    "podman": {"cluster_token", "cluster_token_next"},
    "raylet": {"auth_token", "environment", "raylet_options", "start_arguments"},
    "rootless_podman": {"auth"},
    "serve_config": {"config", "queries"},
    "version_parity_info": {"config"},
}


@pytest.mark.parametrize("name", sorted(path.stem for path in (PLUGINS / "modules").glob("*.py")))
def test_what_may_be_secret_is_not_logged(name: str) -> None:
    module = importlib.import_module(f"ansible_collections.ray.containers.plugins.modules.{name}")
    spec = getattr(module, "ARGUMENT_SPEC", {})
    assert {option for option, fields in spec.items() if fields.get("no_log")} == HIDDEN.get(name, set())
