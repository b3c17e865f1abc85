# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The switch to raylets in containers, the same attacks there, and a teardown."""

from __future__ import annotations

import typing as t

from tests.cluster.answers import answers
from tests.cluster.attacker import BACK_WITHIN, Attacker
from tests.cluster.boundary import under_attack
from tests.cluster.site import Site
from tests.cluster.waiting import eventually

IN_CONTAINERS = ("-e", "ray_raylet_mode=container")


def test_a_switch_removes_nothing_of_roots(attacker: Attacker, site: Site, hosts: dict[str, t.Any]) -> None:
    for host in hosts.values():
        host.check_output(
            "mkdir -p /var/lib/containers/planted /var/lib/cni; echo x > /var/lib/containers/planted/file"
        )
    attacker.attack("config")
    under_attack(site, *IN_CONTAINERS)
    for host in hosts.values():
        assert host.file("/var/lib/containers/planted/file").content_string == "x\n"
    attacker.stop()


def test_in_containers_it_comes_about_as_little(attacker: Attacker, site: Site, applications: t.Any) -> None:
    run = site.run(*IN_CONTAINERS)
    assert run.rc == 0, run.output
    eventually(lambda: answers(applications), within=BACK_WITHIN, what="the application answers")
    assert [name for name, done in attacker.came_about().items() if done] == []


def test_a_site_a_diagnosis_and_a_deploy_end_there(attacker: Attacker, site: Site) -> None:
    attacker.break_out()
    for attack in ("logs", "busy"):
        attacker.attack(attack, in_containers=True)
    for playbook in ("diagnose", "site", "deploy"):
        under_attack(site.of(playbook), *IN_CONTAINERS)


def test_a_teardown_ends_while_the_attacker_is_at_it(hosts: dict[str, t.Any], site: Site) -> None:
    run = under_attack(site.of("teardown"), *IN_CONTAINERS, "-e", "ray_confirm=head")
    assert run.rc == 0, run.output
    for host in hosts.values():
        assert not host.service("raylet").is_enabled
        assert "ray_containers" not in host.check_output("nft list tables")
    assert "inet planted" in hosts["head"].check_output("nft list tables")
