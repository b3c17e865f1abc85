# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Containerfile says: its instructions, and the image that one of its stages starts from.

As BuildKit's parser reads it, of which Buildah has a copy (frontend/dockerfile/parser/parser.go): comments and empty lines within
a continued line, another escape character, heredocs.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

__all__ = ["base_image", "instructions"]

_DIRECTIVE = re.compile(r"#\s*([A-Za-z][\w-]*)\s*=\s*(.*?)\s*")
#: Only these take heredocs, as they are or in ONBUILD.
_WITH_HEREDOCS = ("ADD", "COPY", "RUN")
#: A word as a shell splits it, and one that begins a heredoc: its number of a file, whether tabs are stripped, its end.
_WORD = re.compile(r"""(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+""")
_HEREDOC = re.compile(r"""\d*<<(-?)(?:"([^"<]+)"|'([^'<]+)'|([^\s<"']+))""")
#: An argument: ``$NAME``, ``${NAME}``, or with what takes the place of one that is not set or that is.
_ARGUMENT = re.compile(r"\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^}]*))?\})")
_ASSIGNMENT = re.compile(r"""(\w+)(?:=((?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')*))?""")


def instructions(containerfile: str) -> t.Iterator[tuple[str, str]]:
    """Each instruction in capitals and what follows it on its line, continued lines joined; without the bodies of heredocs."""
    lines = containerfile.lstrip("\ufeff").splitlines()
    escape, first = _escape(lines)
    number = first
    while number < len(lines):
        line, number = _joined(lines, number, escape)
        found = re.match(r"\s*([A-Za-z]+)(?:\s+(.*))?$", line, re.DOTALL)
        if not found:
            continue
        instruction, rest = found[1].upper(), (found[2] or "").strip()
        yield instruction, rest
        for end, stripped in _heredocs(instruction, rest):
            number = _after(lines, number, end, stripped)


def base_image(containerfile: str, build_args: t.Mapping[str, str], target: str = "") -> str:
    """The image that a stage starts from, through the stages that it stands on.

    Arguments in FROM get the values of *build_args*, else the defaults of the ARG lines before the first FROM.

    :param target: the stage's name or number, as ``podman build --target`` takes them; the last one when empty.
    :returns: empty for scratch, and where it is only known while it is built, as with ``$TARGETARCH``.
    """
    values: dict[str, str] = {}
    stages: dict[str, str] = {}
    base = ""
    seen = 0
    for instruction, rest in instructions(containerfile):
        if instruction == "ARG" and not seen:
            for name, default in _ASSIGNMENT.findall(rest):
                value = build_args.get(name, _expand(_unquoted(default), values) or "")
                if value or name in build_args:
                    values[name] = value
        elif instruction == "FROM":
            words = [word for word in rest.split() if not word.startswith("--")]
            named = _expand(words[0].strip("\"'"), values) if words else ""
            base = stages.get((named or "").lower(), named or "")
            stages[str(seen)] = base
            if len(words) == 3 and words[1].upper() == "AS":
                stages[words[2].lower()] = base
            seen += 1
    if target:
        base = stages.get(target.lower(), "")
    return "" if base == "scratch" else base


def _escape(lines: t.Sequence[str]) -> tuple[str, int]:
    """The character that continues a line, of the directives at the top; and the line after these."""
    escape = "\\"
    for number, line in enumerate(lines):
        found = _DIRECTIVE.fullmatch(line.strip())
        if not found:
            return escape, number
        if found[1].lower() == "escape" and found[2] in ("\\", "`"):
            escape = found[2]
    return escape, len(lines)


def _joined(lines: t.Sequence[str], number: int, escape: str) -> tuple[str, int]:
    """The line with those that continue it, and the number of the next one."""
    joined = ""
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.lstrip().startswith("#") or (joined and not line.strip()):
            if joined:
                continue
            return "", number
        continued = re.sub(rf"(?<!{re.escape(escape)}){re.escape(escape)}[ \t]*$", "", line)
        joined += continued
        if continued == line:
            break
    return joined, number


def _heredocs(instruction: str, rest: str) -> t.Iterator[tuple[str, bool]]:
    """The lines that end the heredocs of an instruction, in their order, and whether tabs before them do not count."""
    if instruction == "ONBUILD":
        inner, _blank, rest = rest.partition(" ")
        instruction = inner.upper()
    if instruction not in _WITH_HEREDOCS:
        return
    for word in _WORD.findall(rest):
        found = _HEREDOC.fullmatch(word)
        if found:
            yield found[2] or found[3] or found[4], bool(found[1])


def _after(lines: t.Sequence[str], number: int, end: str, stripped: bool) -> int:
    """The number of the line after the heredoc's end; after the last one where it has none."""
    while number < len(lines):
        line = lines[number].lstrip("\t") if stripped else lines[number]
        number += 1
        if line == end:
            break
    return number


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _expand(text: str, values: t.Mapping[str, str]) -> str | None:
    """The text with the values of its arguments; None where one is not known."""
    unknown = []

    def value(found: t.Match[str]) -> str:
        name, kind, other = found[1] or found[2], found[3] or "", found[4] or ""
        known = values.get(name)
        if "+" in kind:
            return other if known else ""
        if known or (known is not None and kind != ":-"):
            return known
        if "-" not in kind:
            unknown.append(name)
        return other

    expanded = _ARGUMENT.sub(value, text)
    return None if unknown else expanded
