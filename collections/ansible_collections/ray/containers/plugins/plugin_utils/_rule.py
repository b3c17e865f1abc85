# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule is: a small pure function, its words, its code and its source, all in one place.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry, Finding
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import RayletSettings
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.form import known_part
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import (
    DEFAULT_VERSION,
    RaySchema,
    ray_schema,
)

__all__ = [
    "Context",
    "Node",
    "Problem",
    "Rule",
    "findings",
    "host_rule",
    "of_each_host",
    "rule",
    "rules_in",
]


@dataclass(frozen=True)
class Node:
    """The resources of a host, as far as the inventory sets them; what is None is found out by Ray itself."""

    name: str
    cpus: float | None = None
    gpus: float | None = None
    resources: t.Mapping[str, float] | None = None


@dataclass(frozen=True)
class Context:
    """What rules know beside the Serve config: the inventory, and the images once their manifests were read.

    :param raylets: what the inventory says of each host's raylet, as written there, in no order.
    :param nodes: what the inventory says of the resources of each host, in no order.
    :param environment: what the inventory adds to the environment of the raylets.
    :param ports: what else listens on the nodes: name → the first and the last port.
    :param deploy_timeout: seconds that a deploy waits; 0 when nothing is known of it.
    :param resolve: whether tags are replaced by digests.
    :param undefined_variables: variables that cannot be made of what the inventory says: host, name, and why.
    :param ray: what the Ray takes that the nodes have.
    :param sizes: bytes of an image as a registry holds it, by its reference in the file; only of those that were asked for.
    """

    heads: tuple[str, ...] = ()
    workers: tuple[str, ...] = ()
    registries: tuple[Registry, ...] = ()
    raylets: tuple[RayletSettings, ...] = ()
    nodes: tuple[Node, ...] = ()
    environment: t.Mapping[str, t.Any] = field(default_factory=dict)
    ports: t.Mapping[str, tuple[int, int]] = field(default_factory=dict)
    deploy_timeout: float = 0
    resolve: bool = True
    undefined_variables: tuple[tuple[str, str, str], ...] = ()
    ray: RaySchema = field(default_factory=lambda: ray_schema(DEFAULT_VERSION))
    sizes: t.Mapping[str, int] = field(default_factory=dict)


class Problem(t.NamedTuple):
    """One place that breaks a rule; the arguments of `Finding` without its entry.

    :param severity: where it is another one than the rule's.
    """

    where: str
    evidence: str
    remedy: str = ""
    severity: str = ""


Check = t.Callable[[ServeConfig, Context], t.Iterator[Problem]]
HostCheck = t.Callable[[RayletSettings], t.Iterator[Problem]]


@dataclass(frozen=True)
class Rule:
    """The words of a rule and the function that finds what breaks it.

    :param form: whether it says what Ray's own schema says. Of a Ray that is not known it is a warning then: Ray's word counts.
    :param unknown: whether it looks at fields, too, that Ray does not know. The others see what Ray sees.
    """

    entry: Entry
    check: Check
    form: bool = False
    unknown: bool = False

    def findings(self, config: ServeConfig, context: Context) -> list[Finding]:
        """Every place of *config* that breaks the rule, in the file's order."""
        entry = self.entry
        if self.form and not context.ray.known:
            unsure = (
                f"So it is in the Rays that are known; Ray {context.ray.version} itself is asked before the deploy."
            )
            cause = f"{entry.cause} {unsure}"
            entry = dataclasses.replace(entry, severity="warning", cause=cause)
        return [
            Finding(
                dataclasses.replace(entry, severity=problem.severity or entry.severity),
                problem.where,
                problem.evidence,
                problem.remedy,
            )
            for problem in self.check(config, context)
        ]


def rule(
    code: str, title: str, *, severity: str = "error", cause: str, remedy: str, source: str, **kind: bool
) -> t.Callable[[Check], Rule]:
    """Make the decorated function a rule. The parameters are those of `Entry`, of which its page is made, and of `Rule`."""
    entry = Entry(code, title, severity, cause, remedy, source)
    return lambda check: Rule(entry, check, **kind)


def host_rule(
    code: str, title: str, *, severity: str = "error", cause: str, remedy: str, source: str
) -> t.Callable[[HostCheck], Rule]:
    """Make the decorated function, which looks at the settings of one host, a rule of all of them."""
    entry = Entry(code, title, severity, cause, remedy, source)
    return lambda check: of_each_host(entry, check)


def of_each_host(entry: Entry, check: HostCheck) -> Rule:
    """The rule of *entry* that looks at one host after the other."""

    def check_all(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
        for settings in context.raylets:
            yield from check(settings)

    return Rule(entry, check_all)


def rules_in(names: t.Mapping[str, t.Any]) -> tuple[Rule, ...]:
    """Every rule among the *names* of a file (its ``globals()``), in the file's order."""
    return tuple(value for value in list(names.values()) if isinstance(value, Rule))


def findings(rules: t.Iterable[Rule], config: ServeConfig, context: Context) -> list[Finding]:
    """Everything that *rules* find: errors first, and each kind in the order of the codes."""
    seen = ServeConfig.read(known_part(config.fields, context.ray))
    found = [finding for each in rules for finding in each.findings(config if each.unknown else seen, context)]
    return sorted(found, key=lambda finding: (finding.entry.severity != "error", finding.entry.code))
