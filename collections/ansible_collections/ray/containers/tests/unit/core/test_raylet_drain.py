# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a drain ended, from what a node shows."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.drain import ended

#: What Ray 2.60.0 wrote on a worker whose replica moved, and what it writes when nothing takes its place.
FINISHED = "node.py:748 -- Local node finished draining; shutting down.\n"
UNFINISHED = (
    "node.py:751 -- Node 41f4084a did not finish draining within 60.0 seconds; aborting and shutting down local "
    "processes ungracefully.\n"
)
BEGAN = "INFO 2026-11-23 13:08:22,595 proxy 10.94.0.12 -- Start to drain the proxy actor on node 41f4084a.\n"
LINE = (
    "INFO 2026-11-23 13:08:29,087 proxy 10.94.0.12 -- Got updated replicas for Deployment(name='Numerals', "
    "app='numerals'): {} total (+{} added, -{} removed).\n"
)
REPLACED = BEGAN + LINE.format(1, 1, 1)
LOST = BEGAN + LINE.format(0, 0, 1)
MOVED: dict[str, t.Any] = {
    "replicas": ("numerals:Numerals",),
    "limit": 60.0,
    "left_after": 8.6,
    "journal": FINISHED,
    "proxy_log": REPLACED,
}


@pytest.mark.parametrize(
    ("changes", "how"),
    [
        ({}, "moved"),
        ({"replicas": ()}, "nothing"),
        ({"limit": 0.0}, "not_asked"),
        ({"left_after": None}, "deadline"),
        ({"journal": UNFINISHED}, "deadline"),
        ({"proxy_log": LOST}, "deadline"),
        # Two steps of one move.
        ({"proxy_log": LINE.format(2, 1, 0) + LINE.format(1, 0, 1)}, "moved"),
        ({"proxy_log": LINE.format(1, 0, 1), "replicas": ("numerals:Numerals",) * 2}, "deadline"),
        # The proxy knows only of what it sends requests to, and lives for half a minute: then time tells.
        ({"replicas": ("numerals:Model", "numerals:Numerals")}, "moved"),
        ({"replicas": ("numerals:Model", "numerals:Numerals"), "left_after": 41.0}, "deadline"),
        ({"proxy_log": "", "left_after": 39.0}, "moved"),
        ({"proxy_log": "", "left_after": 41.0}, "deadline"),
        ({"left_after": 50.0}, "moved"),
        # A name with a dot in it is cut there, as in the title of a process.
        ({"replicas": ("numerals:Numerals",), "proxy_log": LOST.replace("='Numerals'", "='Numerals.v1'")}, "deadline"),
    ],
)
def test_how_a_drain_ended(changes: dict[str, t.Any], how: str) -> None:
    assert ended(**{**MOVED, **changes}) == how
