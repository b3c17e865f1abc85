# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a deploy comes about: which deployments there are, what becomes of each, whether there is room, and what is sent."""

from __future__ import annotations

import copy
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.module_utils._core.serve.deployments import (
    Deployed,
    deployments_of,
    known_from_images,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import Record, differences
from ansible_collections.ray.containers.plugins.module_utils._core.serve.rehearsal import (
    is_rehearsal,
    rehearsal,
    standing,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.rollout import Rollout, Wishes, rollout
from ansible_collections.ray.containers.plugins.module_utils._core.serve.room import UNKNOWN, Room
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus

Json = t.Dict[str, t.Any]
TOKEN = "0123456789abcdef" * 2


def application(tag: str = "1", **fields: t.Any) -> Json:
    image = f"r.example.com/a:{tag}"
    return {"name": "a", "import_path": "a:app", "route_prefix": "/a", "runtime_env": {"image_uri": image}, **fields}


def serve(deployed: Json, *names: str, surge: int | None = 0, count: int = 1, **more: t.Any) -> ServeStatus:
    """A Serve that runs one application with these deployments, each with so many replicas on node n1."""
    options = {"num_replicas": count, **({} if surge is None else {"max_surge_percent": surge}), **more}
    replica = {"state": "RUNNING", "node_id": "n1", "node_ip": "192.0.2.10"}
    rows = {
        name: {
            "status": "HEALTHY",
            "target_num_replicas": count,
            "deployment_config": options,
            "required_resources": {"CPU": 1},
            "replicas": [replica] * count,
        }
        for name in names
    }
    told = {"status": "RUNNING", "deployed_app_config": deployed, "last_deployed_time_s": 1.0, "deployments": rows}
    return ServeStatus.read({"controller_info": {"actor_id": "c"}, "applications": {"a": told}})


def room(**free: float) -> Room:
    usage = {"n1": {name: [0.0, amount] for name, amount in free.items()}}
    return Room.read({"data": {"clusterStatus": {"loadMetricsReport": {"usageByNode": usage}}}})


def plan_of(desired: Json, status: ServeStatus, place: Room = UNKNOWN, **wishes: t.Any) -> Rollout:
    config = {"applications": [desired]}
    return rollout(config, status, differences(config, status, None), Wishes(**wishes), place)


#: What an image tells of an application with the deployments A and B.
KNOWN = {"a": {"A": {"needs": [{"CPU": 1}], "replicas": 1}, "B": {"needs": [{"GPU": 1}], "replicas": 2}}}


def sent(how: Rollout, desired: Json, status: ServeStatus) -> t.Any:
    return how.sent({"applications": [desired]}, status, {})["applications"][0].get("deployments")


def test_a_new_image_is_rolled_with_surge_and_rehearsed() -> None:
    status = serve(application("1"), "A", "B")
    how = plan_of(application("2"), status, known=KNOWN)
    assert how.surging == {"a": ("A", "B")}
    assert how.rehearsed == ("a",)
    assert sent(how, application("2"), status) == [
        {"name": "A", "max_surge_percent": 100},
        {"name": "B", "max_surge_percent": 100},
    ]
    assert how.lines == [
        "a is changed, image r.example.com/a:1 -> r.example.com/a:2: A replaced and B replaced; rehearsed first and new replicas"
        " start before old ones stop"
    ]


def test_what_the_config_or_the_code_says_about_surge_stays() -> None:
    desired = application("2", deployments=[{"name": "A", "max_surge_percent": 0}])
    status = serve(application("1"), "A", "B")
    how = plan_of(desired, status, known=KNOWN)
    assert sent(how, desired, status) == [
        {"name": "A", "max_surge_percent": 0},
        {"name": "B", "max_surge_percent": 100},
    ]
    says = {"a": {"A": {"surges": True}, "B": {}}}
    assert plan_of(application("2"), status, known=says).surging == {"a": ("B",)}
    assert plan_of(application("2"), serve(application("1"), "A", surge=25), known={"a": {"A": {}}}).surging == {
        "a": ()
    }


def test_an_older_ray_is_not_sent_what_it_does_not_know() -> None:
    status = serve(application("1"), "A", surge=None)
    how = plan_of(application("2"), status, known={"a": {"A": {}}}, rehearse="false")
    assert sent(how, application("2"), status) is None
    assert how.notes == ("a: this Ray knows no max_surge_percent, so requests wait while a new replica starts",)


def test_without_the_wish_nothing_is_added() -> None:
    status = serve(application("1"), "A")
    how = plan_of(application("2"), status, known={"a": {"A": {}}}, surge=False, rehearse="false")
    assert sent(how, application("2"), status) is None
    assert how.lines[0].endswith("old replicas stop before new ones start")


def test_what_runs_the_same_code_has_the_same_deployments() -> None:
    same = application("1", deployments=[{"name": "A", "ray_actor_options": {"num_cpus": 2}}])
    how = plan_of(same, serve(application("1"), "A", "B"))
    assert how.surging == {"a": ("A",)}
    assert how.expected["a"] == (Deployed("A", ({"CPU": 2.0},), 1), Deployed("B", ({"CPU": 1.0},), 1))


def test_deployments_that_nobody_knows_are_shown_by_the_rehearsal_or_wait() -> None:
    status = serve(application("1"), "A")
    shown = plan_of(application("2"), status)
    assert (shown.rehearsed, shown.surging, shown.notes) == (("a",), {"a": ()}, ())
    assert shown.sent({"applications": [application("2")]}, status, {"a": ("New",)})["applications"][0][
        "deployments"
    ] == [{"name": "New", "max_surge_percent": 100}]
    waits = plan_of(application("2"), status, rehearse="false")
    assert waits.surging == {}
    assert "its deployments are not known" in waits.notes[0]


@pytest.mark.parametrize(
    ("desired", "line"),
    [
        (
            application(deployments=[{"name": "A", "user_config": {"x": 1}}]),
            "a is changed: A reconfigured (user_config.x)",
        ),
        (application(deployments=[{"name": "A", "num_replicas": 3}]), "a is changed: A scaled (num_replicas)"),
        (
            application(args={"x": 1}),
            "a is changed (args.x): A replaced and B replaced; rehearsed first and old replicas stop before new ones start",
        ),
        (application(), "a is untouched"),
        (application(route_prefix="/b"), "a is changed"),
    ],
)
def test_what_becomes_of_each_deployment(desired: Json, line: str) -> None:
    status = serve(application(), "A", "B", surge=100)
    assert plan_of(desired, status, surge=False, known=KNOWN).lines == [line]


def test_new_and_gone_deployments_are_told() -> None:
    how = plan_of(application("2"), serve(application("1"), "A", "Old"), known=KNOWN, rehearse="false")
    assert [each.sentence() for each in how.changes[0].deployments] == ["A replaced", "B new", "Old removed"]
    assert how.surging == {"a": ("A",)}


def test_a_change_that_replaces_nothing_needs_neither_rehearsal_nor_room() -> None:
    desired = application(deployments=[{"name": "A", "num_replicas": 3}])
    how = plan_of(desired, serve(application(), "A"), room(CPU=0.0))
    assert (how.rehearsed, how.surging) == ((), {})


def test_what_was_added_before_is_sent_again_and_is_no_difference() -> None:
    deployed = application("1", deployments=[{"name": "A", "max_surge_percent": 100}])
    status = serve(deployed, "A", surge=100)
    assert not differences({"applications": [application("1")]}, status, None)
    scaled = application("1", deployments=[{"name": "A", "num_replicas": 2}])
    how = plan_of(scaled, status, surge=False)
    assert how.changes[0].fields == ("deployments.A.num_replicas",)
    assert sent(how, scaled, status) == [{"name": "A", "num_replicas": 2, "max_surge_percent": 100}]
    # New code without surge: what was added is gone.
    assert sent(plan_of(application("2"), status, surge=False), application("2"), status) is None


def test_a_surge_of_the_operators_own_is_a_difference() -> None:
    deployed = application("1", deployments=[{"name": "A", "max_surge_percent": 50}])
    found = differences({"applications": [application("1")]}, serve(deployed, "A", surge=50), None)
    assert found.changed == {"a": ("deployments.A.max_surge_percent",)}


def test_without_room_for_one_more_replica_the_run_says_so() -> None:
    status = serve(application("1"), "A", "B")
    with pytest.raises(OperatorError) as failure:
        plan_of(application("2"), status, room(CPU=4.0, GPU=0.5), known=KNOWN, rehearse="false")
    assert failure.value.what == "There is no room for one more replica of deployment B of application a"
    assert failure.value.why == (
        "a replica needs 1 GPU on one node, and no node has more than 0.5 GPU free; nothing was touched"
    )
    assert (failure.value.code, "-e ray_surge=false" in failure.value.remedy) == ("RC-476", True)
    assert plan_of(application("2"), status, room(CPU=0.0), known=KNOWN, rehearse="false", surge=False).surging == {}


def test_a_limit_of_replicas_on_each_node_is_no_room_either() -> None:
    status = serve(application("1"), "A", max_replicas_per_node=1)
    with pytest.raises(OperatorError, match="max_replicas_per_node is 1, and every node has as many"):
        plan_of(application("2"), status, room(CPU=9.0), known={"a": {"A": {"needs": [{"CPU": 1}]}}}, rehearse="false")


def test_a_rehearsal_needs_room_for_all_deployments_at_once() -> None:
    status = serve(application("1"), "A", "B")
    known = {"a": {"A": {"needs": [{"CPU": 1}]}, "B": {"needs": [{"CPU": 1}]}}}
    how = plan_of(application("2"), status, room(CPU=1.0), known=known)
    assert (how.rehearsed, how.surging) == ((), {"a": ("A", "B")})
    assert how.notes[0].startswith("a is not rehearsed: a replica needs 1 CPU on one node")
    assert plan_of(application("2"), status, room(CPU=2.0), known=known).rehearsed == ("a",)
    with pytest.raises(OperatorError) as failure:
        plan_of(application("2"), status, room(CPU=1.0), known=known, rehearse="true")
    assert failure.value.code == "RC-477"


def test_an_application_that_nobody_reaches_is_not_rehearsed() -> None:
    gone = copy.deepcopy(serve(application("1")))
    assert plan_of(application("2"), gone, known=KNOWN).rehearsed == ()


def test_the_only_application_of_grpc_clients_stays_alone() -> None:
    config = {"applications": [application("2")], "grpc_options": {"grpc_servicer_functions": ["x.add"]}}
    status = serve(application("1"), "A")
    found = differences(config, status, None)
    how = rollout(config, status, found, Wishes(known={"a": {"A": {}}}), UNKNOWN)
    assert how.rehearsed == () and "gRPC clients" in how.notes[0]
    assert rollout(config, status, found, Wishes(rehearse="true"), UNKNOWN).rehearsed == ("a",)


def test_removing_an_application_is_asked_for() -> None:
    config: Json = {"applications": []}
    status = serve(application("1"), "A")
    found = differences(config, status, None)
    with pytest.raises(OperatorError) as failure:
        rollout(config, status, found, Wishes(), UNKNOWN)
    assert failure.value.what == "The Serve config does not have a, which runs now"
    assert failure.value.remedy == "Put it back into the Serve config, or ask for the removal: -e remove=a"
    assert failure.value.code == "RC-475"
    assert rollout(config, status, found, Wishes(remove=("a",)), UNKNOWN).lines == ["a is removed"]
    assert rollout(config, status, found, Wishes(remove=None), UNKNOWN).lines == ["a is removed"]


def test_what_never_ran_and_what_was_rehearsed_is_cleared_away_unasked() -> None:
    rows = {
        "phantom": {"status": "DEPLOYING", "deployed_app_config": {"name": "phantom"}},
        f"a--rehearsal-{TOKEN}": {"status": "RUNNING", "deployed_app_config": {"name": "x"}},
        "good": {"status": "DEPLOY_FAILED", "deployed_app_config": {"name": "good"}},
    }
    status = ServeStatus.read({"controller_info": {"actor_id": "c"}, "applications": rows})
    found = differences({"applications": []}, status, Record({"applications": [{"name": "good"}]}))
    assert found.leftovers == (f"a--rehearsal-{TOKEN}", "phantom")
    assert found.removed == ("good",)
    assert "clear away what an earlier run left" in found.sentence()


def test_going_back_surges_what_was_rolled() -> None:
    before = serve(application("1"), "A")
    how = plan_of(application("2"), before, known={"a": {"A": {}, "New": {}}})
    back = how.sent_back({"applications": [application("1")]}, before)
    assert back["applications"][0]["deployments"] == [{"name": "A", "max_surge_percent": 100}]
    without = plan_of(application("2"), before, known={"a": {"A": {}}}, surge=False)
    assert "deployments" not in without.sent_back({"applications": [application("1")]}, before)["applications"][0]


def test_a_rehearsal_has_one_replica_of_each_deployment_at_a_route_of_its_own() -> None:
    fields = application(
        "2", deployments=[{"name": "A", "num_replicas": 4, "user_config": {"x": 1}}], external_scaler_enabled=True
    )
    expected = (
        Deployed("A", replicas=4),
        Deployed("B", replicas=2, scales=True),
        Deployed("C", replicas=1),
        Deployed("D", replicas=2),
        Deployed("G", replicas=4, gang=True),
    )
    made = rehearsal(fields, expected, TOKEN)
    assert made.fields == {
        **application("2"),
        "name": f"a--rehearsal-{TOKEN}",
        "route_prefix": f"/{TOKEN}",
        "deployments": [
            {"name": "A", "num_replicas": 1, "user_config": {"x": 1}},
            {"name": "B", "num_replicas": 1, "autoscaling_config": None},
            {"name": "D", "num_replicas": 1},
        ],
    }
    assert (made.application, made.route, is_rehearsal(made.name)) == ("a", f"/{TOKEN}", True)
    assert fields["deployments"][0]["num_replicas"] == 4
    hidden = rehearsal({**fields, "route_prefix": None}, None, TOKEN)
    assert (hidden.route, hidden.fields["route_prefix"], hidden.fields["deployments"]) == (
        "",
        None,
        fields["deployments"],
    )


def test_what_runs_is_sent_again_as_it_is() -> None:
    status = serve(application("1"), "A")
    assert standing(status) == {"applications": [application("1")]}
    assert not is_rehearsal("a--rehearsal-1")


def test_images_tell_deployments_by_application() -> None:
    contents = {"images": {"r/a:1": {"deployments": {"a": {"A": {"replicas": 2}}}}, "r/b:1": {}, "r/c:1": None}}
    assert known_from_images(contents) == {"a": {"A": {"replicas": 2}}}
    assert known_from_images({}) == {}


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ({}, Deployed("A", ({"CPU": 1.0},), 2)),
        ({"num_replicas": 5}, Deployed("A", ({"CPU": 1.0},), 5)),
        ({"num_replicas": "auto"}, Deployed("A", ({"CPU": 1.0},), 1, scales=True)),
        ({"autoscaling_config": {"min_replicas": 3}}, Deployed("A", ({"CPU": 1.0},), 3, scales=True)),
        # In a config they replace those of the code as a whole; a replica takes a CPU unless told otherwise.
        ({"ray_actor_options": {"num_gpus": 0.5}}, Deployed("A", ({"CPU": 1.0, "GPU": 0.5},), 2)),
        ({"ray_actor_options": {"num_cpus": 0, "resources": {"x": 1}}}, Deployed("A", ({"x": 1.0},), 2)),
        ({"placement_group_bundles": [{"CPU": 1}, {"GPU": 2}]}, Deployed("A", ({"CPU": 1.0}, {"GPU": 2.0}), 2)),
    ],
)
def test_a_config_overrules_the_code(written: Json, known: Deployed) -> None:
    (one,) = ServeConfig.read({"applications": [application(deployments=[{"name": "A", **written}])]}).applications
    assert deployments_of(one, {"A": {"needs": [{"CPU": 1}], "replicas": 2}}, None) == (known,)


