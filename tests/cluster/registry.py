# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests do to images in a cluster's registry."""

from __future__ import annotations

import hashlib
import json
import typing as t
import urllib.request

__all__ = ["relabel"]

MANIFESTS = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"


def relabel(image: str, name: str, **fields: str) -> str:
    """Give a copy of an image's configuration other fields, such as architecture; the layers stay. Returns *name*.

    :param image: registry/repository:tag; :param name: the copy's, in the same registry.
    """
    registry, _slash, source = image.partition("/")
    source, _colon, tag = source.rpartition(":")
    target, _colon, target_tag = name.partition("/")[2].rpartition(":")
    base = f"http://{registry}/v2"
    manifest = json.loads(_ask("GET", f"{base}/{source}/manifests/{tag}", Accept=MANIFESTS)[0])
    for layer in manifest["layers"]:
        _ask("POST", f"{base}/{target}/blobs/uploads/?mount={layer['digest']}&from={source}")
    config = json.loads(_ask("GET", f"{base}/{source}/blobs/{manifest['config']['digest']}")[0])
    text = json.dumps({**config, **fields}).encode()
    digest = f"sha256:{hashlib.sha256(text).hexdigest()}"
    place = _ask("POST", f"{base}/{target}/blobs/uploads/")[1]["Location"]
    place = place if place.startswith("http") else f"http://{registry}{place}"
    separator = "&" if "?" in place else "?"
    binary = {"Content-Type": "application/octet-stream"}
    _ask("PUT", f"{place}{separator}digest={digest}", text, **binary)
    manifest["config"].update(digest=digest, size=len(text))
    media_type = manifest.get("mediaType") or "application/vnd.oci.image.manifest.v1+json"
    document = json.dumps(manifest).encode()
    _ask("PUT", f"{base}/{target}/manifests/{target_tag}", document, **{"Content-Type": media_type})
    return name


def _ask(method: str, url: str, body: bytes | None = None, **headers: str) -> tuple[bytes, t.Mapping[str, str]]:
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.read(), dict(response.headers)
