# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fails with images for a cause that is no known fault (RC-382 to RC-387); the known ones are in `_core.faults`.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

PULL_FAILED = Entry(
    "RC-382",
    "Podman cannot pull the image",
    "error",
    "The cause is not in the catalogue.",
    "Run `podman pull` for it as the Ray user on this host and look its message up in podman's troubleshooting.md",
    "this collection, module app_images",
)
NOT_MAPPED = Entry(
    "RC-383",
    "The image cannot be prepared for --userns=keep-id",
    "error",
    "Podman could not copy its layers to the ids of Ray's containers.",
    "Run `podman create --userns=keep-id IMAGE` as the Ray user on this host and mend what it names",
    "Ray 2.60.0 _private/runtime_env/image_uri.py; containers/storage store.go, imageTopLayerForMapping",
)
BUILD_INPUT = Entry(
    "RC-384",
    "The build's input is not there",
    "error",
    "The Containerfile or the context directory does not exist on this host.",
    "Correct containerfile or context, or copy them to this host first",
    "this collection, module image_build",
)
BUILD_FAILED = Entry(
    "RC-385",
    "The image does not build",
    "error",
    "A step of the Containerfile failed.",
    "Mend the step that the last lines of the build name",
    "podman-build(1)",
)
NOT_BUILT = Entry(
    "RC-386",
    "The image to push is not in the local store",
    "error",
    "It was not built here, or by another account: each account has a store of its own.",
    "Build it first, with the same user",
    "this collection, module image_push",
)
PUSH_FAILED = Entry(
    "RC-387",
    "Podman cannot push the image",
    "error",
    "The cause is not in the catalogue.",
    "Run `podman push` for it on this host and look its message up in podman's troubleshooting.md",
    "this collection, module image_push",
)

ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in globals().values() if isinstance(value, Entry)), key=lambda entry: entry.code)
)
