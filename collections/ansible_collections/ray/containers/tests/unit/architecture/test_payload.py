# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module costs on the wire: Ansible sends it, with everything that it imports, for every task and host."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COLLECTION = Path(__file__).resolve().parents[3]
#: KiB above an empty module. A task costs 300 ms whatever it does, and 103 KiB of sources compile in 15 ms, so this only keeps
#: out what was not meant to travel twice over, such as another capability's; the largest are those that know every fault.
BUDGET = 420
EMPTY = "ansible.builtin.ping"
#: Run on the controller, once: nothing is sent anywhere.
ON_THE_CONTROLLER = {"ray.containers.serve_config_info"}

#: What the site asks on every run. What brings in one of the costly modules below is imported by the function that needs it.
CAPABILITIES = ("app_images", "podman", "ray_runtime", "raylet", "rootless_podman", "serve_config", "version_parity")
#: Modules of the standard library that cost as much as one of ours, and that an unchanged run does without.
COSTLY = {"concurrent.futures", "tarfile", "urllib.request", "zipfile"}

IMPORT = """
import importlib, json, sys
importlib.import_module("ansible_collections.ray.containers.plugins.module_utils._resource." + sys.argv[1])
print(json.dumps(sorted(sys.modules)))
"""


def measured() -> dict[str, int]:
    program = Path(__file__).with_name("payload_sizes.py")
    done = subprocess.run([sys.executable, str(program), str(COLLECTION)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    sizes: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return sizes


def test_every_module_keeps_to_the_budget() -> None:
    pytest.importorskip("ansible")
    sizes = measured()
    ours = {name: size - sizes[EMPTY] for name, size in sizes.items() if name not in {EMPTY, *ON_THE_CONTROLLER}}
    assert ours
    over = {name: size / 1024 for name, size in ours.items() if size / 1024 > BUDGET}
    assert {name: f"{size:.0f} KiB" for name, size in over.items()} == {}


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_an_unchanged_run_does_without_what_is_costly_to_import(capability: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(COLLECTION.parents[2])}
    argv = [sys.executable, "-c", IMPORT, capability]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, env=environment)
    assert not COSTLY & set(json.loads(done.stdout))
