# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows the report's page of several runs in a headless Chromium: on a phone and a desk, in light and dark, on paper.

Usage: python -m tests.report [run ...]. Pictures and pages lie in build/report-check afterwards.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.ray.containers.plugins.plugin_utils._report import history
from ansible_collections.ray.containers.plugins.plugin_utils._report.page import page
from ansible_collections.ray.containers.tests.unit.fakes.hostile_run import hostile
from ansible_collections.ray.containers.tests.unit.fakes.reported_runs import RUNS
from tests.report import axe, questions
from tests.report.browser import Browser

BUILD = Path(__file__).resolve().parents[2] / "build" / "report-check"

#: Width and height of the window, and whether the user prefers it dark. At 320 a page is as narrow as WCAG 1.4.10 asks.
WINDOWS = {
    "phone": (390, 844, False),
    "narrow": (320, 640, False),
    "desk": (1280, 900, False),
    "dark": (1280, 900, True),
}


def main(names: t.Sequence[str]) -> int:
    """The status to end with."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        print("Chromium is not here: apt-get install chromium")
        return 2
    BUILD.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    reports = {name: run() for name, run in {**RUNS, "hostile": hostile}.items() if name in names or not names}
    runs = [history.entry(report) for name, report in reports.items() if name != "hostile"]
    pages = {}
    for name, report in reports.items():
        pages[name] = BUILD / f"{name}.html"
        pages[name].write_text(page(report, [history.entry(report), *runs]), encoding="utf-8", errors="replace")
    wrong = 0
    with tempfile.TemporaryDirectory() as home, Browser(program, Path(home)) as browser:
        source = axe.source(BUILD)
        for name, path in pages.items():
            for window, told in _asked(browser, path, source):
                wrong += len(told)
                print(f"{name}, {window}: {'ok' if not told else ''}")
                for sentence in told:
                    print(f"  {sentence}")
    print(f"{len(pages)} pages, {wrong} things wrong, {time.monotonic() - began:.0f} s; pictures in {BUILD}")
    return 1 if wrong else 0


def _asked(browser: Browser, path: Path, source: str) -> t.Iterator[tuple[str, list[str]]]:
    url = path.as_uri()
    shown = browser.page()
    for window, (width, height, dark) in WINDOWS.items():
        shown.open(url, width=width, height=height, dark=dark)
        shown.picture(path.with_name(f"{path.stem}-{window}.png"))
        yield window, list(questions.all_of_it(shown, url, source, dark=dark))
    shown.open(url, width=1280, height=900, dark=False)
    yield "keyboard", list(questions.keyboard(shown))
    yield "paper", list(questions.print_out(shown))
    shown.picture(path.with_name(f"{path.stem}-paper.png"))
    shown.print(path.with_suffix(".pdf"))
    shown.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
