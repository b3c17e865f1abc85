# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judging the Ray user: account, home, subordinate ids, runtime directory.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import (
    CurrentFault,
    Look,
    Subject,
    every,
    first,
)
from ansible_collections.ray.containers.plugins.module_utils._core.faults import of_accounts, of_namespaces, of_store
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    ACCOUNT,
    RUNTIME_DIRECTORY,
    SUBORDINATE_IDS,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import NETWORK_FILESYSTEMS, Mount
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.subordinate_ids import (
    SUBORDINATE_COUNT,
    Ranges,
)

__all__ = ["AccountFacts", "PathFacts", "account_look", "runtime_directory_look", "subordinate_ids_look"]


@dataclass(frozen=True)
class PathFacts:
    """What stands at a path: the names of its owner and its permission bits; its type as in ``ls -l``."""

    path: str
    owner: str
    mode: int
    kind: str = "d"

    def description(self) -> str:
        """As an operator would look it up."""
        return f"{self.path}: owner {self.owner}, mode {self.mode:04o}"


@dataclass(frozen=True)
class AccountFacts:
    """What files tell about the account.

    :param home: None where nothing is there.
    :param store: the directory of its images, or the nearest one above that is there.
    :param store_mount: what the store lies on.
    :param closed: a directory above the store that is closed to others.
    :param granted: the ranges of subordinate ids, of users and of groups, that /etc/subuid and /etc/subgid give it.
    :param subid_source: the ``subid`` line of /etc/nsswitch.conf; empty for the files.
    :param pause: the process that holds Podman's user namespace: its id as pause.pid has it, 0 for none; None where nobody
        looked.
    :param mapped: the ranges that this process has mapped beside the account's own id; None where it is gone.
    """

    home: PathFacts | None = None
    store: str = ""
    store_mount: Mount | None = None
    closed: PathFacts | None = None
    granted: tuple[Ranges, Ranges] = ((), ())
    subid_source: str = ""
    pause: int | None = None
    mapped: tuple[Ranges, Ranges] | None = None
    runtime_directory: PathFacts | None = None
    lingers: bool = False


def account_look(subject: Subject, facts: AccountFacts) -> Look:
    """Account and home: whether Podman can work in it."""
    if subject.uid is None:
        held = CurrentFault(
            of_accounts.NO_ACCOUNT,
            f"The account {subject.user} does not exist",
            evidence=f"getent passwd {subject.user}: nothing",
        )
        return Look(ACCOUNT, (held,))
    return Look(ACCOUNT, first(_home(subject, facts), _closed(facts), _mount(subject, facts)))


def _home(subject: Subject, facts: AccountFacts) -> CurrentFault | None:
    user, path = subject.user, subject.home
    if facts.home is None:
        return CurrentFault(
            of_accounts.WRONG_HOME,
            f"The Ray user's home {path} is not there",
            evidence=f"ls {path}: no such directory",
            remedy=f"install --directory --owner={user} --group={user} --mode=0711 {path}",
        )
    if facts.home.kind != "d":
        return CurrentFault(
            of_accounts.WRONG_HOME,
            f"The Ray user's home {path} is no directory",
            evidence=facts.home.description(),
            remedy=f"Move {path} away and run the site, which makes a directory there",
        )
    if facts.home.owner != user:
        return CurrentFault(
            of_accounts.WRONG_HOME,
            f"The Ray user's home {path} belongs to {facts.home.owner}, so podman cannot read its store",
            evidence=facts.home.description(),
            remedy=f"chown {user}: {path}",
            brief=f"{path} belongs to {facts.home.owner}",
        )
    if facts.home.mode & 0o700 != 0o700:
        return CurrentFault(
            of_accounts.WRONG_HOME,
            f"The Ray user may not use its own home {path}",
            evidence=facts.home.description(),
            remedy=f"chmod 0711 {path}",
        )
    return None


def _closed(facts: AccountFacts) -> CurrentFault | None:
    if facts.closed is None:
        return None
    return CurrentFault(
        of_store.CLOSED_ABOVE,
        f"{facts.closed.path}, above the image store, is closed to the root of containers",
        evidence=facts.closed.description(),
        remedy=f"chmod o+x {facts.closed.path}",
    )


