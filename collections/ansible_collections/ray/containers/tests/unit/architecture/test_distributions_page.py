# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of supported distributions says what the code decides, release by release and for every os-release file."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.ray.containers.plugins.module_utils._core.engine.distributions import BASES, Base, EngineSource
from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import (
    base_release,
    parse_os_release,
)
from ansible_collections.ray.containers.plugins.module_utils._core.engine.source import engine_source
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

COLLECTION = Path(__file__).resolve().parents[3]
PAGE = (COLLECTION / "docs" / "distributions.md").read_text(encoding="utf-8")
OS_RELEASE = COLLECTION / "tests" / "unit" / "data" / "os-release"


def of_releases() -> list[str]:
    """One line for each row of the code's table."""
    return [_release(base, row) for base in BASES.values() for row in base.rows]


def _release(base: Base, row: EngineSource) -> str:
    since = f"from {base.number(row)}" if row.since else "rolling"
    podman = f"from {row.podman}" if row.podman else "the newest"
    beside = ", ".join(
        f"`{name}`" for name in (base.id_maps, base.session, row.network_stack, row.network_helper) if name
    )
    bridge = ", ".join(f"`{name}`" for name in row.bridge)
    return f"| {base.name} | {since} | `{base.family}` | {podman} | {beside} | {bridge} |"


def of_files() -> list[str]:
    """One line for each os-release file that the tests read."""
    return sorted(map(_file, OS_RELEASE.iterdir()), key=str.casefold)


def _file(path: Path) -> str:
    release = parse_os_release(path.read_text(encoding="utf-8"))
    name, number = base_release(release)
    try:
        source = engine_source(release)
    except OperatorError as refusal:
        return f"| {release.name} | refused, {refusal.code} |"
    if source.source == "kubic":
        return f"| {release.name} | kubic, `{source.directory}` |"
    row = next(row for row in BASES[name].rows if number >= row.since)
    return f"| {release.name} | {' '.join(filter(None, (BASES[name].name, BASES[name].number(row))))} |"


def rows(title: str) -> list[str]:
    """The lines of the table under a heading of the page."""
    section = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| .*\|$", section, re.M)[1:]


def test_the_page_has_every_release_that_the_code_knows() -> None:
    assert rows("Releases") == of_releases()


def test_the_page_has_every_os_release_file_as_the_code_reads_it() -> None:
    assert rows("Read from real hosts") == of_files()


def test_the_page_says_what_to_enable() -> None:
    assert [base.name for base in BASES.values() if base.where and base.where not in PAGE] == []
