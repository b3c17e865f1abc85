# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the file's form: what the schema of the Ray that the nodes have takes, and what it does not.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.foreign import kind_of_file, of_anyscale
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.form import (
    Complaint,
    Fault,
    complaints,
)
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import ROOT

__all__ = ["RULES", "schema_problems"]

_VALUES = (Fault.TYPE, Fault.WORD, Fault.BOUNDS)
_WORDS = (Fault.WORD, Fault.BOUNDS)

#: What is told under a code of its own: a model and its field (or all of its fields), and what can be wrong with them.
CODES: dict[tuple[str, str], tuple[str, tuple[Fault, ...]]] = {
    (ROOT, "applications"): ("RC-105", (Fault.MISSING,)),
    (ROOT, "proxy_location"): ("RC-163", (Fault.WORD,)),
    (ROOT, "target_capacity"): ("RC-179", (Fault.BOUNDS,)),
    ("ServeApplicationSchema", "import_path"): ("RC-110", (Fault.MISSING,)),
    ("DeploymentSchema", "name"): ("RC-117", (Fault.MISSING,)),
    ("DeploymentSchema", "num_replicas"): ("RC-174", _VALUES),
    ("DeploymentSchema", "max_ongoing_requests"): ("RC-175", (Fault.BOUNDS,)),
    ("DeploymentSchema", "max_queued_requests"): ("RC-175", _VALUES),
    ("DeploymentSchema", "health_check_period_s"): ("RC-176", (Fault.BOUNDS,)),
    ("DeploymentSchema", "health_check_timeout_s"): ("RC-176", (Fault.BOUNDS,)),
    ("DeploymentSchema", "graceful_shutdown_wait_loop_s"): ("RC-176", (Fault.BOUNDS,)),
    ("DeploymentSchema", "graceful_shutdown_timeout_s"): ("RC-176", (Fault.BOUNDS,)),
    ("DeploymentSchema", "rolling_update_percentage"): ("RC-179", (Fault.BOUNDS,)),
    ("DeploymentSchema", "max_surge_percent"): ("RC-179", (Fault.BOUNDS,)),
    ("RayActorOptionsSchema", ""): ("RC-177", (Fault.BOUNDS,)),
    ("AutoscalingConfig", ""): ("RC-182", _WORDS),
    ("GangSchedulingConfig", "gang_size"): ("RC-190", (Fault.BOUNDS, Fault.MISSING)),
    ("GangSchedulingConfig", "gang_placement_strategy"): ("RC-190", (Fault.WORD,)),
    ("LoggingConfig", "encoding"): ("RC-192", (Fault.WORD,)),
    ("BackpressureConfig", "status_code"): ("RC-194", _VALUES),
    ("BackpressureConfig", "retry_after_s"): ("RC-194", (Fault.BOUNDS,)),
    ("DeploymentActorConfig", ""): ("RC-199", (Fault.TYPE, Fault.MISSING)),
}


def schema_problems(config: ServeConfig, context: Context, code: str) -> t.Iterator[Problem]:
    """What Ray's schema finds that is told under *code*, by the words of another rule."""
    for complaint in complaints(config.fields, context.ray):
        if _code(complaint) == code:
            yield _problem(complaint)


@rule(
    "RC-104",
    "A field has a value of the wrong type",
    cause="Ray's schema takes another kind of value here and refuses the whole config.",
    remedy="Write the kind of value that Ray's schema names",
    source="Ray 2.60.0 serve/schema.py ServeDeploySchema",
    form=True,
)
def wrong_type(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A field holds another kind of value than Ray's schema takes; a list of applications that is null is missing."""
    for complaint in _others(config, context, Fault.TYPE):
        if (complaint.where, config.fields.get("applications")) != ("applications", None):
            yield _problem(complaint)


@rule(
    "RC-106",
    "Ray does not know this key",
    severity="warning",
    cause="Ray ignores keys that it does not know, so what this one says has no effect.",
    remedy="Correct or remove the key",
    source="Ray 2.60.0 serve/schema.py: no extra=forbid on the schemas of deploy, application and deployment",
    unknown=True,
)
def unknown_key(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A key that Ray ignores, most often a misspelt one."""
    if not config.fields.get("applications") and (kind_of_file(config.fields) or "import_path" in config.fields):
        return  # it is another file altogether, and told so
    foreign = of_anyscale(config.fields)  # which another rule tells, all of them at once
    yield from map(_problem, (each for each in _others(config, context, Fault.UNKNOWN) if each.where not in foreign))
    for application in config.applications:
        for environment in application.environments:
            for key in mapping(environment.fields.get("config")):
                if key not in context.ray.setup_config:
                    yield Problem(f"{environment.where}.config.{key}", f"Ray knows no key {key} here and ignores it")


@rule(
    "RC-136",
    "Ray has this field no more",
    severity="warning",
    cause="An earlier Ray had it. This one ignores it, so what it says has no effect.",
    remedy="Use what took its place",
    source="Ray 2.9.3 to 2.60.0 serve/schema.py, serve/config.py, as `tools/ray-schema` asked them",
    unknown=True,
)
def renamed_field(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A field that was renamed, moved or dropped."""
    yield from map(_problem, _others(config, context, Fault.RENAMED))


@rule(
    "RC-137",
    "Ray does not have this field yet",
    severity="warning",
    cause="A later Ray has it. The one that the nodes have ignores it, so what it says has no effect.",
    remedy="Remove it, or raise ray_version",
    source="Ray 2.9.3 to 2.60.0 serve/schema.py, serve/config.py, as `tools/ray-schema` asked them",
    unknown=True,
)
def new_field(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A field of a later Ray."""
    yield from map(_problem, _others(config, context, Fault.NEW))


@rule(
    "RC-138",
    "A value is one that Ray refuses",
    cause=(
        "Ray's schema takes other numbers or words here, or requires the field: it refuses the whole config, or the "
        "application fails after the deploy."
    ),
    remedy="Correct the value",
    source="Ray 2.60.0 serve/schema.py, serve/config.py",
    form=True,
)
def refused_value(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A number out of its bounds, a word that Ray does not know, or nothing where it needs something."""
    yield from map(_problem, _others(config, context, Fault.BOUNDS, Fault.WORD, Fault.MISSING))


@rule(
    "RC-193",
    "Ray refuses this key",
    cause="In this mapping Ray's schema takes no other keys than its own, and refuses the whole config for one.",
    remedy="Correct or remove the key",
    source="Ray 2.60.0 serve/schema.py, serve/config.py: extra=forbid of logging, tracing, backpressure, controller",
    form=True,
    unknown=True,
)
def refused_key(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A key that Ray does not know in a mapping where it ignores none."""
    yield from map(_problem, _others(config, context, Fault.REFUSED))


def _code(complaint: Complaint) -> str:
    """The code of a rule with words of its own for this; empty when the general ones say it."""
    for name in (complaint.name, ""):
        code, faults = CODES.get((complaint.model, name), ("", ()))
        if complaint.fault in faults:
            return code
    return ""


def _others(config: ServeConfig, context: Context, *faults: Fault) -> t.Iterator[Complaint]:
    """What Ray's schema finds of these kinds and no other rule tells."""
    return (each for each in complaints(config.fields, context.ray) if each.fault in faults and not _code(each))


def _problem(complaint: Complaint) -> Problem:
    return Problem(complaint.where, complaint.evidence, complaint.remedy)


RULES = rules_in(globals())
