# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of applications: names, routes, import paths.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import serve_config as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import DEFAULT_NAME, ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Met, rule

__all__ = ["RULES"]

# A module's name may hold what an identifier may not (importlib takes it as it comes); an attribute's may not.
_MODULE = re.compile(r"[^\s./\\:]+(?:\.[^\s./\\:]+)*")


@rule(catalogue.IMPORT_PATH_MISSING)
def import_path_missing(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """An application does not say what to run."""
    for application in config.applications:
        if application.fields.get("import_path", "") == "":
            yield Met(f"{application.where}.import_path", f"application {application.name} has no import_path")


@rule(catalogue.IMPORT_PATH_MALFORMED)
def import_path_malformed(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """An import_path that Ray cannot split into a module and one attribute."""
    for application in config.applications:
        path = application.fields.get("import_path")
        fault = _fault_of_import_path(path) if path and isinstance(path, str) else ""
        if fault:
            yield Met(
                f"{application.where}.import_path", f"import_path {path} of application {application.name}: {fault}"
            )


@rule(catalogue.DUPLICATE_APPLICATION)
def duplicate_application(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Two applications share a name, written or by default."""
    seen: dict[str, str] = {}
    for application in config.applications:
        if application.name in seen:
            unwritten = "" if "name" in application.fields else f" (no name is written, so it is {DEFAULT_NAME})"
            yield Met(
                f"{application.where}.name",
                f"{seen[application.name]} has the name {application.name} too{unwritten}",
            )
        seen.setdefault(application.name, application.where)


@rule(catalogue.DUPLICATE_ROUTE)
def duplicate_route(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Two applications answer at one path, written or by default."""
    seen: dict[str, str] = {}
    for application in config.applications:
        route = application.route
        if route is None:
            continue
        if route in seen:
            unwritten = "" if "route_prefix" in application.fields else ", which holds where none is written"
            yield Met(
                f"{application.where}.route_prefix",
                f"applications {seen[route]} and {application.name} both have the route {route}{unwritten}",
            )
        seen.setdefault(route, application.name)


@rule(catalogue.ROUTE_MALFORMED)
def route_malformed(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A route that Ray refuses."""
    for application in config.applications:
        route = application.route
        if route is None or route == "/":
            continue
        where = f"{application.where}.route_prefix"
        if not route.startswith("/"):
            yield Met(where, f"route_prefix {route!r} does not start with /", f"Write /{route.strip('/')}")
        elif route.endswith("/"):
            yield Met(where, f"route_prefix {route} ends with /", f"Write /{route.strip('/')}")
        elif "{" in route or "}" in route:
            yield Met(where, f"route_prefix {route} holds a wildcard")


@rule(catalogue.NAME_EMPTY)
def name_empty(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """An application whose name is an empty text."""
    for application in config.applications:
        if application.name == "":
            yield Met(f"{application.where}.name", "the application's name is an empty text")


@rule(catalogue.NESTED_HOST_OR_PORT)
def nested_host_or_port(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """host or port inside an application."""
    for application in config.applications:
        for key in ("host", "port"):
            if key in application.fields:
                yield Met(
                    f"{application.where}.{key}",
                    f"application {application.name} sets {key}",
                    f"Remove it, and set http_options.{key} at the top level of the file",
                )


@rule(catalogue.DEPLOYMENT_NAMELESS)
def deployment_nameless(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Options that do not say which deployment they are for."""
    for application in config.applications:
        for deployment in application.deployments:
            if deployment.name == "":
                yield Met(deployment.where, f"a deployment of application {application.name} has no name")


RULES = (
    import_path_missing,
    import_path_malformed,
    duplicate_application,
    duplicate_route,
    route_malformed,
    name_empty,
    nested_host_or_port,
    deployment_nameless,
)


def _fault_of_import_path(path: str) -> str:
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
