# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that tell the credentials of a registry, such as Amazon's and Google's, whose passwords last for hours only.

Only for the controller, where they are the operator's own, as is the file that names them.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.command import HostCommands
from ansible_collections.ray.containers.plugins.module_utils._host.registry.credentials import HelperFailed

__all__ = ["ask_helper"]

#: Some of them ask a service of their cloud.
SECONDS = 30.0


def ask_helper(helper: str, server: str) -> t.Mapping[str, t.Any]:
    """What ``docker-credential-HELPER get`` answers for a registry.

    :raises HelperFailed: it is not there, fails, or answers something else.
    """
    program = f"docker-credential-{helper}"
    try:
        done = HostCommands().run([program, "get"], stdin=f"{server}\n", env=os.environ, timeout=SECONDS, check=False)
        answer = json.loads(done.stdout) if done.rc == 0 else None
    except (OperatorError, ValueError):
        answer = None
    if not isinstance(answer, dict):
        raise HelperFailed(f"{program}, which it names for {server}, is not on the controller, or tells no credentials")
    return answer
