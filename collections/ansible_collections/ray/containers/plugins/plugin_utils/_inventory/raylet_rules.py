# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the raylets' settings, host by host, and of all hosts together.

A setting that a host leaves to its default is not looked at. A value that one rule finds wrong is passed over by the others.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import SMALLEST_OBJECT_STORE, bytes_of
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import (
    RayletSettings,
    whole_number,
)
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, host_rule, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import DEFAULT_VERSION

__all__ = ["RULES"]

#: Ray 2.60.0 _private/ray_constants.py, MAX_RESOURCE_QUANTITY.
MOST_OF_A_RESOURCE = 100 * 10**12
#: What holds for a host that does not say in what all hosts must agree; a play on the controller sees no role's defaults.
ROLE_DEFAULTS = {"port": 6379, "version": DEFAULT_VERSION}
#: Serve's default graceful_shutdown_timeout_s, and what a container needs to start beside it, in seconds.
SHORTEST_DRAIN = 20 + 20

_MAPPINGS = ("resources", "ports", "environment")
_LISTS = ("start_arguments", "raylet_options")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@host_rule(
    "RC-232",
    "A setting of a raylet is of another kind",
    cause="The variable holds a list where a mapping is meant, or the other way round.",
    remedy="Write it as the documentation of the role ray.containers.cluster shows it",
    source="this collection, roles/cluster/meta/argument_specs.yml",
)
def wrong_kind(settings: RayletSettings) -> t.Iterator[Problem]:
    """A list for a mapping, or text for a list."""
    for option in (*_MAPPINGS, *_LISTS):
        written = settings.get(option)
        kind, name = (list, "a list") if option in _LISTS else (dict, "a mapping of names and values")
        if written is not None and not isinstance(written, kind):
            yield Problem(settings.where(option), f"it is {type(written).__name__}, and not {name}")


@host_rule(
    "RC-212",
    "A number of CPUs or GPUs cannot be meant",
    cause="Ray counts whole CPUs and GPUs of a node, and none below 0; fractions are what a replica may ask for.",
    remedy="Give a whole number, or leave it out for all that the node has",
    source="Ray 2.60.0 scripts/scripts.py: --num-cpus and --num-gpus are int; _private/resource_and_label_spec.py",
)
def count(settings: RayletSettings) -> t.Iterator[Problem]:
    """CPUs or GPUs that are no whole number, or fewer than none."""
    for option in ("num_cpus", "num_gpus"):
        written = settings.get(option)
        if written is not None and whole_number(written) is None:
            yield Problem(settings.where(option), f"{written!r} is not a whole number that is 0 or more")


@host_rule(
    "RC-213",
    "The size of the object store is not an amount of memory",
    cause="A size is a number of bytes, or a number with a unit.",
    remedy="Write bytes, or a number with one of KB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (powers of 1024)",
    source="this collection, module raylet, option object_store_memory",
)
def memory_unit(settings: RayletSettings) -> t.Iterator[Problem]:
    """A size without a unit that is known."""
    written = settings.get("object_store_memory")
    if written is not None and _bytes(written) is None and str(written).strip():
        yield Problem(settings.where("object_store_memory"), f"{str(written)!r} is not an amount of memory")


@host_rule(
    "RC-214",
    "The object store is too small",
    cause="Ray takes no object store below 75 MiB, and its raylet does not start.",
    remedy="Give 75MiB or more, or leave it out for 30 % of the node's memory",
    source="Ray 2.60.0 _private/ray_constants.py: OBJECT_STORE_MINIMUM_MEMORY_BYTES",
)
def memory_too_small(settings: RayletSettings) -> t.Iterator[Problem]:
    """A size below what Ray takes."""
    size = _bytes(settings.get("object_store_memory") or "")
    if size is not None and size < SMALLEST_OBJECT_STORE:
        yield Problem(settings.where("object_store_memory"), f"{size} bytes are fewer than {SMALLEST_OBJECT_STORE}")


def _bytes(written: object) -> int | None:
    try:
        return bytes_of(str(written))
    except OperatorError:
        return None


@host_rule(
    "RC-215",
    "A custom resource has a name that is taken",
    cause="Ray has options of its own for CPUs, GPUs and memory, and makes the resources that begin with node: itself.",
    remedy="Use ray_num_cpus, ray_num_gpus or ray_object_store_memory, or choose another name",
    source="Ray 2.60.0 scripts/scripts.py `start`; _private/resource_and_label_spec.py `_resolve_resources`",
)
def resource_name(settings: RayletSettings) -> t.Iterator[Problem]:
    """A name that Ray gives itself."""
    for name in settings.mapping("resources"):
        if str(name) in ("CPU", "GPU", "memory", "object_store_memory") or str(name).startswith("node:") or not name:
            yield Problem(settings.where("resources"), f"{str(name)!r} is no name for a resource of your own")


