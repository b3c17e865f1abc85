# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking along a path that begins in root's territory and may end in the Ray user's: each part as whose it is.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import FileState, file_state
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import FoundAt, UserFiles

__all__ = ["Surveyor"]


class Surveyor:
    """Looks at an image store, present or to come, and what lies above it."""

    def __init__(self, territory: UserFiles) -> None:
        self._territory = territory

    def look(self, path: str) -> FileState | FoundAt | None:
        """What *path* leads to; None for nothing, or nothing that the user can see."""
        exposed = files.open_to_others(path)
        if exposed in ("", path):
            return file_state(path, follow=True)
        try:
            return self._territory.state(path, follow=True)
        except OperatorError:
            return None

    def is_directory(self, path: str) -> bool:
        """Whether *path* is a directory, or leads to one."""
        found = self.look(path)
        return found is not None and found.kind == "directory"

    def nearest(self, path: str) -> str:
        """The nearest directory above *path* that exists, links resolved."""
        while not self.is_directory(path) and path != "/":
            path = os.path.dirname(path)
        if files.open_to_others(path) in ("", path):
            return os.path.realpath(path)
        return self._territory.resolve(path) or path

    def closed_above(self, path: str, home: str, user: str) -> str:
        """A directory above the store that is neither the user's own nor open to others; empty when there is none."""
        directory = self.nearest(path)
        while directory != "/":
            directory = os.path.dirname(directory) if directory == home else directory
            found = self.look(directory)
            if found and found.owner != user and not found.mode & 0o001:
                return directory
            directory = os.path.dirname(directory)
        return ""

    def driver(self, store: str) -> str:
        """The driver that the store was made with, ``overlay`` or ``vfs``; empty for no store."""
        return next((each for each in ("overlay", "vfs") if self.is_directory(f"{store}/{each}-images")), "")
