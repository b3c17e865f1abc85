# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that would cut SSH take themselves back, and somebody else's table stays."""

from __future__ import annotations

import typing as t

from tests.cluster.site import Site

#: Somebody else's table, which lets through what we do not, and the other way round.
OTHERS = """
nft add table inet planted
nft 'add chain inet planted input { type filter hook input priority 10; policy accept; }'
nft 'add rule inet planted input tcp dport 6385 accept'
"""


def test_rules_that_would_cut_ssh_take_themselves_back(site: Site, hosts: dict[str, t.Any]) -> None:
    head = hosts["head"]
    head.check_output(OTHERS)
    before = head.check_output("nft -s list ruleset")
    run = site.run("-e", '{"ray_firewall_ssh_ports": [2222]}')
    assert run.rc != 0
    assert "[RC-461]" in run.output
    assert head.check_output("nft -s list ruleset") == before
    settled = site.run()
    assert (settled.rc, settled.changes) == (0, set()), settled.output
    assert head.check_output("nft -s list ruleset") == before
