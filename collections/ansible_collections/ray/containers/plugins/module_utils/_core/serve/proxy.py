# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Serve's HTTP proxy listens, and the addresses of what lies behind it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus

__all__ = ["ProxyAddress", "proxy_address", "proxy_hosts"]

DEFAULT_HOST = "0.0.0.0"  # Ray 2.60.0 serve/schema.py HTTPOptionsSchema.host
DEFAULT_PORT = 8000  # Ray 2.60.0 serve/schema.py HTTPOptionsSchema.port
EVERY_ADDRESS = ("0.0.0.0", "::", "")

Fields = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class ProxyAddress:
    """Where Serve's HTTP proxies listen, with the host that reaches the head's from the head itself.

    :param public: whether it listens on other addresses than the loopback's, too.
    """

    scheme: str
    host: str
    port: int
    public: bool

    def url(self, target: str, *, host: str = "") -> str:
        """The target below the proxy; *host* for another name or address of the same proxy."""
        shown = (host if self.public else "") or self.host
        return f"{self.scheme}://{f'[{shown}]' if ':' in shown else shown}:{self.port}{target}"


def proxy_address(desired: Fields, observed: Fields) -> ProxyAddress:
    """Where Serve's proxy listens: as Serve says while it runs, otherwise as the config asks.

    :param desired: http_options of the Serve config; :param observed: those that Serve runs with.
    """
    options = {**desired, **{key: value for key, value in observed.items() if value is not None}}
    host = str(options.get("host", DEFAULT_HOST))
    everywhere = host in EVERY_ADDRESS
    return ProxyAddress(
        scheme="https" if options.get("ssl_certfile") else "http",
        host=("::1" if host == "::" else "127.0.0.1") if everywhere else host,
        port=int(options.get("port", DEFAULT_PORT)),
        public=everywhere,
    )


def proxy_hosts(address: ProxyAddress, status: ServeStatus) -> tuple[str, ...]:
    """The hosts that reach every node's proxy from the head, for `ProxyAddress.url`; empty text for the head's own.

    Proxies that listen on the loopback alone are reached by nobody but their own node.
    """
    others = [proxy.address for proxy in status.proxies if proxy.healthy and proxy.address != status.head]
    own = [""] if not status.proxies or any(proxy.address == status.head for proxy in status.proxies) else []
    return tuple([*own, *others] if address.public else [""])
