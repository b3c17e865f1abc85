# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Handing a config to Serve, until it is sure that Serve has it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve import deploy_failure
from ansible_collections.ray.containers.plugins.module_utils._core.serve.acceptance import not_taken
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import ApiError, ApiRefused, ServeApi
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_watch import ServeWatch

__all__ = ["START_SECONDS", "Deploys"]

#: For a dashboard that is just starting.
START_SECONDS = 60.0


class Deploys:
    """Deploys configs one after the other.

    :ivar sent: whether one was sent, so that Serve may have changed.
    """

    def __init__(self, api: ServeApi, watch: ServeWatch) -> None:
        self._api = api
        self._watch = watch
        self.sent = False

    def deploy(self, config: t.Mapping[str, t.Any]) -> ServeStatus:
        """Hand *config* to Serve; where that stands then.

        :raises OperatorError: Serve does not take it.
        """
        before = self._watch.status(START_SECONDS)
        self._watch.begin()
        self.sent = True
        try:
            # The same config twice is the same deploy: a dashboard that dies over it may have handed it on or not.
            self._api.patient(lambda: self._api.deploy(config), seconds=START_SECONDS, unreachable=True)
        except ApiRefused as error:
            if not before.started:
                self._end_what_is_half_started()
            raise deploy_failure.refused(error) from error
        status = self._watch.status()
        problem = not_taken(config, before, status)
        if problem:
            raise problem
        self._watch.keep(status)
        return status

    def _end_what_is_half_started(self) -> None:
        """A Serve that could not start its proxies goes on without them, and keeps the options that they cannot start with."""
        status = self._watch.status()
        if not status.started or status.applications:
            return
        try:
            self._api.stop()
        except ApiError:
            # What was refused is what the operator has to know; a Serve that is left tells its options the next time.
            return
