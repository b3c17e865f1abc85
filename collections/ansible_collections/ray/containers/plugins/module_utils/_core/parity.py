# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Version parity: what a node and the images of its applications must have in common, compared as values.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import parity as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["Difference", "ImageFacts", "NodeFacts", "compare", "oci_architecture", "table"]

#: What the kernel calls a machine, in the words of image configurations (Go's GOARCH).
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}

#: Differences that two values tell; the others are told by their title.
_TOLD_BY_BOTH_SIDES = (
    *(catalogue.RAY_VERSION, catalogue.RAY_COMMIT, catalogue.PYTHON_VERSION, catalogue.ARCHITECTURE),
    catalogue.USER_ID,
)


@dataclass(frozen=True)
class NodeFacts:
    """The node's side. *ray_version* is empty when there is no Ray at the runtime's path."""

    ray_version: str
    ray_commit: str
    python_version: str
    architecture: str
    user_id: int


@dataclass(frozen=True)
class ImageFacts:
    """What Ray will find in an image.

    :param user_id: that a container runs as which Ray starts.
    :param worker_path: of the program that Ray runs in it.
    :param serves: whether what ray.serve imports is there.
    :param takes_commands: whether the image's ENTRYPOINT runs what it is given.
    :param failure: why the image's python gave no answer; the other facts are then empty, the architecture excepted.
    :param no_python: it gave none because the image has no program of that name.
    """

    architecture: str
    ray_version: str = ""
    ray_commit: str = ""
    python_version: str = ""
    user_id: int = -1
    worker_path: str = ""
    serves: bool = True
    takes_commands: bool = True
    failure: str = ""
    no_python: bool = False


@dataclass(frozen=True)
class Difference:
    """One thing in which an image does not fit the node. *what* is the column of the table that shows it."""

    entry: Entry
    image_reference: str
    what: str
    node: str
    image: str
    remedy: str = ""

    @property
    def is_error(self) -> bool:
        return self.entry.severity == "error"

    def as_result(self) -> dict[str, t.Any]:
        """The difference as the module returns it."""
        return {
            "code": self.entry.code,
            "subject": self.image_reference,
            "what": self.what,
            "node": self.node,
            "image": self.image,
            "severity": self.entry.severity,
            "remedy": self.remedy or self.entry.remedy,
        }

    def sentence(self) -> str:
        """The difference as an operator reads it."""
        if self.entry in _TOLD_BY_BOTH_SIDES:
            return f"{self.image_reference} has {self.what} {self.image} and the node {self.node} [{self.entry.code}]"
        said = f" ({self.image})" if self.entry in (catalogue.NO_PYTHON, catalogue.NO_ANSWER) else ""
        return f"{self.image_reference}: {self.entry.title[0].lower()}{self.entry.title[1:]}{said} [{self.entry.code}]"


class _Check(t.NamedTuple):
    """A row of the comparison: an entry, its column, both sides as text, and the remedy for one image."""

    entry: Entry
    what: str
    node: t.Callable[[NodeFacts], str]
    image: t.Callable[[ImageFacts], str]
    remedy: str


