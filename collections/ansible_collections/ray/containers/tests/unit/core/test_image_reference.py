# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image references, read and written."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("docker.io/rayproject/ray", "docker.io", "rayproject/ray", "", ""),
        ("docker.io/rayproject/ray:2.60.0-py311", "docker.io", "rayproject/ray", "2.60.0-py311", ""),
        (f"10.0.0.1:5000/whisper@{DIGEST}", "10.0.0.1:5000", "whisper", "", DIGEST),
        (f"quay.io/a/b:1@{DIGEST}", "quay.io", "a/b", "1", DIGEST),
        ("localhost/whisper", "localhost", "whisper", "", ""),
        ("localhost:5000/whisper", "localhost:5000", "whisper", "", ""),
        ("registry:5000/deep/er/path_a__b--c:x", "registry:5000", "deep/er/path_a__b--c", "x", ""),
        ("[fd00::1]:5000/whisper:1", "[fd00::1]:5000", "whisper", "1", ""),
        ("Registry/whisper", "Registry", "whisper", "", ""),
        ("whisper", "", "whisper", "", ""),
        ("whisper:1", "", "whisper", "1", ""),
        ("alice/whisper_image:latest", "", "alice/whisper_image", "latest", ""),
        ("docker:latest", "", "docker", "latest", ""),
    ],
)
def test_parts_and_round_trip(text: str, registry: str, repository: str, tag: str, digest: str) -> None:
    reference = ImageReference.parse(text)
    assert reference == ImageReference(registry, repository, tag, digest)
    assert str(reference) == text
    assert reference.is_fully_qualified == bool(registry)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("a b", "white space"),
        ("docker.io/a:1 ", "white space"),
        ("docker.io/Alice/whisper", "lower case"),
        ("docker.io/", "repository is missing"),
        ("docker.io/a//b", "an empty part"),
        ("docker.io/a:", "nothing after the colon"),
        ("docker.io/a:-x", "-x after the colon"),
        ("docker.io/a@", "nothing after the @"),
        ("docker.io/a@sha256:beef", "sha256:beef after the @"),
        ("docker://docker.io/a", "transport docker:"),
        ("https://docker.io/a", "transport https:"),
        ("docker-daemon:a:latest", "transport docker-daemon:"),
        ("-a.b/c", "-a.b is not a registry"),
        ("docker.io/a_", "a_ is not a part"),
    ],
)
def test_malformed_references_are_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(OperatorError) as caught:
        ImageReference.parse(text)
    assert why in str(caught.value)
    assert caught.value.remedy


def test_pinned_drops_the_tag_and_keeps_the_repository() -> None:
    assert str(ImageReference.parse("quay.io/a/b:1").pinned(DIGEST)) == f"quay.io/a/b@{DIGEST}"


def test_pinned_refuses_what_is_not_a_digest() -> None:
    with pytest.raises(OperatorError, match="latest is not a digest"):
        ImageReference.parse("quay.io/a/b:1").pinned("latest")


def test_what_a_pull_asks_for() -> None:
    assert ImageReference.parse("quay.io/a").effective_tag == "latest"
    assert ImageReference.parse("quay.io/a:1").effective_tag == "1"
    assert ImageReference.parse(f"quay.io/a:1@{DIGEST}").effective_tag == ""


def test_local_means_podmans_own_name_and_not_a_registry_on_this_host() -> None:
    assert ImageReference.parse("localhost/a").is_local
    assert not ImageReference.parse("localhost:5000/a").is_local
