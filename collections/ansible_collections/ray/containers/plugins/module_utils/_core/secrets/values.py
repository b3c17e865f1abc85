# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which values of a Serve config, of an environment or of any parameter must not be shown.

Of environment variables that is every value, as nothing tells a model's name from a model hub's key, but for what is trivial:
too short, a number, a short word, a path below the usual directories, or a name that the config itself makes public.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import re
import typing as t
import urllib.parse

from ansible_collections.ray.containers.plugins.module_utils._core.secrets.judgement import (
    PATHS,
    is_secret,
    looks_secret,
    option_of_secret,
)

__all__ = ["SHORTEST", "holds_secret", "of_command_lines", "of_config", "of_environment", "of_fields", "of_queries"]

#: A shorter value is not masked: it stands by chance in too many texts.
SHORTEST = 6

_WORD = r"[a-z]{1,8}|[A-Z]{1,8}|[A-Z][a-z]{1,7}"
_NUMBER = r"[+-]?\d{1,12}(?:[.,]\d{1,12})?(?:[eE][+-]?\d{1,3})?\s?(?:[kKMGTP]?i?[bB]?|[mun]?s|min|h|d|%)"
#: Versions, dates, times, and addresses with or without a port.
_NUMBERS = (
    r"v?\d{1,4}(?:\.\d{1,5}){1,3}(?:[.+-]?(?:a|b|rc|dev|post)\d{0,4})?|\d{4}-\d\d-\d\d|\d\d?(?::\d\d){1,2}"
    r"|\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?"
)
_TRIVIAL = re.compile(rf"{_WORD}|{_NUMBER}|{_NUMBERS}|{PATHS}|\*+")

#: What of an application everybody may know: it stands in messages, routes and commands.
_PUBLIC = ("name", "route_prefix", "import_path", "image_uri", "image", "deployment")

#: Ray 2.60.0 _private/runtime_env/image_uri.py; in a repr of the command there are double quotes around.
_GIVEN_TO_PODMAN = re.compile(r"--env(?:[ =]|[\"'], ?[\"'])(\w+)='([^']*)'")
#: Headers that say how something is written, and not by whom.
_FORM = re.compile(r"accept|content-|user-agent|host$|connection|cache-|date$|if-|range$", re.IGNORECASE)
#: In the place of a user that has no password, so much is a key: Sentry's addresses have 32.
_KEY = 16
_PASSWORD_IN_URL = re.compile(r"(?<![\w+.-])[a-zA-Z][\w+.-]*://([^/\s:@]*)(?::([^/\s@]*))?@")
_NAMED_PART = re.compile(
    r"(?<![\w-])((?=--?[A-Za-z])[\w-]+(?=\s+)|[\w-]+(?=\s*=))(?:\s*=\s*|\s+)(\"[^\"]*\"|'[^']*'|[^\s;,&]+)"
)

Fields = t.Mapping[t.Any, t.Any]


def of_config(config: t.Any) -> frozenset[str]:
    """The values of a Serve config that must not be shown: its env_vars, and whatever else in it is likely a secret."""
    public = _public(config)
    found: set[str] = set()
    for name, value, variable in _leaves(config, "", False):
        found.update(_worth(name, value, public) if variable else _likely(name, value))
    return frozenset(value for value in found if not _within(value, public))


def holds_secret(name: str, value: str) -> bool:
    """Whether a text is likely a secret, or has one in it: the password of an address, a named part, a field of JSON."""
    return is_secret(name, value) or any(True for _part in _parts(value))


def of_environment(variables: Fields) -> frozenset[str]:
    """The values of environment variables that must not be shown."""
    found: set[str] = set()
    for name, value in variables.items():
        if isinstance(value, str):
            found.update(_worth(str(name), value, ()))
    return frozenset(found)


def of_command_lines(lines: t.Iterable[str]) -> frozenset[str]:
    """The values of env_vars on Ray's own command lines in a log, where they stand between quotes and not escaped."""
    found: set[str] = set()
    for line in lines:
        for name, value in _GIVEN_TO_PODMAN.findall(line):
            if not name.startswith("RAY_"):
                found.update(_worth(name, value, ()))
    return frozenset(found)


