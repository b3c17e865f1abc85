# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of single values that options of a raylet may have.

A value that one check finds wrong is passed over by the others.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.check import (
    ValueCheck,
    Violation,
    value_check,
    whole_number,
)

__all__ = [
    "address",
    "bytes_of",
    "count",
    "ip_address",
    "memory",
    "memory_too_small",
    "one_address",
    "plain_address",
    "resource_amount",
    "resource_name",
    "seconds",
    "token_in_environment",
    "variable",
]

#: The smallest object store that Ray takes (Ray 2.60.0 _private/ray_constants.py, OBJECT_STORE_MINIMUM_MEMORY_BYTES).
SMALLEST_OBJECT_STORE = 75 * 1024 * 1024

#: Ray 2.60.0 _private/ray_constants.py, MAX_RESOURCE_QUANTITY.
MOST_OF_A_RESOURCE = 100 * 10**12

_UNITS = {"": 1, "B": 1}
_UNITS.update({f"{prefix}B": 1000 ** (power + 1) for power, prefix in enumerate("KMGT")})
_UNITS.update({f"{prefix}iB": 1024 ** (power + 1) for power, prefix in enumerate("KMGT")})

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: getaddrinfo takes names with underscores, though DNS has no hosts of such names.
_HOST = re.compile(r"[A-Za-z0-9_:][A-Za-z0-9_:.-]*")


@value_check(
    "RC-212",
    "The number of CPUs or GPUs is not valid",
    cause="Ray counts whole CPUs and GPUs of a node, and none below 0; fractions are what a replica may ask for.",
    remedy="Give a whole number, or leave it out for all that the node has",
    source="Ray 2.60.0 scripts/scripts.py: --num-cpus and --num-gpus are int; _private/resource_and_label_spec.py",
)
def count(value: t.Any) -> t.Iterator[Violation]:
    """CPUs or GPUs that are no whole number, or fewer than none."""
    if value is not None and whole_number(value) is None:
        yield Violation(f"{value!r} is not a whole number that is 0 or more")


@value_check(
    "RC-213",
    "The size of the object store is not valid",
    cause="A size is a number of bytes, or a number with a unit.",
    remedy="Write bytes, or a number with one of KB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (powers of 1024)",
    source="this collection, module raylet, option object_store_memory",
)
def memory(value: t.Any) -> t.Iterator[Violation]:
    """A size without a unit that is known."""
    if value is not None and _bytes(value) is None and str(value).strip():
        yield Violation(f"{str(value)!r} is not an amount of memory")


@value_check(
    "RC-214",
    "The object store is too small",
    cause="Ray takes no object store below 75 MiB, and its raylet does not start.",
    remedy="Give 75MiB or more, or leave it out for 30 % of the node's memory",
    source="Ray 2.60.0 _private/ray_constants.py: OBJECT_STORE_MINIMUM_MEMORY_BYTES",
)
def memory_too_small(value: t.Any) -> t.Iterator[Violation]:
    """A size below what Ray takes."""
    size = None if value is None else _bytes(value)
    if size is not None and size < SMALLEST_OBJECT_STORE:
        yield Violation(f"{size} bytes are fewer than {SMALLEST_OBJECT_STORE}")


@value_check(
    "RC-215",
    "The name of a custom resource is reserved",
    cause="Ray has options of its own for CPUs, GPUs and memory, and makes the resources that begin with node: itself.",
    remedy="Use ray_num_cpus, ray_num_gpus or ray_object_store_memory, or choose another name",
    source="Ray 2.60.0 scripts/scripts.py `start`; _private/resource_and_label_spec.py `_resolve_resources`",
)
def resource_name(value: t.Any) -> t.Iterator[Violation]:
    """A name that Ray gives itself."""
    for name in _mapping(value):
        if str(name) in ("CPU", "GPU", "memory", "object_store_memory") or str(name).startswith("node:") or not name:
            yield Violation(f"{str(name)!r} is no name for a resource of your own")


