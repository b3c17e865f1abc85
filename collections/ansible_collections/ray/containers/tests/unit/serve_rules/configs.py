# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve configs to break rules with."""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, findings
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules import index

Config = dict[str, t.Any]
#: Code, a config that breaks the rule, the places where, and one that nearly breaks it.
Case = tuple[str, Config, list[str], Config]
#: Code, a config and an inventory that break the rule, and the same that nearly do.
InventoryCase = tuple[str, tuple[Config, Context], tuple[Config, Context]]

RULES = (*index.SERVE_CONFIG, *index.INVENTORY, *index.RESOLVED)
IMAGE = "docker.io/alice/whisper:1.0"
GOOD_CONTEXT = Context(heads=("head",), workers=("one", "two"), registries=(Registry("10.0.0.1:5000", insecure=True),))
ABSENT: t.Any = object()


def app(name: str = "whisper", **changes: t.Any) -> Config:
    """A right application, with some of its fields changed, or ABSENT."""
    fields = {
        "name": name,
        "import_path": "whisper_example:entrypoint",
        "route_prefix": f"/{name}",
        "runtime_env": {"image_uri": IMAGE},
        **changes,
    }
    return {key: value for key, value in fields.items() if value is not ABSENT}


def env(**fields: t.Any) -> Config:
    """A config of one application with this runtime_env beside its image."""
    return {"applications": [app(runtime_env={"image_uri": IMAGE, **fields})]}


def variables(**values: t.Any) -> Config:
    return env(env_vars=values)


def apps(*applications: Config, **top: t.Any) -> Config:
    return {"applications": list(applications), **top}


def deployed(*runtime_envs: Config | None, **changes: t.Any) -> Config:
    """A config of one application with one deployment for each of *runtime_envs*."""
    deployments = [
        {"name": f"d{number}"}
        if fields is None
        else {"name": f"d{number}", "ray_actor_options": {"runtime_env": fields}}
        for number, fields in enumerate(runtime_envs)
    ]
    return apps(app(deployments=deployments, **changes))


OTHER = {"image_uri": "docker.io/alice/other:1"}


def dep(name: str = "d", **fields: t.Any) -> Config:
    """A config of one application with one deployment of these fields."""
    return apps(app(deployments=[{"name": name, **fields}]))


def actor(**fields: t.Any) -> Config:
    """A config of one deployment with these ray_actor_options, of which a runtime_env is one."""
    return dep(ray_actor_options={"runtime_env": {}, **fields})


def llm(**fields: t.Any) -> Config:
    """A config of one application of Ray's own for language models, with this LLMConfig."""
    return apps(app(import_path="ray.serve.llm:build_openai_app", args={"llm_configs": [fields]}))


def places(code: str, config: Config, context: Context = GOOD_CONTEXT) -> list[str]:
    """Where the rule of *code* finds something."""
    found = findings(RULES, ServeConfig.read(config), context)
    return [finding.where for finding in found if finding.entry.code == code]
