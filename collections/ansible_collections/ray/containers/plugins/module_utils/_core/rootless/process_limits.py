# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts about the limits of processes, which services and containers share.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = ["CAP_SYS_RESOURCE", "SERVICE_NOFILE"]

#: systemd gives services this hard limit unless told otherwise (systemd.exec(5), DefaultLimitNOFILE).
SERVICE_NOFILE = 524288

#: The capability to raise a hard limit: its number (capabilities(7)).
CAP_SYS_RESOURCE = 24
