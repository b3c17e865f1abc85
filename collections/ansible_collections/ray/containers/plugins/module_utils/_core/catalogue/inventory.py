# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-2nn: what can be wrong with the inventory, before any host is touched. The rules: `plugin_utils._inventory.rules`.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

NO_HEAD = Entry(
    code="RC-201",
    title="The inventory has no head",
    severity="error",
    cause="A Ray cluster has exactly one head node, and the group ray_head is empty or missing.",
    remedy="Put one host into the group ray_head",
    source="Ray documentation, Cluster key concepts: head node",
)
SEVERAL_HEADS = Entry(
    code="RC-202",
    title="The inventory has several heads",
    severity="error",
    cause="A Ray cluster has exactly one head node.",
    remedy="Leave one host in the group ray_head and move the others to ray_workers",
    source="Ray documentation, Cluster key concepts: head node",
)
HEAD_AND_WORKER = Entry(
    code="RC-203",
    title="A host is head and worker",
    severity="error",
    cause="One node runs one raylet; the head's raylet runs replicas as a worker's does.",
    remedy="Remove it from the group ray_workers",
    source="Ray 2.60.0 ray start: --head or --address",
)
NO_NODE_WITH_CPUS = Entry(
    code="RC-204",
    title="No node has as many CPUs as a replica needs",
    severity="error",
    cause="A replica runs on one node: Ray waits for a node that is large enough, and the application stays DEPLOYING.",
    remedy="Lower num_cpus, or raise ray_num_cpus of a node",
    source="Ray 2.60.0 serve/_private/config.py: num_cpus is 1 by default; ray start --num-cpus",
)
NO_NODE_WITH_GPUS = Entry(
    code="RC-205",
    title="No node has as many GPUs as a replica needs",
    severity="error",
    cause="A replica runs on one node: Ray waits for a node that has the GPUs, and the application stays DEPLOYING.",
    remedy="Lower num_gpus, or raise ray_num_gpus of a node that has them",
    source="Ray 2.60.0 ray start --num-gpus; Ray documentation, Resources",
)
NO_NODE_WITH_RESOURCE = Entry(
    code="RC-206",
    title="No node has a custom resource that a replica needs",
    severity="error",
    cause="A node offers the custom resources that its raylet was started with, and Ray waits for one that does.",
    remedy="Correct the resource's name or amount, or add it to ray_resources of a node",
    source="Ray 2.60.0 ray start --resources; Ray documentation, Custom resources",
)
CLUSTER_TOO_SMALL = Entry(
    code="RC-207",
    title="All replicas together need more than the cluster has",
    severity="error",
    cause="Each replica keeps what it asks for as long as it runs: those that find nothing left wait, for ever.",
    remedy="Lower num_replicas or what each replica asks for, or add nodes",
    source="Ray 2.60.0 ray_actor_options of each replica; Ray documentation, Resources",
)
SETTING_MISSPELT = Entry(
    code="RC-208",
    title="A setting of Ray is written in the wrong case",
    severity="warning",
    cause="Ray compares the names of these settings letter by letter: RAY_ and then small letters. This one has no effect.",
    remedy="Write it as Ray does",
    source="Ray 2.60.0 src/ray/common/ray_config_def.h: RAY_ and the field's name as it stands",
)
DEVELOPMENT_MODE = Entry(
    code="RC-209",
    title="Ray's development mode excludes images",
    severity="error",
    cause="Ray adds a field of its own to every runtime_env then, which image_uri excludes.",
    remedy="Remove RAY_RUNTIME_ENV_LOCAL_DEV_MODE from ray_environment",
    source="Ray 2.60.0 runtime_env/runtime_env.py: _inject_current_ray",
)
REGISTRY_LOCATION = Entry(
    code="RC-210",
    title="A registry's location is not written as in image references",
    severity="error",
    cause=(
        "Podman compares the location with the beginning of image references, which have no scheme and no final slash."
    ),
    remedy="Write host, host:port or host:port/path",
    source="containers-registries.conf(5), location",
)
DUPLICATE_REGISTRY = Entry(
    code="RC-211",
    title="A registry is listed twice",
    severity="error",
    cause="Only one of the two could hold.",
    remedy="Merge the two entries of ray_registries into one",
    source="containers-registries.conf(5): one [[registry]] table for a prefix",
)

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Entry)), key=lambda entry: entry.code)
)
