# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-177, RC-178, RC-187 to RC-191, RC-199: resources, placement groups, gangs, labels, actors."""

from __future__ import annotations

from ansible_collections.ray.containers.tests.unit.serve_rules.configs import Case, actor, dep

CASES: list[Case] = [
    ("RC-177", actor(num_cpus=-1), ["applications[0].deployments[0].ray_actor_options.num_cpus"], actor(num_cpus=0)),
    ("RC-177", actor(num_gpus=1.5), ["applications[0].deployments[0].ray_actor_options.num_gpus"], actor(num_cpus=1.5)),
    (
        "RC-177",
        actor(resources={"x": 0.00001}),
        ["applications[0].deployments[0].ray_actor_options.resources.x"],
        actor(resources={"x": 0.0001}),
    ),
    (
        "RC-177",
        actor(resources={"x": "1"}),
        ["applications[0].deployments[0].ray_actor_options.resources.x"],
        actor(resources={"x": 1}),
    ),
    (
        "RC-178",
        actor(resources={"CPU": 1, "bundle": 1}),
        [
            "applications[0].deployments[0].ray_actor_options.resources.CPU",
            "applications[0].deployments[0].ray_actor_options.resources.bundle",
        ],
        actor(resources={"cpu": 1}),
    ),
    (
        "RC-187",
        dep(max_replicas_per_node=1, placement_group_bundles=[{"CPU": 1}]),
        ["applications[0].deployments[0].max_replicas_per_node"],
        dep(max_replicas_per_node=1),
    ),
    (
        "RC-187",
        dep(placement_group_strategy="PACK", gang_scheduling_config={"gang_size": 1}),
        ["applications[0].deployments[0].placement_group_strategy"],
        dep(placement_group_bundles=[{"CPU": 1}], placement_group_strategy="PACK", gang_scheduling_config=None),
    ),
    (
        "RC-188",
        dep(placement_group_bundles=[]),
        ["applications[0].deployments[0].placement_group_bundles"],
        dep(placement_group_bundles=[{"CPU": 1}]),
    ),
    (
        "RC-188",
        dep(placement_group_bundles=[{"CPU": 0}]),
        ["applications[0].deployments[0].placement_group_bundles[0]"],
        dep(placement_group_bundles=[{"CPU": 1, "GPU": 0}]),
    ),
    (
        "RC-188",
        dep(placement_group_bundles=[{"CPU": 1}], placement_group_strategy="SPRED"),
        ["applications[0].deployments[0].placement_group_strategy"],
        dep(placement_group_bundles=[{"CPU": 1}], placement_group_strategy="STRICT_SPREAD"),
    ),
    (
        "RC-188",
        dep(placement_group_bundle_label_selector=[{"a": "b"}]),
        ["applications[0].deployments[0].placement_group_bundle_label_selector"],
        dep(placement_group_bundles=[{"CPU": 1}] * 3, placement_group_bundle_label_selector=[{"a": "b"}]),
    ),
    (
        "RC-188",
        dep(placement_group_bundles=[{"CPU": 1}] * 3, placement_group_bundle_label_selector=[{"a": "b"}] * 2),
        ["applications[0].deployments[0].placement_group_bundle_label_selector"],
        dep(placement_group_bundles=[{"CPU": 1}] * 2, placement_group_bundle_label_selector=[{"a": "b"}] * 2),
    ),
    (
        "RC-189",
        dep(placement_group_bundles=[{"GPU": 1}], ray_actor_options={"num_gpus": 1}),
        ["applications[0].deployments[0].placement_group_bundles[0]"],
        dep(placement_group_bundles=[{"GPU": 1}], ray_actor_options={"num_gpus": 1, "num_cpus": 0}),
    ),
    (
        "RC-189",
        dep(placement_group_bundles=[{"CPU": 1}], ray_actor_options={"resources": {"x": 1}}),
        ["applications[0].deployments[0].placement_group_bundles[0]"],
        dep(placement_group_bundles=[{"CPU": 1}], ray_actor_options={"memory": 1}),
    ),
    (
        "RC-190",
        dep(num_replicas=3, gang_scheduling_config={"gang_size": 2}),
        ["applications[0].deployments[0].num_replicas"],
        dep(num_replicas=4, gang_scheduling_config={"gang_size": 2}),
    ),
    (
        "RC-190",
        dep(gang_scheduling_config={}),
        ["applications[0].deployments[0].gang_scheduling_config"],
        dep(gang_scheduling_config=None),
    ),
    (
        "RC-190",
        dep(num_replicas=2, gang_scheduling_config={"gang_size": 2, "runtime_failure_policy": "RESTART_REPLICA"}),
        ["applications[0].deployments[0].gang_scheduling_config.runtime_failure_policy"],
        dep(num_replicas=2, gang_scheduling_config={"gang_size": 2, "runtime_failure_policy": "RESTART_GANG"}),
    ),
    (
        "RC-190",
        dep(num_replicas="auto", autoscaling_config={"min_replicas": 3}, gang_scheduling_config={"gang_size": 2}),
        ["applications[0].deployments[0].autoscaling_config.min_replicas"],
        dep(num_replicas="auto", autoscaling_config={"min_replicas": 2}, gang_scheduling_config={"gang_size": 2}),
    ),
    (
        "RC-191",
        actor(label_selector={"a b": "c"}),
        ["applications[0].deployments[0].ray_actor_options.label_selector.a b"],
        actor(label_selector={"ray.io/market-type": "!in(spot, on-demand)"}),
    ),
    (
        "RC-191",
        actor(label_selector={"a": "in(c"}),
        ["applications[0].deployments[0].ray_actor_options.label_selector.a"],
        actor(label_selector={"a": ""}),
    ),
    (
        "RC-199",
        dep(deployment_actors=[{"name": "a"}]),
        ["applications[0].deployments[0].deployment_actors[0]"],
        dep(deployment_actors=[{"name": "a", "actor_class": "x:Y"}]),
    ),
    (
        "RC-199",
        dep(deployment_actors=[{"name": "a", "actor_class": "x:Y"}, {"name": "a", "actor_class": "x:Z"}]),
        ["applications[0].deployments[0].deployment_actors[1].name"],
        dep(deployment_actors=[{"name": "a", "actor_class": "x:Y"}, {"name": "b", "actor_class": "x:Y"}]),
    ),
]
