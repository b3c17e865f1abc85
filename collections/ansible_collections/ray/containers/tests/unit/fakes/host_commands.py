# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that remember: each call goes to the first rule whose words it begins with."""

from __future__ import annotations

import shlex
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._host.command import MOST, CommandFailed, Completed

__all__ = ["FakeCommands"]

Answer = t.Callable[[t.Tuple[str, ...]], t.Union[str, Completed]]  # evaluated, also on Python 3.8


@dataclass
class FakeCommands:
    """A command line for tests.

    :param answers: beginnings of commands and what answers them: standard output, or a whole result. A command
        without an answer succeeds and says nothing.
    :param locked: the commands that hold a lock.
    """

    answers: dict[str, str | Completed | Answer] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    environments: list[dict[str, str]] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    #: What each command was given on its standard input.
    inputs: list[str] = field(default_factory=list)

    def run(
        self,
        argv: t.Sequence[str],
        *,
        user: str = "",
        stdin: str = "",
        env: t.Mapping[str, str] | None = None,
        cwd: str = "/",
        check: bool = True,
        timeout: float | None = None,
        most: int = MOST,
        lock: int | None = None,
    ) -> Completed:
        command = shlex.join(argv)
        if lock is not None:
            self.locked.append(command)
        self.actions.append(f"[{user}] {command}" if user else command)
        self.environments.append(dict(env or {}))
        self.inputs.append(stdin)
        answer: str | Completed | Answer = ""
        for beginning, candidate in self.answers.items():
            if command.startswith(beginning):
                answer = candidate
                break
        if callable(answer):
            answer = answer(tuple(argv))
        completed = answer if isinstance(answer, Completed) else Completed(tuple(argv), 0, answer, "")
        if check and completed.rc != 0:
            raise CommandFailed(completed)
        return completed
