# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses and ports of this host, asked without a process.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import errno
import glob
import ipaddress
import os
import re
import socket

__all__ = ["connection_problem", "has_address", "is_unknown", "port_owner", "resolved"]


def resolved(host: str, *, before: str = "") -> str:
    """The IP address that *host*, an address or a name, has for other hosts; empty when only this host would use it.

    Debian gives a host's own name a loopback address in /etc/hosts. Of several addresses it is this host's own, or the
    lowest: name servers give them in another order each time.

    :param before: the answer while no name server can be asked.
    """
    try:
        return str(ipaddress.ip_address(host)) if host else ""
    except ValueError:
        addresses = _looked_up(host)
    if addresses is None:
        return before
    found = {ipaddress.ip_address(address) for address in addresses}
    others = [str(address) for address in sorted(found) if not (address.is_loopback or address.is_link_local)]
    return next(iter(sorted(others, key=has_address, reverse=True)), "")


def is_unknown(host: str) -> bool:
    """Whether *host* is a name that this host knows no address of; not while no name server can be asked."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _looked_up(host) == []
    return False


def _looked_up(name: str) -> list[str] | None:
    """The IPv4 addresses of a name, or else the IPv6 ones, none when there is no such name; None when that cannot be told now."""
    for family in (socket.AF_INET, socket.AF_INET6):
        found = _of_family(name, family)
        if found != []:
            return found
    return []


def _of_family(name: str, family: socket.AddressFamily) -> list[str] | None:
    try:
        rows = socket.getaddrinfo(name, None, family, socket.SOCK_DGRAM)
    except UnicodeError:  # no name can look like this
        return []
    except socket.gaierror as error:
        # No such name, or none with such an address: answers that last.
        last = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        return [] if error.errno in last else None
    # Without the interface of a link-local one.
    return [str(row[4][0]).partition("%")[0] for row in rows]


def has_address(address: str) -> bool:
    """Whether *address* is one of this host's."""
    return _bind(address, 0, socket.SOCK_DGRAM) != errno.EADDRNOTAVAIL


def connection_problem(host: str, port: int, *, timeout: float = 3.0) -> str:
    """Why no TCP connection to that port can be made; empty when one can."""
    try:
        socket.create_connection((host, port), timeout=timeout).close()
    except OSError as error:
        return "no answer in time" if isinstance(error, socket.timeout) else error.strerror or str(error)
    return ""


def port_owner(address: str, port: int) -> str | None:
    """Who listens on a TCP port of this host, for instance ``redis-server (process 812)``; None when nobody does."""
    if _bind(address, port, socket.SOCK_STREAM) != errno.EADDRINUSE:
        return None
    return _listener(port) or "another process"


def _bind(address: str, port: int, kind: socket.SocketKind) -> int:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, kind) as probe:
        # What still closes down after a stopped raylet is in nobody's way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            if kind == socket.SOCK_STREAM:
                probe.listen(1)
        except OSError as error:
            return error.errno or 0
    return 0


def _listener(port: int) -> str:
    """The process that listens on the port, by way of its socket's inode (proc(5))."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(table, encoding="ascii") as stream:
                rows = [line.split() for line in stream.readlines()[1:]]
        except OSError:
            continue
        inodes |= {row[9] for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port}
    for link in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            found = re.match(r"socket:\[(\d+)\]", os.readlink(link))
            if found and found[1] in inodes:
                process = link.split("/")[2]
                with open(f"/proc/{process}/comm", encoding="utf-8") as stream:
                    return f"{stream.read().strip()} (process {process})"
        except OSError:
            continue
    return ""
