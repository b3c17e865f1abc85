# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-192 to RC-196: logging, tracing, backpressure, the controller."""

from __future__ import annotations

from ansible_collections.ray.containers.tests.unit.serve_rules.configs import IMAGE, Case, app, apps, dep

CASES: list[Case] = [
    (
        "RC-192",
        apps(app(logging_config={"log_level": "debug"})),
        ["applications[0].logging_config.log_level"],
        apps(app(logging_config={"log_level": "DEBUG"})),
    ),
    (
        "RC-192",
        apps(app(), logging_config={"log_level": 15}),
        ["logging_config.log_level"],
        apps(app(), logging_config={"log_level": 10}),
    ),
    (
        "RC-192",
        dep(logging_config={"encoding": "json"}),
        ["applications[0].deployments[0].logging_config.encoding"],
        dep(logging_config={"encoding": "JSON"}),
    ),
    (
        "RC-192",
        apps(app(), logging_config={"additional_log_standard_attrs": ["nam"]}),
        ["logging_config.additional_log_standard_attrs[0]"],
        apps(app(), logging_config={"additional_log_standard_attrs": ["name"]}),
    ),
    (
        "RC-194",
        dep(backpressure_config={"status_code": 500}),
        ["applications[0].deployments[0].backpressure_config.status_code"],
        dep(backpressure_config={"status_code": 429}),
    ),
    (
        "RC-194",
        dep(backpressure_config={"retry_after_s": -1}),
        ["applications[0].deployments[0].backpressure_config.retry_after_s"],
        dep(backpressure_config={"retry_after_s": 0}),
    ),
    (
        "RC-195",
        apps(app(), tracing_config={"sampling_ratio": 1.5}),
        ["tracing_config.sampling_ratio"],
        apps(app(), tracing_config={"sampling_ratio": 1}),
    ),
    (
        "RC-196",
        apps(app(), controller_options={"runtime_env": {"image_uri": IMAGE}}),
        ["controller_options.runtime_env.image_uri"],
        apps(app(), controller_options={"runtime_env": {"env_vars": {"A": "b"}}}),
    ),
    (
        "RC-196",
        apps(app(), controller_options={"runtime_env": {"env_vars": {"A": 1}}}),
        ["controller_options.runtime_env.env_vars.A"],
        apps(app(), controller_options={"runtime_env": None}),
    ),
]
