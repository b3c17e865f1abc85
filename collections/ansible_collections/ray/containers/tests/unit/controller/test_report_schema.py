# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.json is what its schema says, and the schema says what each key is."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.plugin_utils._report.headline import OUTCOMES
from ansible_collections.ray.containers.plugins.plugin_utils._report.site import VERSION
from ansible_collections.ray.containers.tests.unit.fakes.hostile_run import hostile
from ansible_collections.ray.containers.tests.unit.fakes.reported_runs import RUNS

jsonschema = pytest.importorskip("jsonschema")

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "docs" / "report.schema.json").read_text(encoding="utf-8"))


def errors(report: t.Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(report)]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["version"]["const"] == VERSION
    assert SCHEMA["properties"]["outcome"]["enum"] == list(OUTCOMES)


@pytest.mark.parametrize("run", [*RUNS.values(), hostile], ids=[*RUNS, "hostile"])
def test_a_report_is_what_the_schema_says(run: t.Callable[[], dict[str, t.Any]]) -> None:
    assert errors(json.loads(json.dumps(run()))) == []


def test_what_is_no_report_is_none() -> None:
    report = RUNS["site"]()
    assert errors({**report, "version": VERSION + 1})
    assert errors({**report, "more": 1})
    assert errors({key: value for key, value in report.items() if key != "checks"})
    assert errors({**report, "outcome": "splendid"})


def parts(schema: t.Any, place: str = "$") -> t.Iterator[tuple[str, t.Any]]:
    for name, part in schema.get("properties", {}).items():
        yield f"{place}.{name}", part
        yield from parts(part, f"{place}.{name}")
    if isinstance(schema.get("items"), dict):
        yield from parts(schema["items"], f"{place}[]")


def test_every_key_is_described() -> None:
    found = dict(parts(SCHEMA))
    assert len(found) > 90
    assert [place for place, part in found.items() if not part.get("description")] == []
