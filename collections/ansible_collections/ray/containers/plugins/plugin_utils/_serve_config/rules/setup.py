# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the config of a runtime_env: how Ray sets it up.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.form import kind_of
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.walking import environments

__all__ = ["RULES"]


@rule(
    "RC-155",
    "The config of a runtime_env is not valid",
    cause="Ray checks it only after it accepted the deploy, which leaves the application in DEPLOYING for ever.",
    remedy="Write setup_timeout_seconds as a whole number of seconds, or -1 for no limit",
    source="Ray 2.60.0 runtime_env/runtime_env.py RuntimeEnvConfig",
    form=True,
)
def setup_config(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A config that RuntimeEnvConfig refuses; it converts nothing."""
    for environment in environments(config):
        where, written = f"{environment.where}.config", environment.fields.get("config")
        if written is not None and not isinstance(written, dict):
            yield Problem(where, f"config of {environment.owner} holds {kind_of(written)}", "Write a mapping")
            continue
        fields = mapping(written)
        timeout = fields.get("setup_timeout_seconds", 1)
        if not isinstance(timeout, int):
            yield Problem(f"{where}.setup_timeout_seconds", f"it holds {_inexact(timeout)}, not a whole number")
        elif timeout <= 0 and timeout != -1:
            yield Problem(f"{where}.setup_timeout_seconds", f"{timeout} is neither more than 0 nor -1")
        if not isinstance(fields.get("eager_install", True), bool):
            yield Problem(f"{where}.eager_install", "it is not true or false", "Write true or false")
        files = fields.get("log_files")
        if files is not None and not (isinstance(files, list) and all(isinstance(each, str) for each in files)):
            yield Problem(f"{where}.log_files", "it is not a list of texts", "Write a list of file names")


@rule(
    "RC-157",
    "A setup timeout is longer than the deploy waits",
    severity="warning",
    cause="The deploy is given up and rolled back while Ray may still be setting the environment up.",
    remedy="Raise ray_deploy_timeout above it, or lower config.setup_timeout_seconds",
    source="ray.containers: ray_deploy_timeout; Ray 2.60.0 runtime_env/runtime_env.py setup_timeout_seconds",
)
def setup_beyond_deploy(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A set-up that may take longer than anybody waits."""
    for environment in environments(config):
        timeout = mapping(environment.fields.get("config")).get("setup_timeout_seconds")
        if context.deploy_timeout and isinstance(timeout, int) and timeout > context.deploy_timeout:
            yield Problem(
                f"{environment.where}.config.setup_timeout_seconds",
                f"{timeout} s, and the deploy waits {context.deploy_timeout:.0f} s",
            )


def _inexact(value: object) -> str:
    return "a number with a fraction or in quotes" if isinstance(value, (float, str)) else kind_of(value)


RULES = rules_in(globals())
