# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Raylets on the hosts: every playbook, while what the application has planted lies in its way, and while it is at it."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from tests.cluster.answers import answers
from tests.cluster.attacker import BACK_WITHIN, Attacker
from tests.cluster.boundary import TO_BE_SEEN, changed, compared, foreign, heard, secrets, under_attack
from tests.cluster.site import Site
from tests.cluster.waiting import eventually


@pytest.fixture(autouse=True)
def nothing_in_the_way_afterwards(attacker: Attacker, site: Site, applications: t.Any) -> t.Iterator[None]:
    """What is planted goes, and one site brings everything back."""
    yield
    attacker.stop()
    eventually(lambda: answers(applications), within=BACK_WITHIN, what="the application answers")
    run = site.run()
    assert run.rc == 0, run.output


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


def test_no_secret_stood_on_a_command_line_but_on_rays_own(hosts: dict[str, t.Any], inventory: Path) -> None:
    """Ray gives its workers' containers their env_vars as options (docs/security.md)."""
    said = [each for each in heard(hosts, "said") if each["uid"] != 1000]
    assert {secrets(inventory)[number] for each in said for number in each["secrets"]} == {TO_BE_SEEN}
