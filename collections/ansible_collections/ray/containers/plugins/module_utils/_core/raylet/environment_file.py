# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator adds to the raylet's environment, in a file for root alone.

Every account of a host can read a unit, and by ``systemctl show`` its Environment= too; of an EnvironmentFile= it is told the
path and no more, and /proc/<pid>/environ is the process's own. systemd reads it as root, and what it says wins over Environment=.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.secrets.mask import MASK

__all__ = ["ENVIRONMENT_PATH", "changes", "environment_text", "variables_of", "without_values"]

ENVIRONMENT_PATH = "/var/lib/ray.containers/raylet.environment"
_HEAD = "# Managed by ray.containers.raylet; changes are overwritten.\n"
_VARIABLE = re.compile(r"^(Environment=\"?\w+=).+")
_ESCAPED = re.compile(r"([\"\\$`])")
_UNESCAPED = re.compile(r"\\([\"\\$`])")


def environment_text(variables: t.Mapping[str, str]) -> str:
    """The file, in the quotes of systemd.exec(5); empty when there is nothing to say."""
    lines = [f'{name}="{_ESCAPED.sub(_escape, value)}"\n' for name, value in sorted(variables.items())]
    return "".join([_HEAD, *lines]) if lines else ""


def variables_of(text: str) -> dict[str, str]:
    """What a file that `environment_text` made says."""
    return {name: _UNESCAPED.sub(r"\1", value[1:-1]) for name, value in _lines(text).items()}


def changes(before: str, after: str) -> str:
    """What becomes of which variable, in an operator's words and without values."""
    old, new = _lines(before), _lines(after)
    told = []
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            verb = "added" if name not in old else "removed" if name not in new else "changed"
            told.append(f"{name} {verb}")
    return ", ".join(told)


def without_values(unit: str, known: str = "") -> str:
    """A unit as it may be shown: those of earlier releases had the operator's variables in them.

    :param known: text whose lines hold no secret.
    """
    plain = set(known.splitlines(keepends=True))
    lines = (line if line in plain else _VARIABLE.sub(rf"\1{MASK}", line) for line in unit.splitlines(keepends=True))
    return "".join(lines)


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[1]}"


def _lines(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines() if not line.startswith("#"))
    return {name: value for name, equals, value in pairs if equals}
