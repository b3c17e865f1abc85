# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rehearsing new versions of applications: beside those that users have, asked, and taken away, however it ends.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import binascii
import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.acceptance import NotTaken
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.module_utils._core.serve.proxy import ProxyAddress
from ansible_collections.ray.containers.plugins.module_utils._core.serve.query import Query
from ansible_collections.ray.containers.plugins.module_utils._core.serve.rehearsal import (
    HEALTH_SECONDS,
    Rehearsal,
    rehearsal,
    standing,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.rollout import Rollout
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._core.serve.surge import FIELD
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import ApiDenied
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_deploys import Deploys
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_questions import Questions
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_watch import Overtaken, ServeWatch

__all__ = ["NotRehearsed", "Rehearsals"]


class NotRehearsed(OperatorError):
    """A rehearsal did not come to a good end. What users have was not touched."""


def _token() -> str:
    return binascii.hexlify(os.urandom(16)).decode()


class Rehearsals:
    """Rehearses.

    :ivar surging: by application, the deployments that a rehearsal has shown and that say nothing about how they surge.
    """

    def __init__(
        self,
        deploys: Deploys,
        watch: ServeWatch,
        questions: Questions,
        *,
        seconds: float,
        token: t.Callable[[], str] = _token,
    ) -> None:
        self._deploys, self._watch, self._questions = deploys, watch, questions
        self._seconds = seconds
        self._token = token
        self.surging: dict[str, tuple[str, ...]] = {}

    def rehearse(
        self,
        config: t.Mapping[str, t.Any],
        how: Rollout,
        queries: t.Sequence[Query],
        status: ServeStatus,
        proxy: ProxyAddress,
    ) -> ServeStatus:
        """Run the applications that *how* names as *config* has them, and ask them; where Serve stands afterwards.

        :param status: where it stands now. What runs is sent again with the rehearsals, since Ray removes what it is not sent.
        :raises NotRehearsed: one does not start or answers wrong. It is taken away again.
        """
        base = standing(status)
        made = [
            rehearsal(application.fields, how.expected.get(application.name), self._token())
            for application in ServeConfig.read(config).applications
            if application.name in how.rehearsed
        ]
        together = {**base, "applications": [*base["applications"], *(each.fields for each in made)]}
        try:
            self._deploys.deploy(together)
            reached = self._watch.until_running(
                together, [each.name for each in made], self._seconds, others_may_stay=True
            )
            for each in made:
                for query in queries:
                    if query.application == each.application and each.route:
                        self._questions.ask(query, proxy, reached, each.route)
            # What is well at its start may know better soon.
            self._watch.stay_well(together, [each.name for each in made if each.checks], HEALTH_SECONDS)
        except (ApiDenied, NotTaken, Overtaken):
            raise
        except OperatorError as error:
            raise self._taken_away(error, made, base) from error
        for each in made:
            self.surging.update(_shown(each, reached, how))
        return reached

    def _taken_away(
        self, error: OperatorError, made: t.Sequence[Rehearsal], base: t.Mapping[str, t.Any]
    ) -> OperatorError:
        """The error in the words of the application itself, once the rehearsals are gone."""
        what, why = error.what, error.why
        for each in made:
            what, why = what.replace(each.name, each.application), why.replace(each.name, each.application)
        end = "It was seen in the rehearsal, so no user has met it: what runs was not touched"
        try:
            self._deploys.deploy(base)
            names = [application.name for application in ServeConfig.read(base).applications]
            self._watch.until_running(base, names, self._seconds)
        except OperatorError as second:
            end = f"It was seen in the rehearsal, which could not be taken away: {second.what}: {second.why}"
        return NotRehearsed(what, why=f"{why.rstrip('.')}. {end}", remedy=error.remedy, code=error.code)


def _shown(made: Rehearsal, status: ServeStatus, how: Rollout) -> dict[str, tuple[str, ...]]:
    """What a rehearsal shows of deployments that were not known before."""
    running = status.application(made.name)
    if running is None or made.application not in how.surging or how.expected.get(made.application) is not None:
        return {}
    return {made.application: tuple(each.name for each in running.deployments if not each.options.get(FIELD))}
