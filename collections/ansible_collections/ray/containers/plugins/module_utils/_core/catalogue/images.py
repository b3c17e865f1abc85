# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of images: pulling, building and pushing them (RC-370 to RC-399).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

UNKNOWN = Entry(
    "RC-370",
    "The registry has no such image",
    "error",
    "the registry knows neither this repository with this tag nor this digest",
    "Push the image, or correct image_uri in the Serve config",
    "OCI distribution specification 1.1, error codes MANIFEST_UNKNOWN and NAME_UNKNOWN",
)
UNAUTHORIZED = Entry(
    "RC-371",
    "The registry refuses access to the image",
    "error",
    "the account that runs Podman has no credentials for it, or wrong or expired ones",
    "Name an auth_file for this registry in ray_registries, made by `podman login --authfile FILE REGISTRY`",
    "containers-auth.json(5); ray-project/ray#21617",
)
PLAIN_HTTP = Entry(
    "RC-372",
    "The registry speaks plain http",
    "error",
    "Podman asks registries over TLS unless registries.conf calls them insecure",
    "Give the registry TLS, or add it to ray_registries with insecure: true",
    "podman troubleshooting.md, 4",
)
CERTIFICATE = Entry(
    "RC-373",
    "The registry's certificate is not trusted",
    "error",
    "no authority that this host trusts has signed it, it has expired, or it is for another name",
    "Put the authority's certificate into /etc/containers/certs.d/HOST:PORT/ca.crt, or add the registry to ray_registries "
    "with insecure: true",
    "containers-certs.d(5)",
)
SHORT_NAME = Entry(
    "RC-374",
    "The image reference does not name its registry",
    "error",
    "Podman does not guess the registry of a short name",
    "Write the whole reference, such as docker.io/alice/whisper:1.0",
    "containers-registries.conf(5); containers/podman#9390",
)
UNRESOLVED = Entry(
    "RC-375",
    "The registry's name does not resolve",
    "error",
    "this host's name service does not know it",
    "Correct the name, or let this host resolve it (/etc/resolv.conf, /etc/hosts)",
    "podman-pull(1)",
)
UNREACHABLE = Entry(
    "RC-376",
    "The registry does not answer",
    "error",
    "nothing listens there, or a firewall or a missing route is in between",
    "Start the registry, or open the way to it from this host",
    "podman-pull(1)",
)
RATE_LIMIT = Entry(
    "RC-377",
    "The registry allows no more pulls for now",
    "error",
    "Docker Hub counts pulls by address and by account",
    "Wait, name credentials for it in ray_registries, or push the images to a registry of your own",
    "docs.docker.com/docker-hub/usage/pulls",
)
ARCHITECTURE = Entry(
    "RC-378",
    "The image is not there for this host's architecture",
    "error",
    "the image's index lists other architectures only",
    "Build and push the image for this architecture",
    "containers/image manifest choose.go",
)
NOT_LOCAL = Entry(
    "RC-379",
    "An image under localhost/ is not in this host's store",
    "error",
    "localhost/ is Podman's name for images that were never in a registry, and each account has a store of its own",
    "Push the image to a registry and name it from there, or build it on this host as the Ray user with image_build",
    "ray-project/ray#50257",
)
POLICY = Entry(
    "RC-380",
    "Podman has no signature policy",
    "error",
    "neither /etc/containers/policy.json nor one of the account's own is there",
    "Install the package that brings it (golang-github-containers-common, or containers-common), or run the module podman",
    "containers-policy.json(5)",
)
SLOW = Entry(
    "RC-381",
    "The image did not arrive in time",
    "error",
    "the registry or the network is too slow for its size",
    "Raise timeout, or bring the registry nearer",
    "this collection, module app_images",
)
PULL_FAILED = Entry(
    "RC-382",
    "Podman cannot pull the image",
    "error",
    "the cause is not in the catalogue",
    "Run `podman pull` for it as the Ray user on this host and look its message up in podman's troubleshooting.md",
    "this collection, module app_images",
)
NOT_MAPPED = Entry(
    "RC-383",
    "The image cannot be prepared for --userns=keep-id",
    "error",
    "Podman could not copy its layers to the ids of Ray's containers",
    "Run `podman create --userns=keep-id IMAGE` as the Ray user on this host and mend what it names",
    "Ray 2.60.0 _private/runtime_env/image_uri.py; containers/storage store.go, imageTopLayerForMapping",
)
BUILD_INPUT = Entry(
    "RC-384",
    "The build's input is not there",
    "error",
    "the Containerfile or the context directory does not exist on this host",
    "Correct containerfile or context, or copy them to this host first",
    "this collection, module image_build",
)
BUILD_FAILED = Entry(
    "RC-385",
    "The image does not build",
    "error",
    "a step of the Containerfile failed",
    "Mend the step that the last lines of the build name",
    "podman-build(1)",
)
NOT_BUILT = Entry(
    "RC-386",
    "The image to push is not in the local store",
    "error",
    "it was not built here, or by another account: each account has a store of its own",
    "Build it first, with the same user",
    "this collection, module image_push",
)
PUSH_FAILED = Entry(
    "RC-387",
    "Podman cannot push the image",
    "error",
    "the cause is not in the catalogue",
    "Run `podman push` for it on this host and look its message up in podman's troubleshooting.md",
    "this collection, module image_push",
)

ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in globals().values() if isinstance(value, Entry)), key=lambda entry: entry.code)
)
