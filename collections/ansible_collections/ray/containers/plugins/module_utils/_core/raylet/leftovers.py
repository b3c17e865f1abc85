# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the other way to run a raylet has left on a node: taken away once the raylet answers in the way that is wanted.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.plan import Remove, RunCommand, Step

__all__ = ["Leftovers", "SecretFile", "removal"]


@dataclass(frozen=True)
class SecretFile:
    """A file or directory of this collection's that holds secrets.

    :param what: it holds.
    :param as_user: in whose territory it lies; root's when empty.
    """

    path: str
    what: str
    as_user: str = ""


@dataclass(frozen=True)
class Leftovers:
    """What was found.

    :param way: of the raylet that had it: ``on the host`` or ``in a container``.
    :param paths: directories and files, each by what it holds.
    :param images: ids of images in root's store that were raylets'.
    :param user: in whose territory the paths lie, or have directories of its own in them, but for those that are *roots*.
    :param lingering: the user whose runtime directory is kept without a login; empty for none.
    """

    way: str = ""
    paths: t.Mapping[str, str] = field(default_factory=dict)
    images: tuple[str, ...] = ()
    lingering: str = ""
    user: str = ""
    roots: frozenset[str] = frozenset()


def removal(found: Leftovers) -> t.Iterator[Step]:
    """The steps that take it away."""
    for image in found.images:
        yield Step(
            RunCommand(("podman", "rmi", "--force", image)),
            f"Remove the image {image[:12]} of a raylet {found.way}",
            before=f"{image}\n",
        )
    if found.lingering:
        yield Step(
            RunCommand(("loginctl", "disable-linger", found.lingering)),
            f"No longer keep a runtime directory for {found.lingering}, which a raylet {found.way} needs",
            before="linger yes\n",
            after="linger no\n",
        )
    # Last: what says which images were ours is among them.
    for path, content in found.paths.items():
        as_user = "" if path in found.roots else found.user
        yield Step(
            Remove(path, as_user=as_user), f"Remove {path}, {content} of a raylet {found.way}", before=f"{path}\n"
        )
