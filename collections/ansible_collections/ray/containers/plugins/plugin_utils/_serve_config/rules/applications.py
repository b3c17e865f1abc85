# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of applications: names, routes, and whether there is an import path.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import DEFAULT_NAME, ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in

__all__ = ["RULES"]


@rule(
    "RC-110",
    "An application has no import_path",
    cause="Ray would not know which object of the image to run.",
    remedy="Add import_path: module:attribute, as it is importable inside the image",
    source="Ray 2.60.0 serve/schema.py ServeApplicationSchema.import_path, a required field",
    form=True,
)
def import_path_missing(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """An application does not say what to run."""
    for application in config.applications:
        if application.fields.get("import_path", "") == "":
            yield Problem(f"{application.where}.import_path", f"application {application.name} has no import_path")


@rule(
    "RC-112",
    "Two applications have the same name",
    cause="A name stands for one application; one that is not written is 'default'.",
    remedy="Give each application a name of its own",
    source="Ray 2.60.0 serve/schema.py application_names_unique",
    form=True,
)
def duplicate_application(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Two applications share a name, written or by default."""
    seen: dict[str, str] = {}
    for application in config.applications:
        if application.name in seen:
            unwritten = "" if "name" in application.fields else f" (no name is written, so it is {DEFAULT_NAME})"
            yield Problem(
                f"{application.where}.name",
                f"{seen[application.name]} has the name {application.name} too{unwritten}",
            )
        seen.setdefault(application.name, application.where)


@rule(
    "RC-113",
    "Two applications have the same route",
    cause="A request could not be told to one of them; a route_prefix that is not written is '/'.",
    remedy="Give each application a route_prefix of its own, or null for one without HTTP",
    source="Ray 2.60.0 serve/schema.py application_routes_unique; the default is '/'",
    form=True,
)
def duplicate_route(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Two applications answer at one path, written or by default."""
    seen: dict[str, str] = {}
    for application in config.applications:
        route = application.route
        if route is None:
            continue
        if route in seen:
            unwritten = "" if "route_prefix" in application.fields else ", which holds where none is written"
            yield Problem(
                f"{application.where}.route_prefix",
                f"applications {seen[route]} and {application.name} both have the route {route}{unwritten}",
            )
        seen.setdefault(route, application.name)


@rule(
    "RC-114",
    "A route_prefix is not a path",
    cause=(
        "Ray wants it to start with '/', not to end with '/', and to hold no wildcards; it says so only after the "
        "deploy."
    ),
    remedy="Write it such as /whisper",
    source="Ray 2.60.0 serve/_private/utils.py validate_route_prefix, called while the application is built",
    form=True,
)
def route_malformed(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A route that Ray refuses."""
    for application in config.applications:
        route = application.route
        if route is None or route == "/":
            continue
        where = f"{application.where}.route_prefix"
        if not route.startswith("/"):
            yield Problem(where, f"route_prefix {route!r} does not start with /", f"Write /{route.strip('/')}")
        elif route.endswith("/"):
            yield Problem(where, f"route_prefix {route} ends with /", f"Write /{route.strip('/')}")
        elif "{" in route or "}" in route:
            yield Problem(where, f"route_prefix {route} holds a wildcard")


@rule(
    "RC-115",
    "An application's name is empty",
    cause="Ray refuses the whole config for it.",
    remedy="Write a name, or leave the key out for the name 'default'",
    source="Ray 2.60.0 serve/schema.py application_names_nonempty",
    form=True,
)
def name_empty(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """An application whose name is an empty text."""
    for application in config.applications:
        if application.name == "":
            yield Problem(f"{application.where}.name", "the application's name is an empty text")


@rule(
    "RC-116",
    "An application sets host or port",
    cause="All applications share Ray's HTTP proxies, so Ray refuses these keys inside an application.",
    remedy="Move it to http_options at the top level of the file",
    source="Ray 2.60.0 serve/schema.py nested_host_and_port",
    form=True,
)
def nested_host_or_port(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """host or port inside an application."""
    for application in config.applications:
        for key in ("host", "port"):
            if key in application.fields:
                yield Problem(
                    f"{application.where}.{key}",
                    f"application {application.name} sets {key}",
                    f"Remove it, and set http_options.{key} at the top level of the file",
                )


@rule(
    "RC-117",
    "A deployment has no name",
    cause="The name says which deployment of the code these options override; Ray requires it.",
    remedy="Add name: the name of the deployment in the application's code",
    source="Ray 2.60.0 serve/schema.py DeploymentSchema.name, a required field",
    form=True,
)
def deployment_nameless(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Options that do not say which deployment they are for."""
    for application in config.applications:
        for deployment in application.deployments:
            if deployment.name == "":
                yield Problem(deployment.where, f"a deployment of application {application.name} has no name")


RULES = rules_in(globals())
