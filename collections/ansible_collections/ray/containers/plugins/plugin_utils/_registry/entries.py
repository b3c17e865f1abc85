# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variable ray_registries, before Ansible looks at its form: what is wrong with it is told by the variable's name.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import difflib
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.form import kind_of

__all__ = ["require_form"]

WRONG_FORM = Entry(
    code="RC-266",
    title="The registries are not described as a list of them",
    severity="error",
    cause="Each entry of ray_registries is a mapping with location, and perhaps insecure and auth_file.",
    remedy="Write '- location: registry.example.com:5000' for each, and below it insecure or auth_file where it needs one",
    source="this collection, role cluster, ray_registries",
)
KEYS = ("location", "insecure", "auth_file")
TRUTH = ("true", "false", "yes", "no", "on", "off", "1", "0")


def require_form(registries: object) -> None:
    """Refuse what is no list of registries.

    :raises OperatorError: says where, and what is there.
    """
    if registries is None:
        return
    if not isinstance(registries, list):
        raise _wrong("ray_registries", f"it holds {kind_of(registries)}")
    for index, entry in enumerate(registries):
        where = f"ray_registries[{index}]"
        if not isinstance(entry, dict):
            raise _wrong(where, f"it holds {kind_of(entry)}")
        _require_keys(where, entry)
        _require_values(where, entry)


def _require_keys(where: str, entry: t.Mapping[t.Any, t.Any]) -> None:
    for key in entry:
        if key not in KEYS:
            near = difflib.get_close_matches(str(key), KEYS, n=1)
            raise _wrong(
                f"{where}.{key}", "there is no such key", f"Write {near[0]} in its place" if near else "Remove it"
            )
    if "location" not in entry:
        raise _wrong(where, "it has no location")


def _require_values(where: str, entry: t.Mapping[t.Any, t.Any]) -> None:
    for key in ("location", "auth_file"):
        if not isinstance(entry.get(key) or "", str):
            raise _wrong(f"{where}.{key}", f"it holds {kind_of(entry[key])}, and not text")
    if str(entry.get("insecure", False)).lower() not in TRUTH:
        raise _wrong(f"{where}.insecure", f"it is {entry['insecure']!r}, and neither true nor false")


def _wrong(where: str, why: str, remedy: str = "") -> OperatorError:
    what = f"{where} is not valid"
    return OperatorError(what, why=why, remedy=remedy or WRONG_FORM.remedy, code=WRONG_FORM.code)