def test_what_an_image_tells_is_data() -> None:
    (one,) = ServeConfig.read({"applications": [application()]}).applications
    told: t.Any = {"A": {"needs": [{"CPU": "many", "GPU": float("nan")}, 7], "replicas": "two"}}
    assert deployments_of(one, told, None) == (Deployed("A", ({}, {}), 1),)


def test_room_is_looked_for_on_single_nodes() -> None:
    usage = {
        "n1": {"CPU": [1.0, 4.0], "myGpu": [0.0, 1.0]},
        "n2": {"CPU": [3.5, 4.0], "GPU": [0.0, 2.0]},
    }
    place = Room.read({"data": {"clusterStatus": {"loadMetricsReport": {"usageByNode": usage}}}})
    assert place.lacks([{"CPU": 3}]) == ""
    assert place.lacks([{"CPU": 3}, {"CPU": 0.5, "GPU": 2}]) == ""
    assert place.lacks([{"my_gpu": 1}]) == ""
    assert place.lacks([{"CPU": 3.5}]) == "a replica needs 3.5 CPU on one node, and no node has more than 3 CPU free"
    assert (
        place.lacks([{"CPU": 2, "GPU": 1}])
        == "a replica needs 2 CPU and 1 GPU on one node, and no node has all of that free"
    )
    assert (
        place.lacks([{"CPU": 3}, {"CPU": 1}])
        == "a replica needs 1 CPU on one node, and no node has more than 0.5 CPU free"
    )
    assert place.lacks([]) == UNKNOWN.lacks([{"CPU": 99}]) == ""
