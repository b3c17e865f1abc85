# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the Serve config against the nodes of the inventory: what no node can give, and what all of them cannot.

Only what the inventory says counts: where it leaves a node's resources to Ray, nothing is claimed.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import Deployment, ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import number
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.placement import demand
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.walking import deployments

__all__ = ["RULES"]

#: What Ray finds on a node by itself (Ray 2.60.0 _private/accelerators), and what it makes for each node.
FOUND_BY_RAY = (
    "TPU",
    "neuron_cores",
    "HPU",
    "NPU",
    "RBLN",
    "FURIOSA",
    "MBLT",
    "TTNPU",
    "memory",
    "object_store_memory",
)
FOUND_PREFIXES = ("node:", "accelerator_type:", "TPU-")


@rule(
    "RC-204",
    "No node has as many CPUs as a replica needs",
    cause="A replica runs on one node: Ray waits for a node that is large enough, and the application stays DEPLOYING.",
    remedy="Lower num_cpus, or raise ray_num_cpus of a node",
    source="Ray 2.60.0 serve/_private/config.py: num_cpus is 1 by default; ray start --num-cpus",
)
def no_node_with_cpus(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """More CPUs than any node has."""
    yield from _too_much(config, context, "CPU")


@rule(
    "RC-205",
    "No node has as many GPUs as a replica needs",
    cause="A replica runs on one node: Ray waits for a node that has the GPUs, and the application stays DEPLOYING.",
    remedy="Lower num_gpus, or raise ray_num_gpus of a node that has them",
    source="Ray 2.60.0 ray start --num-gpus; Ray documentation, Resources",
)
def no_node_with_gpus(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """More GPUs than any node has."""
    yield from _too_much(config, context, "GPU")


@rule(
    "RC-206",
    "No node has a custom resource that a replica needs",
    cause="A node offers the custom resources that its raylet was started with, and Ray waits for one that does.",
    remedy="Correct the resource's name or amount, or add it to ray_resources of a node",
    source="Ray 2.60.0 ray start --resources; Ray documentation, Custom resources",
)
def no_node_with_resource(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A custom resource that no node offers."""
    asked = {name for _where, _who, needs in _needs(config) for name in needs}
    for name in sorted(asked - {"CPU", "GPU"}):
        yield from _too_much(config, context, name)


@rule(
    "RC-207",
    "All replicas together need more than the cluster has",
    cause="Each replica keeps what it asks for as long as it runs: those that find nothing left wait, for ever.",
    remedy="Lower num_replicas or what each replica asks for, or add nodes",
    source="Ray 2.60.0 ray_actor_options of each replica; Ray documentation, Resources",
)
def cluster_too_small(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """More replicas than fit, counting only those that are known to be started."""
    if config.fields.get("target_capacity") is not None:
        return
    totals: dict[str, float] = {}
    for deployment in deployments(config):
        replicas = _least_replicas(deployment)
        for each in _demands(deployment):
            for name, amount in each.items():
                totals[name] = totals.get(name, 0) + replicas * amount
    for name, wanted in sorted(totals.items()):
        held = _available(context, name)
        if held is not None and wanted > sum(held) and wanted > 0:
            yield Problem(
                "applications", f"all replicas together ask for {wanted:g} {name}, and all nodes have {sum(held):g}"
            )


@rule(
    "RC-156",
    "The nodes may not hold as many replicas as are wanted",
    cause="max_replicas_per_node times the nodes of the inventory is less: the rest waits for a node, for ever.",
    remedy="Raise max_replicas_per_node, lower num_replicas, or add nodes",
    source="Ray 2.60.0 serve/_private/deployment_scheduler.py max_replicas_per_node",
)
def replicas_for_nodes(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """More replicas than max_replicas_per_node lets all nodes have."""
    nodes = len({*context.heads, *context.workers})
    for deployment in deployments(config):
        most = number(deployment.fields.get("max_replicas_per_node"))
        replicas = _least_replicas(deployment)
        if most is not None and nodes and most >= 1 and replicas > most * nodes:
            yield Problem(
                f"{deployment.where}.max_replicas_per_node",
                f"{replicas:g} replicas of {deployment.name}, and {nodes} nodes with at most {most:g} each",
            )


def _too_much(config: ServeConfig, context: Context, name: str) -> t.Iterator[Problem]:
    held = _available(context, name)
    if not held:
        return
    for where, who, needs in _needs(config):
        if needs.get(name, 0) > max(held):
            most = f"no node has more than {max(held):g}" if max(held) else "no node has any"
            yield Problem(where, f"{who} asks for {needs[name]:g} {name}, and {most}")


def _available(context: Context, name: str) -> list[float] | None:
    """How much each node has; None when the inventory does not say it of every node."""
    if not context.nodes:
        return None
    if name in ("CPU", "GPU"):
        known = [node.cpus if name == "CPU" else node.gpus for node in context.nodes]
        return [each for each in known if each is not None] if None not in known else None
    if name in FOUND_BY_RAY or name.startswith(FOUND_PREFIXES):
        return None
    if all(node.resources is None for node in context.nodes):
        return None  # an inventory that speaks of no custom resources at all
    return [number((node.resources or {}).get(name, 0)) or 0 for node in context.nodes]


def _needs(config: ServeConfig) -> t.Iterator[tuple[str, str, dict[str, float]]]:
    """What one node must give at once: place, who asks, amounts."""
    for application in config.applications:
        for deployment in application.deployments:
            who = f"deployment {deployment.name} of application {application.name}"
            for index, needs in enumerate(_demands(deployment)):
                in_bundles = "placement_group_bundles" in deployment.fields
                part = f"placement_group_bundles[{index}]" if in_bundles else "ray_actor_options"
                yield f"{deployment.where}.{part}", who, needs


def _demands(deployment: Deployment) -> list[dict[str, float]]:
    """What a replica asks for: its bundles, or its actor; nothing when the file leaves that to the code."""
    bundles = deployment.fields.get("placement_group_bundles")
    if isinstance(bundles, list):
        return [{str(name): number(amount) or 0 for name, amount in mapping(bundle).items()} for bundle in bundles]
    options = deployment.fields.get("ray_actor_options")
    return [demand(options)] if isinstance(options, dict) else []


def _least_replicas(deployment: Deployment) -> float:
    """How many replicas are started at the least; 0 when the file leaves that to the code."""
    written = deployment.fields.get("num_replicas")
    if isinstance(written, int):
        return written
    autoscaling = mapping(deployment.fields.get("autoscaling_config"))
    if written == "auto" or autoscaling:
        return number(autoscaling.get("min_replicas", 1)) or 0
    return 0


RULES = rules_in(globals())
