# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of code that a Serve config names: how it is named, and that some of it is imported outside the images.

Whether it can be imported there only Ray can tell; it is asked on the head before a deploy (`_host.ray.schema`).

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.walking import deployments, options

__all__ = ["RULES"]

# A module's name may hold what an identifier may not (importlib takes it as it comes); an attribute's may not.
_MODULE = re.compile(r"[^\s./\\:]+(?:\.[^\s./\\:]+)*")

#: Variables that name a function; empty for none.
CALLBACKS = {
    "RAY_SERVE_CONTROLLER_CALLBACK_IMPORT_PATH": "the controller",
    "RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH": "every proxy",
    "RAY_SERVE_TRACING_EXPORTER_IMPORT_PATH": "every proxy, and every replica in its image,",
}


class ImportPath(t.NamedTuple):
    """Code that is named in a config or an inventory.

    :param importer: who imports it.
    """

    where: str
    path: str
    importer: str


@rule(
    "RC-111",
    "An import path is not module:attribute",
    cause="Ray splits it at the colon, imports the module and takes one attribute of it.",
    remedy="Write module:attribute, such as whisper_example:entrypoint (a module, not a file)",
    source="Ray 2.60.0 serve/schema.py import_path_format_valid; _common/utils.py import_module_and_attr",
    form=True,
)
def import_path_malformed(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A path that Ray cannot split into a module and one attribute."""
    for application in config.applications:
        path = application.fields.get("import_path")
        fault = _fault_of(path) if path and isinstance(path, str) else ""
        if fault:
            yield Problem(
                f"{application.where}.import_path", f"import_path {path} of application {application.name}: {fault}"
            )
    for named in (*_in_images(config), *_on_head(config), *_outside(config, context)):
        fault = _fault_of(named.path)
        if fault:
            yield Problem(named.where, f"{named.importer} cannot import {named.path or 'what has no name'}: {fault}")


@rule(
    "RC-158",
    "Code of an application is imported on the head",
    severity="warning",
    cause=(
        "Ray imports this while it reads the config, in the dashboard on the head and not in an image. Where it is not "
        "importable there, the deploy ends with an internal error (500)."
    ),
    remedy="Set it in the application's code instead, or install the module into Ray's environment on the nodes (ray_packages)",
    source=(
        "Ray 2.60.0 serve/config.py AutoscalingPolicy.serialize_policy, "
        "RequestRouterConfig._serialize_request_router_cls, called by ServeDeploySchema.model_validate"
    ),
)
def imported_on_head(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A policy or a router that the schema imports when it reads the config."""
    for named in _on_head(config):
        if not _is_of_ray(named.path):
            yield Problem(named.where, f"{named.importer} imports {named.path}")


@rule(
    "RC-173",
    "Code is imported outside the images",
    severity="warning",
    cause=(
        "Proxies and the controller run in Ray's environment on the nodes, not in an image. Without what they import they end as "
        "soon as they start, for ever."
    ),
    remedy="Install the module where the proxies run: into Ray's environment on every node (ray_packages)",
    source=(
        "Ray 2.60.0 serve/schema.py gRPCOptionsSchema.grpc_servicer_functions, TracingConfig.exporter_import_path; "
        "serve/_private/utils.py call_function_from_import_path, called by controller.py and http_util.py"
    ),
)
def imported_outside(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Functions of gRPC, exporters of traces, and what is called when proxies and the controller start."""
    for named in _outside(config, context):
        if not _is_of_ray(named.path):
            yield Problem(named.where, f"{named.importer} imports {named.path} outside the images")


def _in_images(config: ServeConfig) -> t.Iterator[ImportPath]:
    """What Ray imports where the application is imported, and in its actors."""
    for application in config.applications:
        path = mapping(application.fields.get("autoscaling_policy")).get("policy_function")
        if isinstance(path, str):
            yield ImportPath(f"{application.where}.autoscaling_policy.policy_function", path, "the application")
    for deployment in deployments(config):
        listed = deployment.fields.get("deployment_actors")
        for index, actor in enumerate(listed if isinstance(listed, list) else []):
            path = mapping(actor).get("actor_class")
            if isinstance(path, str):
                yield ImportPath(f"{deployment.where}.deployment_actors[{index}].actor_class", path, "the application")


def _on_head(config: ServeConfig) -> t.Iterator[ImportPath]:
    """What the schema imports."""
    for option in options(config, "autoscaling_config"):
        path = mapping(option.fields.get("policy")).get("policy_function")
        if isinstance(path, str):
            yield ImportPath(f"{option.where}.policy.policy_function", path, "the head")
    for option in options(config, "request_router_config"):
        path = option.fields.get("request_router_class")
        if isinstance(path, str):
            yield ImportPath(f"{option.where}.request_router_class", path, "the head")


def _outside(config: ServeConfig, context: Context) -> t.Iterator[ImportPath]:
    """What the proxies and the controller import."""
    functions = mapping(config.fields.get("grpc_options")).get("grpc_servicer_functions")
    for index, path in enumerate(functions if isinstance(functions, list) else []):
        if isinstance(path, str):
            yield ImportPath(f"grpc_options.grpc_servicer_functions[{index}]", path, "every proxy")
    tracing = mapping(config.fields.get("tracing_config"))
    path = tracing.get("exporter_import_path")
    if path and isinstance(path, str) and tracing.get("enabled", True) not in (False, "false"):
        importer = CALLBACKS["RAY_SERVE_TRACING_EXPORTER_IMPORT_PATH"]
        yield ImportPath("tracing_config.exporter_import_path", path, importer)
    of_controller = mapping(mapping(config.fields.get("controller_options")).get("runtime_env")).get("env_vars")
    places = {"controller_options.runtime_env.env_vars": mapping(of_controller), "ray_environment": context.environment}
    for place, variables in places.items():
        for name, importer in CALLBACKS.items():
            path = variables.get(name)
            if path and isinstance(path, str):
                yield ImportPath(f"{place}.{name}", path, importer)


def _is_of_ray(path: str) -> bool:
    return path.startswith("ray.")


def _fault_of(path: str) -> str:
    """Why Ray cannot import *path*; empty when nothing speaks against it."""
    if path.count(":") > 1:
        return "it has more than one colon"
    module, separator, attribute = path.partition(":") if ":" in path else path.rpartition(".")
    if not separator:
        return "the colon between module and attribute is missing"
    if module.endswith(".py") or "/" in module:
        return f"{module} is a file, not a module"
    if not _MODULE.fullmatch(module):
        return f"{module or 'nothing'} before the {separator} is not a module"
    if not attribute.isidentifier():
        return f"{attribute or 'nothing'} after the {separator} is not the name of an attribute"
    return ""


RULES = rules_in(globals())