@host_rule(
    "RC-216",
    "The amount of a custom resource cannot be meant",
    cause="Ray takes whole numbers from 0 to 100e12 for what a node has; its raylet does not start with any other.",
    remedy="Give a whole number; a replica may ask for fractions of it",
    source="Ray 2.60.0 _private/resource_and_label_spec.py `to_resource_dict`; ray_constants.MAX_RESOURCE_QUANTITY",
)
def resource_amount(settings: RayletSettings) -> t.Iterator[Problem]:
    """An amount that is no whole number, or fewer than none, or more than Ray counts."""
    for name, amount in settings.mapping("resources").items():
        number = whole_number(amount)
        if number is None or number > MOST_OF_A_RESOURCE:
            yield Problem(settings.where("resources", str(name)), f"{amount!r} is not a whole number from 0 to 100e12")


@rule(
    "RC-228",
    "The hosts of a cluster do not agree",
    cause="All nodes of a cluster join the head at one port, with one version of Ray.",
    remedy="Set it once, for the group ray_cluster",
    source="Ray 2.60.0 _private/utils.py `check_version_info`; ray start --address",
)
def disagreement(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Several ports of the head, or several versions of Ray."""
    for option in ROLE_DEFAULTS:
        said: dict[str, list[str]] = {}
        for settings in context.raylets:
            value = settings.get(option)
            said.setdefault(str(ROLE_DEFAULTS[option] if value is None else value), []).append(settings.host)
        if len(said) > 1:
            told = "; ".join(f"{value} on {', '.join(hosts)}" for value, hosts in said.items())
            yield Problem(f"ray_{option}", f"it is {told}")


@host_rule(
    "RC-229",
    "A variable of the raylet's environment cannot be set",
    cause="The service's environment takes names of letters, digits and _, and values of one line.",
    remedy="Correct the name, or write the value in one line",
    source="systemd.exec(5), EnvironmentFile=",
)
def variable_name(settings: RayletSettings) -> t.Iterator[Problem]:
    """A name that is none, or a value of several lines; never the value itself."""
    for name, value in settings.mapping("environment").items():
        if not _VARIABLE.fullmatch(str(name)):
            yield Problem(settings.where("environment"), f"{str(name)!r} is not the name of a variable")
        elif any(character in str(value) for character in "\n\r\0"):
            yield Problem(settings.where("environment", str(name)), "its value has more than one line")


@host_rule(
    "RC-230",
    "The cluster's token is given in the environment",
    cause="Ray passes its RAY_ variables on to application containers, where every user reads them in process lists.",
    remedy="Give it as ray_auth_token: Ray then mounts the file that it is in",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py; _private/authentication",
)
def token_in_environment(settings: RayletSettings) -> t.Iterator[Problem]:
    """The token, or where it is, or whether there is one."""
    for name in settings.mapping("environment"):
        if name in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH", "RAY_AUTH_MODE"):
            yield Problem(settings.where("environment", str(name)), "it is not given here")


@host_rule(
    "RC-231",
    "The time for draining is not a number of seconds",
    cause="It is a whole number of seconds, with 0 for not draining at all.",
    remedy="Give a whole number of seconds, for instance 120",
    source="Ray 2.60.0 _private/ray_constants.py: RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S",
)
def drain_timeout(settings: RayletSettings) -> t.Iterator[Problem]:
    """A time that is no whole number of seconds."""
    written = settings.get("drain_timeout")
    if written is not None and whole_number(written) is None:
        yield Problem(settings.where("drain_timeout"), f"{written!r} is not a whole number of seconds")


@host_rule(
    "RC-233",
    "Replicas are stopped before their replacements can be up",
    severity="warning",
    cause=(
        "Serve stops a replica of a draining node graceful_shutdown_timeout_s (20 by default) before the deadline, whether "
        "its replacement runs or not; and a container takes its time to start."
    ),
    remedy="Give 60 seconds or more, or 0 for not draining at all",
    source="Ray 2.60.0 serve/_private/deployment_state.py `_partition_groups_to_stop`",
)
def drain_too_short(settings: RayletSettings) -> t.Iterator[Problem]:
    """A time in which no replica can move."""
    seconds = whole_number(settings.get("drain_timeout"))
    if seconds and seconds < SHORTEST_DRAIN and not settings.is_head:
        yield Problem(settings.where("drain_timeout"), f"{seconds} seconds are too few for a replica to move")


RULES = rules_in(globals())
