# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that need the sizes of the images, which their registries tell.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import (
    Image,
    ServeConfig,
    mapping,
)
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in

__all__ = ["DEFAULT_SETUP_TIMEOUT", "RULES", "setup_timeouts"]

#: What a node gets done of an image in a second, in bytes as the registry holds it: fetching it and unpacking it. A gigabit
#: line brings 125 MB/s; unpacking and writing several layers is what takes the time.
PULLED_A_SECOND = 25_000_000


#: Ray 2.60.0 _private/ray_constants.py DEFAULT_RUNTIME_ENV_TIMEOUT_SECONDS.
DEFAULT_SETUP_TIMEOUT = 600


@rule(
    "RC-135",
    "An image is too large for its setup timeout",
    severity="warning",
    cause=(
        "On a node that does not have the image yet, Ray pulls it within setup_timeout_seconds. When the time is up it "
        "starts another pull beside the first, three times in all, and gives up."
    ),
    remedy="Raise config.setup_timeout_seconds in the application's runtime_env",
    source="Ray 2.60.0 _private/runtime_env/agent/runtime_env_agent.py _create_runtime_env_with_retry; ray#45187",
)
def image_large_for_timeout(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """An image whose pull takes longer than Ray waits; told of images whose size is known."""
    for image, timeout in setup_timeouts(config):
        size = context.sizes.get(str(image.reference), 0)
        if timeout > 0 and size > timeout * PULLED_A_SECOND:
            seconds = size / PULLED_A_SECOND
            yield Problem(
                image.where,
                f"{image.reference} has {size / 1e9:.1f} GB in its registry, about {seconds:.0f} s at"
                f" {PULLED_A_SECOND // 1_000_000} MB/s, and {image.owner} gives it {timeout:.0f} s",
                f"Raise config.setup_timeout_seconds to {int(seconds) + 1} or more",
            )


def setup_timeouts(config: ServeConfig) -> t.Iterator[tuple[Image, float]]:
    """Every image with the seconds that Ray gives its set-up; negative for no limit."""
    configs = {
        f"{each.where}.image_uri": mapping(each.effective.get("config"))
        for application in config.applications
        for each in application.environments
    }
    for image in config.images:
        timeout = configs[image.where].get("setup_timeout_seconds", DEFAULT_SETUP_TIMEOUT)
        yield image, timeout if isinstance(timeout, int) else DEFAULT_SETUP_TIMEOUT


RULES = rules_in(globals())
