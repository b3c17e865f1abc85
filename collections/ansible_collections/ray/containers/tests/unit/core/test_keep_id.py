# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The id map of --userns=keep-id, as Podman 4.3.1 made it."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.rootless.keep_id import (
    IdRange,
    keep_id_map,
    remap_option,
)


@pytest.mark.parametrize(
    ("own_id", "count", "text"),
    [
        (1000, 65536, "0:1:1000:1000:0:1:1001:1001:64536"),
        (1011, 65536, "0:1:1011:1011:0:1:1012:1012:64525"),
        (70000, 65536, "0:1:65536:70000:0:1"),
    ],
)
def test_the_map_is_that_of_podman(own_id: int, count: int, text: str) -> None:
    assert remap_option(keep_id_map(own_id, count)) == text


def test_every_id_inside_has_one_outside() -> None:
    ranges = keep_id_map(1000, 65536)
    outside = [number for item in ranges for number in range(item.host_id, item.host_id + item.size)]
    assert sorted(outside) == list(range(65537))


def test_a_layers_record_compares_as_a_list() -> None:
    assert keep_id_map(1000, 65536)[1] == IdRange(1000, 0, 1)
