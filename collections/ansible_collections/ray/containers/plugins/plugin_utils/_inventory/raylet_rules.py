# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the raylets' settings: the checks of the options' rows, host by host, and what all hosts have to say alike.

A setting that a host leaves to its default is not looked at.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.raylet_container import (
    OPTIONS as OF_CONTAINERS,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.check import Check
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import OPTIONS
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.validation import CHECKS
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import RayletSettings
from ansible_collections.ray.containers.plugins.plugin_utils._rule import (
    Context,
    Problem,
    Rule,
    host_rule,
    of_each_host,
    rule,
    rules_in,
)
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.form import kind_of
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import DEFAULT_VERSION

__all__ = ["CONTAINER_RULES", "RULES"]

#: What holds for a host that does not say in what all hosts must agree; a play on the controller sees no role's defaults.
ROLE_DEFAULTS = {"port": 6379, "version": DEFAULT_VERSION}

#: What Ansible makes of the kinds of options that have parts.
_KINDS = {"list": (list, "a list"), "dict": (dict, "a mapping of names and values")}


def _rule_of(checked: Check) -> Rule:
    def check(settings: RayletSettings) -> t.Iterator[Problem]:
        for found in checked.find(settings.values, settings.is_head):
            yield Problem(settings.where(found.option, found.part), found.evidence, found.remedy)

    return of_each_host(checked.entry, check)


@host_rule(
    "RC-232",
    "A variable of a raylet has the wrong type",
    cause="The variable holds a list where a mapping is meant, or the other way round.",
    remedy="Write it as the documentation of the role ray.containers.cluster shows it",
    source="this collection, roles/cluster/meta/argument_specs.yml",
)
def wrong_kind(settings: RayletSettings) -> t.Iterator[Problem]:
    """A list for a mapping, or text for a list."""
    for row in OPTIONS:
        written = settings.get(row.name) if row.variable else None
        kind, name = _KINDS.get(row.kind, (object, ""))
        if written is not None and not isinstance(written, kind):
            yield Problem(settings.where(row.name), f"it holds {kind_of(written)}, and not {name}")


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


#: Of the raylets' containers.
CONTAINER_RULES = tuple(_rule_of(each) for each in CHECKS if each.entry in OF_CONTAINERS)

RULES = (*rules_in(globals()), *(_rule_of(each) for each in CHECKS if each.entry not in OF_CONTAINERS))
