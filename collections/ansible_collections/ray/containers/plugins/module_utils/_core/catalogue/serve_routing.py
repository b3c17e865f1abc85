# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-160 to RC-173: how requests come in: routes, proxies, ports.

The rules that find them: `plugin_utils._serve_config.rules.routing`.
This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

ROUTE_SHADOWED = Entry(
    code="RC-160",
    title="An application's route lies below another one's",
    severity="warning",
    cause="The longest matching prefix wins: the other application never sees requests below this path.",
    remedy="Give one of them a route that the other does not begin with, unless that is what you want",
    source="Ray 2.60.0 serve/_private/proxy_router.py match_route: longest prefix first",
)
ROUTE_RESERVED = Entry(
    code="RC-161",
    title="A route belongs to Ray's own proxy",
    severity="error",
    cause="The proxy answers /-/healthz and /-/routes itself: the application would never see a request.",
    remedy="Choose a route that does not begin with /-/",
    source="Ray 2.60.0 serve/_private/proxy_request_response.py is_health_request, is_route_request",
)
ROUTE_UNREACHABLE = Entry(
    code="RC-162",
    title="No request can match a route",
    severity="error",
    cause="Routes are compared with the decoded path of a request, which ends before ? and # and holds no %20.",
    remedy="Write the path as it reads after decoding, without ? and #",
    source="Ray 2.60.0 serve/_private/proxy_router.py match_route; RFC 3986 section 3.3; ASGI HTTP scope, path",
)
PROXY_LOCATION = Entry(
    code="RC-163",
    title="Ray does not know this proxy_location",
    severity="error",
    cause="Ray's schema takes three words, in this spelling, and refuses the whole config otherwise.",
    remedy="Write EveryNode, HeadOnly or Disabled",
    source="Ray 2.60.0 serve/config.py ProxyLocation",
)
NO_PROXY = Entry(
    code="RC-164",
    title="Applications have routes, but no proxy runs",
    severity="warning",
    cause="With proxy_location Disabled nothing listens for HTTP: the routes answer nobody.",
    remedy="Write proxy_location: EveryNode, or route_prefix: null for applications without HTTP",
    source="Ray 2.60.0 serve/config.py ProxyLocation.Disabled",
)
PORT_RANGE = Entry(
    code="RC-165",
    title="A port is none",
    severity="error",
    cause="Ray's schema takes any whole number, and the proxies fail to listen; 0 would be another port on each node.",
    remedy="Write a number from 1 to 65535",
    source="Ray 2.60.0 serve/schema.py HTTPOptionsSchema.port, gRPCOptionsSchema.port; RFC 6335",
)
PORT_PRIVILEGED = Entry(
    code="RC-166",
    title="A port is for root alone",
    severity="warning",
    cause="Raylets, and with them Serve's proxies, run as an unprivileged user, which may not listen below 1024.",
    remedy="Choose a port from 1024 on, or lower net.ipv4.ip_unprivileged_port_start on every node",
    source="ip(7) ip_unprivileged_port_start",
)
PORT_TAKEN = Entry(
    code="RC-167",
    title="A port is one that Ray itself uses",
    severity="error",
    cause="Two programs cannot listen at one port: the proxy does not come up, or a raylet does not.",
    remedy="Choose another port",
    source="ray.containers: the raylet's fixed ports; Ray 2.60.0 scripts/scripts.py start",
)
HOST_LOOPBACK = Entry(
    code="RC-168",
    title="The applications answer on their own node only",
    severity="warning",
    cause="The proxies listen on the loopback address, which no other machine reaches.",
    remedy="Write host: 0.0.0.0, unless a gateway on every node is what asks",
    source="Ray 2.60.0 serve/schema.py HTTPOptionsSchema.host",
)
HOST_OF_ONE_NODE = Entry(
    code="RC-169",
    title="All proxies are to listen at the address of one machine",
    severity="warning",
    cause="The proxy of every other node cannot listen there, and stays UNHEALTHY.",
    remedy="Write host: 0.0.0.0, or proxy_location: HeadOnly with the head's address",
    source="Ray 2.60.0 serve/_private/http_util.py: every proxy binds http_options.host; bind(2) EADDRNOTAVAIL",
)
HOST_MALFORMED = Entry(
    code="RC-170",
    title="The host of http_options is no address",
    severity="error",
    cause="The proxies bind it as it stands; a scheme, a port or a path in it is no part of an address.",
    remedy="Write an address alone, such as 0.0.0.0, and the port as port",
    source="Ray 2.60.0 serve/schema.py HTTPOptionsSchema.host takes any text; getaddrinfo(3)",
)
TLS_HALF = Entry(
    code="RC-171",
    title="Half of a TLS key pair is given",
    severity="error",
    cause="Ray refuses the one without the other; the key without the certificate only when it starts Serve.",
    remedy="Give both ssl_keyfile and ssl_certfile, or neither",
    source="Ray 2.60.0 serve/_private/utils.py validate_ssl_config",
)
TLS_PASSWORD = Entry(
    code="RC-172",
    title="A password stands in the Serve config",
    severity="warning",
    cause="Everybody who reads the file, or asks the dashboard's REST interface for the http_options, reads it.",
    remedy="Use a key file without a password, readable by the Ray user alone",
    source="Ray 2.60.0 dashboard/modules/serve/serve_head.py answers with http_options",
)
GRPC_FUNCTIONS = Entry(
    code="RC-173",
    title="gRPC functions are imported outside the images",
    severity="warning",
    cause="The proxies import them in Ray's environment on the nodes, not in an image; there they must be importable.",
    remedy="Install the module with these functions where the proxies run: into Ray's environment on every node",
    source="Ray 2.60.0 serve/schema.py gRPCOptionsSchema.grpc_servicer_functions; serve/_private/grpc_util.py",
)

#: Every entry of this file, by code.
ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Entry)), key=lambda entry: entry.code)
)
