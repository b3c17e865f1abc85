# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What logs of Ray and Podman say, made fit to be read and shown: times, last words, secrets masked.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.secrets.judgement import (
    KEYS,
    SECRET_WORD,
    looks_secret,
)
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.mask import MASK
from ansible_collections.ray.containers.plugins.module_utils._core.terminal import without_colours

__all__ = ["exception_line", "masked", "new_lines", "shortened", "time_of"]

#: ``[2026-11-23 06:52:18,981 E 28915 28915] (raylet)`` (C++) and ``2026-11-23 06:51:03,014<TAB>INFO`` (Python).
_TIME = re.compile(r"\[?(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")

#: Every value that Ray hands to Podman: ``--env NAME='value'``; the quotes are Ray's, never escaped (image_uri.py). A log's
#: line may end before the value does.
_ENV_ARGUMENT = re.compile(r"(--env[ =]\s*[A-Za-z_]\w*=)('[^']*(?:'|$)|[^\s'\"]+)")
_ENV_MAPPING = re.compile(r"\benv_vars\\*[\"']?\s*[:=]\s*(?=\{)")
#: What a mapping's end is told by. In a JSON text that stands in another one, quotes carry backslashes.
_MARK = re.compile(r"\\*[\"']|[{}]")

#: It begins where a word does and nowhere else: tried at every letter, a long word takes minutes. The value's quote may be
#: one of a JSON text in a JSON text, or missing where a line was cut.
_NAMED_SECRET = re.compile(
    rf"(?<![\w-])((?=[\w-]*(?:{SECRET_WORD}))([\w-]+)\\*[\"']?\s*[:=]\s*)"
    r"((?P<quote>\\*[\"'])(?:[\s\S]*?(?<!\\)(?P=quote)|.*)|[^\s,;\"'&)}\]]+)",
    re.IGNORECASE,
)
_BEARER = re.compile(r"((?:authorization:?\s*)?\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
#: In an address, a password, or a key in the place of the user.
_IN_URL = re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)|(://)[\w-]{16,}(?=@)")
_KEYS = re.compile(KEYS, re.ASCII)

#: Of RAY_* variables these are no secrets, and say much about a failure.
_HARMLESS = re.compile(r"--env[ =]\s*RAY_(?:AUTH_MODE|AUTH_TOKEN_PATH|NODE_ID|RAYLET_PID|JOB_ID)=")

_EXCEPTION = re.compile(r"^(?:[\w.]+\.)?\w*(?:Error|Exception|Interrupt|Timeout|Warning)\b.*")


def masked(text: str) -> str:
    """The text with everything that may be a secret replaced.

    All values of ``env_vars`` and ``--env`` count as secrets: nothing tells a model's name from a model hub's key.
    """
    text = _without_mappings(text)
    text = _ENV_ARGUMENT.sub(lambda match: match[0] if _HARMLESS.match(match[0]) else match[1] + MASK, text)
    text = _BEARER.sub(rf"\1{MASK}", text)
    text = _without_named(text)
    text = _IN_URL.sub(lambda match: f"{match[1] or match[2]}{MASK}", text)
    return _KEYS.sub(MASK, text)


def shortened(text: str, length: int = 300) -> str:
    """The text on one line, cut in its middle to at most *length* characters: the cause stands at the end."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    kept = length - 1
    return f"{line[: kept // 3]}…{line[len(line) - (kept - kept // 3) :]}"


def time_of(line: str) -> str:
    """The line's own time as ``2026-11-23T06:52:18``; empty when it carries none (Podman's lines do not)."""
    found = _TIME.match(without_colours(line))
    return f"{found[1]}T{found[2]}" if found else ""


def exception_line(text: str) -> str:
    """The cause in a traceback or a message of Serve: Podman's own words, or the last exception's line."""
    # Podman's words stand inside Ray's exception: RuntimeError: Podman command failed: cmd=…, returncode=…, stderr=Error: …
    apart = without_colours(text).replace(", stderr=", "\n")
    lines = [line.strip() for line in apart.splitlines() if line.strip()]
    podman = [line for line in lines if line.startswith(("Error: ", "error: "))]
    if podman:
        return podman[-1]
    for line in reversed(lines):
        if _EXCEPTION.match(line):
            return line
    return lines[-1] if lines else ""


def new_lines(before: t.Sequence[str], after: t.Sequence[str]) -> list[str]:
    """What was appended to a log, from the last lines read before and those read now.

    When nothing of the earlier lines is left, all are new.
    """
    kept = len(before)
    while list(before[len(before) - kept :]) != list(after[:kept]):
        kept -= 1
    return list(after[kept:])


def _without_named(text: str) -> str:
    """The text without the values of what is named like a secret."""
    kept, done = [], 0
    found = _NAMED_SECRET.search(text)
    while found:
        # RAY_AUTH_TOKEN_PATH=/home/ray/.ray/auth_token says where the token lies; behind it may stand what is one.
        secret = looks_secret(found[2])
        kept.append(text[done : found.end(1)] + (MASK if secret else ""))
        done = found.end() if secret else found.end(1)
        found = _NAMED_SECRET.search(text, done)
    return "".join([*kept, text[done:]])


def _without_mappings(text: str) -> str:
    """The text without what its ``env_vars`` hold; up to the end of the line where one of them does not end."""
    kept, done = [], 0
    for found in _ENV_MAPPING.finditer(text):
        if found.start() >= done:
            kept.append(f"{text[done : found.end()]}{{{MASK}}}")
            done = _mapping_end(text, found.end())
    return "".join([*kept, text[done:]])


def _mapping_end(text: str, start: int) -> int:
    """Where the mapping ends that begins at *start*. Braces between quotes are a value's own, as JSON in a variable has."""
    depth, opened = 0, ""
    for found in _MARK.finditer(text, start):
        mark = found[0]
        if opened:
            if mark == opened:
                opened = ""
            elif mark[-1] == opened[-1] and not _is_inner(mark, opened):
                break  # The text was written in yet another way, so that nothing tells where its strings end.
        elif mark not in "{}":
            opened = mark
        else:
            depth += 1 if mark == "{" else -1
            if depth == 0:
                return found.end()
    line = text.find("\n", start)
    return len(text) if line < 0 else line


def _is_inner(mark: str, opened: str) -> bool:
    """Whether a quote belongs to a value: it has a backslash more, written again into each JSON text around."""
    more, odd = divmod(len(mark) - len(opened), len(opened))
    return more % 2 == 1 and more > 0 and not odd
