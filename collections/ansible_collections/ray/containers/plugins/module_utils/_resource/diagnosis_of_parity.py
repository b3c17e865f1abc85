# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the images that a node has used fit the Ray that it runs: what no log tells.

Ray reports a worker of another version to nobody who writes it down, and lets it run (seen with Ray 2.59.0 in a container of
a 2.60.0 cluster: RUNNING, not a word in any log).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import glob
import os
import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import Log, times_of
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.podman.client import PodmanFailed
from ansible_collections.ray.containers.plugins.module_utils._resource import diagnosis_of_raylet
from ansible_collections.ray.containers.plugins.module_utils._resource.version_parity import ParityReader, as_data

__all__ = ["contents", "runtime_of", "used_images"]

#: The newest of the images that the session has used are compared.
COMPARED = 8

#: For the container of an image that was never asked before, in seconds.
PROBE_SECONDS = 60.0

_USED = re.compile(r"(?:Pulling image|--entrypoint python) ([^\s\"',}]+)")


def contents(
    user: str, runtime_path: str, images: t.Sequence[str], commands: Commands, raylet_image: str = ""
) -> dict[str, t.Any]:
    """What the node and those images hold, for the controller to judge; empty for nothing to compare."""
    runtime = "" if raylet_image else runtime_of(runtime_path)
    references = _references(images)
    if not (runtime or raylet_image) or not references:
        return {}
    try:
        reader = ParityReader(user, runtime, PROBE_SECONDS, commands, raylet_image)
        node = reader.node()
        facts = reader.images(references) if node else {}
    except (OperatorError, PodmanFailed):
        return {}  # an engine that does not work tells so elsewhere
    return as_data(node, facts) if node and facts else {}


def used_images(logs: t.Iterable[Log], since: str, current: t.Sequence[str] = ()) -> list[str]:
    """The images to compare: those in use, and those that containers were started of, the newest first.

    :param since: what was started before is compared no more: it may have been corrected. In the form of `Log.modified`.
    :param current: the images in use.
    """
    used = dict.fromkeys(current)
    for log in logs:
        for line, time in reversed(tuple(zip(log.lines, times_of(log)))):
            if time >= since:
                used.update(dict.fromkeys(_USED.findall(line)))
    return list(used)[:COMPARED]


def runtime_of(path: str) -> str:
    """The virtual environment at *path*, or of several below it the one that the raylet's unit names; empty for none."""
    if os.path.exists(f"{path}/bin/python"):
        return path
    found = [os.path.dirname(os.path.dirname(each)) for each in glob.glob(f"{glob.escape(path)}/*/bin/python")]
    raylet = diagnosis_of_raylet.raylet_here()
    unit = raylet.text if raylet else ""
    named = [environment for environment in found if f"{environment}/" in unit]
    chosen = named or (found if len(found) == 1 else [])
    return chosen[0] if chosen else ""


def _references(images: t.Sequence[str]) -> list[ImageReference]:
    references = []
    for image in images:
        try:
            references.append(ImageReference.parse(image))
        except OperatorError:
            continue
    return [reference for reference in references if reference.is_fully_qualified]
