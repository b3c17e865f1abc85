# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Has the node tell what it and its images hold, and judges it here: what explains a difference never travels.

The documentation is the module's of the same name.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible.errors import AnsibleError
from ansible.template import Templar

from ansible_collections.ray.containers.plugins.module_utils._ansible import failure
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import as_text
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_config
from ansible_collections.ray.containers.plugins.module_utils._resource.version_parity import ARGUMENT_SPEC
from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters
from ansible_collections.ray.containers.plugins.plugin_utils._parity.verdict import (
    ParityRequest,
    applications_in,
    verdict,
)
from ansible_collections.ray.containers.plugins.plugin_utils._sealed_config import unsealed

__all__ = ["ActionModule"]


class ActionModule(Action):
    """The action of ray.containers.version_parity_info."""

    def answer(self, task_vars: Parameters) -> Parameters:
        """What the node tells, and the verdict on it."""
        _validation, parameters = self.validate_argument_spec(argument_spec=ARGUMENT_SPEC)
        parameters["config"] = unsealed(parameters["config"])
        self.secrets |= of_config(parameters["config"])
        request = self._request(parameters, task_vars)
        found = self._contents(request, parameters, task_vars)
        if "contents" not in found:
            return found
        contents = found.pop("contents")
        try:
            judged = verdict(request, contents)
        except OperatorError as error:
            judged = {"failed": True, **failure(error)}
        warnings = [*found.pop("warnings", []), *judged.pop("warnings", [])]
        return {**found, **judged, **({"warnings": warnings} if warnings else {})}

    def _contents(self, request: ParityRequest, parameters: Parameters, task_vars: Parameters | None) -> Parameters:
        """What the node tells, unless it has just told it."""
        if parameters["contents"]:
            return {"changed": False, "actions": [], "contents": parameters["contents"]}
        arguments = {
            "user": request.user,
            "runtime_path": parameters["runtime_path"],
            "raylet_image": parameters["raylet_image"],
            "images": list(request.references),
            "config": as_text(request.applications),
            "timeout": parameters["timeout"],
        }
        found: Parameters = self._execute_module(
            module_name="ray.containers.version_parity_info", module_args=arguments, task_vars=task_vars
        )
        return found

    def _request(self, parameters: Parameters, task_vars: Parameters) -> ParityRequest:
        applications = applications_in(parameters["config"] or {})
        images = [*parameters["images"], *(application.image for application in applications)]
        return ParityRequest(
            host=str(task_vars.get("inventory_hostname") or "this node"),
            user=parameters["user"],
            runtime_path=parameters["runtime_path"] or parameters["raylet_image"],
            references=tuple(dict.fromkeys(str(ImageReference.parse(image)) for image in images)),
            applications=applications,
            policy=parameters["policy"],
            check_mode=bool(self._task.check_mode),
            head=parameters["head"],
            **self._settings(parameters["head_host"], parameters["same_as_head"], task_vars),
        )

    def _settings(self, head: str, names: t.Sequence[str], task_vars: Parameters) -> Parameters:
        """This node's variables and the head's, as far as the inventory sets them for one of the two.

        A variable that it does not set has the role's default, on both.
        """
        hostvars: t.Any = task_vars.get("hostvars") or {}
        host = task_vars.get("inventory_hostname")
        if head == host or head not in hostvars or host not in hostvars:
            return {}
        mine, others = hostvars.raw_get(host), hostvars.raw_get(head)
        named = [name for name in names if name in mine or name in others]
        settings, head_settings = (self._as_in_the_role(named, each, hostvars) for each in (mine, others))
        told = settings.keys() & head_settings.keys()
        return {
            "settings": {name: settings[name] for name in told},
            "head_settings": {name: head_settings[name] for name in told},
        }

    def _as_in_the_role(self, names: t.Iterable[str], variables: Parameters, hostvars: t.Any) -> Parameters:
        """Variables of one host with the values that the role's tasks see: one may be made from a default of the role.

        `hostvars` itself tells them without those defaults. One that cannot be told here, as it needs the host's facts,
        say, is left out.

        :param variables: the host's, not yet templated.
        """
        defaults = self._task._role.get_default_vars() if self._task._role else {}
        seen = {**defaults, **variables, "hostvars": hostvars}
        templar = Templar(loader=self._loader, variables=seen)
        told = {}
        for name in names:
            with contextlib.suppress(AnsibleError):
                told[name] = templar.template(seen.get(name))
        return told
