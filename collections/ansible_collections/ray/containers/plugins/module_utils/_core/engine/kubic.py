# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kubic repository on a host: devel:kubic:libcontainers:stable of the Open Build Service, as three files; how a host
comes to them, and how it is rid of them again.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import hashlib
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.plan import (
    MakeDirectory,
    Plan,
    Remove,
    Step,
    WriteFile,
)

if t.TYPE_CHECKING:
    # A host where all is in order need not compile it.
    from ansible_collections.ray.containers.plugins.module_utils._core.engine.openpgp import PublicKey

__all__ = [
    "FILES",
    "GUIDES_SOURCE",
    "KEYRING",
    "KEYRINGS",
    "PIN",
    "SOURCE",
    "KubicDesired",
    "KubicObserved",
    "kubic_in_order",
    "pin_text",
    "plan_kubic",
    "source_text",
]

KEYRINGS = "/etc/apt/keyrings"
KEYRING = f"{KEYRINGS}/kubic-libcontainers.asc"
SOURCE = "/etc/apt/sources.list.d/kubic-libcontainers.sources"
PIN = "/etc/apt/preferences.d/kubic-libcontainers"
#: What Ray's guide makes for the same repository: apt refuses two sources of it that are signed by different keyrings.
GUIDES_SOURCE = "/etc/apt/sources.list.d/devel:kubic:libcontainers:stable.list"

#: Everything that may be written or removed.
FILES = (KEYRING, SOURCE, PIN, GUIDES_SOURCE)

#: What the repository calls itself in its signed Release, also on a mirror.
LABEL = "devel:kubic:libcontainers:stable"

#: Podman, what it is made of, and what its packages there depend on beside the distribution's own.
BELONGS_TO_PODMAN = (
    *("podman", "podman-plugins", "podman-rootless", "conmon", "containers-common", "containernetworking-plugins"),
    *("golang-github-containers-common", "golang-github-containers-image", "netavark", "aardvark-dns", "catatonit"),
    *("crun", "runc", "fuse-overlayfs", "slirp4netns", "libslirp0", "passt"),
)


@dataclass(frozen=True)
class KubicDesired:
    """Which repository to have.

    :param directory: of the host's release, for instance ``xUbuntu_20.04``; empty to have none.
    :param url: what the directory lies below.
    :param key: a URL, an absolute path, or the armored key itself; empty for the directory's own Release.key.
    :param key_content: what was given for a key, when it is not to be fetched.
    :param fingerprint: the whole of it, by which the key is known.
    :param packages: what is to come from there, or may.
    """

    directory: str
    url: str
    key: str = ""
    key_content: bytes = field(default=b"", repr=False)
    fingerprint: str = ""
    packages: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The repository's own URL."""
        return f"{self.url.rstrip('/')}/{self.directory}/"

    @property
    def key_url(self) -> str:
        """Where to fetch the key from; empty when it was given."""
        return "" if self.key_content else self.key or f"{self.address}Release.key"

    @property
    def key_origin(self) -> str:
        """Where the key is from, in a few words."""
        if self.key_content:
            return f"a given key, SHA-256 {hashlib.sha256(self.key_content).hexdigest()[:16]}"
        return self.key_url


def source_text(desired: KubicDesired) -> str:
    """The source in deb822 style; its comment holds what else was asked for, so that the file tells all of it."""
    return (
        "# Made by ray.containers.podman.\n"
        f"# Key: {desired.fingerprint} from {desired.key_origin}\n"
        "Types: deb\n"
        f"URIs: {desired.address}\n"
        "Suites: /\n"
        f"Signed-By: {KEYRING}\n"
    )


def pin_text() -> str:
    """APT preferences under which nothing but Podman and what belongs to it comes from the repository."""
    return (
        "Explanation: Made by ray.containers.podman. Nothing comes from this repository\n"
        "Package: *\n"
        f"Pin: release l={LABEL}\n"
        "Pin-Priority: -1\n"
        "\n"
        "Explanation: but Podman and what belongs to it.\n"
        f"Package: {' '.join(BELONGS_TO_PODMAN)}\n"
        f"Pin: release l={LABEL}\n"
        "Pin-Priority: 500\n"
    )


def kubic_in_order(desired: KubicDesired, files: t.Mapping[str, str]) -> bool:
    """Whether the *files* that are there (text by path) say what is desired."""
    return files.get(SOURCE) == source_text(desired) and files.get(PIN) == pin_text() and KEYRING in files


@dataclass(frozen=True)
class KubicObserved:
    """What was found.

    :param files: the text of those of `FILES` that are there, by path.
    :param keyrings: whether the directory for keyrings is there; Ubuntu 20.04 has none.
    :param key: the repository's key; None when the repository is to go.
    :param offers: the versions that the repository offers of the desired packages; asked for when something is to be done.
    """

    files: t.Mapping[str, str] = field(default_factory=dict)
    keyrings: bool = True
    key: PublicKey | None = None
    offers: t.Mapping[str, str] = field(default_factory=dict)


def plan_kubic(desired: KubicDesired, observed: KubicObserved) -> Plan:
    """Decide what to write, or without a desired directory what to remove."""
    if not desired.directory:
        sentences = {
            SOURCE: "Take the kubic repository away from apt's sources, with its package lists",
            KEYRING: "Take the key of the kubic repository away",
            PIN: "Take away the preferences that let only Podman come from the kubic repository",
        }
        return Plan(
            tuple(
                Step(Remove(path), summary, before=observed.files[path])
                for path, summary in sentences.items()
                if path in observed.files
            )
        )
    return Plan(tuple(_steps(desired, observed)))


def _steps(desired: KubicDesired, observed: KubicObserved) -> t.Iterator[Step]:
    key = observed.key
    if key is None:
        raise ValueError("a repository is planned only with a key that was found to be good")
    if not observed.keyrings:
        yield Step(
            MakeDirectory(KEYRINGS), f"Make {KEYRINGS} for keys that one source alone trusts", after=f"{KEYRINGS}\n"
        )
    until = f"valid until {key.last_day}" if key.expires else "which does not expire"
    texts = {
        KEYRING: (
            key.armored(),
            f"Write the key {key.fingerprint} of the kubic repository, {until}, to a keyring of its own",
        ),
        PIN: (pin_text(), "Let nothing but Podman and what belongs to it come from the kubic repository"),
        SOURCE: (
            source_text(desired),
            f"Add the kubic repository {desired.address} to apt's sources, signed by that key alone",
        ),
    }
    for path, (text, summary) in texts.items():
        before = observed.files.get(path, "")
        if before != text:
            yield Step(WriteFile(path, text), summary, before=before, after=text)
    if GUIDES_SOURCE in observed.files:
        yield Step(
            Remove(GUIDES_SOURCE),
            f"Take away {GUIDES_SOURCE}, whose key apt trusts for every source, in favour of that one",
            before=observed.files[GUIDES_SOURCE],
        )
