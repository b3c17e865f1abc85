# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of how requests come in: routes, proxies, ports, TLS.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import serve_routing as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Met, rule
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.schema import number

__all__ = ["RULES"]

LOCATIONS = ("EveryNode", "HeadOnly", "Disabled")
#: Ray 2.60.0 serve/_private/constants.py.
HTTP_PORT = 8000
GRPC_PORT = 9000

_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")


@rule(catalogue.ROUTE_SHADOWED)
def route_shadowed(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A route below another one; everything is below /, which is what / is for."""
    routes = [(application, application.route) for application in config.applications if application.route]
    for application, route in routes:
        above = [
            (prefix, other.name) for other, prefix in routes if prefix != "/" and f"{route}".startswith(f"{prefix}/")
        ]
        if above:
            prefix, other = max(above, key=lambda each: len(str(each[0])))
            yield Met(
                f"{application.where}.route_prefix",
                f"requests below {route} go to application {application.name}, never to {other}, which has the route {prefix}",
            )


@rule(catalogue.ROUTE_RESERVED)
def route_reserved(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A route that Ray's proxy answers itself."""
    for application in config.applications:
        if application.route in ("/-/healthz", "/-/routes"):
            yield Met(f"{application.where}.route_prefix", f"Ray's proxy answers {application.route} itself")


@rule(catalogue.ROUTE_UNREACHABLE)
def route_unreachable(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A route that no decoded path begins with."""
    for application in config.applications:
        route = application.route or ""
        found = [mark for mark in ("?", "#") if mark in route] or _ESCAPED.findall(route)
        if found:
            yield Met(f"{application.where}.route_prefix", f"no request's path holds the {found[0]} of {route}")


@rule(catalogue.PROXY_LOCATION)
def proxy_location(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A word that is none of the three."""
    written = config.fields.get("proxy_location")
    if isinstance(written, str) and written not in LOCATIONS:
        near = [word for word in LOCATIONS if word.lower() == written.lower().replace("_", "")]
        yield Met("proxy_location", f"it says {written!r}", f"Write {near[0]}" if near else "")


@rule(catalogue.NO_PROXY)
def no_proxy(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Routes, and nobody who listens."""
    routed = [application.name for application in config.applications if application.route]
    if config.fields.get("proxy_location") == "Disabled" and routed:
        yield Met("proxy_location", f"no proxy runs, and {', '.join(routed)} would answer HTTP requests")


@rule(catalogue.PORT_RANGE)
def port_range(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A number that is no port."""
    for where, port in _ports(config):
        if not 1 <= port <= 65535:
            yield Met(where, f"{port} is no port that anybody could be told")


@rule(catalogue.PORT_PRIVILEGED)
def port_privileged(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A port below 1024."""
    for where, port in _ports(config):
        if 1 <= port < 1024:
            yield Met(where, f"the Ray user may not listen at port {port}")


@rule(catalogue.PORT_TAKEN)
def port_taken(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A port of the raylet, or one port for HTTP and gRPC."""
    seen: dict[int, str] = {}
    for where, port in _ports(config):
        for name, (first, last) in context.ports.items():
            if first <= port <= last:
                range_of = f" ({first} to {last})" if first != last else ""
                yield Met(where, f"port {port} belongs to Ray's {name.replace('_', ' ')}{range_of} on the nodes")
        if port in seen:
            yield Met(where, f"port {port} is that of {seen[port]} too")
        seen[port] = where.split(".", maxsplit=1)[0]


@rule(catalogue.HOST_LOOPBACK)
def host_loopback(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A host that only its own machine reaches."""
    host = _host(config)
    address = _address(host)
    if host == "localhost" or (address and address.is_loopback):
        yield Met("http_options.host", f"{host} is reached from the same node alone")


@rule(catalogue.HOST_OF_ONE_NODE)
def host_of_one_node(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A host that one of several nodes has."""
    address = _address(_host(config))
    everywhere = config.fields.get("proxy_location", "EveryNode") == "EveryNode"
    nodes = len({*context.heads, *context.workers})
    if everywhere and nodes > 1 and address and not address.is_unspecified and not address.is_loopback:
        yield Met("http_options.host", f"{address} is one machine's, and a proxy runs on each of {nodes} nodes")


@rule(catalogue.HOST_MALFORMED)
def host_malformed(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A host with a scheme, a port, a path, or nothing in it."""
    host = _host(config)
    if (
        host is not None
        and _address(host) is None
        and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", host)
    ):
        yield Met("http_options.host", f"{host!r} is no address")


@rule(catalogue.TLS_HALF)
def tls_half(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A key without a certificate, or the other way round."""
    options = mapping(config.fields.get("http_options"))
    key, certificate = options.get("ssl_keyfile"), options.get("ssl_certfile")
    if bool(key) != bool(certificate):
        given, missing = ("ssl_keyfile", "ssl_certfile") if key else ("ssl_certfile", "ssl_keyfile")
        yield Met(f"http_options.{given}", f"{given} is given and {missing} is not")


@rule(catalogue.TLS_PASSWORD)
def tls_password(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """The password of the key file."""
    if mapping(config.fields.get("http_options")).get("ssl_keyfile_password"):
        yield Met("http_options.ssl_keyfile_password", "the key file's password is in the Serve config")


@rule(catalogue.GRPC_FUNCTIONS)
def grpc_functions(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Functions that the proxies import."""
    for index, function in enumerate(_grpc_functions(config)):
        if isinstance(function, str) and not function.startswith("ray."):
            yield Met(
                f"grpc_options.grpc_servicer_functions[{index}]", f"every proxy imports {function} outside the images"
            )


RULES = (
    route_shadowed,
    route_reserved,
    route_unreachable,
    proxy_location,
    no_proxy,
    port_range,
    port_privileged,
    port_taken,
    host_loopback,
    host_of_one_node,
    host_malformed,
    tls_half,
    tls_password,
    grpc_functions,
)


def _grpc_functions(config: ServeConfig) -> list[t.Any]:
    listed = mapping(config.fields.get("grpc_options")).get("grpc_servicer_functions")
    return listed if isinstance(listed, list) else []


def _ports(config: ServeConfig) -> t.Iterator[tuple[str, int]]:
    """Where the proxies listen; without functions Ray starts no gRPC server."""
    listening = [("http_options", HTTP_PORT), *([("grpc_options", GRPC_PORT)] if _grpc_functions(config) else [])]
    for section, default in listening:
        port = number(mapping(config.fields.get(section)).get("port", default))
        if port is not None and port.is_integer():
            yield f"{section}.port", int(port)


def _host(config: ServeConfig) -> str | None:
    host = mapping(config.fields.get("http_options")).get("host")
    return host if isinstance(host, str) else None


def _address(host: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host or "")
    except ValueError:
        return None
