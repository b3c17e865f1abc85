# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing images into a store: what the capability `app_images` does on a node that lacks some.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import concurrent.futures
import socket
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import images as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.faults.of_images import NOT_LOCAL
from ansible_collections.ray.containers.plugins.module_utils._core.faults.recognition import fault_error
from ansible_collections.ray.containers.plugins.module_utils._core.images.plan import (
    AppImagesSpec,
    MapImage,
    PullImage,
    used_by,
)
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import StoredImage, find_stored
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.keep_id import RAYS_UID
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import account
from ansible_collections.ray.containers.plugins.module_utils._host.podman.client import Podman, PodmanFailed
from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_store import read_store
from ansible_collections.ray.containers.plugins.module_utils._host.podman.keep_id_maps import keep_id_maps
from ansible_collections.ray.containers.plugins.module_utils._host.records import Records

__all__ = ["ImagePulls"]


class ImagePulls:
    """Pulls images and has their layers ready, several side by side."""

    def __init__(self, spec: AppImagesSpec, podman: Podman, records: Records) -> None:
        self.spec = spec
        self.podman = podman
        self.records = records

    def carry_out(self, actions: t.Sequence[t.Any]) -> None:
        """Carry out every action, and fail at the end with everything that failed.

        The first pull goes alone: images of applications mostly share their base, and Podman would fetch and unpack it
        once for each image that is pulled at the same time.

        :raises OperatorError: an image cannot be had; names it, its application and the host.
        """
        failures: list[OperatorError] = []
        pulls = [action for action in actions if isinstance(action, PullImage)]
        mappings = [action for action in actions if isinstance(action, MapImage)]
        if pulls:
            try:
                self._pull(pulls[0])
                mappings.append(MapImage(pulls[0].reference))
            except OperatorError as error:
                failures.append(error)
        with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, self.spec.parallel)) as pool:
            running = [pool.submit(self._map, mapping) for mapping in mappings]
            running += [pool.submit(self._pull_and_map, pull) for pull in pulls[1:]]
        for future in running:
            failure = future.exception()
            if isinstance(failure, OperatorError):
                failures.append(failure)
            elif failure:
                raise failure
        if failures:
            raise _together(failures)

    def _pull_and_map(self, pull: PullImage) -> None:
        self._pull(pull)
        self._map(MapImage(pull.reference))

    def _pull(self, pull: PullImage) -> None:
        what = f"The image {pull.reference}{self._user_of(pull.reference)} cannot be pulled on {socket.gethostname()}"
        if pull.reference.is_local:
            entry = NOT_LOCAL.entry
            raise OperatorError(what, why=entry.cause, remedy=entry.remedy, code=entry.code)
        with _pull_failures(what, catalogue.PULL_FAILED):
            self.podman.pull(pull.reference, self.spec.timeout)

    def _map(self, mapping: MapImage) -> None:
        """Have the layers ready. A store that is kept under keep-id's map has them so from the pull on, for most images."""
        image = find_stored(mapping.reference, self._stored())
        what = f"The image {mapping.reference}{self._user_of(mapping.reference)} is on {socket.gethostname()} but not ready"
        with _pull_failures(what, catalogue.NOT_MAPPED):
            if image and image.mapped and not self._is_for_another_user(image.id):
                return
            image = image or find_stored(mapping.reference, self.podman.images())
            if image:
                self.podman.map_for_keep_id(mapping.reference, image.id, self.spec.timeout)
                self._remember(image.id)

    def _is_for_another_user(self, image_id: str) -> bool:
        """Whether workers of the image start under another map than the store keeps its layers for.

        One without USER starts as the Ray user.
        """
        found = account(self.spec.user)
        settings = [inspected.get("Config") or {} for inspected in self.podman.inspect(image_id)]
        user = str(settings[0].get("User") or "").partition(":")[0] if settings else ""
        own = str(found.uid) if found else ""
        return (user or own) != str(RAYS_UID)

    def _remember(self, image_id: str) -> None:
        """Note that there is nothing more to do, where the store's own files do not tell."""
        if not any(image.id == image_id and image.mapped for image in self._stored()):
            self.records.put(image_id, True)

    def _stored(self) -> tuple[StoredImage, ...]:
        """What the store's own files tell; nothing where they are not understood."""
        found = account(self.spec.user)
        in_container = bool(self.spec.raylet_image)
        return (read_store(found, keep_id_maps(found), in_container=in_container) if found else None) or ()

    def _user_of(self, reference: ImageReference) -> str:
        return used_by(reference, self.spec.applications)


class _pull_failures:
    """Turns a failure of Podman into a sentence that begins with *what*."""

    def __init__(self, what: str, otherwise: Entry) -> None:
        self.what = what
        self.otherwise = otherwise

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, PodmanFailed):
            raise fault_error(error.stderr, self.what, self.otherwise) from error


def _together(failures: t.Sequence[OperatorError]) -> OperatorError:
    """One error for all: the first one's own when it is the only one."""
    if len(failures) == 1:
        return failures[0]
    first = failures[0]
    remedies = dict.fromkeys(failure.remedy for failure in failures)
    reasons = dict.fromkeys(f"{failure.what}: {failure.why}" if failure.why else failure.what for failure in failures)
    return OperatorError(
        f"{len(failures)} images are not ready on {socket.gethostname()}",
        why="; ".join(reasons),
        remedy=". ".join(remedies),
        code=first.code,
    )
