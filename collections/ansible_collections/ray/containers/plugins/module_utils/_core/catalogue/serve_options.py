# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-192 to RC-196: logging, tracing, backpressure, the controller.

The rules that find them: `plugin_utils._serve_config.rules.options`.
This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

LOGGING = Entry(
    code="RC-192",
    title="A logging_config is one that Ray refuses",
    severity="error",
    cause="Ray's schema takes only the words that it lists, in capitals, and refuses the whole config otherwise.",
    remedy="Correct the value",
    source="Ray 2.60.0 serve/schema.py LoggingConfig",
)
REFUSED_KEY = Entry(
    code="RC-193",
    title="Ray refuses this key",
    severity="error",
    cause="In this mapping Ray's schema takes no other keys than its own, and refuses the whole config for one.",
    remedy="Correct or remove the key",
    source="Ray 2.60.0 serve/schema.py, serve/config.py: extra=forbid of logging, tracing, backpressure, controller",
)
BACKPRESSURE = Entry(
    code="RC-194",
    title="The answer to too many requests is one that Ray does not give",
    severity="error",
    cause="Ray's schema takes status_code 503 or 429 and a retry_after_s from 0 on, and refuses the whole config else.",
    remedy="Correct backpressure_config",
    source="Ray 2.60.0 serve/config.py BackpressureConfig",
)
TRACING = Entry(
    code="RC-195",
    title="A sampling ratio is out of its bounds",
    severity="error",
    cause="Ray's schema takes 0.0 to 1.0 and refuses the whole config otherwise.",
    remedy="Write a number from 0.0 to 1.0",
    source="Ray 2.60.0 serve/schema.py TracingConfig.validate_sampling_ratio",
)
CONTROLLER = Entry(
    code="RC-196",
    title="The controller's runtime_env holds what Ray refuses",
    severity="error",
    cause="Serve's controller runs in Ray's own environment: Ray takes env_vars for it, text to text, and nothing else.",
    remedy="Leave only env_vars there, with values in quotes; an image belongs to the applications",
    source="Ray 2.60.0 serve/config.py ControllerOptions._validate_runtime_env",
)

#: Every entry of this file, by code.
ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Entry)), key=lambda entry: entry.code)
)
