# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a version of Ray takes in a Serve config: its fields, the values of each, their bounds, and what it converts.

The data beside this file is Ray's own (``tools/ray-schema`` asks Rays and writes it down). A version between two of those that
were asked has what both have in common; of a version before or after all of them nothing is certain, and the rules that stand
on it become warnings.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import functools
import json
import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

__all__ = [
    "DEFAULT_VERSION",
    "FILE",
    "ROOT",
    "Field",
    "Model",
    "RaySchema",
    "history",
    "number",
    "numbers",
    "ray_schema",
    "unfolded",
]

FILE = Path(__file__).with_name("ray_schemas.json")
#: The role's default, which a play on the controller does not see.
DEFAULT_VERSION = "2.60.0"
ROOT = "ServeDeploySchema"
#: Mappings of which only the keys are known: of a runtime_env, of one with image_uri, and of the config in one.
KEYS = ("runtime_env", "image_fields", "setup_config")

_TRUTH = {*("0", "off", "f", "false", "n", "no"), *("1", "on", "t", "true", "y", "yes")}
_SAID = {
    "null": "null",
    "truth": "true or false",
    "whole": "a whole number",
    "number": "a number",
    "text": "text",
    "mapping": "a mapping",
    "list": "a list",
}


@dataclass(frozen=True)
class Field:
    """One place of a Serve config, as one version of Ray reads it.

    :param types: what it takes: null, truth, whole, number, text, mapping, list; empty for anything.
    :param converts: what it takes beside these, and makes one of them: text, truth, whole-fraction (2.0), fraction, number.
    :param words: the words or numbers that it takes; empty for any.
    :param any_case: whether it takes the words in capitals and in small letters.
    :param model: the model of its mapping, or of the mappings in its list.
    """

    types: tuple[str, ...] = ()
    converts: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    words: tuple[t.Any, ...] = ()
    any_case: bool = False
    model: str = ""
    items: Field | None = None
    values: Field | None = None
    required: bool = False
    deprecated: bool = False

    @classmethod
    def read(cls, said: t.Mapping[str, t.Any]) -> Field:
        """From the data."""
        inner = {key: cls.read(said[key]) for key in ("items", "values") if key in said}
        lists = {key: tuple(said[key]) for key in ("types", "converts", "words") if key in said}
        return cls(**{**said, **lists, **inner})

    def accepts(self, value: object) -> bool:
        """Whether Ray takes a value of this kind here; its bounds and words are another matter."""
        types, converts = self.types, self.converts
        numeric = "whole" in types or "number" in types
        if not types:
            return True
        if value is None:
            return "null" in types
        if isinstance(value, bool):
            return "truth" in types or (numeric and "truth" in converts) or ("text" in types and "number" in converts)
        if isinstance(value, (int, float)):
            whole = isinstance(value, int) or (value.is_integer() and "whole-fraction" in converts)
            fits = "number" in types or ("whole" in types and (whole or "fraction" in converts))
            return fits or ("truth" in types and value in (0, 1)) or ("text" in types and "number" in converts)
        if isinstance(value, str):
            counts = numeric and "text" in converts and number(value) is not None
            whole = "number" in types or float(number(value) or 0).is_integer()
            return "text" in types or (counts and whole) or ("truth" in types and value.lower() in _TRUTH)
        return (isinstance(value, dict) and "mapping" in types) or (isinstance(value, list) and "list" in types)

    def knows(self, value: object) -> bool:
        """Whether a value is one of the words that Ray takes here."""
        if self.any_case and isinstance(value, str):
            return value.lower() in {str(word).lower() for word in self.words}
        return value in self.words

    @property
    def said(self) -> str:
        """What it takes, as an operator reads it; null only where nothing else is taken."""
        said = [_SAID[kind] for kind in self.types if kind != "null" or self.types == ("null",)]
        return " or ".join(said) or "anything"

    def beyond(self, value: object) -> str:
        """The bounds that a number breaks, as an operator reads them; empty when it breaks none, or is none."""
        amount = number(value)
        if amount is None or ("text" in self.types and isinstance(value, str)):
            return ""
        within = (
            (self.least is None or amount >= self.least)
            and (self.above is None or amount > self.above)
            and (self.most is None or amount <= self.most)
            and (self.below is None or amount < self.below)
        )
        return "" if within else self.bounds

    @property
    def bounds(self) -> str:
        """What numbers it takes: ``more than 0 and at most 1``; empty for any."""
        low = f"more than {self.above:g}" if self.above is not None else ""
        low = f"{self.least:g} or more" if self.least is not None else low
        high = f"less than {self.below:g}" if self.below is not None else ""
        high = f"at most {self.most:g}" if self.most is not None else high
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:g}"
        return " and ".join(part for part in (low, high) if part)


