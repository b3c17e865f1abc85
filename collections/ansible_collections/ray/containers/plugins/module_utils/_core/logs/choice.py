# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a node goes into a bug report: which logs, which commands, and how much of each.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

__all__ = ["COMMANDS", "EARLIER", "SESSION", "USER_COMMANDS", "end_of", "shares"]

#: Of the current session: a directory below its logs, a pattern, and how many of the newest. The first ones tell most, so
#: they are taken first (Ray 2.60.0 _private/node.py, serve/_private/logging_utils.py).
SESSION = (
    ("", "raylet*.err", 3),
    ("", "raylet*.out", 3),
    ("", "gcs_server*", 4),
    ("", "runtime_env_agent*", 4),
    ("", "runtime_env_setup-*.log", 10),
    ("serve", "controller*", 3),
    ("serve", "proxy*", 3),
    ("", "dashboard*", 12),
    ("serve", "replica*", 20),
    ("", "worker-*.err", 10),
    ("", "worker-*.out", 10),
    ("", "python-core-worker-*.log", 10),
    ("", "monitor*", 3),
    ("", "log_monitor*", 2),
)

#: Of the session before it, in which the reason for the new one may stand.
EARLIER = (("", "raylet*.err", 2), ("", "raylet*.out", 2), ("", "gcs_server*", 2))

#: What is asked of the host, and what of the Ray user's Podman.
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("uname", "-a"),
    ("cat", "/etc/os-release"),
    ("systemctl", "status", "--no-pager", "--full", "--lines=0", "raylet.service"),
    ("systemctl", "cat", "--no-pager", "raylet.service"),
    ("journalctl", "--no-pager", "--output=short-iso", "--lines=5000", "--unit=raylet.service"),
    ("df", "--human-readable"),
    ("df", "--inodes"),
    ("free", "--mebi"),
)
USER_COMMANDS: tuple[tuple[str, ...], ...] = (
    ("podman", "version"),
    ("podman", "info"),
    ("podman", "images", "--digests"),
    ("podman", "ps", "--all", "--size=false"),
)

#: Stands where the beginning of a text was left out. Masks take it for a cut, and so find the end of a value that was cut.
CUT = "…"


def shares(sizes: t.Sequence[int], tail: int, most: int) -> list[int]:
    """How much of each log is taken, from its end, in bytes: those that come first have first claim.

    :param tail: at most so much of one; :param most: of all together.
    """
    taken = []
    for size in sizes:
        share = min(size, tail, most)
        taken.append(share)
        most -= share
    return taken


def end_of(text: str, *, cut: bool) -> str:
    """The text from its first whole line on, where *cut* says that its beginning is missing."""
    if not cut:
        return text
    _part, line_feed, rest = text.partition("\n")
    return f"{CUT}{rest}" if line_feed else f"{CUT}{text}"
