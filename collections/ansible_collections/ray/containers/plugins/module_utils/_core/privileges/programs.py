# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which programs units of systemd and cron's tables run as root.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

__all__ = ["of_table", "of_unit"]

_INTERPRETER = re.compile(r"(?:python|perl|ruby)[\d.]*|(?:ba|da|k|z)?sh|node|env")


def of_unit(text: str) -> tuple[str, ...]:
    """The programs that a unit's commands run as root; those of another user are its own affair.

    systemd.service(5), Command lines: `+` and `!` run a command as root whatever User says.
    """
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines()]
    users = [line.partition("=")[2].strip() for line in lines if re.match(r"User\s*=", line)]
    as_root = not users or users[-1] in ("", "root", "0")
    found: list[str] = []
    for line in lines:
        command = re.match(r"Exec\w+\s*=\s*([-@:+!|]*)(.*)", line)
        if command and (as_root or set(command[1]) & set("+!")):
            found += _programs(command[2].split())
    return tuple(dict.fromkeys(found))


def of_table(text: str) -> tuple[str, ...]:
    """The programs that a table such as /etc/crontab runs as root; crontab(5)."""
    found: list[str] = []
    for line in text.splitlines():
        words = line.split()
        fields = 1 if words and words[0].startswith("@") else 5
        if len(words) > fields + 1 and words[fields] == "root" and not words[0].startswith("#"):
            found += _programs(words[fields + 1 :])
    return tuple(dict.fromkeys(found))


def _programs(words: t.Sequence[str]) -> t.Iterator[str]:
    """The program, and where that is an interpreter, the script that it is given."""
    words = [word.strip("\"'") for word in words]
    while words:
        program = words.pop(0)
        if program.startswith("/"):
            yield program
        if not _INTERPRETER.fullmatch(program.rpartition("/")[2]):
            return
        while words and (words[0].startswith("-") or "=" in words[0]):
            if re.fullmatch(r"-\w*[ce]|-m", words.pop(0)):
                return  # the script itself follows, or a module's name