def _mount(subject: Subject, facts: AccountFacts) -> CurrentFault | None:
    mount = facts.store_mount
    if mount is None:
        return None
    where = f"the file system at {mount.point}, on which the image store {facts.store} lies,"
    evidence = f"{mount.point}: {mount.filesystem} ({', '.join(sorted(mount.options))})"
    if "ro" in mount.options:
        return CurrentFault(
            of_store.READ_ONLY,
            f"{_upper(where)} is read-only",
            evidence=evidence,
            remedy=f"mount -o remount,rw {mount.point}",
        )
    if "noexec" in mount.options:
        return CurrentFault(
            of_store.NOT_EXECUTABLE,
            f"{_upper(where)} is mounted noexec, so no program of an image can be started",
            evidence=evidence,
            remedy=f"mount -o remount,exec {mount.point}",
        )
    if mount.filesystem in NETWORK_FILESYSTEMS:
        return CurrentFault(
            of_store.OVERLAY_ON_OVERLAY,
            f"{_upper(where)} is {mount.filesystem}, on which overlay does not work",
            evidence=evidence,
            remedy="Name a directory on ext4 or xfs in ray_graph_root and run the site",
        )
    return None


def subordinate_ids_look(subject: Subject, facts: AccountFacts) -> Look:
    """Subordinate ids, and whether Podman uses those that are granted."""
    source = facts.subid_source.replace("files", "").strip()
    if source:
        return Look(SUBORDINATE_IDS, unanswered=f"/etc/nsswitch.conf takes subordinate ids from {source}")
    return Look(SUBORDINATE_IDS, first(_granted(subject, facts), _pause(subject, facts)))


def _granted(subject: Subject, facts: AccountFacts) -> CurrentFault | None:
    counts = {
        name: sum(count for _start, count in ranges)
        for name, ranges in zip(("/etc/subuid", "/etc/subgid"), facts.granted)
    }
    short = [name for name, count in counts.items() if count < SUBORDINATE_COUNT]
    if not short:
        return None
    return CurrentFault(
        of_namespaces.SUBORDINATE_IDS_MISSING,
        f"{subject.user} has too few subordinate ids in {' and '.join(short)} for the files of images",
        evidence=", ".join(f"{name}: {count} of {SUBORDINATE_COUNT}" for name, count in counts.items()),
        remedy=f"Run the site, which grants them, or usermod --add-subuids FIRST-LAST --add-subgids FIRST-LAST {subject.user}",
        brief="its subordinate ids are too few",
    )


def _pause(subject: Subject, facts: AccountFacts) -> CurrentFault | None:
    # That its process is gone is for Podman to say: some versions make another one, and some do not.
    if not facts.pause or facts.mapped is None:
        return None
    if [sorted(ranges) for ranges in facts.mapped] == [sorted(ranges) for ranges in facts.granted]:
        return None
    mapped, granted = (
        "; ".join(f"{kind} {_described(ranges)}" for kind, ranges in zip(("users", "groups"), both))
        for both in (facts.mapped, facts.granted)
    )
    return CurrentFault(
        of_accounts.STALE_MAP,
        f"Podman still uses {subject.user}'s subordinate ids from before they were changed",
        evidence=f"mapped by process {facts.pause}: {mapped}; granted: {granted}",
        remedy=f"runuser -u {subject.user} -- env XDG_RUNTIME_DIR=/run/user/{subject.uid} podman system migrate",
    )


def _described(ranges: Ranges) -> str:
    return ", ".join(f"{start}+{count}" for start, count in ranges) or "none"


def runtime_directory_look(subject: Subject, facts: AccountFacts) -> Look:
    """The runtime directory, and whether it stays."""
    found, path = facts.runtime_directory, f"/run/user/{subject.uid}"
    linger = f"loginctl enable-linger {subject.user}"
    missing = wrong = leaving = None
    if found is None:
        missing = CurrentFault(
            of_namespaces.RUNTIME_DIRECTORY_MISSING,
            f"The Ray user's runtime directory {path} is not there",
            evidence=f"ls {path}: no such directory; linger is {'on' if facts.lingers else 'off'}",
            remedy=f"systemctl start user@{subject.uid}.service" if facts.lingers else linger,
        )
    elif found.owner != subject.user or found.mode & 0o700 != 0o700:
        wrong = CurrentFault(
            of_namespaces.RUNTIME_DIRECTORY_MISSING,
            f"The Ray user cannot use its runtime directory {path}: it belongs to {found.owner}"
            if found.owner != subject.user
            else f"The Ray user cannot use its runtime directory {path}",
            evidence=found.description(),
            remedy=f"chown {subject.user}: {path} && chmod 0700 {path}",
        )
    if not facts.lingers:
        leaving = CurrentFault(
            of_accounts.NO_LINGER,
            f"{subject.user} does not linger: {path} goes away when its last login ends",
            evidence=f"/var/lib/systemd/linger/{subject.user}: not there",
            remedy=linger,
        )
    return Look(RUNTIME_DIRECTORY, every([missing or wrong or leaving]))


def _upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
