# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the controller keeps the token of a cluster: beside its inventory, in a file that is named for its head.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import string
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.ray.containers.plugins.plugin_utils._inventory.known_variables import KnownHosts

__all__ = ["SHARED", "TokenFiles", "new_token"]

#: The one file of a directory as earlier releases named it, whatever its cluster. It keeps working for the first that takes it.
SHARED = "ray_auth_token"

NEXT = ".next"
LENGTH = 64


class TokenFiles:
    """The files of one cluster's token.

    :param directory: of secrets, beside the inventory.
    :param head: its name in the inventory.
    :param address: by which the other nodes reach it: two inventories of one directory may both call their head `head`.
    """

    def __init__(self, directory: Path, head: str, address: str) -> None:
        self.directory = directory
        self.head = head
        name = head if address in ("", head) else f"{head}@{address}"
        #: The file of this cluster, which need not be there.
        self.path = directory / f"{SHARED}.{name.replace('/', '_')}"
        #: Of the token that it is about to get; there while a rotation is not finished.
        self.next = self.path.with_name(f"{self.path.name}{NEXT}")

    @classmethod
    def of(cls, variables: t.Mapping[str, t.Any]) -> TokenFiles:
        """Those of the cluster that a host with these variables belongs to."""
        heads = variables.get("groups", {}).get("ray_head") or [variables.get("inventory_hostname", "localhost")]
        hosts = KnownHosts(variables.get("hostvars", {}))
        head = hosts.get(heads[0], {})
        # As the task of the raylets has it.
        address = head.get("ray_node_ip_address") or head.get("ansible_host") or heads[0]
        above = head.get("inventory_dir") or variables.get("inventory_dir") or os.getcwd()
        return cls(Path(str(above)) / ".secrets", str(heads[0]), str(address))

    def found(self) -> Path | None:
        """The file that holds this cluster's token; the shared one unless it is another cluster's."""
        if _text(self.path):
            return self.path
        shared = self.directory / SHARED
        token = _text(shared)
        taken = any(_text(path) == token for path in self.others() if path != shared)
        return shared if token and not taken else None

    def read(self) -> str:
        """The token; empty when there is none."""
        found = self.found()
        return _text(found) if found else ""

    def others(self) -> list[Path]:
        """Further files with tokens: of other clusters, or of this one under a name that it had."""
        found = sorted(self.directory.glob(f"{SHARED}*"))
        return [path for path in found if path != self.path and path.suffix != NEXT and _text(path)]

    def read_next(self) -> str:
        """The token that the cluster is about to get; empty when it is about to get none."""
        return _text(self.next)

    def made_next(self) -> str:
        """The same, made if need be: a rotation that was killed goes on with the token that it began with."""
        if not _text(self.next):
            self._open()
            self._put(self.next, f"{new_token()}\n", replace=False)
        return _text(self.next)

    def rotate(self) -> None:
        """Make the next token the cluster's."""
        old, new = self.read(), self.read_next()
        shared = self.directory / SHARED
        if old and _text(shared) == old:
            # Whoever reads the file of earlier releases goes on.
            self._put(shared, f"{new}\n", replace=True)
        self.next.replace(self.path)

    def made(self) -> str:
        """The token, of a file that is made if need be, for its owner alone to read; never committed by accident."""
        token = self.read()
        self._open()
        if not _text(self.path):
            # Hosts ask for it at the same time: whoever comes first makes it.
            self._put(self.path, f"{token or new_token()}\n", replace=False)
        if self.path.stat().st_mode & 0o077:
            self.path.chmod(0o600)
        return _text(self.path)

    def _open(self) -> None:
        """Have a directory of secrets that only its owner can enter, and that git leaves alone."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.directory.stat().st_mode & 0o077:
            self.directory.chmod(0o700)
        ignored = self.directory / ".gitignore"
        if not ignored.exists():
            self._put(ignored, "# Secrets of clusters.\n*\n", replace=True)

    def _put(self, path: Path, content: str, *, replace: bool) -> None:
        descriptor, name = tempfile.mkstemp(dir=self.directory, prefix=".new-")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                temporary.replace(path)
                return
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def new_token() -> str:
    """A token that nobody has."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _time in range(LENGTH))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
