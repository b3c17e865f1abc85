# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kubic repository as a part of the capability `podman`: looked at, tried, set up, taken away, and brought back.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import time
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.engine.kubic import (
    FILES,
    GUIDES_SOURCE,
    KEYRING,
    SOURCE,
    KubicDesired,
    KubicObserved,
    kubic_in_order,
    plan_kubic,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.plan import MakeDirectory, Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.descriptors import Refused, read_regular
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource

__all__ = ["KubicRepository", "repository"]

#: In bytes; a real one has a few thousand.
LONGEST_KEY = 2**20


def _desired_of(parameters: t.Mapping[str, t.Any], directory: str, packages: tuple[str, ...]) -> KubicDesired:
    """Make the desired repository from the module's parameters.

    :param directory: of the host's release; empty to have no repository.
    :raises OperatorError: the key is a file that cannot be read.
    """
    key: str = parameters["kubic_key"].strip()
    content = b""
    if directory and "-----BEGIN PGP" in key:
        content = f"{key}\n".encode()
    elif directory and key.startswith("/"):
        try:
            content = read_regular(key, LONGEST_KEY)
        except (OSError, Refused) as error:
            raise OperatorError(
                f"The key of the kubic repository cannot be read from {key}",
                why=str(getattr(error, "strerror", "") or error),
                remedy="Name in kubic_key a file that is on this host, or give the armored key itself",
            ) from error
    return KubicDesired(
        directory=directory,
        url=parameters["kubic_url"],
        key=key,
        key_content=content,
        fingerprint=parameters["kubic_fingerprint"].replace(" ", "").upper(),
        packages=packages,
    )


class KubicRepository(Resource[KubicObserved]):
    """The repository's key, source and pin."""

    def __init__(self, commands: Commands, desired: KubicDesired) -> None:
        super().__init__(commands)
        self._desired = desired
        self._undo: list[t.Callable[[], None]] = []

    def needs_nothing(self) -> bool:
        """Whether nothing is to be done to the files: they are in order, or Podman is there without them."""
        found = self._files()
        return not found.keys() - {GUIDES_SOURCE} or kubic_in_order(self._desired, found)

    def observe(self) -> KubicObserved:
        """Look at the files; where something is to be done, have apt try the repository before anything is touched.

        :raises OperatorError: the repository or its key is not to be trusted, or is not there.
        """
        desired = self._desired
        found = self._files()
        keyrings = os.path.isdir(os.path.dirname(KEYRING))
        if not desired.directory:
            return KubicObserved(found, keyrings)
        from ansible_collections.ray.containers.plugins.module_utils._core.engine.kubic_trust import (
            check_desired,
            fetch_error,
            known_key,
            trial_error,
            trusted_key,
        )
        from ansible_collections.ray.containers.plugins.module_utils._host.packages.apt_trial import (
            fetch,
            try_repository,
        )

        check_desired(desired)
        now = time.time()
        in_order = kubic_in_order(desired, found)
        key = known_key(desired, found.get(KEYRING), now) if in_order else None
        if key is None:
            content: bytes | None = desired.key_content
            if not content:
                content, said = fetch(self.commands, desired.key_url)
                if content is None:
                    raise fetch_error(desired, said)
            key = trusted_key(desired, content, now)
        trial = try_repository(self.commands, desired, key.armored())
        refused = trial_error(desired, trial.stderr, fetched=trial.fetched, label=trial.label, offers=trial.offers)
        if refused:
            raise refused
        return KubicObserved(found, keyrings, key, trial.offers)

    def plan(self, observed: KubicObserved) -> Plan:
        return plan_kubic(self._desired, observed)

    def apply(self, step: Step) -> None:
        from ansible_collections.ray.containers.plugins.module_utils._host.packages.apt_trial import forget_lists

        path = step.action.path
        before = files.read_text(path)
        if isinstance(step.action, MakeDirectory):
            self._undo.append(lambda: os.rmdir(path))
        elif before is None:
            self._undo.append(lambda: files.remove(path))
        else:
            self._undo.append(lambda: files.write_text(path, before))
        if path == SOURCE:
            self._undo.append(lambda: forget_lists(files.read_text(path) or ""))
            forget_lists(before or "")
        super().apply(step)

    @staticmethod
    def _files() -> dict[str, str]:
        return {path: text for path in FILES for text in [files.read_text(path)] if text is not None}

    def undo(self) -> None:
        """Bring the host's files back to what they were before the steps that were applied."""
        while self._undo:
            self._undo.pop()()


def repository(
    commands: Commands, parameters: t.Mapping[str, t.Any], directory: str, wanted: tuple[str, ...]
) -> tuple[KubicRepository, tuple[Step, ...], t.Mapping[str, str]]:
    """The kubic repository, what it needs, and what it offers of *wanted*; without a directory it is to go."""
    found = KubicRepository(commands, _desired_of(parameters, directory, wanted))
    if directory and not wanted and found.needs_nothing():
        return found, (), {}
    observed = found.observe()
    return found, found.plan(observed).steps, observed.offers
