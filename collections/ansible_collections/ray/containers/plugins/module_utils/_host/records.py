# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection remembers on a host, to be asked less the next time; losing it costs time only.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import os
import threading
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text, write_text

__all__ = ["DIRECTORY", "Records"]

#: Root's alone, as each file in it: what images told, and digests of what must stay unsaid.
DIRECTORY = "/var/lib/ray.containers"

#: Of a table, in bytes.
LONGEST = 16 * 2**20


class Records:
    """A small table in one JSON file below /var/lib/ray.containers (below the account's own cache without root)."""

    def __init__(self, name: str, directory: str = "") -> None:
        own = DIRECTORY if os.geteuid() == 0 else os.path.expanduser("~/.cache/ray.containers")
        self.path = f"{directory or own}/{name}.json"
        self._lock = threading.Lock()
        self._table = self._read()

    def get(self, key: str) -> t.Any:
        """What was remembered under *key*, or None."""
        return self._table.get(key)

    def keys(self) -> frozenset[str]:
        """Under what something is remembered."""
        return frozenset(self._table)

    def put(self, key: str, value: t.Any) -> None:
        """Remember *value*."""
        with self._lock:
            self._table = {**self._read(), key: value}
            self._write()

    def keep(self, keys: t.Container[str]) -> None:
        """Forget everything but *keys*."""
        kept = {key: value for key, value in self._table.items() if key in keys}
        if kept != self._table:
            self._table = kept
            self._write()

    def _read(self) -> dict[str, t.Any]:
        try:
            table = json.loads(read_text(self.path, LONGEST) or "{}")
        except (ValueError, RecursionError):
            return {}
        return table if isinstance(table, dict) else {}

    def _write(self) -> None:
        text = json.dumps(self._table, indent=1, sort_keys=True) + "\n"
        write_text(self.path, text, mode=0o600, above=0o700)
