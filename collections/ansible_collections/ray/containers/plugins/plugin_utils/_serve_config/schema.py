# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields that Ray knows in a Serve config, and the kind of value that each takes, as Ray's own schema converts it.

From Ray 2.60.0 ``serve/schema.py`` and ``serve/config.py``. Only for the controller; the head needs `serve_fields` alone.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

__all__ = [
    "APPLICATION",
    "DEPLOYMENT",
    "IMAGE_FIELDS",
    "KNOWN_TO_NESTED",
    "SETUP_CONFIG",
    "STRICT",
    "TOP",
    "Kind",
    "kind_of",
    "number",
]

_TRUTH = {*("0", "off", "f", "false", "n", "no"), *("1", "on", "t", "true", "y", "yes")}
_WHOLE = re.compile(r"\s*[+-]?\d+(\.0+)?\s*")


class Kind(t.NamedTuple):
    """What a field takes.

    :param types: the Python types that Ray accepts; empty for anything.
    :param said: the same, as an operator reads it.
    :param also: says of a value of another type whether Ray converts it, as pydantic does it outside its strict mode.
    """

    types: tuple[type, ...] = ()
    said: str = "anything"
    also: t.Callable[[t.Any], bool] | None = None

    def accepts(self, value: object) -> bool:
        return not self.types or isinstance(value, self.types) or bool(self.also and self.also(value))


def number(value: object) -> float | None:
    """The number that Ray makes of a value; None when it makes none."""
    if not isinstance(value, (bool, int, float, str)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _whole(value: t.Any) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, str) and bool(_WHOLE.fullmatch(value))


def _true_or_false(value: t.Any) -> bool:
    if isinstance(value, str):
        return value.lower() in _TRUTH
    return isinstance(value, (int, float)) and value in (0, 1)


_NONE = type(None)
ANY = Kind()
MAPPING = Kind((dict,), "a mapping")
LIST = Kind((list,), "a list")
TEXT = Kind((str,), "text")
NUMBER = Kind((int, float), "a number", lambda value: number(value) is not None)
WHOLE = Kind((int,), "a whole number", _whole)
TRUTH = Kind((bool,), "true or false", _true_or_false)
MAPPING_OR_NULL = Kind((dict, _NONE), "a mapping")
LIST_OR_NULL = Kind((list, _NONE), "a list")
TEXT_OR_NULL = Kind((str, _NONE), "text")
NUMBER_OR_NULL = Kind((int, float, _NONE), "a number", NUMBER.also)
WHOLE_OR_NULL = Kind((int, _NONE), "a whole number", _whole)

#: ServeDeploySchema
TOP: dict[str, Kind] = {
    "proxy_location": TEXT,
    "http_options": MAPPING,
    "grpc_options": MAPPING,
    "controller_options": MAPPING_OR_NULL,
    "logging_config": MAPPING_OR_NULL,
    "tracing_config": MAPPING_OR_NULL,
    "applications": LIST_OR_NULL,  # null is told as a missing list
    "target_capacity": NUMBER_OR_NULL,
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
    "external_scaler_enabled": TRUTH,
}

#: DeploymentSchema; num_replicas and max_queued_requests, which take no conversion, have rules of their own.
DEPLOYMENT: dict[str, Kind] = {
    "name": TEXT,
    "num_replicas": ANY,
    "max_ongoing_requests": WHOLE,
    "max_queued_requests": ANY,
    "backpressure_config": MAPPING,
    "user_config": MAPPING_OR_NULL,
    "autoscaling_config": MAPPING_OR_NULL,
    "graceful_shutdown_wait_loop_s": NUMBER,
    "graceful_shutdown_timeout_s": NUMBER,
    "health_check_period_s": NUMBER,
    "health_check_timeout_s": NUMBER,
    "ray_actor_options": MAPPING,
    "placement_group_bundles": LIST,
    "placement_group_strategy": TEXT,
    "placement_group_bundle_label_selector": LIST,
    "max_replicas_per_node": WHOLE,
    "logging_config": MAPPING,
    "request_router_config": MAPPING,
    "gang_scheduling_config": MAPPING_OR_NULL,
    "deployment_actors": LIST_OR_NULL,
    "rolling_update_percentage": NUMBER,
    "max_surge_percent": WHOLE,
}

