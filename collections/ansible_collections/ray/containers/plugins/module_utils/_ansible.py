# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only place that knows Ansible: arguments in, result out, check mode, diff mode, errors.

Everything that a module says leaves here, and nowhere else: without secrets, and without what a terminal would obey.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError, of_the_system
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Step
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.said import said
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands, HostCommands
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource

__all__ = ["failure", "run_info", "run_resource"]

Parameters = t.Dict[str, t.Any]

NOT_SHOWN = "(not shown)"


def run_resource(
    build: t.Callable[[Parameters, Commands], Resource[t.Any]], argument_spec: Parameters, **constraints: t.Any
) -> None:
    """Be the whole `main()` of a module that changes something.

    :param build: makes the capability from the module's validated parameters and ``check_mode``.
    :param argument_spec: with no_log for each parameter that Ansible is not to log; the capability names the secrets in it.
    :param constraints: further keywords of AnsibleModule, such as required_if.
    """
    call = _Call(argument_spec, constraints)

    def work() -> Parameters:
        resource = build(call.parameters, call.commands)
        try:
            observed = resource.observe()
            plan = resource.plan(observed)
            if not call.parameters["check_mode"]:
                for step in plan.steps:
                    resource.apply(step)
                    call.done.append(step)
            result = resource.result(observed, plan)
        finally:
            call.secrets.update(resource.secrets)
            resource.close()
        return {"changed": plan.changed, "steps": plan.summaries, "diff": plan.diff(), **result}

    call.answer(work)


def run_info(
    read: t.Callable[[Parameters, Commands], dict[str, t.Any]], argument_spec: Parameters, **constraints: t.Any
) -> None:
    """Be the whole `main()` of a module that only reads; *read* returns its result.

    Beside its own parameters it is given ``check_mode``, as before a first run what it reads may not be there yet, and
    ``secrets``, a set to which it adds the values that must not stand in its result.
    """
    call = _Call(argument_spec, constraints)

    def work() -> Parameters:
        return {"changed": False, **read({**call.parameters, "secrets": call.secrets}, call.commands)}

    call.answer(work)


def failure(error: OperatorError) -> Parameters:
    """What a result tells the operator: what failed, why and what to do."""
    return {
        "msg": str(error),
        "code": error.code or None,
        "why": error.why,
        "remedy": error.remedy,
        **error.details,
    }


class _Call:
    """One call of a module: what it was given, and what is found out that must not be said."""

    def __init__(self, argument_spec: Parameters, constraints: Parameters) -> None:
        self.module = AnsibleModule(argument_spec=argument_spec, supports_check_mode=True, **constraints)
        given = self.module.params
        self.parameters: Parameters = {**given, "check_mode": self.module.check_mode}
        self.commands = HostCommands()
        #: Steps that were carried out, for a failure after them.
        self.done: list[Step] = []
        hidden = {name: given[name] for name, option in argument_spec.items() if option.get("no_log") and given[name]}
        #: Hidden parameters that are one text, and the values of the others that are secret as far as that can be told here.
        self.secrets = {text for name, text in hidden.items() if argument_spec[name].get("type") == "str"}
        structures = [value for value in hidden.values() if isinstance(value, (dict, list))]
        if structures:
            from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import of_config

            self.secrets.update(*map(of_config, structures))
        # Ansible itself would mask each value inside of them, an application's name or a port, wherever else it stands.
        self.module.no_log_values.clear()
        self._shown = {name: NOT_SHOWN if name in hidden else value for name, value in given.items()}

    def answer(self, work: t.Callable[[], Parameters]) -> t.NoReturn:
        """Do the work, and end with what came out of it: a failure also tells what was done until then."""
        try:
            result = {**work(), "failed": False}
        except OperatorError as error:
            result = {**failure(error), **self._until_then(), "failed": True}
        except OSError as error:
            result = {**failure(of_the_system(error)), **self._until_then(), "failed": True}
        except Exception as error:
            # A fault of ours. Python's own words go by way of standard error, past everything that masks.
            result = {
                "msg": f"This module ran into a fault of its own: {type(error).__name__}: {error}",
                "exception": traceback.format_exc(),
                **self._until_then(),
                "failed": True,
            }
        told = {"actions": self.commands.actions, "invocation": {"module_args": self._shown}, **result}
        # Outside of the handlers above: from an error that is being handled Ansible makes a traceback, with its text.
        self._end(**said(told, self.secrets))

    def _until_then(self) -> Parameters:
        """What was done before a failure: a run that changed something says so however it ended."""
        if not self.done:
            return {}
        return {"changed": any(step.changes for step in self.done), "steps": [step.summary for step in self.done]}

    def _end(self, failed: bool, **told: t.Any) -> t.NoReturn:
        if failed:
            self.module.fail_json(**told)
        self.module.exit_json(**told)
        raise AssertionError("exit_json returned")
