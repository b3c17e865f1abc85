# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which user id the account has that Ray runs as, where nobody names one."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.user_id import (
    CANDIDATES,
    AccountIds,
    chosen_user_id,
)

FREE = AccountIds()
#: As cloud images come: their first account has the first id of people's.
CLOUD = AccountIds(taken=(1000,))


def chosen(own: AccountIds, *others: AccountIds, maps_users: bool = True) -> int:
    return chosen_user_id("ray", own, others, holder="ubuntu", maps_users=maps_users)


@pytest.mark.parametrize(
    ("own", "others", "uid"),
    [
        (FREE, [FREE], 1000),
        (CLOUD, [CLOUD], 1001),
        (FREE, [FREE, CLOUD], 1001),
        (AccountIds(taken=(1000, 1001)), [AccountIds(taken=(1002,))], 1003),
        (AccountIds(uid=1000), [CLOUD], 1000),
        (AccountIds(uid=5000), [], 5000),
        (FREE, [AccountIds(uid=1001), FREE], 1001),
        (FREE, [AccountIds(uid=5000), AccountIds(uid=1000)], 5000),
        (AccountIds(taken=(1001,)), [AccountIds(uid=1001)], 1000),
        (CLOUD, [], 1001),
        (FREE, [AccountIds(uid=997)], 1000),
    ],
)
def test_the_lowest_id_that_is_free_everywhere(own: AccountIds, others: list[AccountIds], uid: int) -> None:
    assert chosen(own, *others) == uid


def test_all_nodes_choose_the_same_whatever_their_order() -> None:
    nodes = [FREE, CLOUD, AccountIds(taken=(1001, 1005)), AccountIds(taken=(1000, 1002))]
    seen = {chosen(order[0], *order) for order in itertools.permutations(nodes)}
    assert seen == {1003}
    # The second run finds accounts, and stays.
    assert {chosen(AccountIds(uid=1003), *nodes) for _node in nodes} == {1003}


def test_an_old_podman_takes_the_id_of_images_or_says_what_to_do() -> None:
    assert chosen(FREE, CLOUD, maps_users=False) == 1000
    assert chosen(AccountIds(uid=1001), maps_users=False) == 1001
    with pytest.raises(OperatorError) as raised:
        chosen(CLOUD, maps_users=False)
    assert raised.value.code == "RC-337"
    assert "ubuntu" in str(raised.value) and "Install Podman 4.3 or newer" in str(raised.value)


def test_without_a_free_id_one_is_asked_for() -> None:
    with pytest.raises(OperatorError, match="Set ray_uid to an id that is free on all nodes"):
        chosen(AccountIds(taken=tuple(CANDIDATES)))


def test_what_a_node_tells_comes_back() -> None:
    for ids in (FREE, CLOUD, AccountIds(uid=1001)):
        assert AccountIds.read(ids.as_data()) == ids
    assert AccountIds.read({}) == FREE