#: The mappings inside the schemas above of which Ray ignores unknown keys: RayActorOptionsSchema, HTTPOptionsSchema,
#: gRPCOptionsSchema, AutoscalingConfig, AutoscalingPolicy, RequestRouterConfig, GangSchedulingConfig.
KNOWN_TO_NESTED: dict[str, dict[str, Kind]] = {
    "ray_actor_options": {
        "runtime_env": MAPPING,
        "num_cpus": NUMBER_OR_NULL,
        "num_gpus": NUMBER_OR_NULL,
        "memory": NUMBER_OR_NULL,
        "resources": MAPPING,
        "accelerator_type": TEXT_OR_NULL,
        "label_selector": MAPPING_OR_NULL,
        "fallback_strategy": LIST_OR_NULL,
    },
    "http_options": {
        "host": TEXT,
        "port": WHOLE,
        "root_path": TEXT,
        "request_timeout_s": NUMBER_OR_NULL,
        "keep_alive_timeout_s": WHOLE,
        "ssl_keyfile": TEXT_OR_NULL,
        "ssl_certfile": TEXT_OR_NULL,
        "ssl_keyfile_password": TEXT_OR_NULL,
        "ssl_ca_certs": TEXT_OR_NULL,
    },
    "grpc_options": {
        "port": WHOLE,
        "grpc_servicer_functions": LIST,
        "request_timeout_s": NUMBER_OR_NULL,
        "enable_reflection": TRUTH,
    },
    "autoscaling_config": {
        "min_replicas": WHOLE,
        "initial_replicas": WHOLE_OR_NULL,
        "max_replicas": WHOLE,
        "target_ongoing_requests": NUMBER,
        "metrics_interval_s": NUMBER,
        "look_back_period_s": NUMBER,
        "smoothing_factor": NUMBER,
        "upscale_smoothing_factor": NUMBER_OR_NULL,
        "downscale_smoothing_factor": NUMBER_OR_NULL,
        "upscaling_factor": NUMBER_OR_NULL,
        "downscaling_factor": NUMBER_OR_NULL,
        "downscale_delay_s": NUMBER,
        "downscale_to_zero_delay_s": NUMBER_OR_NULL,
        "upscale_delay_s": NUMBER,
        "aggregation_function": TEXT,
        "policy": MAPPING,
    },
    "request_router_config": {
        "request_router_class": TEXT,
        "request_router_kwargs": MAPPING,
        "request_routing_stats_period_s": NUMBER,
        "request_routing_stats_timeout_s": NUMBER,
        "initial_backoff_s": NUMBER,
        "backoff_multiplier": NUMBER,
        "max_backoff_s": NUMBER,
    },
    "gang_scheduling_config": {
        "gang_size": WHOLE,
        "gang_placement_strategy": TEXT,
        "runtime_failure_policy": TEXT,
    },
}

#: The mappings of which Ray refuses unknown keys (extra=forbid): LoggingConfig, TracingConfig, BackpressureConfig,
#: ControllerOptions.
STRICT: dict[str, dict[str, Kind]] = {
    "logging_config": {
        "encoding": TEXT,
        "log_level": Kind((str, int), "text or a number"),
        "logs_dir": TEXT_OR_NULL,
        "enable_access_log": TRUTH,
        "additional_log_standard_attrs": LIST,
    },
    "tracing_config": {"enabled": TRUTH, "exporter_import_path": TEXT, "sampling_ratio": NUMBER},
    "backpressure_config": {"status_code": ANY, "retry_after_s": NUMBER_OR_NULL},
    "controller_options": {"runtime_env": MAPPING_OR_NULL},
}

#: What a runtime_env with image_uri may hold (_private/runtime_env/image_uri.py ImageURIPlugin.get_compatible_keys).
IMAGE_FIELDS: dict[str, Kind] = {"image_uri": ANY, "config": ANY, "env_vars": ANY}

#: RuntimeEnvConfig; its values, which take no conversion, have a rule of their own.
SETUP_CONFIG: dict[str, Kind] = {"setup_timeout_seconds": ANY, "eager_install": ANY, "log_files": ANY}


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
