# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an image is built of, read from a directory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.podman.build_input import (
    find_containerfile,
    read_build_input,
)


def digest(context: Path) -> str:
    given = read_build_input(str(context), str(context / "Containerfile"))
    assert given
    return given.context_digest


def make(context: Path) -> Path:
    (context / "app").mkdir()
    (context / "Containerfile").write_text("FROM x\n")
    (context / "app" / "main.py").write_text("1\n")
    (context / "link").symlink_to("app/main.py")
    return context


def test_times_and_owners_do_not_count_and_everything_else_does(tmp_path: Path) -> None:
    context = make(tmp_path)
    first = digest(context)
    os.utime(context / "app" / "main.py", (1, 1))
    assert digest(context) == first
    seen = {first}
    (context / "app" / "main.py").write_text("2\n")
    seen.add(digest(context))
    (context / "app" / "main.py").chmod(0o755)
    seen.add(digest(context))
    (context / "app" / "more.py").write_text("")
    seen.add(digest(context))
    (context / "link").unlink()
    (context / "link").symlink_to("app/more.py")
    seen.add(digest(context))
    (context / "empty").mkdir()
    seen.add(digest(context))
    assert len(seen) == 6


def test_what_is_ignored_does_not_count(tmp_path: Path) -> None:
    context = make(tmp_path)
    (context / ".dockerignore").write_text("*.log\ncache\n!cache/keep\n")
    first = digest(context)
    (context / "x.log").write_text("x")
    (context / "cache").mkdir()
    (context / "cache" / "x").write_text("x")
    assert digest(context) == first
    (context / "cache" / "keep").write_text("x")
    assert digest(context) != first


def test_podmans_own_ignore_file_wins(tmp_path: Path) -> None:
    context = make(tmp_path)
    (context / ".dockerignore").write_text("app\n")
    with_app_left_out = digest(context)
    (context / ".containerignore").write_text("nothing\n")
    assert digest(context) != with_app_left_out


def test_a_pattern_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    context = make(tmp_path)
    (context / ".containerignore").write_text("*.log\n[z-a]\n")
    with pytest.raises(OperatorError) as caught:
        digest(context)
    assert str(caught.value).startswith(f"{context}/.containerignore cannot be obeyed: line 2: [z-a] is no pattern")


def test_the_containerfile_is_found_as_podman_finds_it(tmp_path: Path) -> None:
    context = str(tmp_path)
    assert find_containerfile(context, "") == f"{context}/Containerfile"
    (tmp_path / "Dockerfile").write_text("")
    assert find_containerfile(context, "") == f"{context}/Dockerfile"
    assert find_containerfile(context, "whisper.Dockerfile") == f"{context}/whisper.Dockerfile"
    assert find_containerfile(context, "/else/where") == "/else/where"


def test_input_that_is_not_there(tmp_path: Path) -> None:
    assert read_build_input(str(tmp_path / "no"), str(tmp_path / "no" / "Containerfile")) is None
