# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way this collection says that something failed.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import errno
import typing as t

__all__ = ["OperatorError", "of_the_system"]

#: What an operator can do about what an operating system refuses; see errno(3).
REMEDIES = {
    errno.ENOSPC: "Make space, or inodes, on that file system",
    errno.EDQUOT: "Raise the quota of the account that owns it, or remove files of that account",
    errno.EROFS: "Mount that file system read-write, and look into the kernel's log why it is not",
    errno.EIO: "Look into the kernel's log (dmesg): a disk fails",
    errno.EACCES: "Run as root (become: true), and look which security module or mount option refuses it",
    errno.EPERM: "Run as root (become: true), and look which attribute (lsattr), security module or mount option refuses it",
    errno.ENOEXEC: "Install the program for this host's architecture (uname -m); an empty file says the same",
    errno.EMFILE: "Raise the limit of open files (ulimit -n) of the account that runs this",
    errno.ENFILE: "Raise fs.file-max, or look which process holds that many files open (lsof)",
    errno.ENOMEM: "Look what uses the host's memory (free -m, ps aux --sort=-rss)",
    errno.EAGAIN: "Raise the limit of processes (ulimit -u, TasksMax) of the account that runs this",
    errno.ENAMETOOLONG: "Choose a shorter path",
    errno.ELOOP: "Remove the symbolic links that point to each other",
    errno.ETXTBSY: "Run again: the program was being replaced",
}


class OperatorError(Exception):
    """A failure in an operator's words: what failed, why, and what to do about it.

    :param what: what failed, on which application, image or file; no final full stop.
    :param why: the cause as far as it is known, for instance the engine's own last line.
    :param remedy: what the operator can do, as an imperative sentence.
    :param code: the stable ``RC-nnn`` code of the catalogue entry, where there is one.
    :ivar details: what more the result of the module tells, say a table.
    """

    def __init__(self, what: str, *, why: str = "", remedy: str = "", code: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.remedy = remedy
        self.code = code
        self.details: dict[str, t.Any] = {}

    def __str__(self) -> str:
        sentence = f"{self.what}: {self.why}" if self.why else self.what
        parts = [f"{sentence.rstrip('.')}."]
        if self.remedy:
            parts.append(f"{self.remedy.rstrip('.')}.")
        if self.code:
            parts.append(f"[{self.code}]")
        return " ".join(parts)


def of_the_system(error: OSError) -> OperatorError:
    """What the operating system refuses, in an operator's words.

    :param error: as Python raises it; its file may be a path, a descriptor, or none.
    """
    path = error.filename if isinstance(error.filename, str) else ""
    other = f" and {error.filename2}" if isinstance(error.filename2, str) else ""
    what = (
        f"The operating system refuses what is to be done with {path}{other}"
        if path
        else "The operating system refuses a call"
    )
    return OperatorError(what, why=error.strerror or str(error), remedy=REMEDIES.get(error.errno or 0, ""))
