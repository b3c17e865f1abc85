# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes of images from their manifests."""

from __future__ import annotations

import json

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.plugin_utils._registry.sizes import sizes

ARM, X86 = "sha256:" + "a" * 64, "sha256:" + "b" * 64
INDEX = {
    "manifests": [
        {"digest": ARM, "platform": {"os": "windows"}},
        {"digest": X86, "platform": {"os": "linux"}},
    ]
}
PLAIN = {"config": {"size": 1}, "layers": [{"size": 20}, {"size": 300}]}


class Registry:
    """Holds manifests, and remembers what it was asked."""

    def __init__(self, held: dict[str, object]) -> None:
        self.held = held
        self.asked: list[str] = []

    def manifest(self, reference: ImageReference) -> bytes:
        self.asked.append(str(reference))
        if str(reference) not in self.held:
            raise OperatorError("no such image")
        return json.dumps(self.held[str(reference)]).encode()


@pytest.mark.parametrize(
    ("held", "size"),
    [
        ({"r/a:1": PLAIN}, 321),
        ({"r/a:1": INDEX, f"r/a@{X86}": PLAIN}, 321),
        ({"r/a:1": INDEX}, None),
        ({"r/a:1": {"manifests": []}}, None),
        ({"r/a:1": []}, None),
        ({"r/a:1": {"config": {"size": "x"}, "layers": []}}, None),
        ({}, None),
    ],
)
def test_the_size_of_an_image(held: dict[str, object], size: int | None) -> None:
    reference = ImageReference.parse("r/a:1")
    assert sizes(Registry(held), [reference, reference]) == ({} if size is None else {reference: size})


def test_no_image_no_request() -> None:
    registry = Registry({})
    assert sizes(registry, []) == {}
    assert registry.asked == []
