# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.checks [lint] [unit] [molecule]``: what `make test` runs; everything when nothing is named."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
import typing as t

from tests.checks import interpreters, leftovers, plan
from tests.checks.runner import BELONGS_TO_ROOT, Check, Lanes
from tests.nodes import images
from tests.nodes.errors import NodesError

PARTS = ("unit", "lint", "molecule")


def main(arguments: list[str]) -> int:
    unknown = set(arguments) - set(PARTS)
    if unknown:
        print(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
        return 2
    try:
        return run(arguments or list(PARTS))
    except PermissionError as error:
        print(f"{error.filename} cannot be written. {BELONGS_TO_ROOT}.")
        return 1
    finally:
        leftovers.clean()
        leftovers.hand_over()


def run(parts: t.Collection[str]) -> int:
    """Run the parts to their end, or take away what they made; the exit status."""
    floor = interpreters.find(interpreters.FLOOR)
    if floor is None:
        print(f"notice: no Python {interpreters.FLOOR} here; ruff alone holds the modules to it in this run")
    if "unit" in parts:
        bring_nft()
    reading = [*(plan.unit(floor) if "unit" in parts else []), *(plan.lint(floor) if "lint" in parts else [])]
    nodes = plan.molecule() if "molecule" in parts else []

    # An end by `kill`, by CI or by a terminal that closes cleans up as an interrupt does.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)
    began = time.monotonic()
    try:
        failed = failures_of([lane for lane in (reading, nodes) if lane])
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        if nodes:
            leftovers.remove_nodes()
        return 130
    passed = len(reading) + len(nodes) - len(failed)
    summary = f"{passed} passed, {len(failed)} failed in {time.monotonic() - began:.0f} s"
    (plan.BUILD / "summary").write_text(f"{summary}\n", encoding="utf-8")
    print(summary)
    return 1 if failed else 0


def bring_nft() -> None:
    """The tests of the firewall load rules into the kernel, each in a network namespace of its own. Only root can."""
    if os.geteuid() == 0 and not shutil.which("nft"):
        try:
            images.install("nftables")
        except NodesError as error:
            print(f"notice: the tests of the firewall in the kernel are skipped: {error}")


def failures_of(lanes: t.Sequence[t.Sequence[Check]]) -> list[str]:
    """Run the lanes; the names of the checks that failed. One that has no verdict has not passed."""
    verdicts = Lanes(plan.BUILD).run(lanes)
    failed = [verdict.check.name for verdict in verdicts if verdict.rc != 0]
    ended = {verdict.check.name for verdict in verdicts}
    lost = [check.name for lane in lanes for check in lane if check.name not in ended]
    if failed:
        print(f"failed: {', '.join(failed)}")
    if lost:
        print(f"not run to the end: {', '.join(lost)}")
    return [*failed, *lost]


def interrupt(*_: object) -> t.NoReturn:
    """Once is enough: what cleans up afterwards, and what that starts, is not to be interrupted in its turn."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
