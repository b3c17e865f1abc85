# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Version parity: what a node and the images of its applications must have in common, compared as values.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import parity as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import (
    Application,
    ImageFacts,
    NodeFacts,
)

__all__ = ["CHECKS", "Check", "Difference", "compare", "compare_settings", "compare_with_head"]

#: Differences that two values tell; the others are told by their title and what was found.
_TOLD_BY_BOTH_SIDES = (
    *(catalogue.RAY_VERSION, catalogue.RAY_COMMIT, catalogue.PYTHON_VERSION, catalogue.ARCHITECTURE),
    *(catalogue.USER_ID, catalogue.LIBRARY, catalogue.HEAD_VERSIONS),
)


#: The variables by which a node finds the head and is let in; and those whose values are no secrets.
_ADMISSION = ("ray_port", "ray_auth_token")
_PLAIN = ("ray_port", "ray_user", "ray_uid", "ray_user_home")


@dataclass(frozen=True)
class Difference:
    """One thing in which an image does not fit the node, or a node the head.

    :param subject: the image's reference, or the node.
    :param what: the column of the table that shows it.
    :param wanted: what the other side has; :param found: what the subject has.
    :param side: who the other side is: ``node`` or ``head``.
    """

    entry: Entry
    subject: str
    what: str
    wanted: str
    found: str
    remedy: str = ""
    side: str = "node"

    @property
    def is_error(self) -> bool:
        return self.entry.severity == "error"

    @property
    def evidence(self) -> str:
        """What was seen, without the subject."""
        if self.entry in _TOLD_BY_BOTH_SIDES:
            return f"it has {self.what} {self.found}, the {self.side} {self.wanted}"
        title = f"{self.entry.title[0].lower()}{self.entry.title[1:]}"
        return f"{title} ({self.found})" if self.found not in ("", "no") else title

    def as_result(self) -> dict[str, t.Any]:
        """The difference as the module returns it."""
        return {
            "code": self.entry.code,
            "severity": self.entry.severity,
            "subject": self.subject,
            "what": self.what,
            "found": self.found,
            "wanted": self.wanted,
            "evidence": self.evidence,
            "cause": self.entry.cause,
            "remedy": self.remedy or self.entry.remedy,
        }

    def sentence(self) -> str:
        """The difference as an operator reads it."""
        return f"{self.subject}: {self.evidence} [{self.entry.code}]"


class Check(t.NamedTuple):
    """A row of the comparison: an entry, its column, both sides as text, and the remedy for one image.

    :param shown: whether the table has the column also when nothing differs.
    """

    entry: Entry
    what: str
    node: t.Callable[[NodeFacts], str]
    image: t.Callable[[ImageFacts], str]
    remedy: str = ""
    shown: bool = False


def _yes(node: NodeFacts) -> str:
    return "yes"


def _said(truth: bool) -> str:
    return "yes" if truth else "no"


def _library(name: str) -> Check:
    return Check(
        *(catalogue.LIBRARY, name),
        *(lambda node: node.libraries.get(name, ""), lambda image: image.libraries.get(name, "")),
        f"Install {name} {{wanted}} in {{reference}}",
    )


_OF_ARCHITECTURE = Check(
    *(catalogue.ARCHITECTURE, "architecture"),
    *(lambda node: node.architecture, lambda image: image.architecture),
    "Build {reference} for {wanted}, with --platform linux/{wanted}",
    shown=True,
)

