# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries: what can be sent, what can be expected, and what is wrong with an answer."""

from __future__ import annotations

import base64
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve import json_path
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.module_utils._core.serve.expectation import Expectation
from ansible_collections.ray.containers.plugins.module_utils._core.serve.query import Query, read_queries

CONFIG = ServeConfig.read({"applications": [{"name": "alpha", "route_prefix": "/alpha"}]})
HEADERS = {"content-type": "application/json", "x-model": "tiny"}
CHOICES = '{"choices": [{"text": "an ox"}, {"text": "a cow"}], "a b": {"c": null}}'


def query(**entry: t.Any) -> Query:
    return read_queries([{"application": "alpha", "expect": "x", **entry}], CONFIG)[0]


@pytest.mark.parametrize(
    ("expect", "code", "text", "right"),
    [
        ("ox", 200, "an ox", True),
        ("ox", 200, "a cow", False),
        (42, 200, "it is 42", True),
        ("ox", 500, "ox", False),
        ({"json": {"a": 1}}, 200, '{"a": 1, "b": 2}', True),
        ({"json": {"a": {"b": 1}}}, 200, '{"a": {"b": 1, "c": 2}}', True),
        ({"json": {"a": 1}}, 200, '{"b": 1}', False),
        ({"json": [1, {"a": 1}]}, 200, '[1, {"a": 1, "b": 1}]', True),
        ({"json": [1]}, 200, "[1, 2]", False),
        ({"json": "ox"}, 200, '"ox"', True),
        ({"json": "ox"}, 200, "ox", False),
    ],
)
def test_answers(expect: t.Any, code: int, text: str, right: bool) -> None:
    assert (Expectation.read(expect, "a").wrong(code, text, {}) == "") is right


@pytest.mark.parametrize(
    ("expect", "code", "text", "wrong"),
    [
        ({"text": "ox", "status": 201}, 201, "an ox", ""),
        ({"text": "ox", "status": 201}, 200, "an ox", "HTTP 200: an ox"),
        ({"status": 404}, 404, "no such thing", ""),
        ({"status": 204}, 204, "", ""),
        ({"status": 204}, 500, "", "HTTP 500"),
        ({"regex": "^an? (ox|cow)$"}, 200, "an ox", ""),
        ({"regex": "^an? (ox|cow)$"}, 200, "an oxen", "an oxen"),
        ({"headers": {"X-Model": "tiny"}}, 200, "", ""),
        ({"headers": {"X-Model": "large"}}, 200, "", "x-model: tiny"),
        ({"headers": {"X-Other": "1"}}, 200, "", "no header x-other"),
        ({"json_path": {"$.choices[0].text": "an ox"}}, 200, CHOICES, ""),
        ({"json_path": {"$.choices[*].text": "a cow"}}, 200, CHOICES, ""),
        ({"json_path": {"$.choices[-1]": {"text": "a cow"}}}, 200, CHOICES, ""),
        ({"json_path": {"$['a b'].c": None}}, 200, CHOICES, ""),
        ({"json_path": {"$.choices[0].text": "a cow"}}, 200, CHOICES, '"an ox" at $.choices[0].text'),
        ({"json_path": {"$.choices[2].text": "a cow"}}, 200, CHOICES, "nothing at $.choices[2].text"),
        ({"json_path": {"$.choices": 1}}, 200, "choices", "no JSON: choices"),
        ({"text": "ox", "json": {"a": 1}}, 200, '{"a": 1}', '{"a": 1}'),
        ("ox", 204, "", "an empty answer"),
    ],
)
def test_everything_that_is_expected_must_be_so(expect: t.Any, code: int, text: str, wrong: str) -> None:
    assert Expectation.read(expect, "alpha").wrong(code, text, HEADERS) == wrong


def test_a_redirect_is_told_as_such() -> None:
    headers = {"location": "http://127.0.0.1:8000/alpha/"}
    said = Expectation.read("ox", "alpha").wrong(307, "", headers)
    assert said == "HTTP 307, a redirect to http://127.0.0.1:8000/alpha/: write the path as that one is written"
    assert Expectation.read({"status": 307}, "alpha").wrong(307, "", headers) == ""


@pytest.mark.parametrize(
    ("expect", "why"),
    [
        ({}, "expect has the keys (none)"),
        ({"json": 1, "jsn": 1}, "expect has the keys jsn, json"),
        ({"regex": "("}, "its regex cannot be read: missing ), unterminated subpattern at position 0"),
        ({"json_path": {"choices": 1}}, "choices is no JSONPath of names, indexes and [*], such as $.choices[0].text"),
        ({"json_path": {"$..a": 1}}, "$..a is no JSONPath of names, indexes and [*], such as $.choices[0].text"),
        ({"json_path": ["$.a"]}, "json_path of expect is no dictionary"),
        ({"status": "ok"}, "its status is 'ok' and no number"),
    ],
)
def test_what_cannot_be_expected(expect: t.Any, why: str) -> None:
    with pytest.raises(OperatorError) as failure:
        Expectation.read(expect, "alpha")
    assert failure.value.what == "The query of application alpha expects something that cannot be compared"
    assert failure.value.why == why


@pytest.mark.parametrize(
    ("entry", "body", "kind"),
    [
        ({}, b"", None),
        ({"json": {"uri": "ö"}}, b'{"uri": "\\u00f6"}', "application/json"),
        ({"json": False}, b"false", "application/json"),
        ({"body": "größer"}, "größer".encode(), "text/plain; charset=utf-8"),
        ({"content": base64.b64encode(b"\x00\xff").decode()}, b"\x00\xff", "application/octet-stream"),
    ],
)
def test_a_query_sends_its_body(entry: t.Any, body: bytes, kind: str | None) -> None:
    asked = query(**entry)
    assert (asked.body, asked.headers.get("Content-Type")) == (body, kind)


def test_a_query_says_itself_what_it_sends() -> None:
    asked = query(body="<a/>", headers={"content-type": "text/xml", "X-Id": 7}, timeout=3, retries=2, method="put")
    assert asked.headers == {"content-type": "text/xml", "X-Id": "7"}
    assert (asked.timeout, asked.retries, asked.method) == (3.0, 2, "PUT")


def test_a_query_has_one_body() -> None:
    with pytest.raises(OperatorError, match="has two bodies: it has json and body"):
        query(json=1, body="1")


def test_the_same_query_at_another_route() -> None:
    assert query(path="x?y=1").target_at("/other place") == "/other%20place/x?y=1"


def test_what_is_expected_is_a_sentence() -> None:
    expect = {
        "status": 201,
        "text": "ox",
        "regex": "o.",
        "json": {"a": 1},
        "json_path": {"$.a": 1},
        "headers": {"X": "y"},
    }
    assert query(expect=expect).sentence() == (
        'Ask application alpha: GET /alpha must answer HTTP 201 and with "ox" and what matches "o." and JSON with {"a": 1} '
        "and 1 at $.a and x: y"
    )


@pytest.mark.parametrize("path", ["a", "$.", "$a", "$[", "$.a[b]", "$[?(@.a)]", "$.a b"])
def test_paths_that_are_not_read(path: str) -> None:
    assert not json_path.readable(path)


def test_a_path_leads_to_all_that_it_names() -> None:
    document = {"a": [{"b": 1}, {"b": 2}, {"c": 3}], "d": {"e": 4, "f": 5}}
    assert json_path.found(document, "$.a[*].b") == [1, 2]
    assert json_path.found(document, "$.d.*") == [4, 5]
    assert json_path.found(document, "$") == [document]
    assert json_path.found(document, "$.a.b") == json_path.found(document, "$.d[0]") == []
