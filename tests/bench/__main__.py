# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.bench``: what this project does against how one would do it by hand, on the same nodes, in one run.

The site against a plain playbook: a round makes the nodes bare, lets one contender do the job cold and then find it done a
few times, and does the same for the other. The next round begins with the other one, so that a machine that grows busier
wrongs neither. Then deploys under load (`tests.bench.deploys`), and, on the head alone, the comparison of ten images
(`tests.bench.parity`).
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
import typing as t

from tests.bench import deploys, nodes, parity
from tests.bench.figures import Record, table, write
from tests.bench.runs import (
    BUILD,
    FLOOR,
    PLAIN_SITE,
    ROOT,
    SITE,
    BenchError,
    Contender,
    Timing,
    fetch_collection,
    run,
    write_serve_config,
)

FIGURES = ROOT / "build" / "bench.json"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2, help="cold runs of each contender")
    parser.add_argument("--unchanged", type=int, default=3, help="unchanged runs after each cold one")
    parser.add_argument(
        "--only", choices=("site", "plain", "parity", "deploys"), help="run one contender or benchmark alone"
    )
    parser.add_argument("--keep", action="store_true", help="leave the nodes in place afterwards")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    contenders = [contender for contender in (PLAIN_SITE, SITE) if options.only in (None, contender.name)]
    record = Record()
    try:
        prepare(contenders)
        for number in range(options.rounds):
            for contender in contenders if number % 2 == 0 else reversed(contenders):
                measure(contender, f"{number + 1}", options.unchanged, record)
        figures = record.figures()
        if options.only in (None, "deploys"):
            figures[deploys.DEPLOY_FIGURES] = deploys.measure(say)
        if options.only in (None, "parity"):
            figures[parity.PARITY_FIGURES] = measure_parity(options.rounds, options.unchanged)
    except BenchError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    finally:
        if not options.keep:
            say("removing the nodes")
            nodes.remove()
    write(figures, FIGURES)
    said = table(figures) if contenders else []
    if deploys.DEPLOY_FIGURES in figures:
        said += ["", *deploys.table(figures[deploys.DEPLOY_FIGURES])]
    if parity.PARITY_FIGURES in figures:
        said += ["", *parity.table(figures[parity.PARITY_FIGURES])]
    say("\n".join(["", *said, f"written: {FIGURES.relative_to(ROOT)}"]))
    return 0


def prepare(contenders: t.Collection[Contender]) -> None:
    BUILD.mkdir(parents=True, exist_ok=True)
    write_serve_config(nodes.settings()["sandbox_registry"])
    if PLAIN_SITE in contenders:
        say("taking containers.podman from PyPI, for the plain playbook")
        fetch_collection()
    say("making three nodes, a registry, and the two example images")
    nodes.make()


def measure(contender: Contender, number: str, unchanged: int, record: Record) -> None:
    """One contender's half of a round."""
    say(f"round {number}: bare nodes for {contender.name}")
    nodes.make_bare()
    record.add("floor", "ping", told(FLOOR, run(FLOOR, number)))
    record.add(contender.name, "cold", told(contender, run(contender, f"{number}-cold")))
    for again in range(unchanged):
        timing = told(contender, run(contender, f"{number}-unchanged-{again + 1}"))
        if timing.changed:
            raise BenchError(f"{contender.name} changed {timing.changed} things in a run that had nothing to do")
        record.add(contender.name, "unchanged", timing)


def measure_parity(rounds: int, kept: int) -> dict[str, object]:
    """The comparison of ten images on the head."""
    say("ten images on the head, for the comparison")
    images = parity.prepare()
    record = parity.ParityRecord()
    for number in range(1, rounds + 1):
        say(f"round {number} of the comparison")
        parity.measure(images, number, record, kept)
    return record.figures()


def told(contender: Contender, timing: Timing) -> Timing:
    say(f"  {contender.name}: {timing.seconds:.1f} s, {timing.tasks} tasks on the head, {timing.changed} changed")
    return timing


def say(text: str) -> None:
    print(text if text.startswith((" ", "\n")) else f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
