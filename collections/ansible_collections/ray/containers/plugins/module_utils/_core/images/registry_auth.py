# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registry credentials: several auth.json documents made one.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import base64
import json
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import node
from ansible_collections.ray.containers.plugins.module_utils._core.secrets.values import SHORTEST

__all__ = ["merged_credentials", "passwords", "plain_credentials"]


def merged_credentials(documents: t.Any) -> str:
    """One auth.json out of the given ones; empty when there are none.

    :param documents: a document or a list of documents, each as JSON text or as the parsed dictionary.
    :raises OperatorError: when one is not such a document; the message holds nothing of its content.
    """
    if not documents:
        return ""
    merged: dict[str, t.Any] = {"auths": {}}
    for document in documents if isinstance(documents, list) else [documents]:
        for key, value in _parsed(document).items():
            both = isinstance(value, dict) and isinstance(merged.get(key), dict)
            merged[key] = {**merged[key], **value} if both else value
    return json.dumps(merged, indent=2, sort_keys=True) + "\n"


def passwords(document: str) -> frozenset[str]:
    """What of an auth.json must not be shown: its entries as they are written, and the passwords in them."""
    entries = (json.loads(document).get("auths") or {}).values() if document else ()
    written = {text for entry in entries if isinstance(entry, dict) for text in entry.values() if isinstance(text, str)}
    found = set(written)
    for text in written:
        try:
            found.add(base64.b64decode(text, validate=True).decode().partition(":")[2])
        except ValueError:
            continue  # a password or a token that stands there in clear
    return frozenset(text for text in found if len(text) >= SHORTEST)


def plain_credentials(text: str) -> str:
    """The names and passwords of an auth.json that somebody else could write: no programs that are to be asked for more.

    :returns: an auth.json; empty for none.
    """
    try:
        found = json.loads(text)["auths"]
        auths = {str(key): {"auth": str(each["auth"])} for key, each in found.items() if each.get("auth")}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    return json.dumps({"auths": auths}) + "\n" if auths else ""


def _parsed(document: t.Any) -> dict[str, t.Any]:
    if isinstance(document, (str, bytes)):
        try:
            document = json.loads(document)
        except ValueError:
            document = None
    given = (
        [document.get(key) for key in ("auths", "credHelpers") if key in document] if isinstance(document, dict) else []
    )
    if not given or not all(isinstance(each, dict) for each in given):
        raise node.error(node.CREDENTIALS, "The registry credentials in `auth` are not a containers-auth.json document")
    return t.cast("dict[str, t.Any]", document)
