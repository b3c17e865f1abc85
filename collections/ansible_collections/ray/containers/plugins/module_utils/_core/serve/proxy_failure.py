# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a proxy of Serve cannot start, from what it and the controller log.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.api_answer import missing_import, taken_address

__all__ = ["cause_of"]


def cause_of(lines: t.Sequence[str]) -> str:
    """The cause in Ray's words, when waiting longer cannot help; empty while it may.

    :param lines: what a log has got since the waiting began: a proxy that cannot start says so about once a second.
    """
    text = "\n".join(lines)
    return taken_address(text) or missing_import(text)
