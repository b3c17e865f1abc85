# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A raylet as it is wanted: values, and the rules for them.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["DEFAULT_PORTS", "OWN_ARGUMENTS", "Ports", "RayletSpec", "bytes_of", "plain_address", "ports_of", "reject"]

#: Ray refuses ports below (Ray 2.60.0 _private/parameter.py, `_check_usage`).
LOWEST_PORT = 1024
HIGHEST_PORT = 65535

#: The smallest object store that Ray takes (Ray 2.60.0 _private/ray_constants.py, OBJECT_STORE_MINIMUM_MEMORY_BYTES).
SMALLEST_OBJECT_STORE = 75 * 1024 * 1024

_UNITS = {"": 1, "B": 1}
_UNITS.update({f"{prefix}B": 1000 ** (power + 1) for power, prefix in enumerate("KMGT")})
_UNITS.update({f"{prefix}iB": 1024 ** (power + 1) for power, prefix in enumerate("KMGT")})

#: Options of `ray start` that are the module's own, that it cannot work with, or that hold a secret.
OWN_ARGUMENTS = frozenset(
    (
        *("head", "address", "port", "block", "node-ip-address", "num-cpus", "num-gpus", "resources"),
        *("object-store-memory", "include-dashboard", "dashboard-host", "dashboard-port", "node-manager-port"),
        *("object-manager-port", "runtime-env-agent-port", "dashboard-agent-grpc-port"),
        *("dashboard-agent-listen-port", "metrics-export-port", "ray-client-server-port", "min-worker-port"),
        *("max-worker-port", "worker-port-list", "redis-shard-ports", "redis-username", "redis-password"),
        *("temp-dir", "disable-usage-stats"),
    )
)

_ARGUMENT = re.compile(r"--([a-z][a-z0-9-]*)(?:=[^\r\n\0]*)?")
_VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
#: getaddrinfo takes names with underscores, though DNS has no hosts of such names.
_HOST = re.compile(r"^[A-Za-z0-9_:][A-Za-z0-9_:.-]*$")


@dataclass(frozen=True)
class Ports:
    """The ports of a node, all fixed, so that a firewall can be written; the head has `gcs` and the dashboard beside.

    Ray's own defaults are random for most of them, or lie in the range of the kernel's ephemeral ports, where a
    client's connection may sit on them. Workers need one port each.
    """

    node_manager: int = 6380
    object_manager: int = 6381
    runtime_env_agent: int = 6382
    dashboard_agent_grpc: int = 6383
    dashboard_agent: int = 6384
    metrics_export: int = 6385
    ray_client_server: int = 10001
    worker_minimum: int = 10002
    worker_maximum: int = 19999


DEFAULT_PORTS = dataclasses.asdict(Ports())


@dataclass(frozen=True)
class RayletSpec:
    """Ray on a node, as a service of the host.

    :param role: ``head`` or ``worker``.
    :param image: of the container that it runs in, by its whole name; empty for Ray on the host at *runtime_path*.
    :param privileged: whether that container has all privileges.
    :param options: further words of `podman run` for that container.
    :param runtime_path: the virtual environment that holds Ray.
    :param head_address: where the head is: an address or a name.
    :param port: the head's GCS port.
    :param node_ip_address: by which the other nodes reach this one; empty for the address that the route to them has.
    :param object_store_memory: in bytes, None for Ray's own choice (30 % of the memory).
    :param start_arguments: further words for `ray start`, each ``--name`` or ``--name=value``.
    :param drain_seconds: how long a worker that is stopped may wait for its replicas to move; a head is not drained.
    """

    role: str
    user: str
    runtime_path: str
    ray_version: str
    head_address: str
    port: int = 6379
    dashboard_host: str = "127.0.0.1"
    dashboard_port: int = 8265
    node_ip_address: str = ""
    num_cpus: int | None = None
    num_gpus: int | None = None
    resources: t.Mapping[str, float] = field(default_factory=dict)
    object_store_memory: int | None = None
    start_arguments: tuple[str, ...] = ()
    environment: t.Mapping[str, str] = field(default_factory=dict)
    ports: Ports = Ports()
    auth_token: str = field(default="", repr=False)
    drain_seconds: int = 60
    state: str = "started"
    image: str = ""
    options: tuple[str, ...] = ()
    privileged: bool = True

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


def bytes_of(text: str) -> int | None:
    """A number of bytes from "2GiB", "500 MB" or "2147483648"; None from nothing.

    :raises OperatorError: the text is no amount of memory.
    """
    text = str(text).strip()
    if not text:
        return None
    match = re.match(r"^([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)$", text)
    if not match or match[2] not in _UNITS:
        raise OperatorError(
            f"object_store_memory: {text!r} is not an amount of memory",
            remedy="Give a number of bytes, or one with a unit: KB, MB, GB, TB or KiB, MiB, GiB, TiB",
        )
    return int(float(match[1]) * _UNITS[match[2]])


def ports_of(chosen: t.Mapping[str, t.Any]) -> Ports:
    """The ports of a node: the defaults, with what was *chosen* for some of them.

    :raises OperatorError: there is no port of that name, or the value is no number.
    """
    unknown = sorted(set(chosen) - set(DEFAULT_PORTS))
    if unknown:
        raise OperatorError(
            f"ports: a raylet has no port of the name {', '.join(unknown)}",
            remedy=f"Choose from {', '.join(DEFAULT_PORTS)}",
        )
    try:
        return dataclasses.replace(Ports(), **{name: int(value) for name, value in chosen.items()})
    except (TypeError, ValueError):
        raise OperatorError("ports: a port is not a number", remedy="Give whole numbers") from None


