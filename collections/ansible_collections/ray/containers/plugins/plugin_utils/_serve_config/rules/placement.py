# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of where replicas are put: resources, placement groups, gangs, labels, actors.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import number
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.form import schema_problems
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.walking import (
    Fields,
    deployments,
    options,
)

__all__ = ["RULES"]

FINEST = 0.0001  # Ray 2.60.0 _raylet RESOURCE_UNIT_SCALING is 10000
STRATEGIES = ("PACK", "SPREAD", "STRICT_PACK", "STRICT_SPREAD")
INSTEAD = {"CPU": "num_cpus", "GPU": "num_gpus", "memory": "memory"}
#: What Ray 2.60.0 refuses among custom resources: its own, and the mark of placement groups.
RESERVED = ("CPU", "GPU", "memory", "object_store_memory", "bundle")
#: Pairs that the schema refuses together.
EXCLUSIVE = (
    ("max_replicas_per_node", "placement_group_bundles"),
    ("max_replicas_per_node", "gang_scheduling_config"),
    ("placement_group_strategy", "gang_scheduling_config"),
)

# Ray 2.60.0 _private/label_utils.py LABEL_REGEX, LABEL_PREFIX_REGEX, LABEL_SELECTOR_REGEX.
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,61}[a-zA-Z0-9])?"
_PREFIX = re.compile(rf"(?:{_LABEL})?(?:\.(?:{_LABEL})?)*")
_SELECTOR = re.compile(rf"!?(?:in)?\({_LABEL}(?:, ?{_LABEL})*\)|!?{_LABEL}|")


