# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an image says of itself, held to the form that it must have: an image may say anything.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import ImageFacts

__all__ = ["NO_PATH", "read_answer", "read_path"]

#: Stands for what is no path.
NO_PATH = "no path"

#: Characters: of a path, of what is said about an import, of a name of an application; and how many there are of each.
LONGEST_PATH, LONGEST_WORDS, LONGEST_NAME, MOST = 1024, 400, 512, 2000

_VERSION = re.compile(r"(?:\d[\w.+!-]{0,63})?", re.ASCII)
#: A build from a checkout has a placeholder there (Ray 2.60.0 _version.py).
_COMMIT = re.compile(r"[\w{}]{0,64}", re.ASCII)
_LIBRARY = re.compile(r"\w{1,40}", re.ASCII)
_STAGES = ("", "serve", "import")


def read_answer(architecture: str, told: t.Any) -> tuple[ImageFacts, dict[str, tuple[str, str]]]:
    """The facts of an answer, and by application the stage that its import came to and what was said there.

    :raises ValueError: it is none; names what of it does not have its form.
    """
    if not isinstance(told, dict):
        raise ValueError("what the image says of itself is not in the form of an answer")
    answer = dict(told)
    imports = answer.pop("imports", None)
    if not _is_deployments(answer.get("deployments", {})):
        del answer["deployments"]  # not to know them is no fault of an image
    wrong = [name for name, value in answer.items() if name not in _FORMS or not _FORMS[name](value)]
    if wrong or not _is_imports(imports):
        raise ValueError(f"what the image says of its {'imports' if not wrong else wrong[0][:40]} cannot be")
    stages = {name: (stage, said) for name, (stage, said) in imports.items()}
    return ImageFacts(architecture=architecture, **answer), stages


def read_path(written: str) -> str:
    """The path that an image has written, or `NO_PATH`."""
    path = written.strip()
    return path if _is_path(path) else NO_PATH


def _is_path(value: t.Any) -> bool:
    return isinstance(value, str) and value.startswith("/") and len(value) <= LONGEST_PATH and value.isprintable()


def _is_path_or_none(value: t.Any) -> bool:
    return value == "" or _is_path(value)


def _matches(pattern: re.Pattern[str]) -> t.Callable[[t.Any], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _is_number(lowest: int, highest: int) -> t.Callable[[t.Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def _is_truth(value: t.Any) -> bool:
    return isinstance(value, bool)


def _is_libraries(value: t.Any) -> bool:
    is_version, is_name = _matches(_VERSION), _matches(_LIBRARY)
    return _is_table(value) and all(is_name(name) and is_version(each) for name, each in value.items())


def _is_imports(value: t.Any) -> bool:
    return _is_table(value) and all(_is_import(name, said) for name, said in value.items())


def _is_table(value: t.Any) -> bool:
    return isinstance(value, dict) and len(value) <= MOST


def _is_import(name: t.Any, said: t.Any) -> bool:
    if not isinstance(said, list) or len(said) != 2 or len(name) > LONGEST_NAME or said[0] not in _STAGES:
        return False
    return isinstance(said[1], str) and len(said[1]) <= LONGEST_WORDS


def _is_deployments(value: t.Any) -> bool:
    """By application and deployment, what `program.IMPORT` tells."""
    if not _is_table(value) or not all(_is_name(name) and _is_table(table) for name, table in value.items()):
        return False
    rows = [row for table in value.values() for row in table.items()]
    return all(_is_name(name) and _is_deployment(deployment) for name, deployment in rows)


def _is_deployment(value: t.Any) -> bool:
    if not _is_table(value) or set(value) != {"needs", "replicas", "scales", "gang", "surges", "checks"}:
        return False
    needs = value["needs"]
    return (
        isinstance(needs, list)
        and len(needs) <= MOST
        and all(map(_is_needs, needs))
        and _is_number(0, 2**31)(value["replicas"])
        and all(_is_truth(value[name]) for name in ("scales", "gang", "surges", "checks"))
    )


def _is_needs(value: t.Any) -> bool:
    return _is_table(value) and all(
        _is_name(name) and isinstance(amount, (int, float)) and 0 <= amount < 2**63 for name, amount in value.items()
    )


def _is_name(value: t.Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_NAME and value.isprintable()


_FORMS: dict[str, t.Callable[[t.Any], bool]] = {
    "python_version": _matches(_VERSION),
    "user_id": _is_number(0, 2**32 - 1),
    "is_ray_user": _is_truth,
    "ray_version": _matches(_VERSION),
    "ray_commit": _matches(_COMMIT),
    "worker_path": _is_path_or_none,
    "serves": _is_truth,
    "writes": _is_truth,
    "home": _is_path_or_none,
    "libraries": _is_libraries,
    "cuda": _matches(_VERSION),
    "gpus": _is_number(-1, 4096),
    "driver": _matches(_VERSION),
    "deployments": _is_deployments,
}
