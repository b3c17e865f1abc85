# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between a Serve config and what Serve runs.

Ray keeps of an application's config the fields that were set in it (``deployed_app_config``, dumped with exclude_unset) and
leaves out those that it does not know. What it adds or converts is not guessed at: after each good deploy the record keeps
what was asked and the digest of what Ray made of it (`Record`), and without a record the fields are compared one by one.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.secrets.judgement import is_secret, looks_secret
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.mask import MASK
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.fields import (
    ACTOR_OPTIONS,
    APPLICATION,
    DEPLOYMENT,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.rehearsal import is_rehearsal
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import (
    ApplicationStatus,
    ServeStatus,
    joined,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.surge import without_surge

__all__ = ["Differences", "Record", "differences", "fixed_options", "shown"]

#: What an application is when its config does not say (Ray 2.60.0 serve/schema.py ServeApplicationSchema).
DEFAULTS: dict[str, t.Any] = {
    "route_prefix": "/",
    "runtime_env": {},
    "deployments": [],
    "autoscaling_policy": None,
    "args": {},
    "logging_config": None,
    "external_scaler_enabled": False,
}

#: Top-level fields that GET does not tell back.
WRITE_ONLY = ("controller_options", "logging_config", "tracing_config")

#: Serve keeps these from its start; a PUT that changes them is accepted with a warning in a log, or without (Ray 2.60.0
#: serve_head.py validate_http_options, serve/_private/api.py serve_start_async).
FIXED = {
    "http_options": ("host", "port", "root_path", "ssl_keyfile", "ssl_certfile"),
    "grpc_options": ("port", "grpc_servicer_functions", "enable_reflection"),
}

#: Serve keeps these, too, with their defaults. Variables of Ray's environment may overrule them, so that another value than the
#: wanted one is no difference by itself.
FIXED_TIMEOUTS = (
    ("http_options", "request_timeout_s", None),
    ("http_options", "keep_alive_timeout_s", 90),
    ("grpc_options", "request_timeout_s", None),
)

Fields = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Record:
    """The last config whose applications all ran and answered right.

    :param config: exactly what was asked.
    :param digests: of what Ray kept of each application, by name.
    :param earlier: the config that was the last good one before this; None when there was none.
    :param controller: of the Serve that ran it (`ServeStatus.controller`).
    """

    config: Fields
    digests: t.Mapping[str, str] = field(default_factory=dict)
    earlier: Fields | None = None
    controller: str = ""

    @classmethod
    def read(cls, text: str | None) -> Record | None:
        """From the file's text; None when there is none, or it is not one of ours."""
        try:
            document = json.loads(text or "")
        except ValueError:
            return None
        if not isinstance(document, dict) or not isinstance(document.get("config"), dict):
            return None
        return cls(
            document["config"],
            mapping(document.get("deployed")),
            mapping(document.get("earlier")) or None,
            str(document.get("controller") or ""),
        )

    @classmethod
    def of(cls, config: Fields, status: ServeStatus, before: Record | None = None) -> Record:
        """The record of a config that runs; *before* is the one that it takes the place of."""
        digests = {application.name: digest(application.config) for application in status.applications}
        if before and before.config == config:
            return cls(config, digests, before.earlier, status.controller)
        return cls(config, digests, before.config if before else None, status.controller)

    def text(self) -> str:
        document = {
            "config": self.config,
            "deployed": self.digests,
            "earlier": self.earlier,
            "controller": self.controller,
        }
        return json.dumps(document, sort_keys=True, indent=1) + "\n"

    def covers(self, name: str, desired: Fields, deployed: Fields) -> bool:
        """Whether *desired* is what the record asked for this application, and Ray still has what it made of that."""
        asked = {application.name: application.fields for application in ServeConfig.read(self.config).applications}
        return asked.get(name) == desired and self.digests.get(name) == digest(deployed)


@dataclass(frozen=True)
class Differences:
    """What a deploy of the config would do.

    :param changed: application → the fields that differ.
    :param removed: applications that users may have and that the config does not.
    :param failed: applications that Serve has given up on and that the same config starts again.
    :param options: top-level fields that differ.
    :param leftovers: what a run that was killed or refused has left: rehearsals, and applications that never ran.
    """

    added: tuple[str, ...] = ()
    changed: t.Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.added, self.changed, self.removed, self.failed, self.options, self.leftovers))

    def sentence(self) -> str:
        """What a deploy does, for an operator."""
        changes = [f"{name} ({', '.join(fields)})" for name, fields in self.changed.items()]
        parts = (
            ("add", joined(self.added)),
            ("change", joined(changes)),
            ("remove", joined(self.removed)),
            ("start again after a failure", joined(self.failed)),
            ("set", joined(self.options)),
            ("clear away what an earlier run left", joined(self.leftovers)),
        )
        return "; ".join(f"{verb} {what}" for verb, what in parts if what)


def differences(config: Fields, status: ServeStatus, record: Record | None) -> Differences:
    """What distinguishes *config* from what Serve has."""
    desired = {application.name: application.fields for application in ServeConfig.read(config).applications}
    added, failed = [], []
    changed: dict[str, tuple[str, ...]] = {}
    for name, fields in desired.items():
        found = status.application(name)
        if found is None:
            added.append(name)
            continue
        differing = () if record and record.covers(name, fields, found.config) else _differing(fields, found.config)
        if differing:
            changed[name] = differing
        elif found.failed:
            failed.append(name)
    beside = [application for application in status.applications if application.name not in desired]
    leftovers = tuple(each.name for each in beside if _is_leftover(each, record))
    removed = tuple(each.name for each in beside if each.name not in leftovers)
    options = _options(config, status, record)
    return Differences(tuple(added), changed, removed, tuple(failed), options, leftovers)


