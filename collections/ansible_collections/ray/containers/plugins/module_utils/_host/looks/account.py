# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at the Ray user's account, home, subordinate ids and runtime directory.

What lies in the user's own directories is never followed by a link, and never read beyond a few hundred bytes.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import stat

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_account import (
    AccountFacts,
    PathFacts,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import Mount, mount_of
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.subordinate_ids import Ranges, ranges_of
from ansible_collections.ray.containers.plugins.module_utils._host import kernel
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import owner_name
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text
from ansible_collections.ray.containers.plugins.module_utils._host.podman.pause import mapped_by, pause_process
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = ["account_facts", "path_facts", "short_text", "subid_source"]

#: What of a small file is read.
SHORT = 512


def account_facts(subject: Subject, store: str) -> AccountFacts:
    """What files tell about the account.

    :param store: the directory of its images, whether it is there or not.
    """
    mounts = kernel.mounts()
    nearest = _nearest(store)
    pause = None if subject.in_container or subject.uid is None else pause_process(subject.user, subject.uid)
    return AccountFacts(
        home=path_facts(subject.home),
        store=nearest,
        store_mount=mount_of(os.path.realpath(nearest), mounts),
        closed=_closed(nearest, subject),
        granted=(_granted("/etc/subuid", subject), _granted("/etc/subgid", subject)),
        subid_source=subid_source(),
        pause=pause,
        mapped=mapped_by(pause, subject.uid) if pause and subject.uid is not None else None,
        runtime_directory=path_facts(f"/run/user/{subject.uid}"),
        lingers=os.path.exists(f"/var/lib/systemd/linger/{subject.user}"),
    )


def path_facts(path: str) -> PathFacts | None:
    """What stands at a path; None for nothing. Links are not followed."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return PathFacts(path, owner_name(found.st_uid), stat.S_IMODE(found.st_mode), stat.filemode(found.st_mode)[0])


def short_text(path: str, user: str) -> str:
    """The beginning of a small file in that account's directories; empty where it is none, or the account cannot read it."""
    try:
        return files_of(user).read_part(path, SHORT, 0).decode("utf-8", errors="replace")
    except OperatorError:
        return ""


def store_mount(path: str) -> Mount | None:
    """The mount that a path, or the nearest directory above it, lies on."""
    return mount_of(os.path.realpath(_nearest(path)), kernel.mounts())


def _nearest(path: str) -> str:
    while path != "/" and not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def _closed(store: str, subject: Subject) -> PathFacts | None:
    """A directory above the store through which the root of containers cannot pass."""
    directory = os.path.realpath(store)
    # A store's own directories are the driver's matter.
    while directory not in ("/", os.path.realpath(subject.home)) and directory.startswith(os.path.realpath(store)):
        directory = os.path.dirname(directory)
    while directory != "/":
        found = path_facts(directory)
        # Podman reaches what is the account's own; the home is passed by the root of a container, too.
        passed = directory == os.path.realpath(subject.home) or (found and found.owner != subject.user)
        if found and passed and not found.mode & 0o001:
            return found
        directory = os.path.dirname(directory)
    return None


def _granted(path: str, subject: Subject) -> Ranges:
    return ranges_of(read_text(path) or "", subject.user, subject.uid)


def subid_source() -> str:
    """From where subordinate ids come besides the files, as /etc/nsswitch.conf has it; empty where it does not say."""
    for line in (read_text("/etc/nsswitch.conf") or "").splitlines():
        name, _colon, sources = line.partition(":")
        if name.strip() == "subid":
            return sources.partition("#")[0].strip()
    return ""
