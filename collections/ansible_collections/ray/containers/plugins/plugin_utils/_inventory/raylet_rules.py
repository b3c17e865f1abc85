# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the raylets' settings, host by host, and of all hosts together.

A setting that a host leaves to its default is not looked at. A value that one rule finds wrong is passed over by the others.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import raylets as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import (
    DEFAULT_PORTS,
    HIGHEST_PORT,
    LOWEST_PORT,
    SMALLEST_OBJECT_STORE,
    bytes_of,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_arguments import wrong_argument
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.raylet_settings import (
    RayletSettings,
    whole_number,
)
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context, Met, Rule, rule

__all__ = ["RULES", "ports_of_host"]

#: Ray 2.60.0 _private/ray_constants.py, MAX_RESOURCE_QUANTITY.
MOST_OF_A_RESOURCE = 100 * 10**12
HEAD_PORTS = {"port": 6379, "dashboard_port": 8265}
#: What holds for a host that does not say in what all hosts must agree; a play on the controller sees no role's defaults.
ROLE_DEFAULTS = {"port": 6379, "version": "2.60.0"}
#: Serve's default graceful_shutdown_timeout_s, and what a container needs to start beside it, in seconds.
SHORTEST_DRAIN = 20 + 20

_MAPPINGS = ("resources", "ports", "environment")
_LISTS = ("start_arguments", "raylet_options")
_HOST = re.compile(r"[A-Za-z0-9:][A-Za-z0-9:.-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Each = t.Callable[[RayletSettings], t.Iterator[Met]]


def _of_each_host(entry: Entry) -> t.Callable[[Each], Rule]:
    """Make the decorated function, which looks at one host, the rule of *entry* for all of them."""

    def bind(each: Each) -> Rule:
        def check(config: ServeConfig, context: Context) -> t.Iterator[Met]:
            for settings in context.raylets:
                yield from each(settings)

        return Rule(entry, check)

    return bind


def _mapping(settings: RayletSettings, option: str) -> t.Mapping[t.Any, t.Any]:
    written = settings.get(option)
    return written if isinstance(written, dict) else {}


@_of_each_host(catalogue.WRONG_KIND)
def wrong_kind(settings: RayletSettings) -> t.Iterator[Met]:
    """A list for a mapping, or text for a list."""
    for option in (*_MAPPINGS, *_LISTS):
        written = settings.get(option)
        kind, name = (list, "a list") if option in _LISTS else (dict, "a mapping of names and values")
        if written is not None and not isinstance(written, kind):
            yield Met(settings.where(option), f"it is {type(written).__name__}, and not {name}")


@_of_each_host(catalogue.COUNT)
def count(settings: RayletSettings) -> t.Iterator[Met]:
    """CPUs or GPUs that are no whole number, or fewer than none."""
    for option in ("num_cpus", "num_gpus"):
        written = settings.get(option)
        if written is not None and whole_number(written) is None:
            yield Met(settings.where(option), f"{written!r} is not a whole number that is 0 or more")


@_of_each_host(catalogue.MEMORY_UNIT)
def memory_unit(settings: RayletSettings) -> t.Iterator[Met]:
    """A size without a unit that is known."""
    written = settings.get("object_store_memory")
    if written is not None and _bytes(written) is None and str(written).strip():
        yield Met(settings.where("object_store_memory"), f"{str(written)!r} is not an amount of memory")


@_of_each_host(catalogue.MEMORY_TOO_SMALL)
def memory_too_small(settings: RayletSettings) -> t.Iterator[Met]:
    """A size below what Ray takes."""
    size = _bytes(settings.get("object_store_memory") or "")
    if size is not None and size < SMALLEST_OBJECT_STORE:
        yield Met(settings.where("object_store_memory"), f"{size} bytes are fewer than {SMALLEST_OBJECT_STORE}")


def _bytes(written: object) -> int | None:
    try:
        return bytes_of(str(written))
    except OperatorError:
        return None


@_of_each_host(catalogue.RESOURCE_NAME)
def resource_name(settings: RayletSettings) -> t.Iterator[Met]:
    """A name that Ray gives itself."""
    for name in _mapping(settings, "resources"):
        if str(name) in ("CPU", "GPU", "memory", "object_store_memory") or str(name).startswith("node:") or not name:
            yield Met(settings.where("resources"), f"{str(name)!r} is no name for a resource of your own")


@_of_each_host(catalogue.RESOURCE_AMOUNT)
def resource_amount(settings: RayletSettings) -> t.Iterator[Met]:
    """An amount that is no whole number, or fewer than none, or more than Ray counts."""
    for name, amount in _mapping(settings, "resources").items():
        number = whole_number(amount)
        if number is None or number > MOST_OF_A_RESOURCE:
            yield Met(settings.where("resources", str(name)), f"{amount!r} is not a whole number from 0 to 100e12")


@_of_each_host(catalogue.PORT_NAME)
def port_name(settings: RayletSettings) -> t.Iterator[Met]:
    """A name that no port has."""
    for name in _mapping(settings, "ports"):
        if name not in DEFAULT_PORTS:
            yield Met(
                settings.where("ports"), f"{str(name)!r} is no port", f"Choose from {', '.join(sorted(DEFAULT_PORTS))}"
            )


@_of_each_host(catalogue.PORT_RANGE)
def port_range(settings: RayletSettings) -> t.Iterator[Met]:
    """A port that is no number, or beyond what Ray takes."""
    chosen = {settings.where("ports", str(name)): port for name, port in _mapping(settings, "ports").items()}
    chosen.update({settings.where(name): settings.get(name) for name in HEAD_PORTS if settings.get(name) is not None})
    for where, written in chosen.items():
        port = whole_number(written)
        if port is None or not LOWEST_PORT <= port <= HIGHEST_PORT:
            yield Met(where, f"{written!r} is not a port from {LOWEST_PORT} to {HIGHEST_PORT}")


def ports_of_host(settings: RayletSettings) -> dict[str, int]:
    """The ports that a raylet will have, by name: `port` and `dashboard_port` on a head, the workers' range by its ends.

    Where a number cannot be read, the default stands.
    """
    ports = {**DEFAULT_PORTS, **(HEAD_PORTS if settings.is_head else {})}
    chosen = {**_mapping(settings, "ports"), **{name: settings.get(name) for name in HEAD_PORTS}}
    for name in ports:
        ports[name] = whole_number(chosen.get(name)) or ports[name]
    return ports


@_of_each_host(catalogue.WORKER_PORTS)
def worker_ports(settings: RayletSettings) -> t.Iterator[Met]:
    """A range that ends before it begins, or holds fewer ports than the node has CPUs."""
    ports = ports_of_host(settings)
    lowest, highest = ports["worker_minimum"], ports["worker_maximum"]
    cpus = whole_number(settings.get("num_cpus")) or 1
    if highest - lowest + 1 < cpus:
        held = max(0, highest - lowest + 1)
        yield Met(settings.where("ports"), f"worker_minimum {lowest} to worker_maximum {highest} are {held} ports")


@_of_each_host(catalogue.PORT_TWICE)
def port_twice(settings: RayletSettings) -> t.Iterator[Met]:
    """One port for two, or one within the workers' range."""
    ports = ports_of_host(settings)
    lowest, highest = ports.pop("worker_minimum"), ports.pop("worker_maximum")
    used: dict[int, str] = {}
    for name, port in ports.items():
        where = settings.where(name) if name in HEAD_PORTS else settings.where("ports", name)
        if port in used:
            yield Met(where, f"{port} is the port of {used[port]}, too")
        elif lowest <= port <= highest:
            yield Met(where, f"{port} lies within the workers' ports {lowest} to {highest}")
        used.setdefault(port, name)


def _arguments(settings: RayletSettings, entry: Entry) -> t.Iterator[Met]:
    written = settings.get("start_arguments")
    for index, argument in enumerate(written if isinstance(written, list) else []):
        wrong = wrong_argument(argument)
        if wrong and wrong.entry is entry:
            yield Met(f"ray_start_arguments[{index}] of {settings.host}", wrong.evidence, wrong.remedy)


@_of_each_host(catalogue.ARGUMENT_FORM)
def argument_form(settings: RayletSettings) -> t.Iterator[Met]:
    """An argument that is not one option."""
    yield from _arguments(settings, catalogue.ARGUMENT_FORM)


@_of_each_host(catalogue.ARGUMENT_OWNED)
def argument_owned(settings: RayletSettings) -> t.Iterator[Met]:
    """An argument that the collection gives itself."""
    yield from _arguments(settings, catalogue.ARGUMENT_OWNED)


@_of_each_host(catalogue.ARGUMENT_SECRET)
def argument_secret(settings: RayletSettings) -> t.Iterator[Met]:
    """An argument that nobody else may read."""
    yield from _arguments(settings, catalogue.ARGUMENT_SECRET)


@_of_each_host(catalogue.ARGUMENT_UNKNOWN)
def argument_unknown(settings: RayletSettings) -> t.Iterator[Met]:
    """An argument that Ray 2.60.0 does not know."""
    yield from _arguments(settings, catalogue.ARGUMENT_UNKNOWN)


@_of_each_host(catalogue.ADDRESS)
def address(settings: RayletSettings) -> t.Iterator[Met]:
    """An address that is none, or that is every address."""
    for option in ("node_ip_address", "dashboard_host"):
        written = settings.get(option)
        if not written:
            continue
        found = _ip(str(written))
        everywhere = option == "node_ip_address" and found is not None and found.is_unspecified
        if everywhere or not _is_host(str(written)):
            yield Met(settings.where(option), f"{str(written)!r} is not one address or name of a host")


def _is_host(written: str) -> bool:
    if ":" in written or re.fullmatch(r"[0-9.]+", written):
        return _ip(written) is not None
    return bool(_HOST.fullmatch(written))


def _ip(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(written)
    except ValueError:
        return None


@rule(catalogue.ADDRESS_LOOPBACK)
def address_loopback(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """A loopback address in a cluster of several machines."""
    for settings in context.raylets if len(context.raylets) > 1 else ():
        found = _ip(settings.address)
        if (found and found.is_loopback) or settings.address == "localhost":
            yield Met(settings.where("node_ip_address"), f"the other nodes would look for it at {settings.address}")


@rule(catalogue.ADDRESS_TWICE)
def address_twice(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """One address for two hosts."""
    seen: dict[object, str] = {}
    for settings in context.raylets:
        key = _ip(settings.address) or settings.address
        if settings.address and key in seen:
            yield Met(settings.where("node_ip_address"), f"{settings.address} is the address of {seen[key]}, too")
        seen.setdefault(key, settings.host)


@rule(catalogue.DISAGREEMENT)
def disagreement(config: ServeConfig, context: Context) -> t.Iterator[Met]:
    """Several ports of the head, or several versions of Ray."""
    for option in ROLE_DEFAULTS:
        said: dict[str, list[str]] = {}
        for settings in context.raylets:
            value = settings.get(option)
            said.setdefault(str(ROLE_DEFAULTS[option] if value is None else value), []).append(settings.host)
        if len(said) > 1:
            told = "; ".join(f"{value} on {', '.join(hosts)}" for value, hosts in said.items())
            yield Met(f"ray_{option}", f"it is {told}")


@_of_each_host(catalogue.VARIABLE_NAME)
def variable_name(settings: RayletSettings) -> t.Iterator[Met]:
    """A name that is none, or a value of several lines; never the value itself."""
    for name, value in _mapping(settings, "environment").items():
        if not _VARIABLE.fullmatch(str(name)):
            yield Met(settings.where("environment"), f"{str(name)!r} is not the name of a variable")
        elif any(character in str(value) for character in "\n\r\0"):
            yield Met(settings.where("environment", str(name)), "its value has more than one line")


@_of_each_host(catalogue.TOKEN_IN_ENVIRONMENT)
def token_in_environment(settings: RayletSettings) -> t.Iterator[Met]:
    """The token, or where it is, or whether there is one."""
    for name in _mapping(settings, "environment"):
        if name in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH", "RAY_AUTH_MODE"):
            yield Met(settings.where("environment", str(name)), "it is not given here")


@_of_each_host(catalogue.DRAIN_TIMEOUT)
def drain_timeout(settings: RayletSettings) -> t.Iterator[Met]:
    """A time that is no whole number of seconds."""
    written = settings.get("drain_timeout")
    if written is not None and whole_number(written) is None:
        yield Met(settings.where("drain_timeout"), f"{written!r} is not a whole number of seconds")


@_of_each_host(catalogue.DRAIN_TOO_SHORT)
def drain_too_short(settings: RayletSettings) -> t.Iterator[Met]:
    """A time in which no replica can move."""
    seconds = whole_number(settings.get("drain_timeout"))
    if seconds and seconds < SHORTEST_DRAIN and not settings.is_head:
        yield Met(settings.where("drain_timeout"), f"{seconds} seconds are too few for a replica to move")


RULES = (
    wrong_kind,
    count,
    memory_unit,
    memory_too_small,
    resource_name,
    resource_amount,
    port_name,
    port_range,
    worker_ports,
    port_twice,
    argument_form,
    argument_owned,
    argument_secret,
    argument_unknown,
    address,
    address_loopback,
    address_twice,
    disagreement,
    variable_name,
    token_in_environment,
    drain_timeout,
    drain_too_short,
)
