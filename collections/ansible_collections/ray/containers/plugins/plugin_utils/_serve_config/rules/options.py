# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of logging, tracing, backpressure and the controller's options.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.form import kind_of
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.form import schema_problems
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.walking import (
    Fields,
    Limit,
    beyond,
    options,
)

__all__ = ["RULES"]

LEVELS = ("CRITICAL", "FATAL", "ERROR", "WARN", "WARNING", "INFO", "DEBUG", "NOTSET")
LEVEL_NUMBERS = (50, 40, 30, 20, 10, 0)
#: Ray 2.60.0 _common/logging_constants.py LOGRECORD_STANDARD_ATTRS.
ATTRIBUTES = (
    *("args", "asctime", "created", "exc_info", "exc_text", "filename", "funcName", "levelname", "levelno", "lineno"),
    *("message", "module", "msecs", "msg", "name", "pathname", "process", "processName", "relativeCreated"),
    *("stack_info", "thread", "threadName", "taskName"),
)
RATIO = (Limit("sampling_ratio", lambda value: 0 <= value <= 1, "0.0 to 1.0"),)


@rule(
    "RC-192",
    "A logging_config is one that Ray refuses",
    cause="Ray's schema takes only the words that it lists, in capitals, and refuses the whole config otherwise.",
    remedy="Correct the value",
    source="Ray 2.60.0 serve/schema.py LoggingConfig",
    form=True,
)
def logging(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A level, an encoding or an attribute that Ray does not know."""
    yield from schema_problems(config, context, "RC-192")
    for where, fields in _logging_configs(config):
        level = fields.get("log_level", "INFO")
        if level not in (LEVELS if isinstance(level, str) else LEVEL_NUMBERS) and isinstance(level, (str, int)):
            known = str(level).upper() if str(level).upper() in LEVELS else "DEBUG, INFO, WARNING or ERROR"
            yield Problem(f"{where}.log_level", f"Ray knows no level {level}", f"Write {known}")
        listed = fields.get("additional_log_standard_attrs")
        for index, attribute in enumerate(listed if isinstance(listed, list) else []):
            if attribute not in ATTRIBUTES:
                yield Problem(
                    f"{where}.additional_log_standard_attrs[{index}]",
                    f"a log record has no attribute {attribute}",
                    "Use the names in the documentation of Python's logging, LogRecord attributes",
                )


@rule(
    "RC-194",
    "The answer to too many requests is not valid",
    cause="Ray's schema takes status_code 503 or 429 and a retry_after_s from 0 on, and refuses the whole config else.",
    remedy="Correct backpressure_config",
    source="Ray 2.60.0 serve/config.py BackpressureConfig",
    form=True,
)
def backpressure(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """An answer that Ray does not give."""
    yield from schema_problems(config, context, "RC-194")


@rule(
    "RC-195",
    "A sampling ratio is out of its bounds",
    cause="Ray's schema takes 0.0 to 1.0 and refuses the whole config otherwise.",
    remedy="Write a number from 0.0 to 1.0",
    source="Ray 2.60.0 serve/schema.py TracingConfig.validate_sampling_ratio",
    form=True,
)
def tracing(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A ratio that is none."""
    yield from beyond("tracing_config", mapping(config.fields.get("tracing_config")), RATIO)


@rule(
    "RC-196",
    "The controller's runtime_env holds what Ray refuses",
    cause="Serve's controller runs in Ray's own environment: Ray takes env_vars for it, text to text, and nothing else.",
    remedy="Leave only env_vars there, with values in quotes; an image belongs to the applications",
    source="Ray 2.60.0 serve/config.py ControllerOptions._validate_runtime_env",
    form=True,
)
def controller(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """More than variables, or variables that are not text."""
    where = "controller_options.runtime_env"
    fields = mapping(mapping(config.fields.get("controller_options")).get("runtime_env"))
    for key in fields:
        if key != "env_vars":
            yield Problem(f"{where}.{key}", f"the controller takes no {key}")
    variables = fields.get("env_vars", {})
    if not isinstance(variables, dict):
        yield Problem(f"{where}.env_vars", f"it holds {kind_of(variables)}, not a mapping of names to values")
        return
    for name, value in variables.items():
        if not isinstance(name, str) or not name or not isinstance(value, str):
            yield Problem(f"{where}.env_vars.{name}", f"{name!r} and its value are not both text")


def _logging_configs(config: ServeConfig) -> t.Iterator[tuple[str, Fields]]:
    yield "logging_config", mapping(config.fields.get("logging_config"))
    for application in config.applications:
        yield f"{application.where}.logging_config", mapping(application.fields.get("logging_config"))
    for option in options(config, "logging_config"):
        yield option.where, option.fields


RULES = rules_in(globals())
