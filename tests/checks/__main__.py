# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.checks [lint] [unit] [molecule]``: what `make test` runs; everything when nothing is named."""

from __future__ import annotations

import signal
import sys
import time

from tests.checks import interpreters, plan
from tests.checks.runner import Lanes

PARTS = ("unit", "lint", "molecule")


def main(arguments: list[str]) -> int:
    unknown = set(arguments) - set(PARTS)
    if unknown:
        print(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
        return 2
    parts = arguments or list(PARTS)
    floor = interpreters.find(interpreters.FLOOR)
    if floor is None:
        print(f"notice: no Python {interpreters.FLOOR} here; ruff alone holds the modules to it in this run")
    reading = [*(plan.unit(floor) if "unit" in parts else []), *(plan.lint(floor) if "lint" in parts else [])]
    nodes = plan.molecule() if "molecule" in parts else []

    # An end by `kill` or by CI cleans up as an interrupt does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    try:
        verdicts = Lanes(plan.BUILD).run([lane for lane in (reading, nodes) if lane])
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    finally:
        plan.clean_leftovers()
    failed = [verdict.check.name for verdict in verdicts if verdict.rc != 0]
    if failed:
        print(f"failed: {', '.join(failed)}")
    summary = f"{len(verdicts) - len(failed)} passed, {len(failed)} failed in {time.monotonic() - began:.0f} s"
    (plan.BUILD / "summary").write_text(f"{summary}\n", encoding="utf-8")
    print(summary)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
