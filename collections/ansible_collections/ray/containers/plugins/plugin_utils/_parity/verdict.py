# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Version parity judged: from what a node told of itself and its images to the result of `version_parity_info`.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import parity as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry, Finding
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import (
    Application,
    ImageFacts,
    NodeFacts,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping, merged
from ansible_collections.ray.containers.plugins.plugin_utils._parity.comparison import (
    Difference,
    compare,
    compare_settings,
    compare_with_head,
)
from ansible_collections.ray.containers.plugins.plugin_utils._parity.table import Compared, rows, short, table

__all__ = ["ParityRequest", "ParityFailed", "applications_in", "findings", "joint", "joint_rows", "verdict"]


class ParityFailed(OperatorError):
    """An image does not fit the node, or the node not the head; the result carries the whole comparison.

    :param told: what is wrong and what to do about it, a sentence each.
    """

    def __init__(self, what: str, told: t.Sequence[str], *, remedy: str, code: str, details: dict[str, t.Any]) -> None:
        super().__init__(what, why=told[0], remedy=remedy, code=code)
        self.told = tuple(told)
        self.details = details

    def __str__(self) -> str:
        if len(self.told) == 1:
            return f"{self.what}: {self.told[0]}"
        return "\n".join([f"{self.what}:", *(f"{number}. {each}" for number, each in enumerate(self.told, 1))])


@dataclass(frozen=True)
class ParityRequest:
    """What a task asks for.

    :param host: the node, as the inventory names it.
    :param references: the images to compare.
    :param policy: ``enforce``, ``warn`` or ``report``.
    :param head: the result ``ray_runtime`` of the cluster's head; empty when it is not known.
    :param settings: variables of the node; :param head_settings: the head's under the same names.
    """

    host: str
    user: str
    runtime_path: str
    references: tuple[str, ...]
    applications: tuple[Application, ...] = ()
    policy: str = "enforce"
    check_mode: bool = False
    head: t.Mapping[str, t.Any] = field(default_factory=dict)
    settings: t.Mapping[str, t.Any] = field(default_factory=dict, repr=False)
    head_settings: t.Mapping[str, t.Any] = field(default_factory=dict, repr=False)


def applications_in(config: t.Any) -> tuple[Application, ...]:
    """What runs in an image according to a Serve config: its applications, and deployments with an image of their own.

    An application asks for GPUs when one of the deployments that run in its image does, as far as the file says it.

    :raises OperatorError: the config is no mapping.
    """
    if not isinstance(config, dict):
        raise OperatorError("The Serve config is no mapping", remedy="Give config what serve_config_info returns")
    found = []
    for application in ServeConfig.read(config).applications:
        import_path = str(application.fields.get("import_path") or "")
        own = [each for each in application.deployments if not each.environment.image]
        if application.environment.image:
            gpus = any(map(_asks_for_gpus, own))
            fields = application.environment.fields
            image = str(application.environment.image)
            args = mapping(application.fields.get("args"))
            found.append(Application(application.name, image, import_path, _variables(fields), gpus, args))
        for each in application.deployments:
            if each.environment.image:
                fields = merged(application.environment.fields, each.environment.fields)
                name = f"{application.name}/{each.name}"
                image = str(each.environment.image)
                found.append(Application(name, image, import_path, _variables(fields), _asks_for_gpus(each)))
    return tuple(found)


def verdict(request: ParityRequest, told: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The result ``parity``, and ``warnings`` where something is to be said that does not stop the run.

    :param told: what the module on the node found: ``node`` (empty without Ray there) and ``images``.
    :raises ParityFailed: something differs, or is not there outside check mode, and the policy is ``enforce``.
    """
    node = NodeFacts(**told["node"]) if told["node"] else None
    images = {reference: ImageFacts(**facts) for reference, facts in told["images"].items()}
    found = list(compare_settings(request.host, request.settings, request.head_settings))
    if node:
        found += compare_with_head(request.host, node, request.head)
        found += compare(node, images, request.applications)
    differences = sorted(found, key=lambda difference: not difference.is_error)
    missing = _missing(request, node, [reference for reference in request.references if reference not in images])
    result: dict[str, t.Any] = {
        "parity": {
            "node": dict(told["node"]),
            "images": dict(told["images"]),
            "differences": [difference.as_result() for difference in differences],
            "not_compared": [sentence for _entry, sentence in missing],
            "policy": request.policy,
            "table": [],
        }
    }
    result["parity"]["table"] = joint({request.host: result["parity"]})
    if request.policy == "report":
        return result
    if request.policy == "enforce":
        _enforce(request, differences, () if request.check_mode else missing, result)
    warnings = [f"{_warning(request, difference)}." for difference in differences]
    if request.policy == "warn" and not request.check_mode:
        warnings += [f"{request.host}: {sentence} [{entry.code}]." for entry, sentence in missing]
    return {**result, "warnings": warnings} if warnings else result


def findings(told: t.Mapping[str, t.Any]) -> list[Finding]:
    """The errors among the differences between a node and its images, as a diagnosis tells them."""
    node = NodeFacts(**told["node"])
    images = {reference: ImageFacts(**facts) for reference, facts in told["images"].items()}
    return [
        Finding(difference.entry, f"image {difference.subject}", difference.evidence, difference.remedy)
        for difference in compare(node, images)
        if difference.is_error
    ]


def joint(results: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[str]:
    """One table of several nodes' results ``parity``, by node; no line when none of them has a node's side."""
    nodes = _compared(results)
    return table(nodes) if nodes else []


def joint_rows(results: t.Mapping[str, t.Mapping[str, t.Any]]) -> tuple[list[str], list[list[str]]]:
    """The columns of the same table, and its rows, each with what it is about first."""
    nodes = _compared(results)
    heading, *told = rows(nodes) if nodes else [()]
    return list(heading[1:]), [list(row) for row in told]


def _compared(results: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[Compared]:
    return [
        Compared(
            name,
            NodeFacts(**parity["node"]),
            {reference: ImageFacts(**facts) for reference, facts in parity["images"].items()},
            {(difference["subject"], difference["what"]) for difference in parity["differences"]},
        )
        for name, parity in results.items()
        if parity.get("node")
    ]


def _warning(request: ParityRequest, difference: Difference) -> str:
    """What a warning says: a policy that lets an error through is named, so that it is not overlooked."""
    through = "LET THROUGH by ray_parity=warn: " if request.policy == "warn" and difference.is_error else ""
    return short(f"{through}{difference.sentence()}")


def _enforce(
    request: ParityRequest,
    differences: t.Sequence[Difference],
    missing: t.Sequence[tuple[Entry, str]],
    result: dict[str, t.Any],
) -> None:
    errors = [difference for difference in differences if difference.is_error]
    told = [short(f"{each.subject}: {each.evidence}. {_remedy(each)} [{each.entry.code}]") for each in errors]
    told += [f"{sentence}. {entry.remedy} [{entry.code}]" for entry, sentence in missing]
    if errors:
        what = f"{request.host} does not fit what it is to run, so no raylet is started and nothing is deployed"
        raise ParityFailed(what, told, remedy=_remedy(errors[0]), code=errors[0].entry.code, details=result)
    if missing:
        entry, _sentence = missing[0]
        what = f"{request.host} cannot be compared with its images"
        raise ParityFailed(what, told, remedy=entry.remedy, code=entry.code, details=result)


def _remedy(difference: Difference) -> str:
    return difference.remedy or difference.entry.remedy


def _missing(request: ParityRequest, node: NodeFacts | None, absent: t.Iterable[str]) -> list[tuple[Entry, str]]:
    missing = []
    if node is None:
        missing.append((catalogue.NO_RUNTIME, f"there is no Ray for {request.user} in {request.runtime_path} yet"))
    for reference in absent:
        missing.append((catalogue.NO_IMAGE, f"the image {reference} is not in the store of {request.user} yet"))
    return missing


def _variables(fields: t.Mapping[str, t.Any]) -> dict[str, str]:
    variables = fields.get("env_vars")
    return {str(name): str(value) for name, value in variables.items()} if isinstance(variables, dict) else {}


def _asks_for_gpus(deployment: t.Any) -> bool:
    options = deployment.fields.get("ray_actor_options")
    gpus = options.get("num_gpus") if isinstance(options, dict) else None
    return isinstance(gpus, (int, float)) and gpus > 0
