# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of checks would leave behind. ``python -m tests.checks.leftovers`` removes the nodes after one that could not."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tests.checks import plan

__all__ = ["clean", "hand_over", "remove_nodes"]


def remove_nodes() -> None:
    """Remove the nodes of every scenario, with all that goes with them; a sandbox of the user's is another cluster and stays.

    Molecule does so when a step fails (command/base.py of 26.10.0, `ScenarioFailureError`), but not when it is interrupted.
    """
    for inventory in sorted(plan.ROOT.glob("molecule/*/inventory")):
        down = (sys.executable, "-m", "tests.nodes", "down", "--inventory", str(inventory))
        subprocess.run(down, cwd=plan.ROOT, stdin=subprocess.DEVNULL, check=False)


def clean() -> None:
    """Take away what ansible-test writes into the collection."""
    shutil.rmtree(plan.COLLECTION / "tests" / "output", ignore_errors=True)


def hand_over() -> None:
    """Give what root made in the checkout to its owner, so that the next run works without sudo."""
    subprocess.run([plan.ROOT / "tools" / "hand-over"], check=False)


if __name__ == "__main__":
    remove_nodes()
