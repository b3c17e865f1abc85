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

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, mapping
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Problem, rule, rules_in
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import number
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules.form import schema_problems

__all__ = ["RULES"]

#: Ray 2.60.0 serve/_private/constants.py.
HTTP_PORT = 8000
GRPC_PORT = 9000

_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")


@rule(
    "RC-160",
    "An application's route lies below another one's",
    severity="warning",
    cause="The longest matching prefix wins: the other application never sees requests below this path.",
    remedy="Give one of them a route that the other does not begin with, unless that is what you want",
    source="Ray 2.60.0 serve/_private/proxy_router.py match_route: longest prefix first",
)
def route_shadowed(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A route below another one; everything is below /, which is what / is for."""
    routes = [(application, application.route) for application in config.applications if application.route]
    for application, route in routes:
        above = [
            (prefix, other.name) for other, prefix in routes if prefix != "/" and f"{route}".startswith(f"{prefix}/")
        ]
        if above:
            prefix, other = max(above, key=lambda each: len(str(each[0])))
            yield Problem(
                f"{application.where}.route_prefix",
                f"requests below {route} go to application {application.name}, never to {other}, which has the route {prefix}",
            )


@rule(
    "RC-161",
    "A route belongs to Ray's own proxy",
    cause="The proxy answers /-/healthz and /-/routes itself: the application would never see a request.",
    remedy="Choose a route that does not begin with /-/",
    source="Ray 2.60.0 serve/_private/proxy_request_response.py is_health_request, is_route_request",
)
def route_reserved(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A route that Ray's proxy answers itself."""
    for application in config.applications:
        if application.route in ("/-/healthz", "/-/routes"):
            yield Problem(f"{application.where}.route_prefix", f"Ray's proxy answers {application.route} itself")


@rule(
    "RC-162",
    "No request can match a route",
    cause="Routes are compared with the decoded path of a request, which ends before ? and # and holds no %20.",
    remedy="Write the path as it reads after decoding, without ? and #",
    source="Ray 2.60.0 serve/_private/proxy_router.py match_route; RFC 3986 section 3.3; ASGI HTTP scope, path",
)
def route_unreachable(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A route that no decoded path begins with."""
    for application in config.applications:
        route = application.route or ""
        found = [mark for mark in ("?", "#") if mark in route] or _ESCAPED.findall(route)
        if found:
            yield Problem(f"{application.where}.route_prefix", f"no request's path holds the {found[0]} of {route}")


@rule(
    "RC-163",
    "Ray does not know this proxy_location",
    cause="Ray's schema takes three words, in this spelling, and refuses the whole config otherwise.",
    remedy="Write EveryNode, HeadOnly or Disabled",
    source="Ray 2.60.0 serve/config.py ProxyLocation",
    form=True,
)
def proxy_location(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A word that is none of the three."""
    yield from schema_problems(config, context, "RC-163")


@rule(
    "RC-164",
    "Applications have routes, but no proxy runs",
    severity="warning",
    cause="With proxy_location Disabled nothing listens for HTTP: the routes answer nobody.",
    remedy="Write proxy_location: EveryNode, or route_prefix: null for applications without HTTP",
    source="Ray 2.60.0 serve/config.py ProxyLocation.Disabled",
)
def no_proxy(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """Routes, and nobody who listens."""
    routed = [application.name for application in config.applications if application.route]
    if config.fields.get("proxy_location") == "Disabled" and routed:
        yield Problem("proxy_location", f"no proxy runs, and {', '.join(routed)} would answer HTTP requests")


@rule(
    "RC-165",
    "A port is not valid",
    cause="Ray's schema takes any whole number, and the proxies fail to listen; 0 would be another port on each node.",
    remedy="Write a number from 1 to 65535",
    source="Ray 2.60.0 serve/schema.py HTTPOptionsSchema.port, gRPCOptionsSchema.port; RFC 6335",
)
def port_range(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A number that is no port."""
    for where, port in _ports(config):
        if not 1 <= port <= 65535:
            yield Problem(where, f"{port} is not a port that clients can be given")


@rule(
    "RC-166",
    "A port is for root alone",
    severity="warning",
    cause="Raylets, and with them Serve's proxies, run as an unprivileged user, which may not listen below 1024.",
    remedy="Choose a port from 1024 on, or lower net.ipv4.ip_unprivileged_port_start on every node",
    source="ip(7) ip_unprivileged_port_start",
)
def port_privileged(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A port below 1024."""
    for where, port in _ports(config):
        if 1 <= port < 1024:
            yield Problem(where, f"the Ray user may not listen at port {port}")


@rule(
    "RC-167",
    "A port is one that Ray itself uses",
    cause="Two programs cannot listen at one port: the proxy does not come up, or a raylet does not.",
    remedy="Choose another port",
    source="ray.containers: the raylet's fixed ports; Ray 2.60.0 scripts/scripts.py start",
)
def port_taken(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A port of the raylet, or one port for HTTP and gRPC."""
    seen: dict[int, str] = {}
    for where, port in _ports(config):
        for name, (first, last) in context.ports.items():
            if first <= port <= last:
                range_of = f" ({first} to {last})" if first != last else ""
                yield Problem(where, f"port {port} belongs to Ray's {name.replace('_', ' ')}{range_of} on the nodes")
        if port in seen:
            yield Problem(where, f"port {port} is that of {seen[port]} too")
        seen[port] = where.split(".", maxsplit=1)[0]


@rule(
    "RC-168",
    "The applications answer on their own node only",
    severity="warning",
    cause="The proxies listen on the loopback address, which no other machine reaches.",
    remedy="Write host: 0.0.0.0, unless a gateway on every node is what asks",
    source="Ray 2.60.0 serve/schema.py HTTPOptionsSchema.host",
)
def host_loopback(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A host that only its own machine reaches."""
    host = _host(config)
    address = _address(host)
    if host == "localhost" or (address and address.is_loopback):
        yield Problem("http_options.host", f"{host} is reached from the same node alone")


@rule(
    "RC-169",
    "All proxies are to listen at the address of one machine",
    severity="warning",
    cause="The proxy of every other node cannot listen there, and stays UNHEALTHY.",
    remedy="Write host: 0.0.0.0, or proxy_location: HeadOnly with the head's address",
    source="Ray 2.60.0 serve/_private/http_util.py: every proxy binds http_options.host; bind(2) EADDRNOTAVAIL",
)
def host_of_one_node(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A host that one of several nodes has."""
    address = _address(_host(config))
    everywhere = config.fields.get("proxy_location", "EveryNode") == "EveryNode"
    nodes = len({*context.heads, *context.workers})
    if everywhere and nodes > 1 and address and not address.is_unspecified and not address.is_loopback:
        yield Problem("http_options.host", f"{address} is one machine's, and a proxy runs on each of {nodes} nodes")


@rule(
    "RC-170",
    "The host of http_options is not an address",
    cause="The proxies bind it as it stands; a scheme, a port or a path in it is no part of an address.",
    remedy="Write an address alone, such as 0.0.0.0, and the port as port",
    source="Ray 2.60.0 serve/schema.py HTTPOptionsSchema.host takes any text; getaddrinfo(3)",
)
def host_malformed(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A host with a scheme, a port, a path, or nothing in it."""
    host = _host(config)
    if (
        host is not None
        and _address(host) is None
        and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", host)
    ):
        yield Problem("http_options.host", f"{host!r} is no address")


@rule(
    "RC-171",
    "Half of a TLS key pair is given",
    cause="Ray refuses the one without the other; the key without the certificate only when it starts Serve.",
    remedy="Give both ssl_keyfile and ssl_certfile, or neither",
    source="Ray 2.60.0 serve/_private/utils.py validate_ssl_config",
    form=True,
)
def tls_half(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """A key without a certificate, or the other way round."""
    options = mapping(config.fields.get("http_options"))
    key, certificate = options.get("ssl_keyfile"), options.get("ssl_certfile")
    if bool(key) != bool(certificate):
        given, missing = ("ssl_keyfile", "ssl_certfile") if key else ("ssl_certfile", "ssl_keyfile")
        yield Problem(f"http_options.{given}", f"{given} is given and {missing} is not")


@rule(
    "RC-172",
    "A password is in the Serve config",
    severity="warning",
    cause="Everybody who reads the file, or asks the dashboard's REST interface for the http_options, reads it.",
    remedy="Use a key file without a password, readable by the Ray user alone",
    source="Ray 2.60.0 dashboard/modules/serve/serve_head.py answers with http_options",
)
def tls_password(config: ServeConfig, context: Context) -> t.Iterator[Problem]:
    """The password of the key file."""
    if mapping(config.fields.get("http_options")).get("ssl_keyfile_password"):
        yield Problem("http_options.ssl_keyfile_password", "the key file's password is in the Serve config")


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


RULES = rules_in(globals())
