# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a file of the user's lies on the controller, when its path is relative.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleError

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["ControllerFiles"]

Variables = t.Mapping[str, t.Any]


class ControllerFiles:
    """Files that inventories, command lines and playbooks name.

    :param hosts: those whose inventory counts.
    :param variables: of all hosts, by name: Ansible tells each host's ``inventory_dir`` in them.
    :param playbook_directory: where Ansible itself would seek; with a playbook of the collection nobody's files lie there.
    :param loader: Ansible's, which decrypts files.
    """

    def __init__(
        self,
        hosts: t.Iterable[str],
        variables: t.Mapping[str, Variables],
        playbook_directory: str,
        loader: t.Any = None,
    ) -> None:
        self._loader = loader
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

    @classmethod
    def of(cls, task_vars: Variables, loader: t.Any) -> ControllerFiles:
        """Those that a task on one host names."""
        host = str(task_vars.get("inventory_hostname", ""))
        return cls([host], {host: task_vars}, loader.get_basedir(), loader)

    def with_auth_file(self, entry: t.Any) -> dict[str, t.Any]:
        """An entry of ray_registries whose auth_file can be read."""
        fields = dict(entry) if isinstance(entry, t.Mapping) else {}
        return {**fields, **({"auth_file": self.readable(str(fields["auth_file"]))} if fields.get("auth_file") else {})}

    def readable(self, written: str) -> str:
        """The same; of a file that Ansible's vault encrypts the one that it is decrypted to for as long as this task lasts.

        :raises OperatorError: there is no secret to decrypt it with.
        """
        path = self.path(written)
        if self._loader is None or not os.path.isfile(path):
            return path
        try:
            return str(self._loader.get_real_file(path))
        except AnsibleError as error:
            what, remedy = (
                f"{path} cannot be decrypted",
                "Give its secret with --vault-password-file or --ask-vault-pass",
            )
            raise OperatorError(what, why=" ".join(str(error).split()).rstrip("."), remedy=remedy) from error
