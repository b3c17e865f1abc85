# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves a module or an action: every text in it without secrets, and fit for a terminal.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.terminal import printable

__all__ = ["said"]

Told = t.TypeVar("Told")


def said(told: Told, secrets: t.Collection[str] = ()) -> Told:
    """The same data with each text, keys among them, made fit to be shown.

    :param secrets: values that must not stand in any of them, in no form.
    """
    mask: t.Callable[[str], str] = str
    if secrets:
        # Most modules know of no secret, and need not compile how they are found.
        from ansible_collections.ray.containers.plugins.module_utils._core.secrets.mask import Mask

        mask = Mask(secrets)
    return t.cast("Told", _said(told, mask))


def _said(value: object, mask: t.Callable[[str], str]) -> object:
    if isinstance(value, str):
        return printable(mask(value))
    if isinstance(value, dict):
        return {_said(key, mask): _said(item, mask) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_said(item, mask) for item in value]
    return value
