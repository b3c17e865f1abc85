# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Serve config on its way from one task to another, out of sight.

What a task returns is registered, and every callback and whatever watches a run may write it down. So the config itself lies
in the directory of this run that Ansible makes for its own account alone and takes away at the run's end, and what is returned
only names the file.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import typing as t

from ansible import constants

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["sealed", "unsealed"]

_PREFIX = "ray.containers-config-"
_NAME = re.compile(rf"{_PREFIX}\w+\.json")


def sealed(config: t.Mapping[str, t.Any]) -> str:
    """The name of a file that this account alone can read, with the config in it."""
    handle, path = tempfile.mkstemp(prefix=_PREFIX, suffix=".json", dir=constants.DEFAULT_LOCAL_TMP)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(config, stream, default=str)
    return os.path.basename(path)


def unsealed(config: t.Any) -> t.Any:
    """The config that was sealed earlier in this run; anything else as it is.

    :raises OperatorError: it was sealed in another run.
    """
    if not isinstance(config, str) or not _NAME.fullmatch(config):
        return config
    try:
        with open(os.path.join(constants.DEFAULT_LOCAL_TMP, config), encoding="utf-8") as stream:
            return json.load(stream)
    except FileNotFoundError:
        raise OperatorError(
            "The Serve config is not there any more",
            why="it was read in another run, and a sealed config ends with its run",
            remedy="Read it in this run: ray.containers.serve_config_info",
        ) from None
