# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ray's own schema complains about, in an operator's words: place, code, what to do.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import masked, shortened
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["Complaint", "refusal"]

#: RC-154 says that Ray's schema refuses something; these say more: RC-158 is about what Ray on the head cannot import.
CODE = "RC-154"
CODES = {"extra_forbidden": "RC-193", "missing": CODE, "value_error": CODE, "ImportError": "RC-158"}
_KINDS = re.compile(r".*_(?:type|parsing|from_float)$")
_PREFIXES = re.compile(r"^(?:Value error, |ValueError: |TypeError: |Input should be )")


@dataclass(frozen=True)
class Complaint:
    """One thing that Ray refuses.

    :param where: keys and numbers as pydantic gives them, with the names of the alternatives that it tried.
    :param said: Ray's words.
    :param kind: pydantic's type of the error, or an exception's name.
    """

    where: tuple[t.Any, ...]
    said: str
    kind: str

    def place(self, config: t.Any) -> str:
        """The path in *config*; what only names an alternative of Ray's types is left out."""
        text, here = "", config
        for key in self.where:
            if isinstance(here, list) and isinstance(key, int) and key < len(here):
                text, here = f"{text}[{key}]", here[key]
            elif isinstance(here, dict) and (key in here or self.kind == "missing"):
                text, here = f"{text}.{key}" if text else str(key), here.get(key)
            else:
                break
        return text or "the Serve config"

    def sentence(self, config: t.Any) -> str:
        """The complaint with its place and code."""
        if self.kind == "missing":
            said = "Ray requires this key, and it is not there"
        elif self.kind == "extra_forbidden":
            said = "Ray refuses this key"
        elif self.kind == "ImportError":
            said = f"Ray on the head cannot import what this names: {self.said}"
        elif self.kind == "OSError":
            said = f"Ray on the head cannot read the file: {self.said}"
        elif self.said.startswith("Input should be "):
            said = f"Ray takes {_PREFIXES.sub('', self.said)} here"
        else:
            said = f"Ray says: {_PREFIXES.sub('', self.said)}"
        return f"{self.place(config)}: {shortened(masked(said)).rstrip('.')} [{self.code}]"

    @property
    def code(self) -> str:
        if self.kind in CODES:
            return CODES[self.kind]
        return "RC-104" if _KINDS.match(self.kind) else CODE


def refusal(complaints: t.Sequence[Complaint], config: t.Any) -> OperatorError | None:
    """The error for what Ray refuses; None when it refuses nothing."""
    if not complaints:
        return None
    # One wrong value is told once for each alternative that Ray tried: the first is enough for a place.
    first: dict[str, str] = {}
    for complaint in complaints:
        first.setdefault(complaint.place(config), complaint.sentence(config))
    return OperatorError(
        "Ray refuses the Serve config, so nothing was deployed",
        why="; ".join(first.values()),
        remedy=(
            "Install it into Ray's environment on every node (ray_packages), or take what names it out of the Serve config"
            if complaints[0].kind == "ImportError"
            else "Correct the Serve config at these places"
        ),
        code=complaints[0].code,
    )
