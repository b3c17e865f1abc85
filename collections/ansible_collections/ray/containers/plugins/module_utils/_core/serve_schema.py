# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields that Ray knows in a Serve config, and the kind of value that each takes.

From Ray 2.60.0 ``serve/schema.py``. Numbers and truth values are left to Ray, which converts them generously; what is
told here is what a human writes wrong: a mapping, a list or a text where another of them belongs.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

__all__ = ["APPLICATION", "DEPLOYMENT", "IMAGE_FIELDS", "KNOWN_TO_NESTED", "TOP", "Kind", "kind_of"]


class Kind(t.NamedTuple):
    """What a field takes.

    :param types: the Python types that Ray accepts; empty for anything.
    :param said: the same, as an operator reads it.
    """

    types: tuple[type, ...] = ()
    said: str = "anything"

    def accepts(self, value: object) -> bool:
        return not self.types or isinstance(value, self.types)


_NONE = type(None)
ANY = Kind()
MAPPING = Kind((dict,), "a mapping")
LIST = Kind((list,), "a list")
TEXT = Kind((str,), "text")
MAPPING_OR_NULL = Kind((dict, _NONE), "a mapping")
LIST_OR_NULL = Kind((list, _NONE), "a list")
TEXT_OR_NULL = Kind((str, _NONE), "text")

#: ServeDeploySchema
TOP: dict[str, Kind] = {
    "proxy_location": TEXT,
    "http_options": MAPPING,
    "grpc_options": MAPPING,
    "controller_options": MAPPING_OR_NULL,
    "logging_config": MAPPING_OR_NULL,
    "tracing_config": MAPPING_OR_NULL,
    "applications": LIST_OR_NULL,  # null is told as a missing list
    "target_capacity": ANY,
}

#: ServeApplicationSchema
APPLICATION: dict[str, Kind] = {
    "name": TEXT,
    "route_prefix": TEXT_OR_NULL,
    "import_path": TEXT,
    "runtime_env": MAPPING,
    "host": ANY,
    "port": ANY,
    "deployments": LIST,
    "autoscaling_policy": MAPPING_OR_NULL,
    "args": MAPPING,
    "logging_config": MAPPING_OR_NULL,
    "external_scaler_enabled": ANY,
}

#: DeploymentSchema
DEPLOYMENT: dict[str, Kind] = {
    "name": TEXT,
    "num_replicas": ANY,
    "max_ongoing_requests": ANY,
    "max_queued_requests": ANY,
    "backpressure_config": MAPPING,
    "user_config": MAPPING_OR_NULL,
    "autoscaling_config": MAPPING_OR_NULL,
    "graceful_shutdown_wait_loop_s": ANY,
    "graceful_shutdown_timeout_s": ANY,
    "health_check_period_s": ANY,
    "health_check_timeout_s": ANY,
    "ray_actor_options": MAPPING,
    "placement_group_bundles": LIST,
    "placement_group_strategy": TEXT,
    "placement_group_bundle_label_selector": LIST,
    "max_replicas_per_node": ANY,
    "logging_config": MAPPING,
    "request_router_config": MAPPING,
    "gang_scheduling_config": MAPPING_OR_NULL,
    "deployment_actors": LIST_OR_NULL,
    "rolling_update_percentage": ANY,
    "max_surge_percent": ANY,
}

#: The mappings inside the schemas above of which Ray ignores unknown keys: RayActorOptionsSchema, HTTPOptionsSchema,
#: gRPCOptionsSchema.
KNOWN_TO_NESTED: dict[str, dict[str, Kind]] = {
    "ray_actor_options": {
        "runtime_env": MAPPING,
        "num_cpus": ANY,
        "num_gpus": ANY,
        "memory": ANY,
        "resources": MAPPING,
        "accelerator_type": TEXT_OR_NULL,
        "label_selector": MAPPING_OR_NULL,
        "fallback_strategy": LIST_OR_NULL,
    },
    "http_options": {
        "host": TEXT,
        "port": ANY,
        "root_path": TEXT,
        "request_timeout_s": ANY,
        "keep_alive_timeout_s": ANY,
        "ssl_keyfile": TEXT_OR_NULL,
        "ssl_certfile": TEXT_OR_NULL,
        "ssl_keyfile_password": TEXT_OR_NULL,
        "ssl_ca_certs": TEXT_OR_NULL,
    },
    "grpc_options": {
        "port": ANY,
        "grpc_servicer_functions": LIST,
        "request_timeout_s": ANY,
        "enable_reflection": ANY,
    },
}

#: What a runtime_env with image_uri may hold (_private/runtime_env/image_uri.py ImageURIPlugin.get_compatible_keys).
IMAGE_FIELDS: dict[str, Kind] = {"image_uri": ANY, "config": ANY, "env_vars": ANY}


def kind_of(value: object) -> str:
    """What a value is, as an operator reads it; never the value itself, which may be a secret."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "a truth value (true, false, yes, no)"
    names = ((str, "text"), ((int, float), "a number"), (dict, "a mapping"), (list, "a list"))
    for types, name in names:
        if isinstance(value, types):
            return name
    return f"a {type(value).__name__}"