def of_fields(fields: t.Any) -> frozenset[str]:
    """The values in any data that are likely secrets: by the key that they stand under, or by their shape."""
    found: set[str] = set()
    for name, value, _variable in _leaves(fields, "", False):
        found.update(_likely(name, value))
    return frozenset(found)


def of_queries(queries: t.Any) -> frozenset[str]:
    """The values of queries that are likely secrets: what goes by its name, and headers but for those that tell a form."""
    found: set[str] = set()
    for query in queries if isinstance(queries, list) else ():
        if isinstance(query, dict):
            found |= of_fields(
                {key: value for key, value in query.items() if key not in ("headers", "content", "file")}
            )
            headers = query.get("headers")
            for name, value in headers.items() if isinstance(headers, dict) else ():
                if not _FORM.match(str(name)):
                    scheme, _blank, credentials = str(value).partition(" ")
                    parts = (credentials,) if scheme.lower() in ("bearer", "basic", "token") else ()
                    found.update(_worth(str(name), str(value), ()), *(_long_enough(part) for part in parts))
    return frozenset(found)


def _worth(name: str, value: str, public: t.Iterable[str]) -> t.Iterator[str]:
    """A variable's value unless it is trivial, and secrets within it."""
    if is_secret(name, value) or not (_TRIVIAL.fullmatch(value) or _within(value, public)):
        yield from _long_enough(value)
    yield from _parts(value)


def _likely(name: str, value: str) -> t.Iterator[str]:
    """A field's value when it is likely a secret, and secrets within it."""
    if is_secret(name, value):
        yield from _long_enough(value)
    yield from _parts(value)


def _parts(value: str) -> t.Iterator[str]:
    """What a program takes out of a value and shows alone: an address's password, a named part, a field of JSON."""
    for user, password in _PASSWORD_IN_URL.findall(value):
        part = password or (user if len(user) >= _KEY else "")
        yield from _long_enough(part)
        yield from _long_enough(urllib.parse.unquote(part))
    for name, part in _NAMED_PART.findall(value):
        if is_secret(name, part.strip("\"'")):
            yield from _long_enough(part.strip("\"'"))
    if value.lstrip()[:1] in ("{", "["):
        try:
            inner = json.loads(value)
        except (ValueError, RecursionError):
            return
        for name, part, _variable in _leaves(inner, "", False):
            if is_secret(name, part):
                yield from _long_enough(part)


def _long_enough(value: str) -> t.Iterator[str]:
    if len(value.strip()) >= SHORTEST:
        yield value


def _leaves(value: t.Any, name: str, variable: bool) -> t.Iterator[tuple[str, str, bool]]:
    """Every text below *value* with the key that it stands under, and whether it is an environment variable's.

    Also what stands in a list or a mapping below a key that sounds secret goes by that key. No recursion: data of any depth.
    """
    waiting = [(value, name, variable)]
    while waiting:
        value, name, variable = waiting.pop()
        if isinstance(value, dict):
            for key, item in value.items():
                below = name if looks_secret(name) and not looks_secret(str(key)) else str(key)
                waiting.append((item, str(key) if variable else below, variable or key == "env_vars"))
        elif isinstance(value, (list, tuple)):
            options = ["", *map(option_of_secret, value)]
            waiting.extend((item, option or name, variable) for item, option in zip(value, options))
        elif isinstance(value, str):
            yield name, value, variable


def _public(config: t.Any) -> tuple[str, ...]:
    """The names of a config that stand in messages anyway."""
    found: list[str] = []
    applications = config.get("applications") if isinstance(config, dict) else None
    for application in applications if isinstance(applications, list) else ():
        found += _names(application)
        deployments = application.get("deployments") if isinstance(application, dict) else None
        for deployment in deployments if isinstance(deployments, list) else ():
            found += _names(deployment)
            found += _names(deployment.get("ray_actor_options") if isinstance(deployment, dict) else None)
    return tuple(found)


def _names(fields: t.Any) -> t.Iterator[str]:
    for place in (fields, fields.get("runtime_env") if isinstance(fields, dict) else None):
        if isinstance(place, dict):
            yield from (place[key] for key in _PUBLIC if isinstance(place.get(key), str))


def _within(value: str, public: t.Iterable[str]) -> bool:
    """Whether a public name, or a whole part of one, is this value."""
    return any(re.search(rf"(?<![\w]){re.escape(value)}(?![\w])", name) for name in public if value in name)
