# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A raylet as it is wanted: one row for each option of it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.raylet import container_options, value_checks
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.check import whole_number
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.option import (
    ON_THE_HEAD,
    option,
    options_of,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.ports import (
    DASHBOARD_PORT,
    DEFAULT_PORTS,
    GCS_PORT,
    Ports,
    port_name,
    port_number,
    ports_of,
    words_of_ports,
)

__all__ = ["OPTIONS", "RayletSpec", "RunOptions"]


def _resources(written: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    # A template makes text of numbers.
    numbers = {str(name): whole_number(amount) for name, amount in written.items() if isinstance(amount, str)}
    return {**written, **{name: number for name, number in numbers.items() if number is not None}}


def _words_of_resources(resources: t.Mapping[str, t.Any]) -> list[str]:
    written = json.dumps(dict(sorted(resources.items())), separators=(",", ":"))
    return [f"--resources={written}"] if resources else []


def _environment(written: t.Mapping[str, t.Any]) -> dict[str, str]:
    # YAML's true is what programs read as true, not Python's True.
    return {str(name): str(value).lower() if isinstance(value, bool) else str(value) for name, value in written.items()}


@dataclass(frozen=True)
class RayletSpec:
    """Ray on a node, as a service of the host or in a container. Words of `ray start` are in the order of the rows."""

    role: str = option(
        "str", "What this node is in the cluster.", default="worker", choices=("head", "worker"), variable=""
    )
    user: str = option(
        "str", "The account that Ray runs as; M(ray.containers.rootless_podman) makes it.", default="ray", variable=""
    )
    runtime_path: str = option(
        "path",
        "The virtual environment that holds Ray, as M(ray.containers.ray_runtime) returns it.",
        "Needed for O(state=started) and O(state=restarted) without O(raylet_image).",
        default="",
        variable="",
    )
    ray_version: str = option(
        "str", "The version of Ray in it, for the service's description.", default="", variable=""
    )
    head_address: str = option(
        "str",
        "The address or name by which nodes reach the head.",
        "Needed for O(state=started) and O(state=restarted).",
        default="",
        variable="",
        read=value_checks.plain_address,
        checks=(value_checks.address,),
    )
    port: int = option(
        "int",
        "The port of the head's control service (GCS).",
        default=GCS_PORT,
        flag="port",
        given_on=ON_THE_HEAD,
        checks=(port_number,),
    )
    dashboard_host: str = option(
        "str",
        "The address that the head's dashboard, its REST API included, listens on.",
        "Whoever reaches it and has the token can run programs on the cluster, so it is the loopback by default.",
        default="127.0.0.1",
        flag="dashboard-host",
        given_on=ON_THE_HEAD,
        checks=(value_checks.address,),
    )
    dashboard_port: int = option(
        "int",
        "The port of the head's dashboard and REST API.",
        default=DASHBOARD_PORT,
        flag="dashboard-port",
        given_on=ON_THE_HEAD,
        checks=(port_number,),
    )
    node_ip_address: str = option(
        "str",
        "The address by which the other nodes reach this one, or a name of it.",
        "Of a name with several addresses, the one that this host has is taken.",
        default="",
        in_module=(
            "When empty, or a name that only this host knows, Ray takes the address that the route to the head has.",
        ),
        in_role=(
            "On a machine in several networks, the address in the one that all nodes share; C(ansible_host) may be in "
            "another.",
            "Set it in the inventory. The head's is where the workers look for the head. It may name facts of the host, such "
            "as C(ansible_facts.eth1.ipv4.address), which the playbook C(ray.containers.site) gathers then.",
        ),
        role_default="{{ ansible_host | default(inventory_hostname) }}",
        flag="node-ip-address",
        read=value_checks.plain_address,
        checks=(value_checks.address, value_checks.one_address),
    )
    ports: Ports = option(  # noqa: RUF009 (it makes the field)
        "dict",
        "Ports of this node that are to be others than the defaults, by name, from 1024 to 65535.",
        default={},
        in_module=(
            f"Names and defaults are {', '.join(f'C({name}) {port}' for name, port in DEFAULT_PORTS.items())}.",
        ),
        in_role=(
            "Every port of a raylet is fixed. All nodes must reach each other on all of them; the defaults are in the options "
            "below. C(docs/ports.md) is the table for a firewall.",
        ),
        read=ports_of,
        words=words_of_ports,
        checks=(port_name, port_number),
    )
    num_cpus: int | None = option(
        "int",
        "How many CPUs Ray counts on at this node, a whole number; V(0) keeps replicas away from it.",
        "When not set, all that Ray finds.",
        flag="num-cpus",
        checks=(value_checks.count,),
    )
    num_gpus: int | None = option(
        "int",
        "How many GPUs Ray counts on at this node, a whole number. When not set, all that Ray finds.",
        flag="num-gpus",
        checks=(value_checks.count,),
    )
    object_store_memory: int | None = option(
        "str",
        "The size of this node's object store, in bytes or with a unit; V(2GB) is 2000000000 bytes, V(2GiB) is 2147483648.",
        "At least V(75MiB). When empty, Ray takes 30 % of the memory.",
        default="",
        flag="object-store-memory",
        read=value_checks.bytes_of,
        checks=(value_checks.memory, value_checks.memory_too_small),
    )
    resources: t.Mapping[str, float] = option(
        "dict",
        'Custom resources of this node and their amounts, whole numbers, for instance V({"accelerator": 2}).',
        default={},
        flag="resources",
        read=_resources,
        words=_words_of_resources,
        checks=(value_checks.resource_name, value_checks.resource_amount),
    )
    start_arguments: tuple[str, ...] = option(
        "list",
        "Further arguments of C(ray start) on this node, each C(--name) or C(--name=value), for instance V(--labels=rack=7).",
        "Those that the collection gives itself, and those that hold a secret, are refused, with the variable to use instead.",
        default=[],
        elements="str",
        secret=True,
        read=tuple,
        words=list,
    )
    environment: t.Mapping[str, str] = option(
        "dict",
        "Further environment variables of Ray's processes; they win over the collection's own.",
        "They are in a file that root alone can read, and in no unit, log or result.",
        "No secrets in variables that start with C(RAY_). Ray passes these on to every application container, and on the way "
        "they are on a command line that every account of the host can read.",
        default={},
        secret=True,
        read=_environment,
        checks=(value_checks.variable, value_checks.token_in_environment),
    )
    auth_token: str = option(
        "str",
        "The cluster's token, the same on every node, written to C(~/.ray/auth_token) for O(user) alone to read.",
        "Needed for O(state=started) and O(state=restarted).",
        default="",
        secret=True,
        variable="",
    )
    drain_seconds: int = option(
        "int",
        "For how many seconds a worker that is stopped or restarted, or a head that is restarted, waits at most until its "
        "replicas run elsewhere.",
        "Serve starts their replacements first; it stops a replica C(graceful_shutdown_timeout_s) (20 seconds by default) "
        "before the time is over in any case. V(0) is for not waiting at all.",
        "On a worker, it holds from the start of the service on that it was given with.",
        name="drain_timeout",
        default=60,
        checks=(value_checks.seconds,),
    )
    state: str = option(
        "str",
        "V(started) has it running and started at boot, and restarts it only when its configuration changes.",
        "V(restarted) restarts it always.",
        "V(stopped) has it stopped, and not started at boot.",
        "V(absent) removes the service, the token, the Serve configs that M(ray.containers.serve_config) has recorded as good, "
        "and everything that Ray kept in C(/var/lib/ray) and C(/tmp/ray).",
        "V(emptied) and V(held) are passed through while the playbook C(ray.containers.rotate_token) changes the cluster's "
        "token. V(emptied) has Serve start the replicas of a head elsewhere, and leaves Ray running. V(held) writes "
        "O(auth_token) beside a worker that runs, and holds Ray's own processes (C(SIGSTOP)), while those of applications go "
        "on, until the raylet is started again, at most for half an hour.",
        default="started",
        choices=("started", "stopped", "restarted", "absent", "emptied", "held"),
        variable="",
    )
    #: By its whole name; empty for Ray on the host at *runtime_path*. Its documentation is a fragment of several modules.
    image: str = option("str", name="raylet_image", default="", variable="")
    options: tuple[str, ...] = option(
        "list",
        "Further options of C(podman run) for the raylet's container, each C(--name) or C(--name=value), for instance "
        "V(--device=nvidia.com/gpu=all).",
        "Those that the collection gives itself are refused, and those without which applications could not start.",
        name="raylet_options",
        default=[],
        elements="str",
        secret=True,
        read=tuple,
        checks=container_options.CHECKS,
    )
    privileged: bool = option(
        "bool",
        "Whether the raylet's container is privileged, as Ray's guide asks for.",
        "V(false) is for the least that Ray's own C(podman run) needs, that is two capabilities, unmasked paths, and a list of "
        "system calls that M(ray.containers.rootless_podman) writes. Devices such as GPUs must then be named in "
        "O(raylet_options).",
        in_role=("The collection's page C(docs/raylet-in-a-container.md) says why.",),
        name="raylet_privileged",
        default=True,
    )

    @property
    def is_head(self) -> bool:
        return self.role == "head"

    @property
    def fixed_ports(self) -> dict[str, int]:
        """The ports that this node listens on, by the names of their options; the workers' range is not among them."""
        ports = dataclasses.asdict(self.ports)
        del ports["worker_minimum"], ports["worker_maximum"]
        return {**ports, "port": self.port, "dashboard_port": self.dashboard_port} if self.is_head else ports

    @property
    def address(self) -> str:
        """The cluster's address, as `ray start --address` takes it."""
        return f"{_bracketed(self.head_address)}:{self.port}"

    @property
    def dashboard_url(self) -> str:
        """Where the dashboard answers on the head itself."""
        wildcard = {"0.0.0.0": "127.0.0.1", "::": "::1"}
        return f"http://{_bracketed(wildcard.get(self.dashboard_host, self.dashboard_host))}:{self.dashboard_port}"

    @property
    def agent_url(self) -> str:
        """Where the node's own agent answers on the node itself."""
        return f"http://127.0.0.1:{self.ports.dashboard_agent}"


@dataclass(frozen=True)
class RunOptions:
    """What one run of the module is told beside the raylet as it is wanted."""

    restart: str = option(
        "str",
        "When a raylet is restarted that runs and is to have another configuration.",
        "With V(in_turn), the node is left as it is, and RV(raylet.restart_due) says so. Run the module with V(at_once) on "
        "such nodes then, one after the other, the head last. A raylet that does not answer is restarted all the same, and so "
        "is one whose change all nodes have to make together (Ray, Python or O(raylet_image), the head's address or port, the "
        "token).",
        default="at_once",
        choices=("at_once", "in_turn"),
        variable="",
    )
    wait_timeout: float = option(
        "int", "For how many seconds to wait at most until the node answers.", default=180, variable=""
    )
    runtimes: str = option(
        "path",
        "The O(ray.containers.ray_runtime#module:path) below which hosts have Ray. What M(ray.containers.ray_runtime) made "
        "there is removed once the raylet runs in a container.",
        "A directory on a network filesystem is left alone.",
        default="",
        variable="",
    )


#: Every option of the module.
OPTIONS = (*options_of(RayletSpec), *options_of(RunOptions))


def _bracketed(host: str) -> str:
    try:
        return f"[{host}]" if ipaddress.ip_address(host).version == 6 else host
    except ValueError:
        return host