@dataclass(frozen=True)
class Model:
    """A mapping of a Serve config, as one version of Ray reads it.

    :param forbids: whether Ray refuses fields that it does not know; it ignores them otherwise.
    """

    name: str
    forbids: bool = False
    fields: t.Mapping[str, Field] = field(default_factory=dict)


@dataclass(frozen=True)
class RaySchema:
    """What a version of Ray takes.

    :param version: as the inventory names it.
    :param known: whether it is one that was asked, or lies between two of them.
    :param models: what the nearest Rays that were asked say, one or two.
    :param settings: the environment variables that Serve reads, and what it makes of each: ``text``, ``int_positive`` …
    :param runtime_env: the keys that a runtime_env may have.
    :param image_fields: the keys that it may have beside image_uri, and this one; none where Ray knows no image_uri.
    :param setup_config: the keys that the config of a runtime_env may have.
    """

    version: str
    known: bool
    models: tuple[t.Mapping[str, Model], ...]
    settings: t.Mapping[str, str] = field(default_factory=dict)
    runtime_env: frozenset[str] = frozenset()
    image_fields: frozenset[str] = frozenset()
    setup_config: frozenset[str] = frozenset()

    def fields(self, model: str) -> dict[str, Field]:
        """Every field of the model that this version may know."""
        return {name: found for said in self.models if model in said for name, found in said[model].fields.items()}

    def words(self, model: str, name: str) -> tuple[str, ...]:
        """The words that a field takes; empty when it is not known, or takes any."""
        found = self.fields(model).get(name)
        return found.words if found else ()


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers, for comparing: 2.9.3 is before 2.10.0. What does not begin with a number comes after all."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else (10**9,)


def number(value: object) -> float | None:
    """The number that Ray makes of a value; None when it makes none."""
    if not isinstance(value, (bool, int, float, str)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def unfolded(document: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What each Ray says, by its version, from the document in which all of them are folded together."""
    return {ray: _unfolded(document, ray) for ray in document["rays"]}


def _unfolded(document: t.Mapping[str, t.Any], ray: str) -> dict[str, t.Any]:
    rays: list[str] = document["rays"]

    def said(leaves: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """What this Ray says of the leaves; those that it says nothing of are left out."""
        return {
            name: run["says"]
            for name, runs in leaves.items()
            for run in runs
            if rays.index(run["from"]) <= rays.index(ray) <= rays.index(run["to"])
        }

    models = {
        name: {**said({"forbids": leaves["forbids"]}), "fields": said(leaves.get("fields", {}))}
        for name, leaves in document["models"].items()
    }
    return {
        "models": {name: model for name, model in models.items() if "forbids" in model},
        "settings": said(document.get("settings", {})),
        **{keys: sorted(said(document.get(keys, {}))) for keys in KEYS},
    }


@functools.lru_cache(maxsize=1)
def _answers() -> dict[str, t.Any]:
    return unfolded(json.loads(FILE.read_text(encoding="utf-8")))


@functools.lru_cache(maxsize=8)
def ray_schema(version: str) -> RaySchema:
    """What the version takes, as far as it is known."""
    answers, wanted = _answers(), numbers(version)
    rays = sorted(answers, key=numbers)
    # A release's patches change no schema: 2.9.0 has that of 2.9.3.
    same = [ray for ray in rays if numbers(ray)[:2] == wanted[:2]]
    below = [ray for ray in rays if numbers(ray) < wanted][-1:]
    above = [ray for ray in rays if numbers(ray) > wanted][:1]
    near = [ray for ray in rays if ray == version] or same[:1] or [*below, *above]
    chosen = [answers[ray] for ray in near]
    return RaySchema(
        version,
        known=bool(same or (below and above)),
        models=tuple(_models(each["models"]) for each in chosen),
        settings=dict(chosen[-1]["settings"]),
        **{keys: frozenset(name for each in chosen for name in each[keys]) for keys in KEYS},
    )


@functools.lru_cache(maxsize=64)
def history(model: str, name: str) -> tuple[str, str] | None:
    """The first and the last Ray that has a field, of those that were asked; None when none has it."""
    having = [ray for ray, said in _answers().items() if name in said["models"].get(model, {}).get("fields", {})]
    having.sort(key=numbers)
    return (having[0], having[-1]) if having else None


def _models(said: t.Mapping[str, t.Any]) -> dict[str, Model]:
    return {
        name: Model(name, each["forbids"], {key: Field.read(value) for key, value in each["fields"].items()})
        for name, each in said.items()
    }
