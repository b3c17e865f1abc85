# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not stand in a node's findings: the values that its application containers were given, of whichever config.

A worker does not know the Serve config, and a head not the one that it went back from. Their containers do: Ray leaves those
that have ended, and writes their command lines into its logs.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import (
    of_command_lines,
    of_config,
    of_environment,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import Record
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text
from ansible_collections.ray.containers.plugins.module_utils._host.ray import logs as ray_logs
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_history import history_of

__all__ = ["secrets_of_node"]

#: Where `serve_config` keeps the last good config by default.
RECORD = "/var/lib/ray.containers/serve/last-good.json"

#: What Podman itself gives a container, the node's own name.
OF_PODMAN = ("HOSTNAME", "container")

#: The newest of so many containers are asked.
ASKED = 100


def secrets_of_node(engine: Commands, user: str, session: str, logs: t.Iterable[Log]) -> set[str]:
    """The values. Asked for only where something is to be shown: a node that is well need not be searched."""
    found: set[str] = set()
    for log in logs:
        found |= of_command_lines(log.lines)
    rows, _unlisted = ray_logs.listed_containers(engine, user)
    for variables in ray_logs.environments(engine, user, ray_logs.of_session(rows, session)[:ASKED]):
        given = {name: value for name, value in variables.items() if name not in OF_PODMAN}
        found |= of_environment({name: value for name, value in given.items() if not name.startswith("RAY_")})
    record = Record.read(read_text(RECORD))
    recorded = [record.config, record.earlier] if record else []
    return found.union(*map(of_config, [*recorded, *(each.config for each in history_of(RECORD).deploys)]))
