# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-16n and RC-17n: routes, proxies, ports."""

from __future__ import annotations

from ansible_collections.ray.containers.tests.unit.serve_rules.configs import Case, app, apps

CASES: list[Case] = [
    (
        "RC-160",
        apps(app(), app("b", route_prefix="/whisper/b")),
        ["applications[1].route_prefix"],
        apps(app(), app("b", route_prefix="/whisper-b"), app("c", route_prefix="/")),
    ),
    (
        "RC-161",
        apps(app(route_prefix="/-/healthz")),
        ["applications[0].route_prefix"],
        apps(app(route_prefix="/-/health")),
    ),
    ("RC-162", apps(app(route_prefix="/a?b=c")), ["applications[0].route_prefix"], apps(app(route_prefix="/a-b=c"))),
    ("RC-162", apps(app(route_prefix="/a%20b")), ["applications[0].route_prefix"], apps(app(route_prefix="/a%b"))),
    ("RC-163", apps(app(), proxy_location="everynode"), ["proxy_location"], apps(app(), proxy_location="EveryNode")),
    ("RC-163", apps(app(), proxy_location="NoServer"), ["proxy_location"], apps(app(), proxy_location="HeadOnly")),
    (
        "RC-164",
        apps(app(), proxy_location="Disabled"),
        ["proxy_location"],
        apps(app(route_prefix=None), proxy_location="Disabled"),
    ),
    (
        "RC-165",
        apps(app(), http_options={"port": 65536}),
        ["http_options.port"],
        apps(app(), http_options={"port": 65535}),
    ),
    ("RC-165", apps(app(), http_options={"port": 0}), ["http_options.port"], apps(app(), grpc_options={"port": 0})),
    (
        "RC-166",
        apps(app(), http_options={"port": 1023}),
        ["http_options.port"],
        apps(app(), http_options={"port": 1024}),
    ),
    (
        "RC-167",
        apps(app(), http_options={"port": 9000}, grpc_options={"grpc_servicer_functions": ["ray.x"]}),
        ["grpc_options.port"],
        apps(app(), http_options={"port": 9000}),
    ),
    (
        "RC-168",
        apps(app(), http_options={"host": "127.0.0.1"}),
        ["http_options.host"],
        apps(app(), http_options={"host": "0.0.0.0"}),
    ),
    (
        "RC-168",
        apps(app(), http_options={"host": "localhost"}),
        ["http_options.host"],
        apps(app(), http_options={"host": "::"}),
    ),
    (
        "RC-169",
        apps(app(), http_options={"host": "10.0.0.5"}),
        ["http_options.host"],
        apps(app(), http_options={"host": "10.0.0.5"}, proxy_location="HeadOnly"),
    ),
    (
        "RC-170",
        apps(app(), http_options={"host": "0.0.0.0:8000"}),
        ["http_options.host"],
        apps(app(), http_options={"host": "ray.example.com"}),
    ),
    (
        "RC-170",
        apps(app(), http_options={"host": "http://x"}),
        ["http_options.host"],
        apps(app(), http_options={"host": "fe80::1"}),
    ),
    (
        "RC-171",
        apps(app(), http_options={"ssl_keyfile": "/k"}),
        ["http_options.ssl_keyfile"],
        apps(app(), http_options={"ssl_keyfile": "/k", "ssl_certfile": "/c"}),
    ),
    (
        "RC-171",
        apps(app(), http_options={"ssl_certfile": "/c"}),
        ["http_options.ssl_certfile"],
        apps(app(), http_options={"ssl_certfile": None}),
    ),
    (
        "RC-172",
        apps(app(), http_options={"ssl_keyfile_password": "x"}),
        ["http_options.ssl_keyfile_password"],
        apps(app(), http_options={"ssl_keyfile_password": None}),
    ),
]
