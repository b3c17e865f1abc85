# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Serve configs of the cases: the scenario's own, with the application numerals changed."""

from __future__ import annotations

import copy
import json
import typing as t
from pathlib import Path

import yaml

Json = dict[str, t.Any]

__all__ = ["Json", "because", "changed", "given", "own"]


def own(inventory: Path) -> Json:
    """The scenario's."""
    config: Json = yaml.safe_load((inventory / "serve.yaml").read_text())
    return config


def changed(config: Json, *, deployment: Json | None = None, **fields: t.Any) -> Json:
    """The same with these fields of numerals, and of its deployment."""
    other = copy.deepcopy(config)
    other["applications"][0].update(fields)
    other["applications"][0]["deployments"][0].update(deployment or {})
    return other


def because(why: str) -> str:
    """The reason of a deploy as an argument of a playbook: as JSON, since KEY=VALUE ends at a space."""
    return json.dumps({"why": why})


def given(directory: Path, config: Json) -> tuple[str, str]:
    """The config as arguments of a playbook."""
    path = directory / "serve.yaml"
    path.write_text(yaml.safe_dump(config))
    return "-e", f"ray_serve_config={path}"