@rule(
    "RC-177",
    "The amount of a resource is not valid",
    cause=(
        "Ray gives no negative amounts, none finer than 0.0001, and GPUs above 1 only whole; most of it it says only after"
        " it accepted the deploy."
    ),
    remedy="Write 0, a fraction of one, or a whole number",
    source="Ray 2.60.0 _common/ray_option_utils.py _validate_resource_quantity; _raylet.pyx prepare_resources",
    form=True,
)
def resource_amount(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Less than nothing, too fine, or a part of a second GPU."""
    for option in options(config, "ray_actor_options"):
        amounts = {key: option.fields.get(key) for key in ("num_cpus", "num_gpus", "memory")}
        places = {f"{option.where}.{key}": (key, value) for key, value in amounts.items() if value is not None}
        for key, value in mapping(option.fields.get("resources")).items():
            places[f"{option.where}.resources.{key}"] = (str(key), value)
        for where, (key, value) in places.items():
            fault = _fault_of_amount(key, value, custom=".resources." in where)
            if fault:
                yield Problem(where, f"{key} of deployment {option.deployment.name} {fault}")


@rule(
    "RC-178",
    "A resource of Ray's own is asked for as a custom one",
    cause="Ray has an option of its own for it, and refuses it among resources after it accepted the deploy.",
    remedy="Write num_cpus, num_gpus or memory beside resources instead",
    source="Ray 2.60.0 _common/ray_option_utils.py _validate_resources; _common/utils.py resources_from_ray_options",
    form=True,
)
def resource_name(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """CPU, GPU and memory among the custom resources."""
    for option in options(config, "ray_actor_options"):
        for key in mapping(option.fields.get("resources")):
            if key in RESERVED:
                yield Problem(
                    f"{option.where}.resources.{key}",
                    f"{key} is no custom resource",
                    f"Write {INSTEAD[key]} in ray_actor_options instead" if key in INSTEAD else "Remove it",
                )


@rule(
    "RC-187",
    "Two options of a deployment exclude each other",
    cause="Ray's schema takes one of the two, and refuses the whole config otherwise.",
    remedy="Remove one of them",
    source="Ray 2.60.0 serve/schema.py DeploymentSchema, validators of max_replicas_per_node and gang_scheduling_config",
    form=True,
)
def exclusive_options(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Two options of which Ray takes one."""
    for deployment in deployments(config):
        for one, other in EXCLUSIVE:
            if deployment.fields.get(one) is not None and deployment.fields.get(other) is not None:
                yield Problem(f"{deployment.where}.{one}", f"{one} and {other} are both set")


@rule(
    "RC-188",
    "A placement group is not valid",
    cause=(
        "Ray wants bundles that are not empty, one of its four strategies, and for each bundle a label selector or one "
        "for all. Most of it it says only after it accepted the deploy."
    ),
    remedy="Correct placement_group_bundles and what belongs to it",
    source="Ray 2.60.0 util/placement_group.py validate_placement_group; serve/schema.py validate_bundle_label_selector",
    form=True,
)
def bundles(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A placement group that cannot be made."""
    for deployment in deployments(config):
        fields = deployment.fields
        listed, strategy = fields.get("placement_group_bundles"), fields.get("placement_group_strategy")
        selectors = fields.get("placement_group_bundle_label_selector")
        where = f"{deployment.where}.placement_group_bundles"
        if isinstance(listed, list):
            if not listed:
                yield Problem(where, "it lists no bundle")
            for index, bundle in enumerate(listed):
                if not isinstance(bundle, dict) or not any(number(amount) for amount in bundle.values()):
                    yield Problem(f"{where}[{index}]", "the bundle holds nothing", "Write a mapping such as CPU: 1")
        if isinstance(strategy, str) and strategy not in STRATEGIES:
            yield Problem(
                f"{deployment.where}.placement_group_strategy",
                f"Ray knows no {strategy}",
                f"Write {_any_of(STRATEGIES)}",
            )
        if isinstance(selectors, list) and isinstance(listed, list) and len(selectors) not in (1, len(listed)):
            yield Problem(
                f"{deployment.where}.placement_group_bundle_label_selector",
                f"{len(selectors)} selectors for {len(listed)} bundles",
            )
        if selectors is not None and listed is None:
            yield Problem(
                f"{deployment.where}.placement_group_bundle_label_selector",
                "there are no placement_group_bundles beside it",
            )


@rule(
    "RC-189",
    "A replica does not fit into its first bundle",
    cause=(
        "Ray puts the replica itself into the first bundle, which must hold all that ray_actor_options ask for; num_cpus"
        " that is not written there is 1. Ray says so only after it accepted the deploy."
    ),
    remedy="Make the first bundle larger, or ask for less in ray_actor_options (num_cpus: 0)",
    source="Ray 2.60.0 serve/_private/config.py ReplicaConfig._validate_placement_group_options",
    form=True,
)
def bundle_too_small(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """More for the replica than its first bundle holds."""
    for option in options(config, "ray_actor_options"):
        listed = option.deployment.fields.get("placement_group_bundles")
        first = mapping(listed[0]) if isinstance(listed, list) and listed else {}
        if not first:
            continue
        for name, wanted in demand(option.fields).items():
            held = number(first.get(name, 0))
            if name != "memory" and held is not None and held < wanted:
                yield Problem(
                    f"{option.deployment.where}.placement_group_bundles[0]",
                    f"it holds {held:g} {name}, and a replica of {option.deployment.name} asks for {wanted:g}",
                )


@rule(
    "RC-190",
    "Gang scheduling is set in a way that Ray refuses",
    cause=(
        "Ray wants gang_size from 1 on, replica numbers that are multiples of it, PACK or SPREAD, and has not built "
        "RESTART_REPLICA yet."
    ),
    remedy="Correct gang_scheduling_config, or the number of replicas",
    source="Ray 2.60.0 serve/config.py GangSchedulingConfig; serve/schema.py validate_gang_scheduling_config",
    form=True,
)
def gang(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A gang that Ray does not start."""
    yield from schema_problems(config, context, "RC-190")
    for option in options(config, "gang_scheduling_config"):
        size = number(option.fields.get("gang_size"))
        if size is not None and size >= 1:
            yield from _not_multiples(option.deployment.where, option.deployment.fields, int(size))
        policy = option.fields.get("runtime_failure_policy", "RESTART_GANG")
        if isinstance(policy, str) and policy != "RESTART_GANG":
            yield Problem(f"{option.where}.runtime_failure_policy", f"{policy} does not work", "Write RESTART_GANG")


@rule(
    "RC-191",
    "A label selector cannot be read",
    cause="Ray takes labels in Kubernetes' syntax, and as conditions a value, !value, in(a,b) and !in(a,b).",
    remedy="Correct the label's name or its condition",
    source="Ray 2.60.0 _private/label_utils.py validate_label_selector",
    form=True,
)
def label_selector(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A label's name or condition that Ray cannot read."""
    for deployment in deployments(config):
        own = mapping(deployment.fields.get("ray_actor_options")).get("label_selector")
        listed = deployment.fields.get("placement_group_bundle_label_selector")
        places = {f"{deployment.where}.ray_actor_options.label_selector": own}
        for index, selector in enumerate(listed if isinstance(listed, list) else []):
            places[f"{deployment.where}.placement_group_bundle_label_selector[{index}]"] = selector
        for where, selector in places.items():
            for key, value in mapping(selector).items():
                fault = _fault_of_label(key, value)
                if fault:
                    yield Problem(f"{where}.{key}", fault)


@rule(
    "RC-199",
    "An actor of a deployment is described incompletely or twice",
    cause="Ray wants name and actor_class, and each name once; it says so only after it accepted the deploy.",
    remedy="Give each entry of deployment_actors a name of its own and an actor_class (module:Class)",
    source="Ray 2.60.0 serve/config.py DeploymentActorConfig; serve/_private/config.py DeploymentConfig",
    form=True,
)
def deployment_actor(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """An actor without a name or a class, or with another one's name."""
    yield from schema_problems(config, context, "RC-199")
    for deployment in deployments(config):
        listed, seen = deployment.fields.get("deployment_actors"), set()
        for index, actor in enumerate(listed if isinstance(listed, list) else []):
            name = mapping(actor).get("name")
            if isinstance(name, str) and name in seen:
                where = f"{deployment.where}.deployment_actors[{index}].name"
                yield Problem(where, f"another actor is named {name} too")
            seen.add(str(name))


def demand(actor_options: Fields) -> dict[str, float]:
    """What one replica asks for, by Ray's names of the resources, when the file sets its ray_actor_options."""
    amounts = dict(mapping(actor_options.get("resources")))
    amounts.update(CPU=actor_options.get("num_cpus"), GPU=actor_options.get("num_gpus"))
    asked = {str(key): number(value) for key, value in amounts.items() if value is not None}
    if actor_options.get("num_cpus") is None:
        asked["CPU"] = 1.0
    return {key: value for key, value in asked.items() if value}


def _fault_of_amount(key: str, written: object, *, custom: bool) -> str:
    if custom and (isinstance(written, bool) or not isinstance(written, (int, float))):
        return "is not a number"
    value = number(written)
    if value is None:
        return ""
    if value < 0:
        return f"is {value:g}"
    if key != "memory" and 0 < value < FINEST:
        return f"is {value:g}, finer than Ray divides it"
    if key == "num_gpus" and value > 1 and not value.is_integer():
        return f"is {value:g}, and Ray gives more than one only whole"
    return ""


def _not_multiples(where: str, fields: Fields, size: int) -> t.Iterator[Problem]:
    numbers = {f"{where}.num_replicas": fields.get("num_replicas")}
    if fields.get("num_replicas") == "auto":
        autoscaling = mapping(fields.get("autoscaling_config"))
        for key in ("min_replicas", "max_replicas", "initial_replicas"):
            numbers[f"{where}.autoscaling_config.{key}"] = autoscaling.get(key)
    for place, value in numbers.items():
        if isinstance(value, int) and value % size:
            yield Problem(place, f"{value} is no multiple of gang_size {size}")


def _fault_of_label(key: object, value: object) -> str:
    prefix, _slash, name = str(key).rpartition("/")
    if len(prefix) > 253 or not _PREFIX.fullmatch(prefix) or not re.fullmatch(_LABEL, name):
        return f"{key} is not the name of a label"
    if isinstance(value, str) and not _SELECTOR.fullmatch(value):
        return f"{value!r} is no condition for a label"
    return ""


def _any_of(words: t.Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


RULES = rules_in(globals())
