# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ENV of an image, from registries that hold it as one image, as several architectures, or not at all."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import RegistryApi, RegistryFailure
from ansible_collections.ray.containers.plugins.plugin_utils._registry.image_configuration import image_variables
from ansible_collections.ray.containers.tests.unit.fakes.registry_server import FakeRegistry


def variables(registry: FakeRegistry, name: str, architecture: str = "amd64") -> dict[str, str]:
    api = RegistryApi((Registry(registry.location, insecure=True),), environ={})
    return image_variables(api, ImageReference.parse(f"{registry.location}/{name}"), architecture)


def test_the_variables_of_an_image() -> None:
    with FakeRegistry() as registry:
        registry.push_image("alice/whisper", "1", ["PATH=/bin", "OPTIONS=a=b", "EMPTY="])
        assert variables(registry, "alice/whisper:1") == {"PATH": "/bin", "OPTIONS": "a=b", "EMPTY": ""}


def test_an_image_that_sets_none() -> None:
    with FakeRegistry() as registry:
        registry.push_image("alice/whisper", "1", None)
        assert variables(registry, "alice/whisper:1") == {}


def test_a_registry_that_wants_a_token() -> None:
    with FakeRegistry(authentication="token") as registry:
        registry.push_image("alice/whisper", "1", ["A=1"])
        assert variables(registry, "alice/whisper:1") == {"A": "1"}


def test_one_of_several_architectures() -> None:
    with FakeRegistry() as registry:
        manifests = {name: registry.push_image("w", name, [f"ON={name}"]) for name in ("amd64", "arm64")}
        digest = registry.push_index("w", "1", manifests)
        assert variables(registry, "w:1", "arm64") == {"ON": "arm64"}
        assert variables(registry, f"w@{digest}") == {"ON": "amd64"}
        with pytest.raises(RegistryFailure, match="it is there for amd64, arm64, not for ppc64le"):
            variables(registry, "w:1", "ppc64le")


def test_what_a_registry_does_not_tell() -> None:
    with FakeRegistry() as registry:
        with pytest.raises(RegistryFailure, match="has no such image"):
            variables(registry, "w:1")
        registry.push("w", "1")
        with pytest.raises(RegistryFailure, match="none of OCI's or Docker's"):
            variables(registry, "w:1")
        registry.is_web_page = True
        with pytest.raises(RegistryFailure, match="no description of an image"):
            variables(registry, "w:1")
