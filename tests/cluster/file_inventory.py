# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventories of a node's file systems: owner, mode and content of everything, to be compared with those of later."""

from __future__ import annotations

import json
import shlex
import typing as t

from tests.cluster.witness import HERE, put_text

__all__ = ["Difference", "differences", "take"]

#: A path, and what stood there: kind and mode, owner, group, digest of the content; None for nothing.
Difference = tuple[str, list[t.Any] | None, list[t.Any] | None]

#: The kernel's, what a reboot empties, and images: another kernel's files, and root's own store.
LEFT_OUT = ("/proc", "/sys", "/dev", "/run", "/tmp", "/var/lib/containers/storage")

PROGRAM = r"""
import hashlib, json, os, stat, sys

HERE = "/run/witness"


def described(path, found):
    content = ""
    if stat.S_ISLNK(found.st_mode):
        content = os.readlink(path)
    elif stat.S_ISREG(found.st_mode):
        digest = hashlib.blake2b(digest_size=16)
        with open(path, "rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
        content = digest.hexdigest()
    return [stat.filemode(found.st_mode), found.st_uid, found.st_gid, content]


def walk(directory, left_out, found):
    for entry in os.scandir(directory):
        if entry.path in left_out:
            continue
        try:
            found[entry.path] = described(entry.path, entry.stat(follow_symlinks=False))
            if entry.is_dir(follow_symlinks=False):
                walk(entry.path, left_out, found)
        except FileNotFoundError:
            continue


def file_of(name):
    return f"{HERE}/files-{name}.json"


what, *words = sys.argv[1:]
if what == "take":
    found = {}
    walk("/", set(words[1:]), found)
    json.dump(found, open(file_of(words[0]), "w"))
    print(len(found))
else:
    before, after = (json.load(open(file_of(name))) for name in words)
    paths = sorted({*before, *after})
    print(json.dumps([[p, before.get(p), after.get(p)] for p in paths if before.get(p) != after.get(p)]))
"""


def take(host: t.Any, name: str, territory: t.Sequence[str]) -> int:
    """Take the inventory of that name on a testinfra host, without what lies in the Ray user's *territory*; how long it is.

    Root reads every file: those of the territory are read by nobody.
    """
    put_text(host, f"{HERE}/inventory.py", PROGRAM)
    return int(_run(host, "take", name, *LEFT_OUT, *territory))


def differences(host: t.Any, before: str, after: str) -> list[Difference]:
    """What is another in the second of two inventories."""
    return [tuple(each) for each in json.loads(_run(host, "compare", before, after))]


def _run(host: t.Any, *words: str) -> str:
    return str(host.check_output(shlex.join(("/usr/bin/python3", f"{HERE}/inventory.py", *words))))
