# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a firewall must know of its host: how it is reached over SSH, what listens, which bridges there are, who has which name.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import glob
import os
import re
import socket
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["connection", "look_up", "services", "ssh_ports", "uplinks"]

#: Programs that take SSH connections, as /proc names them. Since OpenSSH 9.8 each session is an sshd-session.
SERVERS = ("sshd", "dropbear", "tinysshd")
#: Of IPv4, of IPv6 and of IPv4 mapped into it, in the words of /proc/net/tcp on either kind of machine.
LOOPBACK = re.compile("(0{16}(0000FFFF|FFFF0000))?(.{6}7F|7F.{6})|0{24}(01000000|00000001)")
#: Kinds of members (DEVTYPE in uevent) that lead out of a host, beside its network cards.
OUTWARDS = ("DEVTYPE=vlan", "DEVTYPE=bond", "DEVTYPE=wlan", "DEVTYPE=wwan", "DEVTYPE=macvlan")
NET = "/sys/class/net"


def connection() -> str:
    """The SSH connection that this process was started by: its client and its server, each with a port; empty without one.

    sudo takes the variable away; the shell that it was started from has it.
    """
    process = os.getpid()
    while process > 1:
        found = re.search(rb"(?:^|\0)SSH_CONNECTION=([^\0]*)", _read(f"/proc/{process}/environ"))
        if found:
            return found[1].decode(errors="replace")
        # After the name, which may hold anything: the state, and the parent's number.
        process = int((_read(f"/proc/{process}/stat").rpartition(b")")[2].split() or [b"0", b"0"])[1])
    return ""


def ssh_ports() -> tuple[int, ...]:
    """The ports that SSH is served at: those of every SSH server here, and that of the connection that we came by."""
    sockets = _listening()
    # Root's alone: an application may call its own process sshd.
    servers = _sockets_of(lambda name, uid: name in SERVERS and uid == 0)
    ours = connection().split()[3:]
    return tuple(sorted({*(sockets[inode] for inode in servers if inode in sockets), *map(int, ours)}))


def services(known: t.Container[int]) -> list[str]:
    """What listens to other hosts on ports beside the *known* ones, for instance ``9100 (node_exporter)``.

    Ports that the kernel has chosen are left out: nobody comes to them without being told.
    """
    lowest, highest = map(int, (read_text("/proc/sys/net/ipv4/ip_local_port_range") or "32768 60999").split())
    sockets = {
        inode: port for inode, port in _listening().items() if port not in known and not lowest <= port <= highest
    }
    processes = _sockets_of(lambda _name, _uid: True) if sockets else {}
    names = {port: processes.get(inode, "the kernel") for inode, port in sockets.items()}
    return [f"{port} ({name})" for port, name in sorted(names.items())]


def uplinks() -> tuple[str, ...]:
    """The bridges by which this host itself is connected: with a network card in it, or under the default route."""
    routes = [line.split() for line in (read_text("/proc/net/route") or "").splitlines()[1:]]
    found = {row[0] for row in routes if row[1] == row[7] == "00000000"}
    routes = [line.split() for line in (read_text("/proc/net/ipv6_route") or "").splitlines()]
    found |= {row[9] for row in routes if not row[0].strip("0") and row[1] == "00"}
    for path in glob.glob(f"{NET}/*/brif/*"):
        bridge, member = path.split("/")[-3], os.path.basename(path)
        kind = (read_text(f"{NET}/{member}/uevent") or "").splitlines()
        if os.path.exists(f"{NET}/{member}/device") or set(kind).intersection(OUTWARDS):
            found.add(bridge)
    return tuple(sorted(name for name in found if os.path.isdir(f"{NET}/{name}/bridge")))


def look_up(name: str) -> tuple[str, ...] | None:
    """The addresses of a name in a fixed order; none when there is no such name, None when that cannot be told now."""
    try:
        rows = socket.getaddrinfo(name, None, socket.AF_UNSPEC, socket.SOCK_STREAM)
    except UnicodeError:  # no name can look like this
        return ()
    except socket.gaierror as error:
        # No such name, or none with an address: answers that last.
        last = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        return () if error.errno in last else None
    return tuple(sorted({str(row[4][0]) for row in rows}))


def _listening() -> dict[int, int]:
    """The TCP sockets that listen to other hosts: inode and port."""
    tables = (read_text(f"/proc/net/{table}") or "" for table in ("tcp", "tcp6"))
    rows = [line.split() for table in tables for line in table.splitlines()[1:]]
    found = [(row[9], *row[1].split(":")) for row in rows if row[3] == "0A"]
    return {int(inode): int(port, 16) for inode, address, port in found if not LOOPBACK.fullmatch(address)}


def _sockets_of(wanted: t.Callable[[str, int], bool]) -> dict[int, str]:
    """The inodes of the sockets that the *wanted* processes have open, by name and user id, with these names."""
    found: dict[int, str] = {}
    for directory in glob.glob("/proc/[0-9]*"):
        name = _read(f"{directory}/comm").decode(errors="replace").strip()
        try:
            if name and wanted(name, os.stat(directory).st_uid):
                links = (os.readlink(link) for link in glob.glob(f"{directory}/fd/*"))
                found.update((int(link[8:-1]), name) for link in links if link.startswith("socket:["))
        except OSError:  # the process has ended, or has closed what it had
            continue
    return found


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return b""
