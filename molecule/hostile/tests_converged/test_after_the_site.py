# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After the first site: the image has attacked from its ENTRYPOINT, and its replica has, to no effect."""

from __future__ import annotations

import typing as t
from pathlib import Path

from tests.cluster.attacker import Attacker
from tests.cluster.boundary import changed, compared, foreign


def test_nothing_of_what_the_replica_has_tried_came_about(attacker: Attacker) -> None:
    came_about = attacker.came_about()
    assert len(came_about) > 5
    assert [name for name, done in came_about.items() if done] == []


def test_the_token_lies_beside_the_inventory_for_its_owner_alone(inventory: Path) -> None:
    (token,) = (inventory / ".secrets").glob("ray_auth_token*")
    assert len(token.read_text().strip()) == 64
    assert token.stat().st_mode & 0o777 == 0o600


def test_nothing_of_ray_runs_as_root_and_its_configuration_is_the_ray_users(hosts: dict[str, t.Any]) -> None:
    for host in hosts.values():
        rows = [line.split(None, 1) for line in host.check_output("ps -eo uid=,args=").splitlines()]
        of_ray = {uid for uid, words in rows if "/opt/ray/" in words or words.startswith("ray::")}
        assert of_ray == {"1000"}
        shown = host.check_output("cd /home/ray/.config/containers && stat -c '%n %U %a' storage.conf auth.json")
        assert shown.splitlines() == ["storage.conf ray 644", "auth.json ray 600"]


def test_of_what_was_there_before_only_that_is_another_which_the_site_changes(hosts: dict[str, t.Any]) -> None:
    found = compared(hosts, "bare", "converged")
    assert foreign(found) == []
    assert changed(found) == []
