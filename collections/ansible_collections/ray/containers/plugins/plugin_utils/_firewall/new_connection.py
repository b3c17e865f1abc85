# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to a host that is not one which was open before.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import typing as t

from ansible.utils.path import makedirs_safe, unfrackpath

__all__ = ["new_connection"]

#: Seconds that the new connection stays open without use.
LINGER = 20


@contextlib.contextmanager
def new_connection(connection: t.Any) -> t.Iterator[None]:
    """Have what is done meanwhile come by a connection of its own, and by one for all of it.

    OpenSSH is told to share it at another place; that wins over what stands behind it, and over ~/.ssh/config. Other
    connection plugins close what they have and open it again.
    """
    if connection.transport != "ssh":
        # The local one has nothing to close, and warns.
        if connection.transport != "local":
            connection.reset()
        yield
        return
    directory = unfrackpath(connection.get_option("control_path_dir"))
    makedirs_safe(directory, 0o700)
    path = os.path.join(directory, secrets.token_hex(5))
    own = ("ControlMaster=auto", f"ControlPersist={LINGER}", f'ControlPath="{path}"')
    before = connection.get_option("ssh_args") or ""
    connection.set_option("ssh_args", " ".join((*(f"-o {shlex.quote(option)}" for option in own), before)))
    try:
        yield
    finally:
        connection.set_option("ssh_args", before)
