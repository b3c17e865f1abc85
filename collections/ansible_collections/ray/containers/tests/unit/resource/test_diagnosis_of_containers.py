# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The looks that start something: when Ray's commands are tried, and what each registry is asked for."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_podman import (
    CommandFacts,
    ContainerFacts,
)
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import StoredImage
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.looks import podman
from ansible_collections.ray.containers.plugins.module_utils._resource import diagnosis_looks
from ansible_collections.ray.containers.plugins.module_utils._resource import diagnosis_of_containers as looks
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

RAY = Subject("ray", 1000, "/home/ray")
IMAGE, OTHER = (f"r.example/{name}@sha256:{name * 64}" for name in "ab")


class NoRecords:
    """Nothing is remembered on this node."""

    def __init__(self, _name: str) -> None:
        pass

    def get(self, _key: str) -> None:
        return None


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The images that Ray's commands were tried with; they work, and the second takes too long."""
    images: list[str] = []

    def facts(_subject: Subject, run: t.Any, image: str, _temp_dir: str, **_more: str) -> ContainerFacts:
        images.append(image)
        return ContainerFacts(image, run(("podman", "run", image)), CommandFacts(), 1000)

    monkeypatch.setattr(podman, "container_facts", facts)
    monkeypatch.setattr(looks, "Records", NoRecords)
    return images


def look(
    images: t.Sequence[str],
    stored: t.Sequence[StoredImage] | None,
    seconds: float = 2.8,
    commands: FakeCommands | None = None,
) -> t.Any:
    return looks.containers(
        RAY, commands or FakeCommands(), images, stored, temp_dir="/tmp/ray", socket="", token="", seconds=seconds
    )


def stored(image: str, *, mapped: bool) -> StoredImage:
    return StoredImage("c" * 64, "", 1, names=(image,), mapped=mapped)


def test_rays_commands_are_tried_with_an_image_that_is_ready(tried: list[str]) -> None:
    assert look([IMAGE, OTHER], [stored(OTHER, mapped=True)]).answered
    assert tried == [OTHER]


@pytest.mark.parametrize("there", [True, False])
def test_they_are_tried_with_the_podman_that_the_raylet_finds_first(
    tried: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    ours = tmp_path / "podman"
    if there:
        ours.touch(0o755)
    monkeypatch.setattr(podman, "RAYS_PODMAN_DIRECTORY", str(tmp_path))
    commands = FakeCommands()
    look([OTHER], [stored(OTHER, mapped=True)], commands=commands)
    (said,) = commands.actions
    assert f"-- {ours if there else 'podman'} run {OTHER}" in said


def test_an_image_that_would_be_copied_first_is_not_tried(tried: list[str]) -> None:
    assert look([IMAGE], [stored(IMAGE, mapped=False)]).moot
    assert look([IMAGE], []).moot
    assert look([], None).moot
    assert look([IMAGE], None).unanswered == "the Ray user's image store cannot be read"
    assert tried == []


def test_no_container_is_begun_without_time_for_it(tried: list[str]) -> None:
    assert look([IMAGE], [stored(IMAGE, mapped=True)], seconds=0.1).unanswered.endswith("did not end in time")


def test_each_registry_is_asked_once_and_for_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def facts(_engine: t.Any, _subject: Subject, image: str, *_more: t.Any) -> CommandFacts:
        asked.append(image)
        return CommandFacts(125, stderr=f"Error: reading manifest: {image}: manifest unknown")

    monkeypatch.setattr(podman, "registry_facts", facts)
    found = looks.registries(RAY, FakeCommands(), [IMAGE, OTHER, "localhost/mine:1"], [OTHER], 2.0)
    assert asked == [OTHER]
    assert [held.fault.code for held in found.held] == ["RC-420"]
    found = looks.registries(RAY, FakeCommands(), [IMAGE, OTHER], [], 2.0)
    assert asked == [OTHER, IMAGE]
    assert [held.fault.code for held in found.held] == ["RC-583"]
    assert looks.registries(RAY, FakeCommands(), [], [], 2.0).moot


def test_a_node_on_which_nothing_runs_is_asked_with_the_images_that_it_has() -> None:
    stored = [
        StoredImage("1", "sha256:1", 1, ("localhost/probe:1",)),
        StoredImage("2", "sha256:2", 1, (), ("r.example:5000/a@sha256:2",)),
        StoredImage("3", "sha256:3", 1, ("r.example:5000/b:1",), ("r.example:5000/b@sha256:3",)),
    ]
    assert diagnosis_looks._from_registries(stored) == (
        "r.example:5000/a@sha256:2",
        "r.example:5000/b:1",
        "r.example:5000/b@sha256:3",
    )
    assert len(diagnosis_looks._from_registries(stored * 9)) <= diagnosis_looks.TRIED


@pytest.mark.parametrize(
    "said", ["", "Failed to read /home/ray/.config/containers/storage.conf toml: line 11 (last key\n"]
)
def test_what_podman_says_before_its_answer_is_told(said: str) -> None:
    answer = said + '{"host": {"freeLocks": 7}, "store": {"graphRoot": "/store"}}'
    facts = podman.podman_facts(Subject("ray", 1000, image="raylet:1"), FakeCommands({"podman info": answer}), {}, 1.0)
    assert (facts.said, facts.host.get("freeLocks")) == (said.strip(), 7)


def test_a_registry_is_asked_in_the_way_in_which_podman_says_why_it_does_not_answer() -> None:
    commands = FakeCommands(
        {"podman manifest inspect docker://": Completed((), 125, "", "Error: unsupported transport")}
    )
    assert podman.registry_facts(commands, Subject("ray", 1000), "r.example:5000/a:1", {}, 1.0).well