CHECKS: tuple[Check, ...] = (
    Check(
        *(catalogue.RAY_VERSION, "Ray"),
        *(lambda node: node.ray_version, lambda image: image.ray_version or "none"),
        "Build {reference} FROM an image of Ray {wanted}, for instance with --build-arg "
        "BASE_IMAGE=docker.io/rayproject/ray:{wanted}-py{python}, or set ray_version to {found} for the whole cluster",
        shown=True,
    ),
    Check(
        *(catalogue.RAY_COMMIT, "commit"),
        *(lambda node: node.ray_commit[:10], lambda image: image.ray_commit[:10]),
        "Install the same build of Ray in {reference} as on the nodes",
        shown=True,
    ),
    Check(
        *(catalogue.PYTHON_VERSION, "Python"),
        *(lambda node: node.python_version, lambda image: image.python_version),
        "Build {reference} FROM an image with Python {wanted}, such as docker.io/library/python:{wanted}-slim with "
        "ray[serve] installed, or set ray_python_version to {found} for the whole cluster",
        shown=True,
    ),
    _OF_ARCHITECTURE,
    Check(
        *(catalogue.USER_ID, "user id"),
        *(lambda node: str(node.user_id), lambda image: str(image.user_id)),
        "Build {reference} with USER {wanted} or without USER, or install Podman 4.3 or newer on the node",
        shown=True,
    ),
    Check(
        *(catalogue.NO_SERVE, "Serve"),
        *(_yes, lambda image: _said(image.serves or not image.ray_version)),
        "Install ray[serve] and not only ray in {reference}",
    ),
    Check(
        *(catalogue.ENTRYPOINT, "runs commands"),
        *(_yes, lambda image: _said(image.takes_commands)),
        'Build {reference} with ENTRYPOINT [], or let its script end with exec "$@"',
    ),
    Check(
        *(catalogue.WORKER_PATH, "worker"),
        *(_yes, lambda image: image.first_path if image.first_path not in ("", image.worker_path) else "yes"),
    ),
    Check(catalogue.NOT_WRITABLE, "writes /tmp/ray", _yes, lambda image: _said(image.writes)),
    Check(catalogue.NO_HOME, "home", _yes, lambda image: _said(bool(image.home))),
    *map(_library, ("protobuf", "grpcio", "cloudpickle", "pydantic")),
    Check(catalogue.IMPORT, "import", _yes, lambda image: _said(not any(image.imports.values()))),
    Check(catalogue.NO_GPU, "GPUs", _yes, lambda image: _said(image.gpus != 0)),
    Check(catalogue.CUDA, "CUDA", _yes, lambda image: image.cuda or "none"),
)


def compare(
    node: NodeFacts, images: t.Mapping[str, ImageFacts], applications: t.Sequence[Application] = ()
) -> tuple[Difference, ...]:
    """Every difference, errors first, by image in the order given.

    :param images: facts by reference.
    :param applications: what runs in them.
    """
    found: list[Difference] = []
    for reference, facts in images.items():
        found += _differences(node, reference, facts)
        if not any(difference.subject == reference and _explains_all(difference) for difference in found):
            found += _imports(reference, facts)
            found += _gpus(node, reference, facts, applications)
    return tuple(sorted(found, key=lambda difference: not difference.is_error))


def compare_with_head(name: str, node: NodeFacts, head: t.Mapping[str, t.Any]) -> tuple[Difference, ...]:
    """In what a node's Ray and Python differ from the head's.

    :param name: the node's; :param head: the result ``ray_runtime`` of the head; empty when it is not known.
    """
    if not head:
        return ()
    rows = (
        ("Ray", str(head.get("ray_version") or ""), node.ray_version),
        ("Python", str(head.get("python_version") or ""), node.python_version),
    )
    found = [
        Difference(catalogue.HEAD_VERSIONS, f"node {name}", what, wanted, mine, side="head")
        for what, wanted, mine in rows
        if wanted and mine != wanted
    ]
    wanted, mine = str(head.get("ray_commit") or "")[:10], node.ray_commit[:10]
    if not found and wanted and mine and mine != wanted:
        remedy = f"Install the same build of Ray on {name} as on the head"
        found.append(Difference(catalogue.RAY_COMMIT, f"node {name}", "commit", wanted, mine, remedy, "head"))
    return tuple(found)


def compare_settings(name: str, node: t.Mapping[str, t.Any], head: t.Mapping[str, t.Any]) -> tuple[Difference, ...]:
    """In what a node's variables differ from the head's. Values are told of plain ones only: others may hold secrets.

    :param name: the node's; :param node: its variables; :param head: the head's, under the same names.
    """
    found = []
    for variable in node.keys() | head.keys():
        mine, wanted = node.get(variable), head.get(variable)
        if mine != wanted:
            entry = catalogue.HEAD_ADMISSION if variable in _ADMISSION else catalogue.HEAD_SETTING
            told = variable
            if variable in _PLAIN:
                told = f"{variable}: {mine} here, {wanted} on the head"
            elif isinstance(mine, dict) and isinstance(wanted, dict):
                names = sorted(key for key in mine.keys() | wanted.keys() if mine.get(key) != wanted.get(key))
                told = f"{variable}: {', '.join(map(str, names))}"
            remedy = f"Set {variable} for the group ray_cluster, and not for {name} alone"
            found.append(Difference(entry, f"node {name}", variable, "", told, remedy, side="head"))
    return tuple(sorted(found, key=lambda difference: (not difference.is_error, difference.what)))


