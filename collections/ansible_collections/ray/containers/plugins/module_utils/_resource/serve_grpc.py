# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking Serve's gRPC proxies.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import deploys as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import mapping
from ansible_collections.ray.containers.plugins.module_utils._core.serve.status import ServeStatus
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_grpc import ask_grpc

__all__ = ["ask_proxies"]

DEFAULT_PORT = 9000  # Ray 2.60.0 serve/schema.py gRPCOptionsSchema.port

#: For a proxy to hear of an application that runs, in seconds.
HEARING_SECONDS = 30.0


def ask_proxies(
    commands: Commands, python: t.Sequence[str], user: str, status: ServeStatus, names: t.Sequence[str]
) -> None:
    """Ask every proxy of *status* whether it serves gRPC and knows the applications *names*.

    :param python: how Ray's Python is started; nothing where it is not known, and then nobody is asked.
    :raises OperatorError: one does not.
    """
    port = mapping(status.options.get("grpc_options")).get("port") or DEFAULT_PORT
    # gRPC listens on every address of its node (Ray 2.60.0 serve/_private/grpc_util.py), whatever http_options says.
    hosts = [
        f"[{proxy.address}]" if ":" in proxy.address else proxy.address for proxy in status.proxies if proxy.healthy
    ]
    if not python or not hosts:
        return
    addresses = [f"{host}:{port}" for host in hosts]
    said = ask_grpc(commands, python, addresses, names, seconds=HEARING_SECONDS, user=user)
    for address, problem in said.items():
        if problem:
            raise error(catalogue.GRPC_SILENT, f"The gRPC proxy at {address} does not answer as it should", why=problem)
