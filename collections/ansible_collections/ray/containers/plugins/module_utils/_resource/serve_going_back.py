# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Going back from a deploy that did not come to a good end.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.acceptance import NotTaken
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import Record
from ansible_collections.ray.containers.plugins.module_utils._core.serve.rehearsal import standing
from ansible_collections.ray.containers.plugins.module_utils._core.serve.rollout import Rollout
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus, joined
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import ApiRefused
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_deploys import Deploys
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_watch import Overtaken, ServeWatch

__all__ = ["GoingBack", "RolledBack"]

Fields = t.Mapping[str, t.Any]


class RolledBack(OperatorError):
    """A failed deploy, and what was done about it."""


class GoingBack:
    """Knows what ran before a deploy, and puts it back.

    :param before: what ran when the run began.
    :param how: the deploy that is gone back from.
    :ivar status: what runs since it was gone back; None before that.
    """

    def __init__(
        self,
        deploys: Deploys,
        watch: ServeWatch,
        record: Record | None,
        before: ServeStatus,
        how: Rollout,
        seconds: float,
    ) -> None:
        self._deploys, self._watch = deploys, watch
        self._record, self._before, self._how = record, before, how
        self._seconds = seconds
        self.status: ServeStatus | None = None

    def error(self, error: OperatorError, config: Fields) -> OperatorError:
        """*error*, after the last good config is back in place, where there is one and it differs from *config*."""
        if isinstance(error, ApiRefused) and not error.applied:
            return _with(error, "What runs was not touched")
        if self._record is None:
            return self._cleared(error)
        if self._record.config == config:
            return error
        names = [application.name for application in ServeConfig.read(self._record.config).applications]
        try:
            self._put_back(self._record.config, names)
        except (NotTaken, Overtaken) as overtaken:
            return overtaken
        except OperatorError as second:
            return _with(error, f"Going back to the last good config failed too: {second.what}: {second.why}")
        return _with(
            error, f"The last good Serve config is back: {joined(names)} {'run' if len(names) > 1 else 'runs'}"
        )

    def _cleared(self, error: OperatorError) -> OperatorError:
        """Without a good config, only what Ray has begun with although it refused the config is taken away."""
        nothing = "There is no earlier good config to go back to; the next run tries this one again"
        if not isinstance(error, ApiRefused) or not self._before.started:
            return _with(error, nothing)
        config = standing(self._before)
        names = [application.name for application in ServeConfig.read(config).applications]
        try:
            self._put_back(config, names)
        except (NotTaken, Overtaken) as overtaken:
            return overtaken
        except OperatorError as second:
            return _with(error, f"{nothing}. What it left could not be cleared away: {second.what}: {second.why}")
        return _with(error, "What ran before was not touched, and what the refused config left is cleared away")

    def _put_back(self, config: Fields, names: t.Sequence[str]) -> None:
        self.status = self._deploys.deploy(self._how.sent_back(config, self._before))
        self.status = self._watch.until_running(config, names, self._seconds)


def _with(error: OperatorError, sentence: str) -> RolledBack:
    return RolledBack(error.what, why=f"{error.why.rstrip('.')}. {sentence}", remedy=error.remedy, code=error.code)
