# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the history of deploys: each one when it begins, and again when it has ended.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import shortened
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.said import said
from ansible_collections.ray.containers.plugins.module_utils._core.serve.history import (
    FAILED,
    GOOD,
    History,
    PastDeploy,
)
from ansible_collections.ray.containers.plugins.module_utils._host import files

__all__ = ["DeployHistory", "history_of"]

#: Of what a failed deploy has said, in characters.
SAID_LENGTH = 1000

Fields = t.Mapping[str, t.Any]


def path_of(record: str) -> str:
    """The file beside the record of the last good config: root's alone, as that."""
    return os.path.join(os.path.dirname(record), "history.json")


def history_of(record: str) -> History:
    """What is kept beside *record*."""
    return History.read(files.read_text(path_of(record)))


class DeployHistory:
    """The history, for one run of the module serve_config.

    :param parameters: the module's.
    :ivar number: of this run's deploy; 0 before there is one.
    """

    def __init__(self, parameters: t.Mapping[str, t.Any], wall: t.Callable[[], float] = time.time) -> None:
        self._record: str = parameters["record"]
        self._who, self._why = parameters["who"], parameters["why"]
        self._back_to: int = parameters.get("back_to", 0)
        self._wall = wall
        self.number = 0

    def begin(self, config: Fields, ray: str) -> None:
        """A deploy of *config* begins, unless this run's has begun already.

        :param ray: the version of Ray that it is for.
        """
        if self.number:
            return
        new = PastDeploy(
            0, config, ray=ray, who=self._who, why=self._why, began=round(self._wall(), 1), back_to=self._back_to
        )
        history = history_of(self._record).begun(new)
        self.number = history.deploys[-1].number
        self._write(history)

    def end_well(self) -> None:
        self._write(history_of(self._record).ended(GOOD, round(self._wall(), 1)))

    def fail(self, message: str, secrets: t.Collection[str]) -> None:
        """The deploy failed, where it had begun; *message* is kept without *secrets*."""
        if self.number:
            text = shortened(said(message, secrets), SAID_LENGTH)
            self._write(history_of(self._record).ended(FAILED, round(self._wall(), 1), text))

    def _write(self, history: History) -> None:
        files.write_text(path_of(self._record), history.text(), mode=0o600, above=0o700)
