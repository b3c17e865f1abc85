# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which raylet a node is to have, as its unit tells.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import shlex
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._host.file_state import file_state
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text

__all__ = ["UNIT", "Raylet", "raylet_here"]

UNIT = "raylet.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"


@dataclass(frozen=True)
class Raylet:
    """What a node's unit starts.

    :param image: of the container that it runs in; empty for a raylet of the host.
    :param text: of the unit.
    :param address: of the head, with its port; empty on the head itself.
    :param ports: those that it is to have, by the options of `ray start`.
    :param program: the ``ray`` that is started.
    """

    is_head: bool
    image: str
    text: str = ""
    address: str = ""
    ports: t.Mapping[str, int] = field(default_factory=dict)
    program: str = ""


def raylet_here() -> Raylet | None:
    """The raylet of this node; None where no unit is."""
    found = file_state(UNIT_FILE, follow=True)
    if found and found.kind == "device":
        # It is masked: a link to /dev/null, which hides whatever unit there was.
        return Raylet(is_head=False, image="")
    unit = read_text(UNIT_FILE)
    if unit is None:
        return None
    start = next((line.partition("=")[2] for line in unit.splitlines() if line.startswith("ExecStart=")), "")
    try:
        words = shlex.split(start)
    except ValueError:
        words = start.split()
    # `podman run … IMAGE -- sh -c … ray start`: see `_core.raylet.container_unit`.
    options = dict(word[2:].partition("=")[::2] for word in words if word.startswith("--") and "=" in word)
    ports = {
        name: int(value)
        for name, value in options.items()
        if (name == "port" or name.endswith("-port")) and "worker" not in name and value.isdigit()
    }
    image = words[words.index("--") - 1] if "--" in words else ""
    return Raylet("--head" in words, image, unit, options.get("address", ""), ports, words[0] if words else "")
