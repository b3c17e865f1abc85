# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images pinned to the digests that their registries tell, and what is wrong when one does not tell it.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry, Finding
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import Image
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import RegistryFailure, RegistryFault

__all__ = ["Digests", "pin"]

#: Asks registries for the digests of images; a failure stands in the place of what is not known.
Digests = t.Callable[[t.Sequence[ImageReference]], t.Mapping[ImageReference, "str | RegistryFailure"]]

IMAGE_MISSING = Entry(
    code="RC-126",
    title="An image does not exist",
    severity="error",
    cause="The registry answers that it has no such repository or tag.",
    remedy="Push the image, or correct image_uri",
    source="OCI distribution spec 1.1, pulling manifests: 404 with MANIFEST_UNKNOWN or NAME_UNKNOWN",
)
REGISTRY_UNAUTHORIZED = Entry(
    code="RC-127",
    title="A registry refuses access to an image",
    severity="error",
    cause="The credentials are missing, wrong or too weak; many registries answer so too for what does not exist.",
    remedy=(
        "Log in on the controller with podman login --authfile FILE, and name FILE as the registry's auth_file in "
        "ray_registries; check the spelling of image_uri"
    ),
    source="OCI distribution spec 1.1 and distribution token authentication: 401 UNAUTHORIZED, 403 DENIED",
)
REGISTRY_UNREACHABLE = Entry(
    code="RC-128",
    title="A registry cannot be reached",
    severity="error",
    cause="The controller got no answer from the registry's address.",
    remedy=(
        "Correct the registry in image_uri, or let the controller reach it (name, port, firewall, HTTPS_PROXY); with "
        "images that only the nodes can reach, pin them to digests"
    ),
    source="RFC 9110; containers/image docker_client.go pingV2",
)
REGISTRY_TLS = Entry(
    code="RC-129",
    title="A registry's TLS is not trusted",
    severity="error",
    cause="The registry speaks plain http, or its certificate is not signed by an authority that the controller knows.",
    remedy=(
        "Put the authority's certificate into /etc/containers/certs.d/HOST:PORT/ca.crt on the controller, or into its "
        "trust store; or, if you accept it, list the registry in ray_registries with insecure: true"
    ),
    source="podman troubleshooting.md section 4: 'server gave HTTP response to HTTPS client', x509 unknown authority",
)
REGISTRY_REFUSED = Entry(
    code="RC-130",
    title="A registry gives no usable answer",
    severity="error",
    cause="The address answers, but not as a registry does, or not now (rate limit, maintenance).",
    remedy="Try again later, or check that the address is a registry",
    source="OCI distribution spec 1.1, error codes; docker hub 'toomanyrequests'",
)
CREDENTIALS_UNREADABLE = Entry(
    code="RC-131",
    title="A file with registry credentials cannot be read",
    severity="error",
    cause=(
        "The file that ray_registries names as auth_file does not exist on the controller, or is not an auth.json, or the "
        "program that it names in credHelpers does not tell them."
    ),
    remedy="Write it with podman login --authfile FILE REGISTRY, or install the program that it names",
    source="containers-auth.json(5)",
)

_ENTRIES: dict[RegistryFault, Entry] = {
    RegistryFault.MISSING: IMAGE_MISSING,
    RegistryFault.UNAUTHORIZED: REGISTRY_UNAUTHORIZED,
    RegistryFault.UNREACHABLE: REGISTRY_UNREACHABLE,
    RegistryFault.TLS: REGISTRY_TLS,
    RegistryFault.REFUSED: REGISTRY_REFUSED,
    RegistryFault.CREDENTIALS: CREDENTIALS_UNREADABLE,
}


def pin(images: t.Sequence[Image], digests: Digests | None) -> tuple[dict[str, str], list[Finding]]:
    """Place of each image → its pinned reference; and what could not be pinned.

    :param digests: asks registries; None leaves tags as they are.
    """
    unknown = [image.reference for image in images if not image.reference.is_pinned] if digests else []
    answers = digests(unknown) if digests and unknown else {}
    pinned, failures = {}, []
    for image in images:
        answer = answers.get(image.reference, image.reference.digest)
        if isinstance(answer, RegistryFailure):
            failures.append(_finding(image, answer))
        else:
            pinned[image.where] = str(image.reference.pinned(answer) if answer else image.reference)
    return pinned, failures


def _finding(image: Image, failure: RegistryFailure) -> Finding:
    remedy = ""
    if failure.fault is RegistryFault.TLS:
        remedy = (
            f"List {image.reference.registry} in ray_registries with insecure: true if you accept that anybody on the "
            "way can read and change what it sends; otherwise let the controller trust its certificate"
        )
    return Finding(_ENTRIES[failure.fault], image.where, f"{image.reference} of {image.owner}: {failure.why}", remedy)
