# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking sources with apt itself, in a directory of its own: the host's sources, keys and lists are not touched.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import glob
import os
import tempfile
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.engine.apt_words import parse_policy
from ansible_collections.ray.containers.plugins.module_utils._core.engine.kubic import (
    KEYRING,
    KubicDesired,
    pin_text,
    source_text,
)
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands, Completed

__all__ = ["Trial", "fetch", "forget_lists", "offered_now", "try_repository"]

HELPER = "/usr/lib/apt/apt-helper"
LISTS = "/var/lib/apt/lists"

#: Nobody waits two minutes and more for a server that is gone.
TRAVEL = ("--option=Acquire::Retries=2", "--option=Acquire::http::Timeout=30", "--option=Acquire::https::Timeout=30")

#: A key has a few kilobytes, also with the signatures of many friends.
LARGEST_KEY = 1 << 20


@dataclass(frozen=True)
class Trial:
    """What apt found.

    :param stderr: its words.
    :param fetched: whether it has a signed Release and a list of packages.
    :param label: of the Release.
    :param offers: the version that would be installed from there, by package.
    """

    stderr: str
    fetched: bool = False
    label: str = ""
    offers: t.Mapping[str, str] = field(default_factory=dict)


def fetch(commands: Commands, url: str) -> tuple[bytes | None, str]:
    """The content of *url* with apt's own proxies and certificates, or None and what apt said."""
    with tempfile.TemporaryDirectory(prefix="ray.containers.") as directory:
        path = f"{directory}/fetched"
        options = ("--option=APT::Sandbox::User=root", *TRAVEL)
        done = commands.run((HELPER, *options, "download-file", url, path), check=False, timeout=300)
        if done.rc != 0:
            return None, done.stderr
        with open(path, "rb") as stream:
            return stream.read(LARGEST_KEY), ""


def try_repository(commands: Commands, desired: KubicDesired, key: str) -> Trial:
    """Have apt fetch and verify the repository as *desired* with the armored *key*, as if it were the only source."""
    with _directory() as directory:
        keyring = f"{directory}/key.asc"
        files.write_text(keyring, key)
        files.write_text(f"{directory}/trial.sources", source_text(desired).replace(KEYRING, keyring))
        files.write_text(f"{directory}/pin", pin_text())
        only_this = (
            f"--option=Dir::Etc::SourceList={directory}/trial.sources",
            "--option=Dir::Etc::SourceParts=/dev/null",
            f"--option=Dir::Etc::Preferences={directory}/pin",
            "--option=Dir::Etc::PreferencesParts=/dev/null",
        )
        update = _apt(commands, "apt-get", directory, *only_this, "update", "--quiet=2", *TRAVEL)
        release = files.read_text(next(iter(glob.glob(f"{directory}/lists/*Release")), "")) or ""
        label = next((line[7:].strip() for line in release.splitlines() if line.startswith("Label: ")), "")
        fetched = bool(release and glob.glob(f"{directory}/lists/*_Packages*"))
        offers = {}
        if fetched and desired.packages:
            offers = parse_policy(
                _apt(commands, "apt-cache", directory, *only_this, "policy", *desired.packages).stdout
            )
        return Trial(update.stderr, fetched, label, offers)


def offered_now(commands: Commands, names: t.Sequence[str]) -> dict[str, str]:
    """The versions of *names* that the host's own sources offer now; without those that cannot be reached."""
    with _directory() as directory:
        _apt(commands, "apt-get", directory, "update", "--quiet=2", *TRAVEL)
        return parse_policy(_apt(commands, "apt-cache", directory, "policy", *names).stdout)


def forget_lists(source: str) -> None:
    """Remove the package lists that apt has fetched for the repository that the text of a source names."""
    for line in source.splitlines():
        if line.startswith("URIs: "):
            # As apt names them: URItoFileName() in apt-pkg/contrib/strutl.cc.
            name = line[6:].strip().partition("://")[2].replace("_", "%5f").replace("~", "%7e").replace("/", "_")
            for path in glob.glob(f"{LISTS}/{glob.escape(name)}*"):
                files.remove(path)


@contextlib.contextmanager
def _directory() -> t.Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="ray.containers.") as directory:
        # apt fetches and verifies as a user of its own, who has to come to what is in there.
        os.chmod(directory, 0o755)
        files.make_directory(f"{directory}/lists/partial")
        files.make_directory(f"{directory}/cache")
        yield directory


def _apt(commands: Commands, program: str, directory: str, *arguments: str) -> Completed:
    own = (f"--option=Dir::State::Lists={directory}/lists", f"--option=Dir::Cache={directory}/cache")
    return commands.run((program, *own, *arguments), check=False, timeout=600)
