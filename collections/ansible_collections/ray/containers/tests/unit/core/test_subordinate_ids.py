# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Granting subordinate ids."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.rootless.subordinate_ids import (
    SubordinateRange,
    first_free,
    granted,
    parse_subordinate_ids,
    with_range,
)


def test_reading() -> None:
    assert parse_subordinate_ids("a:100000:65536\n\n# no\nb:x:1\n1000:200000:10\n") == (
        SubordinateRange("a", 100000, 65536),
        SubordinateRange("1000", 200000, 10),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ray:100000:65536\n", True),
        ("1000:100000:65536\n", True),
        ("ray:100000:32768\nray:200000:32768\n", True),
        ("ray:100000:1000\n", False),
        ("other:100000:65536\n", False),
        ("", False),
    ],
)
def test_granted(text: str, expected: bool) -> None:
    assert granted(parse_subordinate_ids(text), "ray", 1000) is expected


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("", 100000),
        ("a:100000:65536\n", 165536),
        ("a:165536:65536\n", 100000),
        ("a:150000:10\n", 150010),
        ("b:165536:65536\na:100000:65536\n", 231072),
        ("a:1000:10\n", 100000),
        ("a:100000:65536\nb:100000:200000\n", 300000),
    ],
)
def test_the_first_free_range_overlaps_no_other(text: str, start: int) -> None:
    assert first_free(parse_subordinate_ids(text)) == start


def test_no_room() -> None:
    with pytest.raises(ValueError, match="no free range"):
        first_free([SubordinateRange("a", 100000, 600_000_000)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "ray:5:65536\n"), ("a:1:2\n", "a:1:2\nray:5:65536\n"), ("a:1:2", "a:1:2\nray:5:65536\n")],
)
def test_one_more_line(text: str, expected: str) -> None:
    assert with_range(text, "ray", 5) == expected
