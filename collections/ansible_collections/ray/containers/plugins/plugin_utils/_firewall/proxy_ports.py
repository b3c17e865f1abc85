# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ports at which Serve's proxies take requests on a node, as its config and the raylets' environment say.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.check import whole_number
from ansible_collections.ray.containers.plugins.module_utils._core.serve.proxy import proxy_address

__all__ = ["proxy_ports"]

Fields = t.Mapping[str, t.Any]

#: Ray 2.60.0 serve/_private/constants.py.
DEFAULT_GRPC_PORT = 9000
#: Proxies of workers may be moved; the head's is not (Ray 2.60.0 serve/_private/constants.py).
OF_WORKERS = {"http": "RAY_SERVE_WORKER_PROXY_HTTP_PORT", "grpc": "RAY_SERVE_WORKER_PROXY_GRPC_PORT"}


def proxy_ports(config: Fields, environment: Fields, *, is_head: bool) -> list[int]:
    """The ports that others may come to; none where no proxy runs, or where it listens to its own node alone.

    :param config: the Serve config.
    :param environment: of the raylets.
    """
    location = config.get("proxy_location") or "EveryNode"
    if location in ("Disabled", "NoServer") or (location == "HeadOnly" and not is_head):
        return []
    http, grpc = _mapping(config, "http_options"), _mapping(config, "grpc_options")
    found: dict[str, int] = {}
    proxy = proxy_address(http, {})
    if proxy.public or not _is_loopback(proxy.host):
        found["http"] = proxy.port
    if grpc.get("grpc_servicer_functions"):
        found["grpc"] = whole_number(grpc.get("port")) or DEFAULT_GRPC_PORT
    moved = {} if is_head else {name: whole_number(environment.get(variable)) for name, variable in OF_WORKERS.items()}
    return [moved.get(name) or port for name, port in found.items()]


def _mapping(config: Fields, name: str) -> Fields:
    found = config.get(name)
    return found if isinstance(found, dict) else {}


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
