# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the Serve config against the nodes of the inventory: what no node can give, and what all of them cannot.

Only what the inventory says counts: where it leaves a node's resources to Ray, nothing is claimed.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import inventory as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import serve_deployments
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import Deployment, ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Met, Rule, rule
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.placement import demand
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.walking import deployments
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.schema import number

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


@rule(catalogue.NO_NODE_WITH_CPUS)
def no_node_with_cpus(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """More CPUs than any node has."""
    yield from _too_much(config, context, "CPU")


@rule(catalogue.NO_NODE_WITH_GPUS)
def no_node_with_gpus(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """More GPUs than any node has."""
    yield from _too_much(config, context, "GPU")


@rule(catalogue.NO_NODE_WITH_RESOURCE)
def no_node_with_resource(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A custom resource that no node offers."""
    asked = {name for _where, _who, needs in _needs(config) for name in needs}
    for name in sorted(asked - {"CPU", "GPU"}):
        yield from _too_much(config, context, name)


@rule(catalogue.CLUSTER_TOO_SMALL)
def cluster_too_small(config: ServeConfig, context: Context) -> t.Iterator[Met]:
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
        held = _held(context, name)
        if held is not None and wanted > sum(held) and wanted > 0:
            yield Met(
                "applications", f"all replicas together ask for {wanted:g} {name}, and all nodes have {sum(held):g}"
            )


@rule(serve_deployments.REPLICAS_FOR_NODES)
def replicas_for_nodes(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """More replicas than max_replicas_per_node lets all nodes have."""
    nodes = len({*context.heads, *context.workers})
    for deployment in deployments(config):
        most = number(deployment.fields.get("max_replicas_per_node"))
        replicas = _least_replicas(deployment)
        if most is not None and nodes and most >= 1 and replicas > most * nodes:
            yield Met(
                f"{deployment.where}.max_replicas_per_node",
                f"{replicas:g} replicas of {deployment.name}, and {nodes} nodes with at most {most:g} each",
            )


RULES: tuple[Rule, ...] = (
    no_node_with_cpus,
    no_node_with_gpus,
    no_node_with_resource,
    cluster_too_small,
    replicas_for_nodes,
)


def _too_much(config: ServeConfig, context: Context, name: str) -> t.Iterator[Met]:
    held = _held(context, name)
    if not held:
        return
    for where, who, needs in _needs(config):
        if needs.get(name, 0) > max(held):
            most = f"no node has more than {max(held):g}" if max(held) else "no node has any"
            yield Met(where, f"{who} asks for {needs[name]:g} {name}, and {most}")


def _held(context: Context, name: str) -> list[float] | None:
    """How much each node has; None when the inventory does not say it of every node."""
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
