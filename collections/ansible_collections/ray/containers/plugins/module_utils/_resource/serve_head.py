# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ray of the head that a Serve config is deployed on: its Python, its state, its ended containers, and how Serve is stopped.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import glob
import os
import typing as t
from urllib.parse import urlsplit

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.places import GCS_STATE, IN_A_CONTAINER
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray import logs as ray_logs
from ansible_collections.ray.containers.plugins.module_utils._host.ray.raylet_commands import raylet_commands
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["Head"]

STATES = f"/var/lib/{GCS_STATE}"


class Head:
    """A head, by the parameters of the module serve_config.

    :param url: where its dashboard listens.
    """

    def __init__(self, parameters: t.Mapping[str, t.Any], commands: Commands, url: str) -> None:
        self._parameters = parameters
        self._url = url
        self.engine = raylet_commands(commands, parameters["raylet_image"])
        self.user: str = parameters["user"]

    def check(self, config: t.Mapping[str, t.Any], *, reachable: bool) -> None:
        """Let Ray's own schema look at a config that is to be deployed; one that is deployed it has seen.

        :raises OperatorError: Ray refuses it.
        """
        python = self.python(reachable=reachable)
        if python:
            # Only a deploy needs it.
            from ansible_collections.ray.containers.plugins.module_utils._core.serve.schema_complaint import refusal
            from ansible_collections.ray.containers.plugins.module_utils._host.ray.schema import complaints

            port = urlsplit(self._url).port or 80
            refused = refusal(complaints(self.engine, python, config, port=port, user=self.user), config)
            if refused:
                raise refused

    def python(self, *, reachable: bool) -> tuple[str, ...]:
        """How Ray's Python is started on this host; nothing where it is not there yet, as before a first run."""
        if self._parameters["raylet_image"]:
            return ("python",) if reachable else ()
        path = f"{self._parameters['runtime_path']}/bin/python"
        return (path,) if self._parameters["runtime_path"] and os.path.exists(path) else ()

    def has_state(self) -> bool:
        """Whether this runtime has kept a state on this host: none has after a teardown, and another Ray has its own."""
        runtime = os.path.basename(self._parameters["runtime_path"].rstrip("/")) or "*"
        name = f"*{IN_A_CONTAINER}" if self._parameters["raylet_image"] else runtime
        return bool(glob.glob(f"{STATES}/{name}"))

    @property
    def stop_command(self) -> str:
        """What an operator types to stop Serve."""
        if self._parameters["raylet_image"]:
            return f"podman exec raylet serve shutdown --yes --address {self._url}"
        serve = f"{self._parameters['runtime_path']}/bin/serve" if self._parameters["runtime_path"] else "serve"
        command = f"{serve} shutdown --yes --address {self._url}"
        return f"sudo -u {self.user} {command}" if self.user else command

    def dead_workers(self, images: t.Container[str], since: float) -> list[Log]:
        """The last words of containers of these images whose worker has died on this node since then, before Ray knew it."""
        return ray_logs.dead_workers(self.engine, self.user, self._session, images, since)

    def controller_log(self) -> tuple[str, ...]:
        """The end of what Serve's controller has logged."""
        return ray_logs.controller_log(files_of(self.user), self._session)

    @property
    def _session(self) -> str:
        return ray_logs.current_session(files_of(self.user), self._parameters["temp_dir"])
