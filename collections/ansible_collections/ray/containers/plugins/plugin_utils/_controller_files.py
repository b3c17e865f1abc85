# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a file of the user's lies on the controller, when its path is relative.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import typing as t

__all__ = ["ControllerFiles"]

Variables = t.Mapping[str, t.Any]


class ControllerFiles:
    """Files that inventories, command lines and playbooks name.

    :param hosts: those whose inventory counts.
    :param variables: of all hosts, by name: Ansible tells each host's ``inventory_dir`` in them.
    :param playbook_directory: where Ansible itself would seek; with a playbook of the collection nobody's files lie there.
    """

    def __init__(self, hosts: t.Iterable[str], variables: t.Mapping[str, Variables], playbook_directory: str) -> None:
        inventories = [variables[host].get("inventory_dir") for host in hosts if host in variables]
        self._directories = [
            directory for directory in dict.fromkeys((*inventories, os.getcwd(), playbook_directory)) if directory
        ]

    def path(self, written: str) -> str:
        """Absolute: in the first directory that has such a file, in the first of all when none has. Empty stays empty."""
        if not written:
            return ""
        candidates = [os.path.join(directory, os.path.expanduser(written)) for directory in self._directories]
        return os.path.normpath(next(filter(os.path.exists, candidates), candidates[0]))
