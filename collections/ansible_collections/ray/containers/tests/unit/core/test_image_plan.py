# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which images are there, which are pulled, and what Podman's failures mean; by recorded output of Podman 4.3.1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.plan import (
    MapImage,
    PullImage,
    plan_images,
    read_references,
    used_by,
)
from ansible_collections.ray.containers.plugins.module_utils._core.images.podman_words import evidence
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.store import (
    IdMaps,
    StoreFiles,
    read_setting,
    stored_images,
)
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import (
    StoredImage,
    find_stored,
    parse_images,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.keep_id import keep_id_map

DATA = Path(__file__).resolve().parents[1] / "data" / "podman-4.3.1"
LISTED = parse_images(json.loads((DATA / "images.json").read_text()))
FILES = StoreFiles((DATA / "store-images.json").read_text(), (DATA / "store-layers.json").read_text())
MAPS = IdMaps(keep_id_map(1000, 65536), keep_id_map(1000, 65536))
INDEX = "10.98.0.1:5000/d-list@sha256:aa559384ddf726cc954ec01eee4730ce0f32e6896c52c71d0b4e516c0ae20030"
OF_INDEX = "10.98.0.1:5000/d-list@sha256:e3641c0f7cf7b7e605445d0675ab40bb3b74360e8f4a955d6c4a7b0b393566ff"
TAGGED = "10.98.0.1:5000/d-small:root"
PINNED = "10.98.0.1:5000/d-app1@sha256:47aa018402f1960178ae2cabf6bf1b83ea19b64f2f238e1b0c4c353d0761bb8d"


def reference(text: str) -> ImageReference:
    return ImageReference.parse(text)


@pytest.mark.parametrize(
    ("text", "image_id"),
    [
        (TAGGED, "ee2f19c8760e"),
        (INDEX, "ee2f19c8760e"),
        (OF_INDEX, "ee2f19c8760e"),
        (PINNED, "6e655996f7f9"),
        ("10.98.0.1:5000/d-small", ""),
        ("10.98.0.1:5000/d-app1:1", ""),
        (f"10.98.0.1:5000/d-app1@sha256:{'0' * 64}", ""),
        (PINNED.replace("d-app1", "d-other"), ""),
    ],
)
def test_an_image_is_found_by_tag_by_digest_and_by_the_digest_of_its_index(text: str, image_id: str) -> None:
    for stored in (LISTED, stored_images(FILES, MAPS)):
        found = find_stored(reference(text), stored)
        assert (found.id[:12] if found else "") == image_id


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("docker.io/python:3.11", "docker.io/library/python:3.11"),
        ("index.docker.io/python:3.11", "docker.io/library/python:3.11"),
        ("index.docker.io/alice/whisper:1.4", "docker.io/alice/whisper:1.4"),
        (
            PINNED.replace("10.98.0.1:5000", "index.docker.io/alice"),
            PINNED.replace("10.98.0.1:5000", "docker.io/alice"),
        ),
    ],
)
def test_images_of_docker_hub_are_found_under_the_name_that_podman_gives_them(written: str, name: str) -> None:
    assert find_stored(reference(written), (StoredImage("1", "", 0, (name,)),))


def test_the_stores_files_tell_the_id_map_of_keep_id() -> None:
    assert [image.mapped for image in stored_images(FILES, MAPS)] == [True, True]
    # What `podman images` says of the same image.
    assert stored_images(FILES, MAPS)[0].size == next(
        image.size for image in LISTED if image.id == stored_images(FILES, MAPS)[0].id
    )


def test_the_stores_files_tell_another_id_map() -> None:
    other = IdMaps(keep_id_map(1001, 65536), keep_id_map(1001, 65536))
    assert not any(image.mapped for image in stored_images(FILES, other))


def test_a_copy_that_was_made_for_an_earlier_container_counts() -> None:
    images, layers = json.loads(FILES.images), json.loads(FILES.layers)
    top = images[0]["layer"]
    copy = next(layer for layer in layers if layer["id"] == top)
    plain = {key: value for key, value in copy.items() if key not in ("uidmap", "gidmap")}
    without = [plain if layer["id"] == top else layer for layer in layers]
    assert not stored_images(StoreFiles(json.dumps(images), json.dumps(without)), MAPS)[0].mapped
    images[0]["mapped-layers"] = ["copy"]
    with_copy = json.dumps([*without, {**copy, "id": "copy"}])
    assert stored_images(StoreFiles(json.dumps(images), with_copy), MAPS)[0].mapped
    assert stored_images(StoreFiles(json.dumps(images), json.dumps(without), shifts=True), MAPS)[0].mapped


@pytest.mark.parametrize("text", ["[1]", "nothing", '[{"names": []}]'])
def test_files_that_are_not_a_store_are_not_believed(text: str) -> None:
    with pytest.raises(ValueError):
        stored_images(StoreFiles(text, "[]"), MAPS)


def test_settings_of_storage_conf() -> None:
    text = '[storage]\n# graphroot = "/no"\ngraphroot = "/data/ray" # here\n[storage.options.overlay]\nmount_program = "/x"\n'
    assert read_setting(text, "graphroot") == "/data/ray"
    assert read_setting(text, "mount_program") == "/x"
    assert read_setting(text, "runroot") == ""


def test_a_bare_host_pulls_everything_once() -> None:
    references = read_references([PINNED, TAGGED, PINNED])
    plan = plan_images(references, (), "ray")
    assert [step.action for step in plan.steps] == [PullImage(reference(PINNED)), PullImage(reference(TAGGED))]
    assert plan.changed
    assert PINNED in plan.diff()[0]["after"] and plan.diff()[0]["before"] == ""


def test_nothing_is_done_for_what_is_there_and_ready() -> None:
    assert plan_images(read_references([PINNED, TAGGED]), LISTED, "ray").steps == ()


def test_what_is_there_but_not_ready_is_mapped_only() -> None:
    stored = (StoredImage("1", "", 0, (TAGGED,), mapped=False),)
    assert [step.action for step in plan_images(read_references([TAGGED]), stored, "ray").steps] == [
        MapImage(reference(TAGGED))
    ]


def test_a_short_name_is_refused_before_anything_is_pulled() -> None:
    with pytest.raises(OperatorError, match="RC-423"):
        read_references(["alice/whisper:1"])


def test_errors_can_name_the_application() -> None:
    applications = [
        {"application": "whisper", "reference": "x", "pinned": PINNED},
        {"application": "resnet", "reference": PINNED, "pinned": ""},
        {"application": "other", "reference": "y", "pinned": "z"},
    ]
    assert used_by(reference(PINNED), applications[:1]) == " of the application whisper"
    assert used_by(reference(PINNED), applications) == " of the applications whisper, resnet"
    assert used_by(reference(TAGGED), applications) == ""


def test_the_evidence_is_podmans_error_and_not_its_retries() -> None:
    assert evidence('time="x" level=warning msg="Failed, retrying"\nError: it is so.\n') == "it is so"
    assert evidence("") == ""
