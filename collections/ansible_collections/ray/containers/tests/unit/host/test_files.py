# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making directories, and whose they are."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._host import files


def test_a_missing_parent_goes_to_who_owns_the_directory_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owners: dict[str, tuple[int, int]] = {}
    stat = os.stat

    def someone_elses(path: t.Any, **options: t.Any) -> os.stat_result:
        found = stat(path, **options)
        return os.stat_result((*found[:4], 4712, 4713, *found[6:10])) if path == str(tmp_path) else found

    monkeypatch.setattr(os, "stat", someone_elses)
    monkeypatch.setattr(os, "chown", lambda path, uid, gid: owners.update({path: (uid, gid)}))
    monkeypatch.setattr(files, "_uid", lambda owner: {"ray": 1000}[owner])
    monkeypatch.setattr(files, "_gid", lambda group, _owner: {"ray": 1000}[group])
    files.make_directory(f"{tmp_path}/above/more/own", mode=0o700, owner="ray", group="ray")
    assert owners == {
        f"{tmp_path}/above": (4712, 4713),
        f"{tmp_path}/above/more": (4712, 4713),
        f"{tmp_path}/above/more/own": (1000, 1000),
    }
    modes = [os.lstat(path).st_mode & 0o777 for path in owners]
    assert modes == [0o755, 0o755, 0o700]
