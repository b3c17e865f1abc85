# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the rules of sudo, doas and polkit for one account.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

__all__ = ["doas_rules", "included", "polkit_rules", "sudo_listed", "sudoers_rules"]

_KEYWORD = re.compile(r"(Defaults\b|User_Alias\b|Runas_Alias\b|Host_Alias\b|Cmn?d_Alias\b|[@#]include)")
_INCLUDE = re.compile(r"^[@#]include(dir)?\s+(.+)$")
_LIMIT = 200


def sudo_listed(output: str) -> tuple[str, ...]:
    """The rules that `sudo -l -U ACCOUNT` lists; none when the account may not use it."""
    _before, _words, listed = output.partition(" may run the following commands on ")
    return tuple(line.strip()[:_LIMIT] for line in listed.splitlines()[1:] if line.strip())


def included(text: str) -> tuple[tuple[str, bool], ...]:
    """What a sudoers file includes: paths, and whether each is a directory; sudoers(5)."""
    found = (_INCLUDE.match(line) for line in _lines(text))
    return tuple((match[2].strip().strip('"'), bool(match[1])) for match in found if match)


def sudoers_rules(texts: t.Sequence[str], user: str, uid: int, groups: t.Collection[str]) -> tuple[str, ...]:
    """The rules in sudoers files that name an account, for one that sudo cannot be asked about since it is yet to make.

    Hosts and commands are not looked at: a rule that names the account is meant for it.

    :param groups: the names of the groups that it will have.
    """
    lines = [line for text in texts for line in _lines(text)]
    aliases: dict[str, str] = {}
    account = ("ALL", user, f"#{uid}", *(f"%{group}" for group in groups))
    for line in lines:
        if line.startswith("User_Alias"):
            for part in line[len("User_Alias") :].split(":"):
                name, _equals, members = part.partition("=")
                aliases[name.strip()] = members
    rules = []
    for line in lines:
        users, _space, rest = re.sub(r"\s*,\s*", ",", line).partition(" ")
        is_rule = "=" in rest and not _KEYWORD.match(line)
        if is_rule and _names(users, account, aliases, depth=8):
            rules.append(rest.partition("=")[2].strip()[:_LIMIT])
    return tuple(rules)


def doas_rules(text: str, user: str, groups: t.Collection[str]) -> tuple[str, ...]:
    """The rules of doas.conf(5) that permit something to an account; the last one that matches holds."""
    rules: list[str] = []
    for line in text.splitlines():
        words = re.sub(r"\{[^}]*\}", "", line.partition("#")[0]).split()
        options = ("nopass", "nolog", "persist", "keepenv", "setenv")
        named = [word for word in words[1:] if word not in options][:1]
        if words[:1] not in (["permit"], ["deny"]) or not named:
            continue
        if named[0] == user or (named[0].startswith(":") and named[0][1:] in groups):
            if words[0] == "permit":
                rules.append(" ".join(words)[:_LIMIT])
            elif "cmd" not in words and "as" not in words:
                rules.clear()
    return tuple(rules)


def polkit_rules(text: str, user: str, groups: t.Collection[str]) -> bool:
    """Whether a file of rules for polkit says yes, and names the account or a group of its own choice.

    Rules are programs; this finds the plain ones. Groups such as sudo are found by their names.
    """
    names = "|".join(map(re.escape, (user, *groups)))
    says_yes = re.search(r"polkit\.Result\.YES|^Result\w+\s*=\s*yes", text, re.MULTILINE)
    quoted = rf"[\"'](?:{names})[\"']|^Identity\s*=.*unix-(?:user|group):(?:{names})\b"
    return bool(says_yes and re.search(quoted, text, re.MULTILINE))


def _names(users: str, account: t.Collection[str], aliases: t.Mapping[str, str], depth: int) -> bool:
    """Whether a list of users names the account in one of its forms; what comes later in the list holds."""
    named = False
    for item in users.split(","):
        name = item.strip().strip('"')
        denied = name.startswith("!")
        name = name.lstrip("!").strip()
        is_alias = name in aliases and depth > 0
        matches = _names(aliases[name], account, aliases, depth - 1) if is_alias else name in account
        named = (not denied) if matches else named
    return named


def _lines(text: str) -> t.Iterator[str]:
    """The lines that say something, those that go on in the next one joined, without comments."""
    for line in text.replace("\\\n", " ").splitlines():
        stripped = line.strip()
        if _INCLUDE.match(stripped):
            yield stripped
            continue
        said = " ".join(re.sub(r"(?:^|\s)#(?!\d).*$", "", stripped).split())
        if said:
            yield said
