# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagnose makes directories for the containers that it runs, in the one that is shared with all of Ray's."""

from __future__ import annotations

import contextlib
import os
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_podman import CommandFacts
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host import user_files
from ansible_collections.ray.containers.plugins.module_utils._host.looks.podman import container_facts
from ansible_collections.ray.containers.tests.unit.fakes.hostile import Place, attacking, in_place, inventory

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to give away")


@pytest.fixture(name="place")
def a_place(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Place]:
    monkeypatch.setattr(user_files, "_known", {})
    with in_place() as place:
        yield place


def subject(place: Place) -> Subject:
    return Subject(user=place.user.pw_name, uid=place.user.pw_uid, home=str(place.home))


#: Puts a link in the place of every directory that is made for a container.
MADE = """
import os, sys
print(flush=True)
while True:
    for name in os.listdir("."):
        if name.startswith("ray"):
            try:
                os.rename(name, "taken-" + name[-6:]); os.symlink(sys.argv[1], name)
            except OSError:
                pass
"""


def test_3_a_look_with_containers_gives_nothing_of_roots_away(place: Place) -> None:
    before = inventory(place.victim)
    with attacking(place, MADE, str(place.secret)):
        for _time in range(60):
            with contextlib.suppress(OperatorError):
                container_facts(subject(place), lambda _argv: CommandFacts(0), "r:5000/a:1", str(place.home))
    assert inventory(place.victim) == before


def test_the_directories_are_the_users_and_gone_afterwards(place: Place) -> None:
    seen: list[tuple[int, int]] = []

    def run(argv: t.Sequence[str]) -> CommandFacts:
        shared = next(word.partition(":")[0] for word in argv if word.startswith(f"{place.home}/ray"))
        status = os.stat(os.path.dirname(shared) if shared.endswith("written") else shared)
        seen.append((status.st_uid, status.st_mode & 0o777))
        return CommandFacts(0)

    container_facts(subject(place), run, "r:5000/a:1", f"{place.home}/ray")
    assert seen[0] == (place.user.pw_uid, 0o777)
    assert {uid for uid, _mode in seen} == {place.user.pw_uid}
    assert list(place.home.iterdir()) == []
