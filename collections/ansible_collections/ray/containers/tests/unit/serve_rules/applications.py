# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-11n: applications."""

from __future__ import annotations

from ansible_collections.ray.containers.tests.unit.serve_rules.configs import ABSENT, Case, app, apps

CASES: list[Case] = [
    ("RC-110", apps(app(import_path=ABSENT)), ["applications[0].import_path"], apps(app(import_path="a:b"))),
    ("RC-110", apps(app(import_path="")), ["applications[0].import_path"], apps(app(import_path="a.b"))),
    ("RC-112", apps(app(), app(route_prefix="/b")), ["applications[1].name"], apps(app(), app("b"))),
    (
        "RC-112",
        apps(app(name=ABSENT), app("default", route_prefix="/b")),
        ["applications[1].name"],
        apps(app(name=ABSENT), app("Default", route_prefix="/b")),
    ),
    (
        "RC-113",
        apps(app(), app("b", route_prefix="/whisper")),
        ["applications[1].route_prefix"],
        apps(app(), app("b", route_prefix="/whisper/b")),
    ),
    (
        "RC-113",
        apps(app(route_prefix="/"), app("b", route_prefix=ABSENT), app("c", route_prefix=ABSENT)),
        ["applications[1].route_prefix", "applications[2].route_prefix"],
        apps(app(route_prefix=None), app("b", route_prefix=None)),
    ),
    *[
        ("RC-114", apps(app(route_prefix=wrong)), ["applications[0].route_prefix"], apps(app(route_prefix=right)))
        for wrong, right in [("whisper", "/whisper"), ("/whisper/", "/"), ("/{name}", "/name"), ("", "/")]
    ],
    ("RC-115", apps(app("")), ["applications[0].name"], apps(app(name=ABSENT))),
    (
        "RC-116",
        apps(app(host="0.0.0.0", port=8000)),
        ["applications[0].host", "applications[0].port"],
        apps(app(), http_options={"host": "0.0.0.0", "port": 8000}),
    ),
    (
        "RC-117",
        apps(app(deployments=[{"num_replicas": 2}])),
        ["applications[0].deployments[0]"],
        apps(app(deployments=[{"name": "d", "num_replicas": 2}])),
    ),
]