def fixed_options(config: Fields, status: ServeStatus, record: Record | None = None) -> tuple[str, ...]:
    """What of *config* cannot come true while Serve runs, as ``http_options.port (8000 runs, 8001 wanted)``.

    :param record: tells what the Serve that it is of was asked for and does not tell back.
    """
    if not status.started:
        return ()
    rows = []
    for part, keys in FIXED.items():
        desired, running = mapping(config.get(part)), mapping(status.options.get(part))
        for key in keys:
            if key in desired and key in running and desired[key] != running[key]:
                rows.append(f"{part}.{key} ({running[key]} runs, {desired[key]} wanted)")
    # A Serve that has started since, for a run that did not come to its end, may have started with other options.
    if record and record.controller and record.controller == status.controller:
        rows += _changed_settings(config, status, record.config)
    location = config.get("proxy_location")
    if location is not None and status.options.get("proxy_location") not in (None, location):
        rows.append(f"proxy_location ({status.options['proxy_location']} runs, {location} wanted)")
    return tuple(rows)


def _changed_settings(config: Fields, status: ServeStatus, before: Fields) -> list[str]:
    """What the same Serve was asked for otherwise: its timeouts, unless they are as wanted, and the controller's options."""
    rows = []
    for part, key, default in FIXED_TIMEOUTS:
        wanted, asked = (mapping(each.get(part)).get(key, default) for each in (config, before))
        if wanted not in (asked, mapping(status.options.get(part)).get(key, asked)):
            rows.append(f"{part}.{key} ({asked} until now, {wanted} wanted)")
    if (config.get("controller_options") or {}) != (before.get("controller_options") or {}):
        # They hold environment variables, which are not shown.
        rows.append("controller_options")
    return rows


def _is_leftover(application: ApplicationStatus, record: Record | None) -> bool:
    """Whether nobody misses it. A config that is refused while Ray takes it leaves applications that never come up."""
    if is_rehearsal(application.name):
        return True
    good = {each.name for each in ServeConfig.read(record.config).applications} if record else set()
    return not application.running and not application.answers and application.name not in good


def digest(deployed: Fields) -> str:
    """A short name for exactly this content."""
    return hashlib.sha256(json.dumps(deployed, sort_keys=True).encode()).hexdigest()


def shown(value: t.Any, *, secret: bool = False) -> t.Any:
    """The value as it may be shown: environment variables and whatever looks like a secret are masked."""
    if isinstance(value, dict):
        return {
            key: shown(item, secret=secret or key == "env_vars" or looks_secret(str(key)))
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [shown(item, secret=secret) for item in value]
    return MASK if secret or (isinstance(value, str) and is_secret("", value)) else value


def _options(config: Fields, status: ServeStatus, record: Record | None) -> tuple[str, ...]:
    rows = []
    for key in WRITE_ONLY:
        before = record.config.get(key) if record else None
        if config.get(key) != before and (status.started or config.get(key) is not None):
            rows.append(key)
    if status.started and config.get("target_capacity") != status.options.get("target_capacity"):
        rows.append("target_capacity")
    return tuple(rows)


def _differing(desired: Fields, deployed: Fields) -> tuple[str, ...]:
    if not deployed:
        return ("what is deployed is not known",)  # Serve keeps nothing of a config that broke while it was applied
    want, have = _flat(_known(desired)), _flat(_known(without_surge(desired, deployed)))
    missing = object()
    paths = [path for path in sorted({**want, **have}) if want.get(path, missing) != have.get(path, missing)]
    # args against args.word: an empty dictionary that got an entry. The entry says it all.
    return tuple(path for path in paths if not any(other.startswith(f"{path}.") for other in paths))


def _known(application: Fields) -> dict[str, t.Any]:
    """The application with Ray's defaults filled in, and without what Ray ignores."""
    fields = {key: value for key, value in {**DEFAULTS, **application}.items() if key in APPLICATION and key != "name"}
    deployments = fields["deployments"] if isinstance(fields["deployments"], list) else []
    fields["deployments"] = {
        str(deployment.get("name")): _known_deployment(deployment)
        for deployment in deployments
        if isinstance(deployment, dict)
    }
    return fields


def _known_deployment(deployment: Fields) -> dict[str, t.Any]:
    fields = {key: value for key, value in deployment.items() if key in DEPLOYMENT and key != "name"}
    actor = fields.get("ray_actor_options")
    if isinstance(actor, dict):
        fields["ray_actor_options"] = {key: value for key, value in actor.items() if key in ACTOR_OPTIONS}
    return fields


def _flat(value: t.Any, path: str = "") -> dict[str, t.Any]:
    """Every leaf by its dotted path; an empty dictionary is a leaf."""
    if not isinstance(value, dict) or not value:
        return {path: value} if path else {}
    leaves: dict[str, t.Any] = {}
    for key, item in value.items():
        leaves.update(_flat(item, f"{path}.{key}" if path else str(key)))
    return leaves
