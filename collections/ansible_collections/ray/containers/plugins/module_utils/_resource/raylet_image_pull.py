# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing the image that raylets run in to a node.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import images as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import fault_error
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry_auth import plain_credentials
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.state import PullRayletImage
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.podman.client import Podman, PodmanFailed
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["pull"]

#: Seconds.
PULL_TIMEOUT = 1800.0


def pull(commands: Commands, action: PullRayletImage) -> None:
    """Pull the image into root's store.

    :raises OperatorError: it cannot be had; names image and host.
    """
    argv = ["pull", "--quiet", f"--tls-verify={str(action.tls_verify).lower()}"]
    try:
        with _credentials(action) as path:
            argv += [f"--authfile={path}"] if path else []
            Podman(commands).with_image(*argv, action.image, timeout=PULL_TIMEOUT)
    except PodmanFailed as failed:
        what = f"The raylet's image {action.image} cannot be pulled on {socket.gethostname()}"
        raise fault_error(failed.stderr, what, catalogue.PULL_FAILED) from failed


@contextlib.contextmanager
def _credentials(action: PullRayletImage) -> t.Iterator[str]:
    """A file of root's with what the user's holds: root's Podman opens no path of the user's; empty for none."""
    if not action.credentials or not files.open_to_others(action.credentials):
        yield action.credentials
        return
    text = files_of(action.user).read_text(action.credentials)
    plain = plain_credentials(text or "")
    if not plain:
        yield ""
        return
    with tempfile.TemporaryDirectory(prefix="ray.containers.") as directory:
        path = os.path.join(directory, "auth.json")
        files.write_text(path, plain, mode=0o600)
        yield path
