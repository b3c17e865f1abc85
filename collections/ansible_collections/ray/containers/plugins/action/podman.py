# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says of a run with a wrong token where the right one may lie on the controller, which a node does not know.

The documentation is the module's of the same name.
"""

from __future__ import annotations

import shlex

from ansible_collections.ray.containers.plugins.module_utils._ansible import failure
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.cluster_token import ABSENT, OTHER
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.plugin_utils._action import Action, Parameters
from ansible_collections.ray.containers.plugins.plugin_utils._inventory.token_files import TokenFiles

__all__ = ["ActionModule"]


class ActionModule(Action):
    """The action of ray.containers.podman."""

    def answer(self, task_vars: Parameters) -> Parameters:
        """What the module tells."""
        arguments = dict(self._task.args)
        token = str(arguments.get("cluster_token") or "")
        self.secrets |= {
            str(arguments[name]) for name in ("cluster_token", "cluster_token_next") if arguments.get(name)
        }
        told: Parameters = self._execute_module(module_args=arguments, task_vars=task_vars)
        refusal = next((entry for entry in (OTHER, ABSENT) if entry.code == told.get("code")), None)
        if refusal is None:
            return told
        user = str(arguments.get("user", ""))
        sources = [str(source) for source in task_vars.get("ansible_inventory_sources") or ()]
        return {**told, **failure(_refused(refusal, user, token, TokenFiles.of(task_vars), sources))}


def _refused(entry: Entry, user: str, token: str, files: TokenFiles, sources: list[str]) -> OperatorError:
    """The refusal in the words of this controller."""
    found = files.found()
    given = "the variable ray_auth_token"
    if found and files.read() == token:
        given = str(found)
    what = f"The cluster of {files.head} has another token than this run, whose token is that of {given}"
    if entry is ABSENT:
        what = f"The cluster of {files.head} has a token, and this run has none: there is no {files.path}"
    others = [str(path) for path in files.others() if path != found]
    places = [
        *([f"in {' or '.join(others)}, under another head's name"] if others else []),
        f"in the clone of this inventory that the cluster was made from, below {files.directory.name}",
        "in your vault, to be given as ray_auth_token",
    ]
    inventory = " ".join(f"-i {shlex.quote(source)}" for source in sources)
    fetch = shlex.quote(f"src=~{user}/.ray/auth_token dest={files.path} flat=true")
    take = f"(umask 077; ansible {files.head} {inventory} -b --become-user {user} -m ansible.builtin.fetch -a {fetch})"
    if files.read_next():
        places.insert(
            0, f"in {files.next}: a rotation of the token was not finished, and the playbook rotate_token finishes it"
        )
    remedy = f"The right one may lie {'; '.join(places)}. To take it from the head on purpose: {take}"
    if entry is OTHER:
        remedy += ". To change the cluster's token on purpose: the playbook ray.containers.rotate_token"
    return error(entry, what, remedy=remedy)
