# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the firewall is on a node: its table, its files, its units.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = ["DROP_IN", "RULES", "TABLE", "UNIT", "UNIT_PATH", "drop_in_text", "unit_text"]

#: The table, as nft names it.
TABLE = "inet ray_containers"

#: The rules that are loaded at boot.
RULES = "/etc/ray.containers/firewall.nft"
UNIT = "ray-containers-firewall.service"
UNIT_PATH = f"/etc/systemd/system/{UNIT}"
#: nftables.service, where a host uses it, takes every table away when it is started, reloaded or stopped.
DROP_IN = "/etc/systemd/system/nftables.service.d/ray-containers-firewall.conf"

_MANAGED = "# Managed by ray.containers.firewall; changes are overwritten.\n"


def unit_text(nft: str) -> str:
    """The service. Stopping it takes the rules off until the next boot.

    :param nft: the program, by its whole path.
    """
    return f"""{_MANAGED}[Unit]
Description=Firewall of this Ray node
DefaultDependencies=no
Wants=network-pre.target
After=local-fs.target nftables.service
Before=network-pre.target raylet.service shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={nft} -f {RULES}
ExecReload={nft} -f {RULES}
ExecStop=-{nft} delete table {TABLE}

[Install]
WantedBy=sysinit.target
"""


def drop_in_text(nft: str) -> str:
    """What is added to nftables.service: the file of rules that it loads begins with `flush ruleset`."""
    return f"""{_MANAGED}[Service]
ExecStartPost=-{nft} -f {RULES}
ExecReload=-{nft} -f {RULES}
ExecStopPost=-{nft} -f {RULES}
"""
