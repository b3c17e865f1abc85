# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test nodes: machines that boot real systemd and sshd, made from containers on this machine.

`python -m tests.nodes up --inventory inventories/sandbox` makes every host of an inventory's `ray_cluster`, a registry
beside them, and the keys to reach them. The sandbox, the molecule scenarios and the benchmarks all stand on it.
"""
