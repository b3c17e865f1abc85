# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file with the raylet's variables as it is found on a host."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.ray import environment_file


def test_a_file_that_others_can_read_counts_as_another_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "raylet.environment"
    monkeypatch.setattr(environment_file, "ENVIRONMENT_PATH", str(file))
    assert environment_file.environment_file() is None
    files.write_text(str(file), 'X="1"\n', mode=0o600)
    assert environment_file.environment_file() == 'X="1"\n'
    file.chmod(0o644)
    assert environment_file.environment_file() == ""
