# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode on bare nodes: it says what a run will do, and does nothing."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from tests.cluster.site import Site

testinfra_hosts = ["ansible://ray_cluster"]

#: Everything that installs something leaves a trace in one of these.
STATE = (
    "dpkg-query --show; cat /etc/passwd /etc/group /etc/subuid /etc/subgid; systemctl list-unit-files --no-legend; "
    "find /etc /opt /home /usr/local /var/lib/systemd/linger /var/lib/containers -xdev -newer /etc/hostname | sort"
)


def test_a_node_starts_bare(host: t.Any) -> None:
    assert not host.exists("podman")
    assert not host.user("ray").exists
    assert not host.file("/opt/ray").exists


def test_check_mode_changes_nothing_and_says_what_it_would(host: t.Any, site: Site, between_phases: Path) -> None:
    before = host.check_output(STATE)
    predicted = between_phases / "predicted.json"
    if not predicted.exists():
        run = site.run("--check", "--diff")
        assert run.rc == 0, run.output
        predicted.write_text(json.dumps(sorted(run.changes)))
    assert host.check_output(STATE) == before
    assert any(node == host.backend.get_hostname() for node, _task, _step in json.loads(predicted.read_text()))
