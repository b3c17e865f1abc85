# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark's own nodes: made, made bare again, and removed. A running sandbox is not touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import typing as t

import yaml

from tests.bench.runs import CONNECTIONS, INVENTORY, OWN_CONNECTIONS, ROOT, BenchError


def settings() -> dict[str, t.Any]:
    """The sandbox_* variables of the benchmark's inventory."""
    text = (INVENTORY / "group_vars" / "all" / "sandbox.yml").read_text(encoding="utf-8")
    return t.cast("dict[str, t.Any]", yaml.safe_load(text))


def make() -> None:
    """Nodes, the registry, and the two example images in it."""
    _run("ansible-playbook", "-i", str(INVENTORY), "playbooks/sandbox.yml")


def make_bare() -> None:
    """Replace every node by a bare one at the same address; the registry and its images stay."""
    _nodes("remake")
    _close_connections()


def remove() -> None:
    """Everything that the benchmark made on this machine."""
    _close_connections()
    _nodes("down")
    # The plain playbook's token; what the nodes and the site had there is gone with the nodes.
    shutil.rmtree(INVENTORY / ".secrets", ignore_errors=True)


def _nodes(command: str) -> None:
    _run(sys.executable, "-m", "tests.nodes", command, "--inventory", str(INVENTORY))


def _close_connections() -> None:
    """SSH masters that Ansible keeps open would lead to a node that is no more."""
    for socket in CONNECTIONS.glob("*"):
        subprocess.run(["ssh", "-O", "exit", "-o", f"ControlPath={socket}", "-"], capture_output=True, check=False)


def _run(*argv: str) -> None:
    env = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), **OWN_CONNECTIONS}
    done = subprocess.run(
        argv, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BenchError(f"`{' '.join(argv)}` failed:\n{(done.stdout + done.stderr)[-4000:]}")
