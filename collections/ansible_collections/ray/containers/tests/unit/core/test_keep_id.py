# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The id map of --userns=keep-id, as Podman 4.3.1 made it."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.rootless.keep_id import (
    IdRange,
    keep_id_map,
    keep_id_option,
    layer_ids,
    ranges_of,
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
    assert ranges_of(text) == keep_id_map(own_id, count)


@pytest.mark.parametrize("text", ["", "0:1", "0:1:x", "0:1:2:", "a"])
def test_what_is_no_map_has_no_ranges(text: str) -> None:
    assert ranges_of(text) == ()


@pytest.mark.parametrize(
    ("uid", "gid", "maps_users", "ids", "option"),
    [
        (1000, 1000, True, (1000, 1000), "keep-id"),
        (1000, 1001, True, (1000, 1001), "keep-id"),
        (1001, 1001, True, (1000, 1000), "keep-id:uid=1000,gid=1000"),
        (1001, 1001, False, (1001, 1001), "keep-id"),
    ],
)
def test_layers_are_kept_for_the_user_that_images_are_made_for(
    uid: int, gid: int, maps_users: bool, ids: tuple[int, int], option: str
) -> None:
    assert layer_ids(uid, gid, maps_users=maps_users) == ids
    assert keep_id_option(uid, ids) == option


def test_every_id_inside_has_one_outside() -> None:
    ranges = keep_id_map(1000, 65536)
    outside = [number for item in ranges for number in range(item.host_id, item.host_id + item.size)]
    assert sorted(outside) == list(range(65537))


def test_a_layers_record_compares_as_a_list() -> None:
    assert keep_id_map(1000, 65536)[1] == IdRange(1000, 0, 1)
