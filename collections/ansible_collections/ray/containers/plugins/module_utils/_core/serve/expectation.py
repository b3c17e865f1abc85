# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an application must answer to a query, and what is wrong with an answer.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import shortened
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve import json_path

__all__ = ["Expectation"]

KEYS = ("text", "regex", "json", "json_path", "status", "headers")

Fields = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Expectation:
    """What must be so of an answer; everything that is given must.

    :param text: a piece of the answer.
    :param regex: is found in the answer.
    :param document: what the answer, as JSON, must contain: a one-element tuple of it, since it may be None.
    :param paths: JSONPath expression → a value that it must lead to.
    :param status: the HTTP status; any below 300 when there is none.
    :param headers: name in lower case → the header's value.
    """

    text: str | None = None
    regex: str | None = None
    document: tuple[t.Any, ...] = ()
    paths: Fields = field(default_factory=dict)
    status: int | None = None
    headers: t.Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, expect: t.Any, application: str) -> Expectation:
        """From a query's expect: a piece of text, or a dictionary.

        :raises OperatorError: it says nothing that an answer could be compared with.
        """
        if not isinstance(expect, dict):
            return cls(text=str(expect))
        problem = _problem(expect)
        if problem:
            raise OperatorError(
                f"The query of application {application} expects something that cannot be compared",
                why=problem,
                remedy=f"Write expect as text, or as a dictionary with some of the keys {', '.join(KEYS)}",
            )
        status = expect.get("status")
        return cls(
            text=None if expect.get("text") is None else str(expect["text"]),
            regex=None if expect.get("regex") is None else str(expect["regex"]),
            document=(expect["json"],) if "json" in expect else (),
            paths=expect.get("json_path") or {},
            status=None if status is None else int(status),
            headers={str(name).lower(): str(value) for name, value in (expect.get("headers") or {}).items()},
        )

    def wrong(self, status: int, text: str, headers: t.Mapping[str, str]) -> str:
        """What is wrong with an answer, in a few words; empty when it is right.

        :param headers: by their names in lower case.
        """
        return self._wrong_status(status, text, headers) or self._wrong_headers(headers) or self._wrong_body(text)

    def sentence(self) -> str:
        """What must be answered, shortened, for an operator."""
        parts = [f"HTTP {self.status}"] if self.status else []
        if self.text is not None:
            parts.append(f"with {_quoted(self.text)}")
        if self.regex is not None:
            parts.append(f"what matches {_quoted(self.regex)}")
        if self.document:
            parts.append(f"JSON with {_shown(self.document[0])}")
        parts += [f"{_shown(value)} at {path}" for path, value in self.paths.items()]
        parts += [f"{name}: {value}" for name, value in self.headers.items()]
        return " and ".join(parts)

    def _wrong_status(self, status: int, text: str, headers: t.Mapping[str, str]) -> str:
        if self.status == status or (self.status is None and status < 300):
            return ""
        if 300 <= status < 400:
            # FastAPI sends whoever leaves out the last slash of a path, or writes one too many, to the other with 307.
            return f"HTTP {status}, a redirect to {headers.get('location') or 'nowhere'}: write the path as that one is written"
        return f"HTTP {status}: {shortened(text)}" if text else f"HTTP {status}"

    def _wrong_headers(self, headers: t.Mapping[str, str]) -> str:
        for name, value in self.headers.items():
            if name not in headers:
                return f"no header {name}"
            if headers[name] != value:
                return f"{name}: {shortened(headers[name])}"
        return ""

    def _wrong_body(self, text: str) -> str:
        said = shortened(text) or "an empty answer"
        if self.text is not None and self.text not in text:
            return said
        if self.regex is not None and not re.search(self.regex, text):
            return said
        if not (self.document or self.paths):
            return ""
        try:
            answer = json.loads(text)
        except ValueError:
            return f"no JSON: {said}"
        if self.document and not _contains(answer, self.document[0]):
            return said
        for path, value in self.paths.items():
            there = json_path.found(answer, path)
            if not any(_contains(each, value) for each in there):
                return f"{_shown(there[0]) if there else 'nothing'} at {path}"
        return ""


def _problem(expect: Fields) -> str:
    """Why nothing can be compared with this; empty when something can."""
    unknown = sorted(set(map(str, expect)) - set(KEYS))
    if unknown or not expect:
        return f"expect has the keys {', '.join(sorted(map(str, expect))) or '(none)'}"
    for key in ("json_path", "headers"):
        if not isinstance(expect.get(key) or {}, dict):
            return f"{key} of expect is no dictionary"
    unreadable = [path for path in expect.get("json_path") or {} if not json_path.readable(str(path))]
    if unreadable:
        return f"{unreadable[0]} is no JSONPath of names, indexes and [*], such as $.choices[0].text"
    try:
        re.compile(str(expect.get("regex") or ""))
        int(expect.get("status") or 0)
    except re.error as error:
        return f"its regex cannot be read: {error}"
    except (TypeError, ValueError):
        return f"its status is {expect['status']!r} and no number"
    return ""


def _quoted(text: str) -> str:
    return shortened(json.dumps(text, ensure_ascii=False), 160)


def _shown(value: t.Any) -> str:
    return shortened(json.dumps(value, sort_keys=True), 160)


def _contains(answer: t.Any, wanted: t.Any) -> bool:
    """Dictionaries of the answer may have more keys than wanted; everything else is equal."""
    if isinstance(wanted, dict):
        return isinstance(answer, dict) and all(
            key in answer and _contains(answer[key], value) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(answer, list)
            and len(answer) == len(wanted)
            and all(_contains(have, want) for have, want in zip(answer, wanted))
        )
    return bool(answer == wanted)
