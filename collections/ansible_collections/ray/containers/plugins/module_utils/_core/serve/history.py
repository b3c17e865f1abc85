# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of deploys on a head: what was deployed, by whom, when, why, and how it ended.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import asdict, dataclass, fields, replace

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import digest
from ansible_collections.ray.containers.plugins.module_utils._core.serve.images import images_of

__all__ = ["CUT_OFF", "FAILED", "GOOD", "UNDER_WAY", "PastDeploy", "History"]

#: So many are kept, and of those that were good so many at least, however many have failed since.
KEPT = 20
GOOD_KEPT = 3

UNDER_WAY = "under way"
GOOD = "good"
FAILED = "failed"
#: Its run was killed, so nobody wrote down how it ended.
CUT_OFF = "cut off"

Fields = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class PastDeploy:
    """One deploy, or one attempt.

    :param number: counts up on this head, and is never used twice.
    :param config: exactly what was asked, secrets included.
    :param ray: the version of Ray that it was deployed to.
    :param who: the operator and the controller; *why* in that one's words.
    :param began: seconds since the epoch, as *ended*, which is 0 until it has.
    :param said: why it failed, without secrets.
    :param back_to: the number of the deploy that it went back to; 0 for a new one.
    """

    number: int
    config: Fields
    ray: str = ""
    who: str = ""
    why: str = ""
    began: float = 0.0
    ended: float = 0.0
    result: str = UNDER_WAY
    said: str = ""
    back_to: int = 0

    @classmethod
    def read(cls, document: t.Any) -> PastDeploy | None:
        """From what the file holds; None when it is not one of ours."""
        row = mapping(document)
        if not isinstance(row.get("number"), int) or not isinstance(row.get("config"), dict):
            return None
        return cls(**{field.name: row[field.name] for field in fields(cls) if field.name in row})

    @property
    def digest(self) -> str:
        """A short name for exactly this config."""
        return digest(self.config)[:12]

    @property
    def images(self) -> dict[str, list[str]]:
        """The images of each application, with their digests as far as they are pinned."""
        names = [str(each.get("name")) for each in self.config.get("applications") or [] if isinstance(each, dict)]
        found = images_of(self.config)
        return {name: found.get(name, []) for name in names}


@dataclass(frozen=True)
class History:
    """The deploys of one head, the oldest first."""

    deploys: tuple[PastDeploy, ...] = ()

    @classmethod
    def read(cls, text: str | None) -> History:
        """From the file's text; empty when there is none, or it is not one of ours."""
        try:
            rows = mapping(json.loads(text or "{}")).get("deploys")
        except (ValueError, RecursionError):
            rows = None
        read = map(PastDeploy.read, rows if isinstance(rows, list) else [])
        return cls(tuple(each for each in read if each is not None))

    def text(self) -> str:
        return json.dumps({"deploys": [asdict(each) for each in self.deploys]}, sort_keys=True, indent=1) + "\n"

    def begun(self, deploy: PastDeploy) -> History:
        """With *deploy* under way, under the next number. Another one that still is was cut off: one at a time deploys."""
        before = [replace(each, result=CUT_OFF) if each.result == UNDER_WAY else each for each in self.deploys]
        number = max((each.number for each in before), default=0) + 1
        return History((*before, replace(deploy, number=number, result=UNDER_WAY)))._trimmed()

    def ended(self, result: str, when: float, said: str = "") -> History:
        """With the end of the deploy that is under way."""
        return History(
            tuple(
                replace(each, result=result, ended=when, said=said) if each.result == UNDER_WAY else each
                for each in self.deploys
            )
        )

    @property
    def good(self) -> tuple[PastDeploy, ...]:
        """Those whose applications ran and answered right."""
        return tuple(each for each in self.deploys if each.result == GOOD)

    def find(self, number: int) -> PastDeploy | None:
        return next((each for each in self.deploys if each.number == number), None)

    def with_config(self, config: Fields) -> PastDeploy | None:
        """The last good one that asked for exactly this."""
        return next((each for each in reversed(self.good) if each.config == config), None)

    def before(self, application: str, images: t.Sequence[str]) -> PastDeploy | None:
        """The last good one that had the application in other images."""
        for each in reversed(self.good):
            theirs = each.images.get(application)
            if theirs and theirs != list(images):
                return each
        return None

    def _trimmed(self) -> History:
        kept = {each.number for each in (*self.deploys[-KEPT:], *self.good[-GOOD_KEPT:])}
        return History(tuple(each for each in self.deploys if each.number in kept))
