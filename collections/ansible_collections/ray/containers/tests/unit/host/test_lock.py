# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock that one process holds: against real other processes."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import typing as t
from pathlib import Path

from ansible_collections.ray.containers.plugins.module_utils._host.lock import Lock, holder_of

COLLECTIONS = Path(__file__).resolve().parents[6]

HOLD = """
import sys
from ansible_collections.ray.containers.plugins.module_utils._host.lock import Lock
lock = Lock(sys.argv[1])
print(lock.taken({"who": "alice"}), flush=True)
for line in sys.stdin:
    print(lock.is_ours, flush=True)
"""


class Other:
    """Another process that tries to take the lock."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path)],
            env={**os.environ, "PYTHONPATH": str(COLLECTIONS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.has_taken = self._line() == "True"

    def has_it(self) -> bool:
        stdin = t.cast("t.IO[str]", self._process.stdin)
        stdin.write("\n")
        stdin.flush()
        return self._line() == "True"

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def _line(self) -> str:
        return t.cast("t.IO[str]", self._process.stdout).readline().strip()


def test_the_lock_is_one_processs_and_says_whose(tmp_path: Path) -> None:
    path = tmp_path / "serve" / "deploy.lock"
    other = Other(path)
    assert other.has_taken
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    lock = Lock(str(path))
    assert not lock.taken({"who": "bob"})
    assert lock.holder() == {"who": "alice"}
    lock.release()
    assert holder_of(str(path)) == {"who": "alice"}
    # Who only looks does not take it.
    assert other.has_it() and not Other(path).has_taken
    other.kill()
    assert holder_of(str(path)) == {}
    lock = Lock(str(path))
    assert lock.taken({"who": "bob"}) and not Other(path).has_taken
    lock.release()


def test_a_holder_whose_lock_is_taken_away_finds_out(tmp_path: Path) -> None:
    path = tmp_path / "deploy.lock"
    other = Other(path)
    lock = Lock(str(path))
    assert not lock.taken({"who": "bob"}) and other.has_it()
    lock.take_away()
    assert not other.has_it()
    assert lock.taken({"who": "bob"}) and lock.is_ours
    other.kill()
    assert lock.is_ours
    lock.release()


def test_nobody_holds_what_was_never_locked(tmp_path: Path) -> None:
    assert holder_of(str(tmp_path / "deploy.lock")) == {}
    assert not (tmp_path / "deploy.lock").exists()
