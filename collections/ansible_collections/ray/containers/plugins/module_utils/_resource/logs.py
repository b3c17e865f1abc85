# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ends of a node's logs, for a bug report. Changes nothing.

What lies in the Ray user's territory is read as that user, and what must not be shown is named to whoever masks the result.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry_auth import passwords
from ansible_collections.ray.containers.plugins.module_utils._core.logs.choice import (
    COMMANDS,
    EARLIER,
    SESSION,
    USER_COMMANDS,
    end_of,
    shares,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.environment_file import variables_of
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import (
    CONTAINER_TOKEN,
    configuration_of,
)
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_environment
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account
from ansible_collections.ray.containers.plugins.module_utils._host.command import CommandFailed, Commands, last_line
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text
from ansible_collections.ray.containers.plugins.module_utils._host.ray import logs as ray_logs
from ansible_collections.ray.containers.plugins.module_utils._host.ray.cluster_token import token_of
from ansible_collections.ray.containers.plugins.module_utils._host.ray.environment_file import environment_file
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_commands import raylet_commands
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import FoundAt, UserFiles, files_of
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_of_raylet import raylet_here
from ansible_collections.ray.containers.plugins.module_utils._resource.diagnosis_secrets import secrets_of_node

__all__ = ["read"]

#: Seconds for one of the commands.
PATIENCE = 30.0

UNKNOWN_VALUES = (
    "Podman does not list the Ray user's containers, so values of env_vars that they alone know may be in this node's logs:"
    " look through them before you pass them on"
)

Row = t.Dict[str, t.Any]


def read(parameters: dict[str, t.Any], commands: Commands) -> dict[str, t.Any]:
    """The results ``logs`` and ``left_out``, and a warning where not every value can be known that must not be shown."""
    raylet = raylet_here()
    engine = raylet_commands(commands, raylet.image if raylet else parameters["raylet_image"])
    node = _Node(parameters, commands, engine)
    node.commands()
    node.session()
    parameters["secrets"].update(node.secrets())
    told = {"logs": node.logs, "left_out": node.left_out}
    return told if node.podman_answers else {**told, "warnings": [UNKNOWN_VALUES]}


class _Node:
    """What is collected of this node."""

    def __init__(self, parameters: t.Mapping[str, t.Any], host: Commands, engine: Commands) -> None:
        self._user: str = parameters["user"]
        self._temp_dir: str = parameters["temp_dir"]
        self._tail: int = parameters["tail"]
        self._left: int = parameters["most"]
        self._host, self._engine = host, engine
        self._session = ""
        self.podman_answers = True
        self.logs: list[Row] = []
        self.left_out: list[Row] = []

    def commands(self) -> None:
        """What the host and the user's Podman say of themselves."""
        for argv in COMMANDS:
            self._ask(self._host, argv, "")
        for argv in USER_COMMANDS:
            self.podman_answers &= self._ask(self._engine, argv, self._user)

    def session(self) -> None:
        """The logs of the Ray session that runs or ran last, and of the one before."""
        territory = files_of(self._user)
        self._session = ray_logs.current_session(territory, self._temp_dir)
        if not self._session:
            self.left_out.append({"path": f"{self._temp_dir}/session_latest", "why": "there is no session of Ray"})
            return
        found = list(self._found(territory, self._session, SESSION))
        for earlier in self._earlier(territory):
            found += self._found(territory, earlier, EARLIER)
        for log, share in zip(found, shares([log.size for log in found], self._tail, self._left)):
            self._take(territory, log, share)

    def secrets(self) -> set[str]:
        """The values that must not be shown: this node's tokens and credentials, and what its containers were given."""
        logs = [Log(row["path"], tuple(row["text"].splitlines()), "") for row in self.logs]
        found = secrets_of_node(self._engine, self._user, self._session, logs)
        found |= of_environment(variables_of(environment_file() or ""))
        found |= {(read_text(CONTAINER_TOKEN) or "").strip()}
        with contextlib.suppress(OperatorError):  # who cannot read it has not written it down either
            found |= {token_of(self._user)}
        return {value for value in (*found, *self._credentials()) if value}

    def _credentials(self) -> t.Iterator[str]:
        """The passwords of registries, in the user's file and in the one of a raylet's container."""
        owner = account(self._user)
        for in_container in (False, True):
            path = f"{configuration_of(owner.home if owner else '', in_container=in_container)}/auth.json"
            with contextlib.suppress(OperatorError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
                yield from passwords((read_text(path) if in_container else files_of(self._user).read_text(path)) or "")

    def _ask(self, commands: Commands, argv: t.Sequence[str], user: str) -> bool:
        """Keep what a command says; returns whether it went well."""
        name = f"commands/{' '.join(argv).replace('/', '_')}"
        try:
            done = commands.run(argv, user=user, check=False, timeout=PATIENCE)
        except CommandFailed as failed:
            done = failed.completed
        except OperatorError as error:
            self.left_out.append({"path": name, "why": error.why or error.what})
            return False
        text = done.stdout or last_line(done.stderr)
        (share,) = shares([len(text)], self._tail, self._left)
        self._add(name, end_of(text[len(text) - share :], cut=share < len(text)), share)
        return done.rc == 0

    def _found(
        self, territory: UserFiles, session: str, sources: t.Iterable[tuple[str, str, int]]
    ) -> t.Iterator[FoundAt]:
        """The files in the order of the sources, each once."""
        for below, pattern, newest in sources:
            above = f"{session}/logs/{below}".rstrip("/")
            try:
                yield from territory.find(above, pattern)[:newest]
            except OperatorError as error:
                self.left_out.append({"path": f"{above}/{pattern}", "why": error.why})

    def _earlier(self, territory: UserFiles) -> list[str]:
        """The session before the current one, whose name begins with its time."""
        try:
            names = [name for name in territory.names(self._temp_dir) if name.startswith("session_2")]
        except OperatorError:
            return []
        before = [f"{self._temp_dir}/{name}" for name in names if name < self._session.rpartition("/")[2]]
        return before[-1:]

    def _take(self, territory: UserFiles, log: FoundAt, share: int) -> None:
        if log.size and not share:
            self.left_out.append({"path": log.path, "why": "the other logs have used the room that there is"})
            return
        try:
            content = territory.read_part(log.path, share, -share) if share else b""
        except OperatorError as error:
            self.left_out.append({"path": log.path, "why": error.why})
            return
        text = content.decode("utf-8", errors="replace")
        self._add(log.path, end_of(text, cut=share < log.size), share, log.size, log.modified)

    def _add(self, path: str, text: str, taken: int, size: int | None = None, modified: float = 0.0) -> None:
        self._left -= taken
        self.logs.append(
            {"path": path, "text": text, "size": len(text) if size is None else size, "modified": modified}
        )