_CHECKS: tuple[_Check, ...] = (
    _Check(
        *(catalogue.RAY_VERSION, "Ray"),
        *(lambda node: node.ray_version, lambda image: image.ray_version or "none"),
        "Build {reference} with ray[serve]=={node}, or set ray_version to {image} for the whole cluster",
    ),
    _Check(
        *(catalogue.RAY_COMMIT, "commit"),
        *(lambda node: node.ray_commit[:10], lambda image: image.ray_commit[:10]),
        "Install the same build of Ray in {reference} as on the nodes",
    ),
    _Check(
        *(catalogue.PYTHON_VERSION, "Python"),
        *(lambda node: node.python_version, lambda image: image.python_version),
        "Build {reference} on Python {node}, or set ray_python_version to {image} for the whole cluster",
    ),
    _Check(
        *(catalogue.ARCHITECTURE, "architecture"),
        *(lambda node: node.architecture, lambda image: image.architecture),
        "Build {reference} for {node}",
    ),
    _Check(
        *(catalogue.USER_ID, "user id"),
        *(lambda node: str(node.user_id), lambda image: str(image.user_id)),
        "Build {reference} with USER {node} or without USER, or set ray_uid to {image}",
    ),
    _Check(
        *(catalogue.NO_SERVE, "Serve"),
        *(lambda node: "yes", lambda image: "yes" if image.serves or not image.ray_version else "no"),
        "Install ray[serve] and not only ray in {reference}",
    ),
    _Check(
        *(catalogue.ENTRYPOINT, "runs commands"),
        *(lambda node: "yes", lambda image: "yes" if image.takes_commands else "no"),
        'Build {reference} with ENTRYPOINT [], or let its script end with exec "$@"',
    ),
)


def compare(node: NodeFacts, images: t.Mapping[str, ImageFacts]) -> tuple[Difference, ...]:
    """Every difference, errors first, by image in the order given.

    :param images: facts by reference.
    """
    found = [difference for reference, facts in images.items() for difference in _differences(node, reference, facts)]
    return tuple(sorted(found, key=lambda difference: not difference.is_error))


def table(
    node_name: str, node: NodeFacts, images: t.Mapping[str, ImageFacts], differences: t.Collection[Difference]
) -> list[str]:
    """The comparison in aligned lines: the columns that differ first, the images that differ first, ``!=`` at each.

    Columns in which nothing differs are left out when they would only say yes.
    """
    wrong = {(difference.image_reference, difference.what) for difference in differences}
    differing = {what for _reference, what in wrong}
    checks = [check for check in _CHECKS if check.what in differing]
    checks += [check for check in _CHECKS if check.what not in differing and check.node(node) != "yes"]
    rows = [["", *(check.what for check in checks)], [f"node {node_name}", *(check.node(node) for check in checks)]]
    for reference in sorted(images, key=lambda reference: not any(reference == name for name, _what in wrong)):
        facts = images[reference]
        cells = [("!= " if (reference, check.what) in wrong else "") + _cell(check, facts) for check in checks]
        rows.append([_short(reference), *cells])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def oci_architecture(machine: str) -> str:
    """The architecture that images name for what ``uname -m`` says."""
    return _ARCHITECTURES.get(machine, machine)


def _differences(node: NodeFacts, reference: str, facts: ImageFacts) -> t.Iterator[Difference]:
    if facts.architecture != node.architecture:
        yield _difference(_CHECKS[3], node, reference, facts)
        return
    if facts.failure:
        entry = catalogue.NO_PYTHON if facts.no_python else catalogue.NO_ANSWER
        yield Difference(entry, reference, "Python", node.python_version, facts.failure)
        return
    for check in _CHECKS:
        mine, other = check.node(node), check.image(facts)
        if check.entry is catalogue.RAY_VERSION and not (facts.ray_version and facts.worker_path):
            yield Difference(catalogue.NO_RAY, reference, check.what, mine, other)
        elif check.entry is catalogue.RAY_COMMIT and (facts.ray_version != node.ray_version or not (mine and other)):
            continue
        elif mine != other:
            yield _difference(check, node, reference, facts)


def _difference(check: _Check, node: NodeFacts, reference: str, facts: ImageFacts) -> Difference:
    mine, other = check.node(node), check.image(facts)
    remedy = check.remedy.format(reference=reference, node=mine, image=other)
    return Difference(check.entry, reference, check.what, mine, other, remedy)


def _cell(check: _Check, facts: ImageFacts) -> str:
    if facts.failure and check.what != "architecture":
        return "no answer" if check.what == "Python" else "?"
    return check.image(facts) or "?"


def _short(reference: str) -> str:
    """Digests are cut: a table of them is too wide to read."""
    name, at, digest = reference.partition("@")
    return f"{name}{at}{digest[:19]}" if at else name
