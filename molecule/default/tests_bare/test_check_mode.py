# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode on bare nodes: it says what a run will do, and does nothing."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
import testinfra

from tests.cluster.nodes import ssh_hosts
from tests.cluster.site import Run, Site

INVENTORY = Path(__file__).parents[1] / "inventory"
HOSTS = ssh_hosts(INVENTORY)

testinfra_hosts = list(HOSTS.values())

#: Everything that installs something leaves a trace in one of these.
STATE = (
    "dpkg-query --show; cat /etc/passwd /etc/group /etc/subuid /etc/subgid; systemctl list-unit-files --no-legend; "
    "find /etc /opt /home /usr/local /var/lib/systemd/linger /var/lib/containers -xdev -newer /etc/hostname | sort"
)


class Checked(t.NamedTuple):
    """A run in check mode, and what the nodes were like before and after it, by name."""

    run: Run
    before: dict[str, str]
    after: dict[str, str]


@pytest.fixture(scope="module")
def checked(between_phases: Path, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    before = _states()
    run = Site(INVENTORY, tmp_path_factory.mktemp("reports")).run("--check", "--diff")
    (between_phases / "predicted.json").write_text(json.dumps(sorted(run.changes)))
    return Checked(run, before, _states())


def _states() -> dict[str, str]:
    return {name: str(testinfra.get_host(spec).run(STATE).stdout) for name, spec in HOSTS.items()}


def test_a_node_starts_bare(host: t.Any) -> None:
    assert not host.exists("podman")
    assert not host.user("ray").exists
    assert not host.file("/opt/ray").exists


def test_check_mode_says_what_it_would_do(checked: Checked) -> None:
    assert checked.run.rc == 0, checked.run.output
    assert {name for name, _task, _step in checked.run.changes} == set(HOSTS)


def test_check_mode_changes_nothing(checked: Checked) -> None:
    assert checked.after == checked.before


def test_check_mode_makes_no_token(checked: Checked) -> None:
    assert checked.run.rc == 0
    assert list((INVENTORY / ".secrets").glob("ray_auth_token*")) == []
