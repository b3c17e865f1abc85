# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After all of it: root has run nothing of the Ray user, and nothing outside of its territory is another."""

from __future__ import annotations

import typing as t
from pathlib import Path

from tests.cluster.boundary import TO_BE_SEEN, changed, compared, foreign, heard, secrets


def test_root_has_run_and_opened_nothing_of_the_ray_user(hosts: dict[str, t.Any]) -> None:
    assert len(heard(hosts, "watching")) == len(hosts)
    assert heard(hosts, "run") == []
    assert heard(hosts, "opened") == []
    for host in hosts.values():
        assert host.check_output("find /dev/shm -name 'witness-*' -uid 0") == ""


def test_no_secret_stays_on_a_command_line(hosts: dict[str, t.Any], inventory: Path) -> None:
    """Ray's shell has env_vars on its own for a moment, and then becomes Podman, which has not (docs/security.md)."""
    said = [each for each in heard(hosts, "said") if each["uid"] != 1000 or each["program"] == "podman"]
    assert {secrets(inventory)[number] for each in said for number in each["secrets"]} == {TO_BE_SEEN}


def test_no_secret_is_left_outside_of_the_territory(hosts: dict[str, t.Any], inventory: Path) -> None:
    for host in hosts.values():
        search = "import json; print(*json.load(open('/run/witness/secrets.json')), sep='\\n')"
        host.check_output(f'umask 077; python3 -c "{search}" > /run/witness/patterns')
        left = "journalctl --no-pager --output=export | grep -acFf /run/witness/patterns"
        assert host.run(left).stdout.strip() == "0"
        places = "/etc /var/log /var/lib/ray.containers /var/lib/ray /var/lib/systemd /usr/local /opt /run/systemd"
        found = host.run(f"grep -rlaFf /run/witness/patterns {places}").stdout.split()
        assert found == []
    assert secrets(inventory)


def test_nothing_outside_of_the_territory_is_another(hosts: dict[str, t.Any]) -> None:
    found = compared(hosts, "bare", "end")
    assert foreign(found) == []
    assert changed(found) == []
