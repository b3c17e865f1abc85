# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the Serve config and pins its images, in Ansible's own process: the rules never travel to a host.

The documentation is the module's of the same name; the work is `_resource.serve_config_file`'s.
"""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._ansible import failure
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import (
    REGISTRIES,
    read_registries,
)
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import RegistryApi
from ansible_collections.ray.containers.plugins.module_utils._host.registry.credential_helper import ask_helper
from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters
from ansible_collections.ray.containers.plugins.plugin_utils._controller_files import ControllerFiles
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.context import inventory_context
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.host_variables import InventoryVariables
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.known_variables import KnownVariables
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.undefined_variables import undefined_variables
from ansible_collections.ray.containers.plugins.plugin_utils._registry.entries import require_form
from ansible_collections.ray.containers.plugins.plugin_utils._registry.sizes import sizes
from ansible_collections.ray.containers.plugins.plugin_utils._sealed_config import sealed
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.container_migration import (
    Migration,
    migration,
    write,
)
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.file import ServeConfigFile
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.foreign import taken

__all__ = ["ARGUMENT_SPEC", "ActionModule"]

ARGUMENT_SPEC: Parameters = {
    "path": {"type": "path", "required": True},
    "heads": {"type": "list", "elements": "str", "required": True},
    "workers": {"type": "list", "elements": "str", "default": []},
    "registries": REGISTRIES,
    "resolve": {"type": "bool", "default": True},
    "migrate": {"type": "bool", "default": False},
    "sealed": {"type": "bool", "default": False},
}


class ActionModule(Action):
    """The action of ray.containers.serve_config_info."""

    TRANSFERS_FILES = False
    PASSED_ON = ("config",)
    _requires_connection = False

    def answer(self, task_vars: Parameters) -> Parameters:
        """The config, what was found in it, and what was migrated."""
        require_form(self._task.args.get("registries"))
        _validation, parameters = self.validate_argument_spec(argument_spec=ARGUMENT_SPEC)
        variables = InventoryVariables(task_vars.get("hostvars", {}), self._loader)
        files = ControllerFiles(_hosts(parameters), variables, self._loader.get_basedir(), self._loader)
        done = Migration("", "", "", ())
        result: Parameters = {"steps": [], "actions": []}
        try:
            if parameters["migrate"]:
                done = self._migrated(files.path(parameters["path"]))
            file = self._file(parameters, variables, files, done)
            self.secrets |= file.secrets
            answer = file.read()
            answer["needs_facts"] = undefined_variables(_hosts(parameters), variables).facts
            if parameters["sealed"]:
                answer["config"] = sealed(answer["config"])
        except OperatorError as error:
            answer = {"failed": True, **failure(error)}
        result.update(changed=done.changed, steps=list(done.sentences), actions=[])
        result.update(warnings=_warnings(answer.get("findings", [])), **answer)
        # Not even at -v: the config is returned for the tasks that follow, and its env_vars may hold secrets.
        result["_ansible_verbose_override"] = True
        if done.changed:
            result["diff"] = {
                "before": done.before,
                "after": done.after,
                "before_header": done.path,
                "after_header": done.path,
            }
        return result

    def _migrated(self, path: str) -> Migration:
        """The file without deprecated fields; rewritten unless in check mode."""
        done = migration(path, taken(path))
        if done.changed and not self._task.check_mode:
            write(done)
        return done

    def _file(
        self, parameters: Parameters, variables: t.Mapping[str, t.Any], files: ControllerFiles, done: Migration
    ) -> ServeConfigFile:
        registries = read_registries(parameters["registries"], files.readable)
        api = RegistryApi(registries, helper=ask_helper) if parameters["resolve"] else None
        hosts = {host: KnownVariables(variables[host]) for host in _hosts(parameters) if host in variables}
        context = dataclasses.replace(
            inventory_context(parameters["heads"], parameters["workers"], hosts),
            undefined_variables=undefined_variables(_hosts(parameters), variables).errors,
            registries=registries,
            resolve=parameters["resolve"],
        )
        return ServeConfigFile(
            done.path or files.path(parameters["path"]),
            context,
            api.digests if api else None,
            functools.partial(sizes, api) if api else None,
            done.after if done.changed else None,
        )


def _hosts(parameters: Parameters) -> list[str]:
    return [*parameters["heads"], *parameters["workers"]]


def _warnings(findings: t.Iterable[t.Mapping[str, str]]) -> list[str]:
    return [
        f"{finding['where']}: {finding['evidence']}. {finding['remedy']} [{finding['code']}]"
        for finding in findings
        if finding["severity"] == "warning"
    ]
