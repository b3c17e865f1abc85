# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a host comes to the kubic repository, and how it is rid of it again.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.engine.kubic import (
    GUIDES_SOURCE,
    KEYRING,
    KEYRINGS,
    PIN,
    SOURCE,
    KubicDesired,
    pin_text,
    source_text,
)
from ansible_collections.ray.containers.plugins.module_utils._core.engine.kubic_trust import date_of
from ansible_collections.ray.containers.plugins.module_utils._core.engine.openpgp import PublicKey
from ansible_collections.ray.containers.plugins.module_utils._core.plan import (
    MakeDirectory,
    Plan,
    Remove,
    Step,
    WriteFile,
)

__all__ = ["KubicObserved", "plan_kubic"]


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
    until = f"valid until {date_of(key.expires)}" if key.expires else "which does not expire"
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
