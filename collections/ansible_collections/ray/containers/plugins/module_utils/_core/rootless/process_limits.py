# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts about the limits of processes, which services and containers share.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = ["CAP_SYS_RESOURCE", "SERVICE_NOFILE", "open_files"]

#: systemd gives services this hard limit unless told otherwise (systemd.exec(5), DefaultLimitNOFILE).
SERVICE_NOFILE = 524288

#: The capability to raise a hard limit: its number (capabilities(7)).
CAP_SYS_RESOURCE = 24

#: How many files a Ray process may open without asking for more.
SOFT_NOFILE = 65536


def open_files(hard: int | None, capability_bounds: int) -> tuple[int, int]:
    """The (soft, hard) limit of open files for the service.

    A host that may not raise limits (no CAP_SYS_RESOURCE, as in a container) cannot start a service with a limit above
    its own; the containers that the raylet starts get the same hard limit (see `container_limits`).

    :param hard: the hard limit of process 1, None for no limit.
    """
    may_raise = bool(capability_bounds >> CAP_SYS_RESOURCE & 1)
    highest = SERVICE_NOFILE if may_raise or hard is None else min(hard, SERVICE_NOFILE)
    return min(SOFT_NOFILE, highest), highest
