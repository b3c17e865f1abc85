# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only place that knows Ansible: arguments in, result out, check mode, diff mode, errors.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands, HostCommands
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource

__all__ = ["failure", "run_info", "run_resource"]

Parameters = t.Dict[str, t.Any]

NOT_SHOWN = "(not shown)"


def run_resource(
    build: t.Callable[[Parameters, Commands], Resource[t.Any]],
    argument_spec: Parameters,
    unsaid: t.Collection[str] = (),
    **constraints: t.Any,
) -> None:
    """Be the whole `main()` of a module that changes something.

    :param build: makes the capability from the module's validated parameters and ``check_mode``.
    :param unsaid: what Ansible is not to repeat at -vvv. By `no_log` each value inside would be masked everywhere.
    :param constraints: further keywords of AnsibleModule, such as required_if.
    """
    module = AnsibleModule(argument_spec=argument_spec, supports_check_mode=True, **constraints)
    parameters = {**module.params, "check_mode": module.check_mode}
    module.params.update((name, NOT_SHOWN) for name in unsaid if parameters[name])
    commands = HostCommands()
    try:
        resource = build(parameters, commands)
        # Secrets inside a larger parameter: a capability that has some names them.
        module.no_log_values.update(getattr(resource, "secrets", ()))
        observed = resource.observe()
        plan = resource.plan(observed)
        if not module.check_mode:
            for step in plan.steps:
                resource.apply(step)
        result = resource.result(observed, plan)
    except OperatorError as error:
        _fail(module, error, commands)
    module.exit_json(changed=plan.changed, steps=plan.summaries, actions=commands.actions, diff=plan.diff(), **result)


def run_info(
    read: t.Callable[[Parameters, Commands], dict[str, t.Any]], argument_spec: Parameters, **constraints: t.Any
) -> None:
    """Be the whole `main()` of a module that only reads; *read* returns its result.

    Beside its own parameters it is given ``check_mode``: before a first run, what it reads may not be there yet.
    """
    module = AnsibleModule(argument_spec=argument_spec, supports_check_mode=True, **constraints)
    commands = HostCommands()
    try:
        result = read({**module.params, "check_mode": module.check_mode}, commands)
    except OperatorError as error:
        _fail(module, error, commands)
    module.exit_json(changed=False, actions=commands.actions, **result)


def failure(error: OperatorError) -> Parameters:
    """What a result tells the operator: what failed, why and what to do.

    An error may carry more for the result, say a table, in its `details`.
    """
    return {
        "msg": str(error),
        "code": error.code or None,
        "why": error.why,
        "remedy": error.remedy,
        **getattr(error, "details", {}),
    }


def _fail(module: AnsibleModule, error: OperatorError, commands: Commands) -> t.NoReturn:
    """End with the failure, and with what was done until then."""
    module.fail_json(actions=commands.actions, **failure(error))
    raise AssertionError("fail_json returned")
