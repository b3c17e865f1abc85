# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode on bare nodes, without the raylet's image on any of them: it says what a run will do, and does nothing."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from tests.cluster.site import Site

#: Everything that installs something leaves a trace in one of these.
STATE = (
    "dpkg-query --show; cat /etc/passwd /etc/group /etc/subuid /etc/subgid; systemctl list-unit-files --no-legend; "
    "find /etc /opt /home /usr/local /var/lib/systemd/linger /var/lib/containers -xdev -newer /etc/hostname | sort"
)


def test_check_mode_says_what_a_run_will_do_and_does_nothing(
    hosts: dict[str, t.Any], site: Site, between_phases: Path
) -> None:
    before = {name: host.run(STATE).stdout for name, host in hosts.items()}
    assert not any(host.exists("podman") for host in hosts.values())
    run = site.run("--check", "--diff")
    assert run.rc == 0, run.output
    assert {name for name, _task, _step in run.changes} == set(hosts)
    assert {name: host.run(STATE).stdout for name, host in hosts.items()} == before
    (between_phases / "predicted.json").write_text(json.dumps(sorted(run.changes)))
