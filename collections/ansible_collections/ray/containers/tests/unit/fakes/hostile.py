# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real account without rights on this machine, a place where it is at home, and what it does there."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import typing as t
from pathlib import Path

__all__ = ["Place", "attacking", "in_place", "inventory"]

#: Every distribution has it, and it owns nothing.
ACCOUNT = "nobody"


class Place:
    """A directory of root's with the account's home in it, and something of root's that it is after.

    :ivar victim: a directory of root's with a secret in it, which others may pass but not read.
    """

    def __init__(self, root: Path) -> None:
        self.user = pwd.getpwnam(ACCOUNT)
        ids = f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}"
        #: What makes a command the account's; the keywords of subprocess need Python 3.9.
        self.as_user = ["setpriv", *ids, "--clear-groups", "--"]
        self.root = root
        self.home = root / "home"
        self.victim = root / "victim"
        self.secret = self.victim / "secret"
        for directory in (self.home, self.victim):
            directory.mkdir()
            directory.chmod(0o755)
        self.secret.write_text("what only root may know\n", encoding="utf-8")
        self.secret.chmod(0o600)
        (self.victim / "open").write_text("what everybody may know\n", encoding="utf-8")
        os.chown(self.home, self.user.pw_uid, self.user.pw_gid)

    def does(self, script: str, *arguments: str) -> None:
        """Have the account run a script of the shell in its home."""
        argv = ["sh", "-ec", script, "sh", *arguments]
        subprocess.run([*self.as_user, *argv], cwd=self.home, check=True)


@contextlib.contextmanager
def in_place() -> t.Iterator[Place]:
    """A place below /tmp, since pytest's own directories are closed to others."""
    root = Path(tempfile.mkdtemp(prefix="ray-containers-boundary-"))
    root.chmod(0o755)
    try:
        yield Place(root)
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextlib.contextmanager
def attacking(place: Place, program: str, *arguments: str) -> t.Iterator[None]:
    """Have the account run a Python program, over and over in it, from its first line of output on until the end."""
    # The interpreter of the tests may lie where the account cannot go.
    argv = [*place.as_user, "/usr/bin/python3", "-c", program, *arguments]
    with subprocess.Popen(
        argv,
        cwd=place.home,
        stdout=subprocess.PIPE,
    ) as attacker:
        try:
            assert attacker.stdout is not None
            attacker.stdout.readline()
            yield
        finally:
            attacker.kill()


def inventory(root: Path) -> dict[str, tuple[t.Any, ...]]:
    """Everything below a directory: kind and mode, owner, group, and content."""
    found = {}
    for path in [root, *sorted(root.rglob("*"))]:
        status = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[str(path)] = (status.st_mode, status.st_uid, status.st_gid, content)
    return found