@value_check(
    "RC-216",
    "The amount of a custom resource is not valid",
    cause="Ray takes whole numbers from 0 to 100e12 for what a node has; its raylet does not start with any other.",
    remedy="Give a whole number; a replica may ask for fractions of it",
    source="Ray 2.60.0 _private/resource_and_label_spec.py `to_resource_dict`; ray_constants.MAX_RESOURCE_QUANTITY",
)
def resource_amount(value: t.Any) -> t.Iterator[Violation]:
    """An amount that is no whole number, or fewer than none, or more than Ray counts."""
    for name, amount in _mapping(value).items():
        number = whole_number(amount)
        if number is None or number > MOST_OF_A_RESOURCE:
            yield Violation(f"{amount!r} is not a whole number from 0 to 100e12", f".{name}")


@value_check(
    "RC-225",
    "The address of a node is not valid",
    cause="Other nodes reach a raylet at one address of its host; a port, a network or a wildcard is none.",
    remedy="Give an IP address of the host, or a name of it, without a port",
    source="Ray 2.60.0 ray start --node-ip-address, --dashboard-host",
)
def address(value: t.Any) -> t.Iterator[Violation]:
    """An address that is none."""
    if value and not _is_host(plain_address(str(value))):
        yield Violation(f"{str(value)!r} is not one address or name of a host")


def _one_address(value: t.Any) -> t.Iterator[Violation]:
    """An address that is every address."""
    found = ip_address(plain_address(str(value))) if value else None
    if found is not None and found.is_unspecified:
        yield Violation(f"{str(value)!r} is not one address or name of a host")


one_address = ValueCheck(address.entry, _one_address)


@value_check(
    "RC-229",
    "A variable of the raylet's environment cannot be set",
    cause="The service's environment takes names of letters, digits and _, and values of one line.",
    remedy="Correct the name, or write the value in one line",
    source="systemd.exec(5), EnvironmentFile=",
)
def variable(value: t.Any) -> t.Iterator[Violation]:
    """A name that is none, or a value of several lines; never the value itself."""
    for name, content in _mapping(value).items():
        if not _VARIABLE.fullmatch(str(name)):
            yield Violation(f"{str(name)!r} is not the name of a variable")
        elif any(character in str(content) for character in "\n\r\0"):
            yield Violation("its value has more than one line", f".{name}")


@value_check(
    "RC-230",
    "The cluster's token is given in the environment",
    cause="Ray passes its RAY_ variables on to application containers, where every user reads them in process lists.",
    remedy="Give it as ray_auth_token: Ray then mounts the file that it is in",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py; _private/authentication",
)
def token_in_environment(value: t.Any) -> t.Iterator[Violation]:
    """The token, or where it is, or whether there is one."""
    for name in _mapping(value):
        if name in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH", "RAY_AUTH_MODE"):
            yield Violation("it is not given here", f".{name}")


@value_check(
    "RC-231",
    "The time for draining is not a number of seconds",
    cause="It is a whole number of seconds, with 0 for not draining at all.",
    remedy="Give a whole number of seconds, for instance 120",
    source="Ray 2.60.0 _private/ray_constants.py: RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S",
)
def seconds(value: t.Any) -> t.Iterator[Violation]:
    """A time that is no whole number of seconds."""
    if value is not None and whole_number(value) is None:
        yield Violation(f"{value!r} is not a whole number of seconds")


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
            f"{text!r} is not an amount of memory",
            remedy="Give a number of bytes, or one with a unit: KB, MB, GB, TB or KiB, MiB, GiB, TiB",
        )
    return int(float(match[1]) * _UNITS[match[2]])


def plain_address(written: str) -> str:
    """An address as Ray takes it: IPv6 without the brackets that belong to URLs and to SSH."""
    inner = written.strip()
    return inner[1:-1] if inner.startswith("[") and inner.endswith("]") and ":" in inner else inner


def ip_address(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address; None for a name, and for what is none."""
    try:
        return ipaddress.ip_address(written)
    except ValueError:
        return None


def _is_host(written: str) -> bool:
    if ":" in written or re.fullmatch(r"[0-9.]+", written):
        return ip_address(written) is not None
    return bool(_HOST.fullmatch(written))


def _bytes(value: object) -> int | None:
    try:
        return bytes_of(str(value))
    except OperatorError:
        return None


def _mapping(value: object) -> t.Mapping[t.Any, t.Any]:
    """The value when it is a mapping; that it is another kind is told elsewhere."""
    return value if isinstance(value, dict) else {}
