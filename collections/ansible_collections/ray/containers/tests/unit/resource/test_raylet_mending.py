# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A raylet that stands in another account's way, or does not come up for what its node shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.verdict import Finding
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults import of_accounts
from ansible_collections.ray.containers.plugins.module_utils._host import network
from ansible_collections.ray.containers.tests.unit.resource.test_raylet import Host


@pytest.fixture(name="host")
def a_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(tmp_path, monkeypatch)


def test_what_a_look_at_the_node_finds_is_the_message(host: Host) -> None:
    entry = of_accounts.WRONG_HOME.entry
    host.seen = Finding(entry, "vm", "The home belongs to root", "/home/ray: owner root", "chown ray: /home/ray")
    host.ill, host.restarts, host.journal = 10**6, 2, "InvalidAuthToken"
    with pytest.raises(OperatorError) as raised:
        host.run_module(wait_timeout=10**6)
    assert str(raised.value).endswith(
        "The home belongs to root (/home/ray: owner root). chown ray: /home/ray. [RC-501]"
    )


def test_what_another_accounts_ray_has_left_is_set_aside_at_a_restart(host: Host) -> None:
    host.run_module()
    host.foreign = "/tmp/ray/ray_current_cluster belongs to root"
    steps, _result = host.run_module(check_mode=True)
    assert steps[0].startswith("Set /tmp/ray aside when Ray starts: /tmp/ray/ray_current_cluster belongs to root")
    assert host.foreign
    assert host.run_module()[0] == steps
    assert host.foreign == ""
    assert host.run_module()[0] == []


def test_when_time_is_up_the_symptom_and_the_last_words_are_told(host: Host) -> None:
    host.ill, host.journal = 10**6, "one\n\ntwo\n"
    with pytest.raises(OperatorError) as raised:
        host.run_module()
    assert "no answer (after 5 s); it said last: one / two" in str(raised.value)


def test_what_waiting_does_not_mend_is_told_at_once(host: Host) -> None:
    host.ill, host.restarts = 10**6, 1
    host.journal = (
        "RuntimeError: Version mismatch: The cluster was started with:\n    Ray: 2.60.0\n    Python: 3.11.2\n"
        "This process on node vm was started with:\n    Ray: 2.59.0\n    Python: 3.11.2\n"
    )
    with pytest.raises(OperatorError, match=r"the head runs Ray 2\.60\.0"):
        host.run_module(wait_timeout=10**6)


def test_an_unreachable_head_is_told_before_anything_else(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "connection_problem", lambda _host, _port: "Connection refused")
    host.ill, host.journal = 10**6, "InvalidAuthToken"
    with pytest.raises(OperatorError, match="cannot be reached from here: Connection refused"):
        host.run_module()
