# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials of registries, from the auth.json files that Podman and Docker write. Never logged, never shown.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import errno
import json
import os
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images import registry as api
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import UserFiles

__all__ = ["AuthFileUnreadable", "Helper", "HelperFailed", "find_credentials"]

#: Asks a program for the credentials of a registry; what it says when it has none, or cannot tell, is in `HelperFailed`.
Helper = t.Callable[[str, str], t.Mapping[str, t.Any]]


class HelperFailed(Exception):
    """A program that is to tell credentials does not; its text says why."""


#: Of an auth.json, in bytes.
LONGEST = 1 << 20


class AuthFileUnreadable(Exception):
    """The file that a registry's entry names is not there, or is not an auth.json."""


def find_credentials(
    reference: ImageReference,
    registry: api.Registry,
    environ: t.Mapping[str, str],
    files: UserFiles,
    helper: Helper | None = None,
) -> api.Credentials | None:
    """The credentials for an image: of the registry's auth_file, or else of the account's own files.

    :param environ: the account's environment, which says where its own files lie.
    :param files: reads as the account, since any path may be a link of its own.
    :param helper: asks a program that a file names; without it they are passed over.
    :raises AuthFileUnreadable: *registry* names a file that cannot be used.
    """
    if registry.auth_file:
        try:
            return _credentials_in(reference, _read(registry.auth_file, files), helper)
        except (_Unusable, HelperFailed) as unusable:
            raise AuthFileUnreadable(f"{registry.auth_file}, auth_file of {registry.location}: {unusable}") from None
    for path in _own_files(environ):
        try:
            found = _credentials_in(reference, _read(path, files), helper)
        except (_Unusable, HelperFailed):
            continue
        if found:
            return found
    return None


def _credentials_in(
    reference: ImageReference, auth: t.Mapping[str, t.Any], helper: Helper | None
) -> api.Credentials | None:
    named = api.helper_for(reference, auth) if helper else None
    if helper and named:
        return api.of_helper(helper(*named))
    return api.credentials_for(reference, auth)


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


class _Unusable(Exception):
    """Its text says why."""


def _read(path: str, files: UserFiles) -> dict[str, t.Any]:
    try:
        text = files.read_text(path, LONGEST)
    except OperatorError as error:
        raise _Unusable(error.why) from None
    if text is None:
        raise _Unusable(os.strerror(errno.ENOENT))
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise _Unusable("it is not an auth.json")
    return content