def _explains_all(difference: Difference) -> bool:
    """Whether an image that differs in this cannot import an application either."""
    return difference.entry in (
        *(catalogue.ARCHITECTURE, catalogue.NO_PYTHON, catalogue.NO_ANSWER, catalogue.NO_RAY, catalogue.NO_SERVE),
    )


def _differences(node: NodeFacts, reference: str, facts: ImageFacts) -> t.Iterator[Difference]:
    if facts.architecture != node.architecture:
        yield _difference(_OF_ARCHITECTURE, node, reference, facts)
        return
    if facts.failure:
        entry = catalogue.NO_PYTHON if facts.no_python else catalogue.NO_ANSWER
        yield Difference(entry, reference, "Python", node.python_version, facts.failure)
        return
    if not (facts.ray_version and facts.worker_path):
        yield Difference(catalogue.NO_RAY, reference, "Ray", node.ray_version, facts.ray_version or "none")
    for check in CHECKS:
        if _applies(check, node, facts) and check.node(node) != check.image(facts):
            yield _difference(check, node, reference, facts)


def _applies(check: Check, node: NodeFacts, facts: ImageFacts) -> bool:
    """Whether a check has two sides to compare, and says something that no other one says better."""
    entry = check.entry
    if entry in (catalogue.IMPORT, catalogue.NO_GPU, catalogue.CUDA):
        return False
    has_ray = bool(facts.ray_version and facts.worker_path)
    if entry in (catalogue.RAY_VERSION, catalogue.NO_SERVE):
        return has_ray
    if entry is catalogue.WORKER_PATH:
        return has_ray and facts.takes_commands
    if entry is catalogue.USER_ID:
        return not facts.is_ray_user
    if entry in (catalogue.NOT_WRITABLE, catalogue.NO_HOME):
        return facts.is_ray_user
    if entry is catalogue.RAY_COMMIT:
        return facts.ray_version == node.ray_version and bool(facts.ray_commit and node.ray_commit)
    if entry is catalogue.LIBRARY:
        return facts.ray_version == node.ray_version and _matters(check.what, check.node(node), check.image(facts))
    return True


def _matters(library: str, mine: str, other: str) -> bool:
    """Whether two versions of a library are too far apart: cloudpickle at all, the others in their major number."""
    if not (mine and other):
        return False
    return mine != other if library == "cloudpickle" else _major(mine) != _major(other)


def _major(version: str) -> str:
    return version.partition(".")[0]


#: Podman could make the image's root the Ray user, who would have all capabilities in the container.
_NOT_ROOT = "Build {reference} with a USER that is not root, such as {wanted}, or without USER"


def _difference(check: Check, node: NodeFacts, reference: str, facts: ImageFacts) -> Difference:
    wanted, found = check.node(node), check.image(facts)
    python = "".join(node.python_version.split(".")[:2])
    remedy = _NOT_ROOT if check.entry is catalogue.USER_ID and not facts.user_id else check.remedy
    remedy = remedy.format(reference=reference, wanted=wanted, found=found, python=python)
    return Difference(check.entry, reference, check.what, wanted, found, remedy)


def _imports(reference: str, facts: ImageFacts) -> t.Iterator[Difference]:
    for name, said in facts.imports.items():
        if said:
            yield Difference(catalogue.IMPORT, reference, "import", "yes", f"{name}: {said}")


def _gpus(
    node: NodeFacts, reference: str, facts: ImageFacts, applications: t.Iterable[Application]
) -> t.Iterator[Difference]:
    asking = [each.name for each in applications if each.gpus and each.image == reference]
    if not asking:
        return
    names = ", ".join(asking)
    if node.gpus and not facts.gpus:
        yield Difference(catalogue.NO_GPU, reference, "GPUs", str(node.gpus), names)
    if not facts.cuda:
        yield Difference(catalogue.CUDA, reference, "CUDA", "yes", f"{names}: no CUDA in it")
    elif facts.driver and int(_major(facts.cuda)) > int(_major(facts.driver)):
        said = f"{names}: CUDA {facts.cuda}, the driver runs {facts.driver}"
        yield Difference(catalogue.CUDA, reference, "CUDA", facts.driver, said)