def reject(spec: RayletSpec) -> None:
    """Refuse what cannot be meant, before anything is touched.

    :raises OperatorError: with the option that is wrong, and how it is right.
    """
    if spec.state in ("stopped", "absent"):
        return
    if not spec.image and not spec.runtime_path.startswith("/"):
        raise OperatorError(
            f"runtime_path: {spec.runtime_path!r} is not an absolute path",
            remedy="Give the path that ray.containers.ray_runtime returns, or a raylet_image",
        )
    if not spec.auth_token or any(character.isspace() for character in spec.auth_token):
        raise OperatorError(
            "auth_token: the cluster's token is missing, or has white space in it",
            why="whoever reaches the ports of a cluster without a token can run programs on it",
            remedy="Give every node the same token, for instance one made by `openssl rand -hex 32`",
        )
    _reject_addresses(spec)
    _reject_ports(spec)
    _reject_resources(spec)
    _reject_start_arguments(spec)
    _reject_environment(spec)
    if spec.options:
        _reject_options(spec)


def plain_address(written: str) -> str:
    """An address as Ray takes it: IPv6 without the brackets that belong to URLs and to SSH."""
    inner = written.strip()
    return inner[1:-1] if inner.startswith("[") and inner.endswith("]") and ":" in inner else inner


def _reject_addresses(spec: RayletSpec) -> None:
    for option, value in (
        ("head_address", spec.head_address),
        ("dashboard_host", spec.dashboard_host),
        ("node_ip_address", spec.node_ip_address),
    ):
        if (value or option != "node_ip_address") and not _HOST.match(value):
            raise OperatorError(
                f"{option}: {value!r} is not a host", remedy="Give an IP address or a host name, without a port"
            )


def _reject_ports(spec: RayletSpec) -> None:
    lowest, highest = spec.ports.worker_minimum, spec.ports.worker_maximum
    ports = {**spec.fixed_ports, "port": spec.port, "dashboard_port": spec.dashboard_port}
    for name, port in (*ports.items(), ("worker_minimum", lowest), ("worker_maximum", highest)):
        if not LOWEST_PORT <= port <= HIGHEST_PORT:
            raise OperatorError(f"{name}: Ray takes ports from {LOWEST_PORT} to {HIGHEST_PORT}, not {port}")
    if lowest > highest:
        raise OperatorError(f"ports: worker_minimum {lowest} is above worker_maximum {highest}")
    used: dict[int, str] = {}
    for name, port in ports.items():
        if port in used:
            raise OperatorError(f"{used[port]} and {name} are both port {port}", remedy="Give each a port of its own")
        if lowest <= port <= highest:
            raise OperatorError(
                f"{name}: port {port} lies within the workers' ports {lowest}-{highest}",
                remedy="Choose one outside, or move worker_minimum and worker_maximum",
            )
        used[port] = name


def _reject_resources(spec: RayletSpec) -> None:
    for option, count in (("num_cpus", spec.num_cpus), ("num_gpus", spec.num_gpus)):
        if count is not None and count < 0:
            raise OperatorError(f"{option}: {count} is below 0")
    if spec.object_store_memory is not None and spec.object_store_memory < SMALLEST_OBJECT_STORE:
        raise OperatorError(
            f"object_store_memory: {spec.object_store_memory} bytes are too few",
            why=f"Ray takes no less than {SMALLEST_OBJECT_STORE} (75 MiB)",
        )
    for name, amount in spec.resources.items():
        if name in ("CPU", "GPU", "memory", "object_store_memory"):
            raise OperatorError(
                f"resources: {name} has an option of its own", remedy="Use num_cpus, num_gpus and so on"
            )
        if isinstance(amount, bool) or not isinstance(amount, (int, float)) or amount < 0 or amount % 1:
            raise OperatorError(f"resources: {name} is {amount!r}", remedy="Give a whole number that is not below 0")


def _reject_start_arguments(spec: RayletSpec) -> None:
    for argument in spec.start_arguments:
        written = _ARGUMENT.fullmatch(argument)
        name = argument.partition("=")[0]
        if not written:
            raise OperatorError(
                f"start_arguments: {name[:40]!r} is no option of ray start",
                remedy="Write --name or --name=value, one option in each entry",
            )
        if written[1] in OWN_ARGUMENTS:
            raise OperatorError(
                f"start_arguments: {name} is not given here",
                remedy="Use the option of this module that sets it, if any",
            )


def _reject_environment(spec: RayletSpec) -> None:
    for name, value in spec.environment.items():
        if not _VARIABLE.match(name):
            raise OperatorError(f"environment: {name!r} is not the name of a variable")
        if name in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH", "RAY_AUTH_MODE"):
            raise OperatorError(
                f"environment: {name} is not given here",
                why="Ray passes it on to every application container, where its value is readable in process lists",
                remedy="Give the token as auth_token: Ray then mounts the file that it is in",
            )
        if any(character in value for character in "\n\r\0"):
            raise OperatorError(f"environment: the value of {name} has more than one line")
        if name.startswith("RAY_") and "'" in value:
            raise OperatorError(
                f"environment: the value of {name} has a single quote in it",
                why="Ray puts RAY_ variables unescaped between single quotes on the shell command line that starts an "
                "application container (Ray 2.60.0 _private/runtime_env/image_uri.py)",
            )


def _reject_options(spec: RayletSpec) -> None:
    from ansible_collections.ray.containers.plugins.module_utils._core.raylet.options import wrong_option

    for option in spec.options:
        wrong = wrong_option(option)
        if wrong:
            raise OperatorError(
                f"raylet_options: {wrong.evidence}",
                why=wrong.entry.cause,
                remedy=wrong.remedy or wrong.entry.remedy,
                code=wrong.entry.code,
            )


def _bracketed(host: str) -> str:
    try:
        return f"[{host}]" if ipaddress.ip_address(host).version == 6 else host
    except ValueError:
        return host
