# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells the environment that applications will have, in Ansible's own process: no host is touched.

The documentation is the module's of the same name; the work is `_resource.effective_environment`'s.
"""

from __future__ import annotations

import functools
import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import (
    REGISTRIES,
    read_registries,
)
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import RegistryApi
from ansible_collections.ray.containers.plugins.module_utils._host.registry.credential_helper import ask_helper
from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters
from ansible_collections.ray.containers.plugins.plugin_utils._controller_files import ControllerFiles
from ansible_collections.ray.containers.plugins.plugin_utils._environment.effective import Raylet
from ansible_collections.ray.containers.plugins.plugin_utils._environment.explanation import (
    EffectiveEnvironment,
)
from ansible_collections.ray.containers.plugins.plugin_utils._registry.entries import require_form
from ansible_collections.ray.containers.plugins.plugin_utils._registry.image_configuration import image_variables
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.file import ServeConfigFile

__all__ = ["ARGUMENT_SPEC", "ActionModule"]

#: What `uname` calls an architecture, and OCI.
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

ARGUMENT_SPEC: Parameters = {
    "path": {"type": "path", "required": True},
    "application": {"type": "str", "default": ""},
    "heads": {"type": "list", "elements": "str", "required": True},
    "workers": {"type": "list", "elements": "str", "default": []},
    "raylet_environments": {"type": "dict", "default": {}},
    "drain_timeouts": {"type": "dict", "default": {}},
    "raylet_images": {"type": "dict", "default": {}},
    "ray_version": {"type": "str", "default": "(Ray's version)"},
    "user_home": {"type": "path", "default": "/home/ray"},
    "runtime_path": {"type": "str", "default": "/opt/ray/(the node's Ray)"},
    "registries": REGISTRIES,
    "architecture": {"type": "str", "default": ""},
}


class ActionModule(Action):
    """The action of ray.containers.application_environment_info."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def answer(self, task_vars: Parameters) -> Parameters:
        """The environment; what in it looks like a secret is masked where it is made, and the rest is what was asked for."""
        require_form(self._task.args.get("registries"))
        _validation, parameters = self.validate_argument_spec(argument_spec=ARGUMENT_SPEC)
        asked = self._request(parameters, task_vars.get("hostvars", {}))
        try:
            return {"changed": False, "actions": [], **asked.read()}
        except OperatorError:
            self.secrets |= asked.file.secrets
            raise

    def _request(self, parameters: Parameters, variables: t.Mapping[str, t.Any]) -> EffectiveEnvironment:
        hosts = (*parameters["heads"], *parameters["workers"])
        files = ControllerFiles(hosts, variables, self._loader.get_basedir(), self._loader)
        registries = read_registries(parameters["registries"], files.readable)
        context = Context(tuple(parameters["heads"]), tuple(parameters["workers"]), registries)
        machine = os.uname().machine
        architecture = parameters["architecture"] or ARCHITECTURES.get(machine, machine)
        return EffectiveEnvironment(
            ServeConfigFile(files.path(parameters["path"]), context),
            parameters["application"],
            _raylets(parameters),
            functools.partial(image_variables, RegistryApi(registries, helper=ask_helper), architecture=architecture),
        )


def _raylets(parameters: Parameters) -> tuple[Raylet, ...]:
    return tuple(
        Raylet(
            host,
            host in parameters["heads"],
            {str(name): str(value) for name, value in (parameters["raylet_environments"].get(host) or {}).items()},
            parameters["user_home"],
            parameters["runtime_path"],
            int(parameters["drain_timeouts"].get(host, Raylet.drain_seconds)),
            str(parameters["raylet_images"].get(host) or ""),
            parameters["ray_version"],
        )
        for host in dict.fromkeys([*parameters["heads"], *parameters["workers"]])
    )
