# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which checks there are, and which of them run side by side."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.checks import interpreters
from tests.checks.runner import Check

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = ROOT / "collections" / "ansible_collections" / "ray" / "containers"
BUILD = ROOT / "build" / "checks"

#: Scenarios with a make target of their own: what they build is large, they take an hour, or they have not been seen to pass as a
#: whole yet.
OF_THEIR_OWN = {"deploy", "faults", "guide"}

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#: What ansible-test 2.18 and 2.19 bootstrap in the virtual environments of their own.
ANSIBLE_TEST_PIP = "24_2"

BOOTSTRAP_PIP = '''\
"""Stands where ansible-test caches its download of get-pip, so that nothing is downloaded for what Python brings."""
import subprocess, sys
# In a process of its own: ensurepip blanks pip's configuration in the one that it runs in.
sys.exit(subprocess.call([sys.executable, "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL))
'''


def lint(floor: str | None) -> list[Check]:
    """Everything that reads the code without running it, the quickest first."""
    python = sys.executable
    return [
        Check("ruff check", (python, "-m", "ruff", "check", "--quiet", "."), ROOT),
        Check("ruff format", (python, "-m", "ruff", "format", "--check", "."), ROOT),
        Check("yamllint", ("yamllint", "--strict", "."), ROOT),
        Check("mypy", (python, "-m", "mypy"), ROOT),
        Check(
            "docs",
            ("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs", "all", "."),
            COLLECTION,
        ),
        Check("ansible-lint", ("ansible-lint", "--strict", "-q", "--nocolor"), ROOT),
        Check(
            "ansible-test sanity", ("ansible-test", "sanity", "--color", "no"), COLLECTION, sanity_environment(floor)
        ),
    ]


def unit(floor: str | None) -> list[Check]:
    """The unit tests and the rules of the repository; what runs on nodes also on the oldest Python."""
    checks = [Check("unit tests", (sys.executable, "-m", "pytest", "-q"), ROOT)]
    if floor:
        rings = [COLLECTION / "tests" / "unit" / name for name in ("core", "host", "resource")]
        environment = str(BUILD / f"python{interpreters.FLOOR}")
        argv = (sys.executable, "-m", "tests.checks.floor", floor, environment, *(str(ring) for ring in rings))
        checks.append(Check(f"unit tests on Python {interpreters.FLOOR}", argv, ROOT))
    return checks


def molecule() -> list[Check]:
    """The scenarios on real nodes. Several would share the machine badly, so they go one after the other.

    All but the last leave the images that nodes are made from to the next. What molecule remembers stays in the checkout.
    """
    found = {path.parent.name for path in (ROOT / "molecule").glob("*/molecule.yml")}
    scenarios = sorted(found - OF_THEIR_OWN)
    return [
        Check(
            f"molecule {scenario}",
            ("molecule", "test", "--scenario-name", scenario),
            ROOT,
            {
                "SANDBOX_KEEP_IMAGES": "false" if scenario == scenarios[-1] else "true",
                "MOLECULE_EPHEMERAL_DIRECTORY": str(BUILD / "molecule" / scenario),
            },
        )
        for scenario in scenarios
    ]


def sanity_environment(floor: str | None) -> dict[str, str]:
    """A home of its own for ansible-test: what it installs stays in the checkout, and it downloads no bootstrap script.

    The interpreters of a version manager are left out, except the floor: their stand-ins may not start.
    """
    home = BUILD / "ansible-test"
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    (cache / f"get_pip_{ANSIBLE_TEST_PIP}.py").write_text(BOOTSTRAP_PIP, encoding="utf-8")
    for settings in (".pip", ".config/pip"):
        mine, theirs = home / settings, Path.home() / settings
        if theirs.is_dir() and not mine.exists():
            mine.parent.mkdir(parents=True, exist_ok=True)
            mine.symlink_to(theirs)
    path = [str(Path(sys.executable).parent), *([str(Path(floor).parent)] if floor else []), SYSTEM_PATH]
    return {"HOME": str(home), "PATH": os.pathsep.join(path)}
