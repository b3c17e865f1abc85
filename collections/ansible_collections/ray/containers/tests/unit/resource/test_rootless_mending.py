# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When Podman is asked whether it still knows its own processes, and what is made of its answer."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._resource import rootless_mending
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

OWNER = Account("ray", 1000, 1000, "ray", "/home/ray", "")

#: Podman 4.3.1, after all of the account's processes were killed.
SAID = (
    'time="2026-11-30T11:13:02Z" level=error msg="invalid internal status, try resetting the pause process with '
    '\\"podman system migrate\\": could not find any running process: no such process"\n'
)


class Territory:
    """Where Podman has run since the node started, or not."""

    def __init__(self, *, has_run: bool = True) -> None:
        self.has_run = has_run

    def state(self, path: str) -> str | None:
        assert path == "/run/user/1000/libpod/tmp/alive"
        return "there" if self.has_run else None


def is_lost(commands: FakeCommands, *, has_store: bool = True) -> bool:
    holdings = rootless_mending.observed_holdings(commands, OWNER, in_container=False, has_store=has_store)
    return bool(holdings["lost"])


@pytest.fixture(autouse=True)
def nobody_holds_the_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rootless_mending, "subid_source", lambda: "files")
    monkeypatch.setattr(rootless_mending, "pause_process", lambda user, uid: 0)
    monkeypatch.setattr(rootless_mending, "locks_owner", lambda uid: "")
    monkeypatch.setattr(rootless_mending, "files_of", lambda user: Territory())


@pytest.mark.parametrize(
    ("answer", "lost"),
    [
        (Completed(("podman",), 1, "", SAID), True),
        (Completed(("podman",), 125, "", "Error: something else\n"), False),
        (Completed(("podman",), 0, "", SAID), False),
    ],
)
def test_podman_is_asked_where_nobody_holds_its_namespace(answer: Completed, lost: bool) -> None:
    commands = FakeCommands({"podman ps": answer})
    assert is_lost(commands) is lost


def test_it_is_not_asked_while_a_process_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rootless_mending, "mapped_by", lambda pid, uid: ((), ()))
    commands = FakeCommands({"podman ps": Completed(("podman",), 1, "", SAID)})
    assert not is_lost(commands)
    assert commands.actions == []


def test_a_host_without_podman_has_lost_nothing() -> None:
    def missing(argv: tuple[str, ...]) -> Completed:
        raise OperatorError("podman is not installed")

    commands = FakeCommands({"podman ps": missing})
    assert not is_lost(commands)


def test_podman_is_not_asked_where_it_would_make_a_store_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = FakeCommands({"podman ps": Completed(("podman",), 1, "", SAID)})
    assert not is_lost(commands, has_store=False)
    monkeypatch.setattr(rootless_mending, "files_of", lambda user: Territory(has_run=False))
    assert not is_lost(commands)
    assert commands.actions == []
