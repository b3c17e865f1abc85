# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forked processes do without garbage collection, and the one that forks them does not."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("ansible_collections.ray.containers.plugins.callback.workers")

#: A process of its own, since what is registered for a fork stays registered.
PROGRAM = """
import gc, os
from ansible_collections.ray.containers.plugins.callback.workers import CallbackModule

def of_a_fork():
    child = os.fork()
    if not child:
        os._exit(gc.isenabled())
    return bool(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

before = of_a_fork()
CallbackModule().v2_playbook_on_start(None)
print(before, of_a_fork(), gc.isenabled())
"""


def test_only_forked_processes_do_without() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == ["True", "False", "True"]
