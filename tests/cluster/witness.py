# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is on a node all the time of a scenario, and writes down what root opens of others, and secrets on command lines.

By fanotify(7) with permissions: whoever opens or runs a file waits until it has been looked at, so that no process is too
quick for it. It is about the mounts of homes and of temporary files in the node's own namespace, not about those of containers.
"""

from __future__ import annotations

import base64
import json
import typing as t

__all__ = ["HERE", "put_text", "seen", "start"]

#: Its program, what it looks for and what it has seen; emptied by a reboot.
HERE = "/run/witness"

PROGRAM = r"""
import ctypes, json, os, struct, sys, threading, time

HERE = "/run/witness"
SECRETS = [secret.encode() for secret in json.load(open(HERE + "/secrets.json"))]
OPEN_PERM, OPEN_EXEC_PERM, ALLOW = 0x10000, 0x40000, 1
known, lock = set(), threading.Lock()


def tell(kind, **fields):
    line = json.dumps({"kind": kind, **fields})
    with lock:
        if line not in known:
            known.add(line)
            with open(HERE + "/seen.jsonl", "a") as stream:
                stream.write(line + "\n")


def status_of(process):
    fields = dict(line.split(":", 1) for line in open(f"/proc/{process}/status") if ":" in line)
    return fields["Name"].strip(), int(fields["Uid"].split()[3])


def look(handle, mask, process):
    name, uid = status_of(process)
    found = os.fstat(handle)
    if uid == 0 and found.st_uid != 0:
        path = os.readlink(f"/proc/self/fd/{handle}")
        tell("run" if mask & OPEN_EXEC_PERM else "opened", path=path, by=name)


def watch_files():
    libc = ctypes.CDLL(None, use_errno=True)
    notes = libc.fanotify_init(0x04 | 0x01, os.O_RDONLY | os.O_LARGEFILE)  # FAN_CLASS_CONTENT, FAN_CLOEXEC
    assert notes >= 0, os.strerror(ctypes.get_errno())
    for place in (b"/home", b"/tmp"):
        marked = libc.fanotify_mark(notes, 0x01 | 0x10, ctypes.c_uint64(OPEN_PERM | OPEN_EXEC_PERM), -100, place)
        assert marked == 0, (place, os.strerror(ctypes.get_errno()))
    tell("watching")
    while True:
        events, at = os.read(notes, 1 << 16), 0
        while at < len(events):
            length, _version, _reserved, _metadata, mask, handle, process = struct.unpack_from("IBBHQii", events, at)
            at += length
            try:
                look(handle, mask, process)
            except OSError as error:
                tell("unknown", why=str(error))
            finally:
                os.write(notes, struct.pack("iI", handle, ALLOW))
                os.close(handle)


def watch_command_lines():
    while True:
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                line = open(f"/proc/{process}/cmdline", "rb").read()
                found = [number for number, secret in enumerate(SECRETS) if secret in line]
                if found:
                    tell("said", uid=os.stat(f"/proc/{process}").st_uid, program=line.split(b"\0")[0].decode(), secrets=found)
            except OSError:
                continue
        time.sleep(0.05)


threading.Thread(target=watch_command_lines, daemon=True).start()
watch_files()
"""


def put_text(host: t.Any, path: str, text: str) -> None:
    """Write a file of root's alone on a testinfra host; what is in it does not stand on a command line as it is."""
    coded = base64.b64encode(text.encode()).decode()
    host.check_output(f"umask 077; mkdir -p {path.rpartition('/')[0]}; echo {coded} | base64 --decode > {path}")


def start(host: t.Any, secrets: t.Sequence[str]) -> None:
    """Have it look on, on a testinfra host."""
    put_text(host, f"{HERE}/secrets.json", json.dumps(list(secrets)))
    put_text(host, f"{HERE}/program.py", PROGRAM)
    host.check_output(f"systemd-run --quiet --collect --unit=witness /usr/bin/python3 {HERE}/program.py")


def seen(host: t.Any) -> list[dict[str, t.Any]]:
    """What it has seen until now."""
    assert host.service("witness").is_running
    text = host.check_output(f"cat {HERE}/seen.jsonl")
    return [json.loads(line) for line in text.splitlines()]
