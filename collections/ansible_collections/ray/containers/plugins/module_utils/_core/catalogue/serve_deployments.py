# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-156, RC-158, RC-174 to RC-191, RC-197 to RC-199: options of deployments.

The rules that find them: `plugin_utils._serve_config.rules`.
This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

REPLICAS_FOR_NODES = Entry(
    code="RC-156",
    title="The nodes may not hold as many replicas as are wanted",
    severity="error",
    cause="max_replicas_per_node times the nodes of the inventory is less: the rest waits for a node, for ever.",
    remedy="Raise max_replicas_per_node, lower num_replicas, or add nodes",
    source="Ray 2.60.0 serve/_private/deployment_scheduler.py max_replicas_per_node",
)
IMPORTED_ON_HEAD = Entry(
    code="RC-158",
    title="Code of an application is imported on the head",
    severity="warning",
    cause=(
        "Ray imports this while it reads the config, in the dashboard on the head and not in an image. Where it is not "
        "importable there, the deploy ends with an internal error (500)."
    ),
    remedy="Set it in the application's code instead, or install the module into Ray's environment on the head",
    source=(
        "Ray 2.60.0 serve/config.py AutoscalingPolicy.serialize_policy, "
        "RequestRouterConfig._serialize_request_router_cls, called by ServeDeploySchema.model_validate"
    ),
)
REPLICAS = Entry(
    code="RC-174",
    title="A number of replicas is none",
    severity="error",
    cause="Ray's schema takes a whole number from 1 on, the word auto, or null, and refuses the whole config otherwise.",
    remedy="Write a whole number from 1 on without quotes, or auto",
    source="Ray 2.60.0 serve/schema.py DeploymentSchema.num_replicas",
)
REQUEST_LIMITS = Entry(
    code="RC-175",
    title="A limit of requests is none",
    severity="error",
    cause="Ray's schema refuses the whole config for it.",
    remedy="Write a whole number from 1 on; max_queued_requests may be -1, for no limit",
    source="Ray 2.60.0 serve/schema.py DeploymentSchema.max_ongoing_requests, validate_max_queued_requests",
)
PERIODS = Entry(
    code="RC-176",
    title="A time is too short",
    severity="error",
    cause="Ray's schema refuses the whole config for it.",
    remedy="Write seconds: more than 0 for health checks, 0 or more for the shutdown",
    source="Ray 2.60.0 serve/schema.py DeploymentSchema: gt=0 of health_check_*, ge=0 of graceful_shutdown_*",
)
RESOURCE_AMOUNT = Entry(
    code="RC-177",
    title="An amount of a resource is one that Ray does not give",
    severity="error",
    cause=(
        "Ray gives no negative amounts, none finer than 0.0001, and GPUs above 1 only whole; most of it it says only after"
        " it accepted the deploy."
    ),
    remedy="Write 0, a fraction of one, or a whole number",
    source="Ray 2.60.0 _common/ray_option_utils.py _validate_resource_quantity; _raylet.pyx prepare_resources",
)
RESOURCE_NAME = Entry(
    code="RC-178",
    title="A resource of Ray's own is asked for as a custom one",
    severity="error",
    cause="Ray has an option of its own for it, and refuses it among resources after it accepted the deploy.",
    remedy="Write num_cpus, num_gpus or memory beside resources instead",
    source="Ray 2.60.0 _common/ray_option_utils.py _validate_resources; _common/utils.py resources_from_ray_options",
)
PERCENTAGES = Entry(
    code="RC-179",
    title="A percentage or fraction is out of its bounds",
    severity="error",
    cause="Ray's schema refuses the whole config for it.",
    remedy=(
        "Write target_capacity and max_surge_percent from 0 to 100, rolling_update_percentage above 0 and at most 1.0"
    ),
    source="Ray 2.60.0 serve/schema.py TARGET_CAPACITY_FIELD, DeploymentSchema.rolling_update_percentage",
)
REPLICAS_AND_AUTOSCALING = Entry(
    code="RC-180",
    title="A fixed number of replicas stands beside autoscaling",
    severity="error",
    cause="Ray's schema takes one of the two, and refuses the whole config otherwise.",
    remedy="Remove num_replicas (or write auto), or remove autoscaling_config",
    source="Ray 2.60.0 serve/schema.py validate_num_replicas_and_autoscaling_config",
)
AUTOSCALING_BOUNDS = Entry(
    code="RC-181",
    title="The bounds of autoscaling contradict each other",
    severity="error",
    cause=(
        "Ray wants min_replicas <= initial_replicas <= max_replicas, where an unwritten minimum is 1 and an unwritten "
        "maximum is 1, or 100 with num_replicas: auto. It says so only after it accepted the deploy."
    ),
    remedy="Write min_replicas and max_replicas, in this order of size",
    source="Ray 2.60.0 serve/config.py AutoscalingConfig.replicas_settings_valid; the schema takes any mapping",
)
AUTOSCALING_VALUE = Entry(
    code="RC-182",
    title="A value of autoscaling_config is one that Ray refuses",
    severity="error",
    cause="Ray checks it only after it accepted the deploy, which then fails.",
    remedy="Correct the value",
    source="Ray 2.60.0 serve/config.py AutoscalingConfig",
)
AUTOSCALING_DEPRECATED = Entry(
    code="RC-183",
    title="A deprecated field of autoscaling_config is used",
    severity="warning",
    cause="Ray has another field or an environment variable for it, and will drop this one.",
    remedy="Use its successor",
    source="Ray 2.60.0 serve/config.py AutoscalingConfig, fields marked [DEPRECATED]",
)
AUTOSCALING_LOOK_BACK = Entry(
    code="RC-184",
    title="Autoscaling looks back no further than one measurement",
    severity="warning",
    cause="look_back_period_s must be longer than metrics_interval_s (10 s by default); later versions of Ray refuse it.",
    remedy="Raise look_back_period_s above metrics_interval_s",
    source="Ray 2.60.0 serve/config.py look_back_period_s_valid: a FutureWarning",
)
AUTOSCALING_NEVER = Entry(
    code="RC-185",
    title="Autoscaling will never happen",
    severity="warning",
    cause="A replica takes fewer requests at once than the number that autoscaling waits for before it adds one.",
    remedy="Raise max_ongoing_requests to target_ongoing_requests (2 by default) or more",
    source="Ray 2.60.0 serve/_private/application_state.py: Autoscaling will never happen, because ...",
)
EXTERNAL_SCALER = Entry(
    code="RC-186",
    title="An application is scaled from outside and by Ray at once",
    severity="error",
    cause="Ray's schema refuses external_scaler_enabled beside autoscaling of any of its deployments.",
    remedy="Remove autoscaling_config and num_replicas: auto, or external_scaler_enabled",
    source="Ray 2.60.0 serve/schema.py validate_external_scaler_and_autoscaling",
)
EXCLUSIVE_OPTIONS = Entry(
    code="RC-187",
    title="Two options of a deployment exclude each other",
    severity="error",
    cause="Ray's schema takes one of the two, and refuses the whole config otherwise.",
    remedy="Remove one of them",
    source="Ray 2.60.0 serve/schema.py DeploymentSchema, validators of max_replicas_per_node and gang_scheduling_config",
)
BUNDLES = Entry(
    code="RC-188",
    title="A placement group is not one that Ray makes",
    severity="error",
    cause=(
        "Ray wants bundles that are not empty, one of its four strategies, and for each bundle a label selector or one "
        "for all. Most of it it says only after it accepted the deploy."
    ),
    remedy="Correct placement_group_bundles and what belongs to it",
    source="Ray 2.60.0 util/placement_group.py validate_placement_group; serve/schema.py validate_bundle_label_selector",
)
BUNDLE_TOO_SMALL = Entry(
    code="RC-189",
    title="A replica does not fit into its first bundle",
    severity="error",
    cause=(
        "Ray puts the replica itself into the first bundle, which must hold all that ray_actor_options ask for; num_cpus"
        " that is not written there is 1. Ray says so only after it accepted the deploy."
    ),
    remedy="Make the first bundle larger, or ask for less in ray_actor_options (num_cpus: 0)",
    source="Ray 2.60.0 serve/_private/config.py ReplicaConfig._validate_placement_group_options",
)
GANG = Entry(
    code="RC-190",
    title="Gang scheduling is set in a way that Ray refuses",
    severity="error",
    cause=(
        "Ray wants gang_size from 1 on, replica numbers that are multiples of it, PACK or SPREAD, and has not built "
        "RESTART_REPLICA yet."
    ),
    remedy="Correct gang_scheduling_config, or the number of replicas",
    source="Ray 2.60.0 serve/config.py GangSchedulingConfig; serve/schema.py validate_gang_scheduling_config",
)
LABEL_SELECTOR = Entry(
    code="RC-191",
    title="A label selector cannot be read",
    severity="error",
    cause="Ray takes labels in Kubernetes' syntax, and as conditions a value, !value, in(a,b) and !in(a,b).",
    remedy="Correct the label's name or its condition",
    source="Ray 2.60.0 _private/label_utils.py validate_label_selector",
)
REPLICAS_PER_NODE = Entry(
    code="RC-197",
    title="max_replicas_per_node is out of its bounds",
    severity="error",
    cause="Ray takes 1 to 100, and says so only after it accepted the deploy.",
    remedy="Write a whole number from 1 to 100, or leave the key out",
    source="Ray 2.60.0 serve/_private/config.py _validate_max_replicas_per_node",
)
DEPLOYMENT_TWICE = Entry(
    code="RC-198",
    title="A deployment is listed twice",
    severity="warning",
    cause="Ray takes both, the later one over the earlier one, without a word.",
    remedy="Merge the two entries into one",
    source="Ray 2.60.0 serve/_private/application_state.py override_deployment_info: one pass for each entry",
)
DEPLOYMENT_ACTOR = Entry(
    code="RC-199",
    title="An actor of a deployment is described incompletely or twice",
    severity="error",
    cause="Ray wants name and actor_class, and each name once; it says so only after it accepted the deploy.",
    remedy="Give each entry of deployment_actors a name of its own and an actor_class (module:Class)",
    source="Ray 2.60.0 serve/config.py DeploymentActorConfig; serve/_private/config.py DeploymentConfig",
)

#: Every entry of this file, by code.
ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Entry)), key=lambda entry: entry.code)
)
