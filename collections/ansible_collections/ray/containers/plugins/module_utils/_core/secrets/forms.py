# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How one value stands in texts: as it is, by line, and as programs write it when they print, quote or send it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
import typing as t
import urllib.parse

from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import SHORTEST

__all__ = ["forms"]

#: Is written alike by all programs, but for base64.
_PLAIN = re.compile(r"[A-Za-z0-9_.-]+")


def forms(value: str) -> frozenset[str]:
    """Every form of the value, of at least `SHORTEST` characters each."""
    found: set[str] = set()
    for part in (value, *_lines(value)):
        found.update(_written(part))
    # Messages are put on one line, which makes of all white space one blank.
    found.update([" ".join(form.split()) for form in found])
    return frozenset(form for form in found if len(form) >= SHORTEST)


def _lines(value: str) -> t.Iterator[str]:
    for line in value.splitlines():
        # Of a line that is hardly longer than its indentation, or a bracket, nothing is given away.
        if len(line.strip()) >= SHORTEST:
            yield line.strip()


def _written(value: str) -> t.Iterator[str]:
    yield value
    yield value.strip()
    octets = value.encode("utf-8", "surrogatepass")
    encoded = base64.b64encode(octets).decode()
    # Without what depends on the characters behind it.
    yield encoded[: len(octets) // 3 * 4] if len(octets) % 3 else encoded
    if _PLAIN.fullmatch(value):
        return
    yield repr(value)[1:-1]
    yield ascii(value)[1:-1]
    yield repr(octets)[2:-1]
    # The same between the other quotes.
    yield value.encode("unicode_escape").decode().replace("'", "\\'")
    for in_json in (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
        yield in_json
        yield in_json.replace("/", "\\/")
        # A JSON text in a JSON text, as Ray's logs have them, and once more.
        yield json.dumps(in_json)[1:-1]
        yield json.dumps(json.dumps(in_json)[1:-1])[1:-1]
        yield repr(in_json)[1:-1]
    for quoted in (urllib.parse.quote(octets, safe=""), urllib.parse.quote(octets), urllib.parse.quote_plus(octets)):
        yield quoted
        yield re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quoted)
    yield shlex.quote(value).strip("'")
    yield value.replace("'", "'\\''")
    yield re.sub(r"([^\w@%+=:,./-])", r"\\\1", value)  # printf %q
    yield re.sub(r'(["\\$`])', r"\\\1", value)
    yield value.replace("%", "%%")
    yield html.escape(value)
    yield html.escape(value, quote=False)
