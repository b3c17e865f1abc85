# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials of registries, from the auth.json files that Podman and Docker write. Never logged, never shown.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.images import registry as api
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference

__all__ = ["AuthFileUnreadable", "find_credentials"]


class AuthFileUnreadable(Exception):
    """The file that a registry's entry names is not there, or is not an auth.json."""


def find_credentials(
    reference: ImageReference, registry: api.Registry, environ: t.Mapping[str, str]
) -> api.Credentials | None:
    """The credentials for an image: of the registry's auth_file, or else of the account's own files.

    :param environ: the account's environment, which says where its own files lie.
    :raises AuthFileUnreadable: *registry* names a file that cannot be used.
    """
    if registry.auth_file:
        try:
            return api.credentials_for(reference, _read(registry.auth_file))
        except (OSError, ValueError) as error:
            why = (error.strerror if isinstance(error, OSError) else "") or "it is not an auth.json"
            raise AuthFileUnreadable(f"{registry.auth_file}, auth_file of {registry.location}: {why}") from error
    for path in _own_files(environ):
        try:
            found = api.credentials_for(reference, _read(path))
        except (OSError, ValueError):
            continue
        if found:
            return found
    return None


def _own_files(environ: t.Mapping[str, str]) -> tuple[str, ...]:
    """The account's own files, in the order in which Podman looks (containers-auth.json(5))."""
    chosen = environ.get("REGISTRY_AUTH_FILE")
    if chosen:
        return (chosen,)
    home = environ.get("HOME") or os.path.expanduser("~")
    runtime = environ.get("XDG_RUNTIME_DIR")
    return (
        os.path.join(runtime, "containers/auth.json") if runtime else f"/run/containers/{os.getuid()}/auth.json",
        os.path.join(environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "containers/auth.json"),
        os.path.join(environ.get("DOCKER_CONFIG") or os.path.join(home, ".docker"), "config.json"),
    )


def _read(path: str) -> dict[str, t.Any]:
    with open(path, encoding="utf-8") as stream:
        content = json.load(stream)
    if not isinstance(content, dict):
        raise ValueError("not an object")
    return content
