# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Raylets on the hosts: who listens in the dashboard's place, an image that leads root to a secret, and a drain."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from tests.cluster.attacker import PROGRAM, Attacker
from tests.cluster.boundary import OWN_SECRET, under_attack
from tests.cluster.nodes import TestCluster
from tests.cluster.site import Site
from tests.cluster.waiting import eventually

#: Another ENTRYPOINT, which writes nothing itself, and has root read where it wants.
LEADS_ROOT = r"""
RUN printf '#!/bin/sh\ncase "$*" in *worker_path*) ln -sf /etc/shadow /shared/worker_path.txt; exit 0;; esac\nexec "$@"\n' \
    > /home/ray/applications/entrypoint.sh
"""


pytestmark = pytest.mark.usefixtures("nothing_in_the_way_afterwards")


def test_no_secret_of_roots_is_sent_to_who_listens_in_the_dashboards_place(
    attacker: Attacker, site: Site, hosts: dict[str, t.Any]
) -> None:
    attacker.attack("listen")
    head = hosts["head"]
    listening = "cd / && runuser -u ray -- cat /tmp/ray/listening"
    eventually(lambda: head.run(listening).stdout == "2", within=60, what="the attacker has both ports")
    for host in hosts.values():
        host.check_output("cd / && runuser -u ray -- env HOME=/home/ray /usr/bin/python3 %s token", PROGRAM)
    for playbook in ("diagnose", "rollback", "site"):
        under_attack(site.of(playbook))
    heard = head.run("cd / && runuser -u ray -- cat /tmp/ray/heard").stdout
    assert heard and OWN_SECRET not in heard


def test_an_image_that_has_root_read_shadow_is_refused_and_nothing_of_it_is_told(
    site: Site, cluster: TestCluster, hosts: dict[str, t.Any], inventory: Path, tmp_path: Path
) -> None:
    image = cluster.derive("10.91.0.2:5000/hostile:1", "10.91.0.2:5000/hostile:2", LEADS_ROOT, tmp_path)
    config = tmp_path / "serve.yaml"
    config.write_text((inventory / "serve.yaml").read_text().replace("10.91.0.2:5000/hostile:1", image))
    run = under_attack(site.of("deploy"), "-e", f"ray_serve_config={config}")
    assert run.rc != 0
    assert "[RC-3" in run.output
    for host in hosts.values():
        lines = host.check_output("cat /etc/shadow").splitlines()
        assert lines and not any(line in run.output for line in lines)
        assert host.run("grep -rlFf /etc/shadow /var/lib/ray.containers").stdout == ""


def test_a_drain_ends_while_the_attacker_is_at_it(attacker: Attacker, site: Site) -> None:
    attacker.attack("busy")
    under_attack(site.of("drain"), "--limit", "worker1")
