# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Raylets on the hosts: every playbook, while what the application has planted lies in its way, and while it is at it."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from tests.cluster.attacker import Attacker
from tests.cluster.boundary import TO_BE_SEEN, changed, compared, foreign, heard, secrets, under_attack
from tests.cluster.site import Site

pytestmark = pytest.mark.usefixtures("nothing_in_the_way_afterwards")


def test_a_job_with_the_mounted_token_comes_out_of_the_container(attacker: Attacker, hosts: dict[str, t.Any]) -> None:
    attacker.break_out()
    for host in hosts.values():
        assert host.file("/home/ray/bin/podman").user == "ray"
        assert host.check_output("find /dev/shm -name 'witness-1000-*'"), "a witness tells who runs it"


@pytest.mark.parametrize("attack", ["links", "busy"])
def test_a_site_and_a_deploy_end_whatever_stands_where_they_write(attack: str, attacker: Attacker, site: Site) -> None:
    attacker.attack(attack)
    run = under_attack(site)
    if attack == "links":
        assert run.rc != 0 and "[RC-391]" in run.output
    under_attack(site.of("deploy"))


@pytest.mark.parametrize("attack", ["logs", "busy"])
def test_a_diagnosis_ends_whatever_the_logs_are(attack: str, attacker: Attacker, site: Site) -> None:
    attacker.attack(attack)
    run = under_attack(site.of("diagnose"), "-e", "history=true")
    assert run.rc == 0, run.output
    # It shows what does not look like a secret.
    under_attack(site.of("explain"), may_show=["planted-cookie-value"])


def test_after_all_of_it_roots_files_are_as_they_were(hosts: dict[str, t.Any]) -> None:
    found = compared(hosts, "bare", "attacked")
    assert foreign(found) == []
    assert changed(found) == []


def test_root_has_run_and_opened_nothing_of_the_ray_user(hosts: dict[str, t.Any]) -> None:
    assert len(heard(hosts, "watching")) == len(hosts)
    assert heard(hosts, "run") == []
    assert heard(hosts, "opened") == []


def test_no_secret_stays_on_a_command_line(hosts: dict[str, t.Any], inventory: Path) -> None:
    """Ray's shell has env_vars on its own for a moment, and then becomes Podman, which has not (docs/security.md)."""
    said = [each for each in heard(hosts, "said") if each["uid"] != 1000 or each["program"] == "podman"]
    assert {secrets(inventory)[number] for each in said for number in each["secrets"]} == {TO_BE_SEEN}
