# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of deploys, and what metrics tell of requests."""

from __future__ import annotations

import json

from ansible_collections.ray.containers.plugins.module_utils._core.serve.history import (
    CUT_OFF,
    FAILED,
    GOOD,
    UNDER_WAY,
    History,
    PastDeploy,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.metrics import Requests, requests_of


def config(tag: str) -> dict[str, object]:
    application = {"name": "a", "import_path": "a:b", "runtime_env": {"image_uri": f"r.example.com/a:{tag}"}}
    return {"applications": [application, {"name": "plain", "import_path": "p:q"}]}


def history(*results: str) -> History:
    made = History()
    for number, result in enumerate(results, 1):
        made = made.begun(PastDeploy(0, config(str(number)), began=float(number)))
        if result != UNDER_WAY:
            made = made.ended(result, number + 0.5)
    return made


def test_a_deploy_is_numbered_and_ends_once() -> None:
    made = history(GOOD, FAILED, UNDER_WAY)
    assert [(each.number, each.result, each.ended) for each in made.deploys] == [
        (1, GOOD, 1.5),
        (2, FAILED, 2.5),
        (3, UNDER_WAY, 0.0),
    ]
    assert History.read(made.text()) == made


def test_what_was_under_way_when_the_next_begins_was_cut_off() -> None:
    assert [each.result for each in history(UNDER_WAY, GOOD).deploys] == [CUT_OFF, GOOD]


def test_twenty_are_kept_and_three_good_ones_however_many_have_failed_since() -> None:
    made = history(*[GOOD] * 5, *[FAILED] * 30)
    assert [each.number for each in made.good] == [3, 4, 5]
    assert [each.number for each in made.deploys if each.result == FAILED] == list(range(16, 36))
    # A number is never used twice.
    assert made.begun(PastDeploy(0, config("x"))).deploys[-1].number == 36


def test_what_ran_before_is_the_last_good_one_in_another_image() -> None:
    made = history(GOOD, FAILED, GOOD).begun(PastDeploy(0, {**config("3"), "target_capacity": 50})).ended(GOOD, 9.0)
    before = made.before("a", ["r.example.com/a:3"])
    assert before is not None and before.number == 1
    assert made.before("a", ["r.example.com/a:1"]) == made.find(4)
    assert made.before("plain", []) is None
    assert before.images == {"a": ["r.example.com/a:1"], "plain": []}
    assert made.with_config(config("1")) == before


def test_a_file_that_is_not_ours_is_an_empty_history() -> None:
    for text in (None, "", "[]", "{", json.dumps({"deploys": 1}), json.dumps({"deploys": [1, {"number": 1}]})):
        assert History.read(text) == History()


PAGE = """\
# HELP ray_serve_num_http_requests The number of HTTP requests processed.
# TYPE ray_serve_num_http_requests gauge
ray_serve_num_http_requests{application="numerals",method="GET",route="/numerals",status_code="200"} 40.0
ray_serve_num_http_requests_total{Component="core_worker",application="numerals",status_code="200"} 41.0
ray_serve_num_http_requests_total{Component="core_worker",application="numerals",status_code="500"} 2.0
ray_serve_num_http_error_requests{application="numerals",error_code="500"} 2.0
ray_serve_num_grpc_requests_total{application="sizes"} 7
ray_serve_num_http_requests_total{application="",status_code="404"} 9.0
ray_serve_num_http_requests_total{application="broken"} many
ray_serve_num_ongoing_http_requests{application="numerals"} 5.0
"""


def test_requests_are_counted_over_all_nodes_and_under_one_name() -> None:
    assert requests_of([PAGE, PAGE]) == {"numerals": Requests(86, 4), "sizes": Requests(14, 0)}
    assert requests_of([]) == {}
