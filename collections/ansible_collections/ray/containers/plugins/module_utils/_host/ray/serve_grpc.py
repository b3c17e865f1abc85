# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking Serve's gRPC proxies, with the gRPC that Ray itself brings: this collection has none of its own.

Every gRPC proxy answers ``ray.serve.RayServeAPIService``, whatever functions are configured (Ray 2.60.0
``serve/_private/proxy.py`` gRPCProxy, ``serve/generated/serve_pb2_grpc.py``).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.rays_python import answer_of

__all__ = ["ask_grpc"]

# A proxy hears of an application a moment after it runs: it is asked until it knows all, or the time is up.
PROGRAM = """
import time
import grpc
from ray.serve.generated.serve_pb2 import HealthzRequest, ListApplicationsRequest
from ray.serve.generated.serve_pb2_grpc import RayServeAPIServiceStub
def ask(address):
    said = ""
    with grpc.insecure_channel(address) as channel:
        stub = RayServeAPIServiceStub(channel)
        while True:
            try:
                stub.Healthz(HealthzRequest(), timeout=5)
                known = stub.ListApplications(ListApplicationsRequest(), timeout=5).application_names
                missing = sorted(set(asked["applications"]) - set(known))
                if not missing:
                    return ""
                said = "it does not know " + ", ".join(missing)
            except grpc.RpcError as error:
                said = "%s: %s" % (error.code().name, error.details())
            if time.monotonic() > deadline:
                return said
            time.sleep(0.1)
deadline = time.monotonic() + asked["seconds"]
print(asked["mark"] + json.dumps([ask(address) for address in asked["addresses"]]))
"""


def ask_grpc(
    commands: Commands,
    python: t.Sequence[str],
    addresses: t.Sequence[str],
    applications: t.Sequence[str],
    *,
    seconds: float,
    user: str = "",
) -> dict[str, str]:
    """What is wrong with each proxy's answers, by address; empty for nothing.

    :param python: how Ray's Python is started.
    :param applications: the names that each must know.
    :param seconds: for all of them together to know them.
    :raises OperatorError: Ray's Python cannot ask.
    """
    asked = {"addresses": list(addresses), "applications": list(applications), "seconds": seconds}
    what = "Serve's gRPC proxies cannot be asked from the head"
    return dict(zip(addresses, answer_of(commands, python, PROGRAM, asked, what=what, user=user)))
