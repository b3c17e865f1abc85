# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-460 to RC-463: what can go wrong with a node's firewall.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["KERNEL", "NO_NFT", "TAKEN_BACK", "UNKNOWN_NAME"]

KERNEL = Entry(
    "RC-460",
    "The kernel or nft does not take the firewall's rules",
    "error",
    "nft could not load them in a network namespace of their own, so they were not tried on the host's",
    "Boot a kernel with nf_tables (Linux 5.2 or newer, CONFIG_NF_TABLES_INET and CONFIG_NFT_REJECT_INET) and have nft 0.9.3 or "
    "newer, or leave ray_firewall out and close the ports in front of the host",
    "nft(8); docs/ports.md",
)
TAKEN_BACK = Entry(
    "RC-461",
    "The firewall's rules were taken back",
    "error",
    "the controller did not come again by a new connection within 30 s, so nobody could have",
    "See that ray_firewall_ssh_ports, if it is set, names the port that the host's SSH server listens on, and that the "
    "controller gets there without a firewall of somebody else's in between; then run the site again",
    "this collection, module firewall",
)
UNKNOWN_NAME = Entry(
    "RC-462",
    "A name that the firewall is to let in has no address",
    "error",
    "this host's name servers do not know the name",
    "Correct the name, have the host's name servers or its /etc/hosts know it, or give the address: ray_node_ip_address or "
    "ray_firewall_addresses for a node",
    "nft(8): rules hold addresses",
)
NO_NFT = Entry(
    "RC-463",
    "nft is missing and cannot be installed",
    "error",
    "the firewall is loaded by the program nft of the package nftables",
    "Install nftables on the host and run again, or leave ray_firewall out",
    "nft(8)",
)
