# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module alone, as `ansible -m` runs it on one host."""

from __future__ import annotations

import json
import os
import re
import subprocess
import typing as t
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Outcome", "run_module"]

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """What one host answered: the word before the result, the result itself, and all that was printed."""

    word: str
    result: dict[str, t.Any]
    output: str

    @property
    def steps(self) -> list[str]:
        """What was done, or would be."""
        return t.cast("list[str]", self.result["steps"])


def run_module(inventory: Path, host: str, module: str, *options: str, **parameters: t.Any) -> Outcome:
    """Run the collection's *module* on a host of the inventory, or on a group of one."""
    command = ["ansible", "-i", str(inventory), host, "-m", f"ray.containers.{module}", "-b", *options]
    done = subprocess.run(
        [*command, "-a", json.dumps(parameters)],
        cwd=PROJECT,
        env={
            **os.environ,
            "ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(PROJECT / "collections"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_FORCE_COLOR": "0",
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    found = re.search(r"^\S+ \| (\w+)!? => (\{.*^\})", done.stdout, re.MULTILINE | re.DOTALL)
    assert found, done.stdout
    return Outcome(found.group(1), json.loads(found.group(2)), done.stdout)
