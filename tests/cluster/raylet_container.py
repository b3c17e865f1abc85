# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests look at on a node whose raylet runs in a container."""

from __future__ import annotations

import json
import shlex
import typing as t

from tests.cluster.nodes import raylet_process

__all__ = ["containers_of_raylet", "others_words", "outer_container", "processes", "start_words"]

#: As a module does it: the Ray user's Podman is the one in the raylet's container.
IN_RAYLET = "podman exec raylet"


def outer_container(host: t.Any) -> dict[str, t.Any]:
    """The raylet's container on a testinfra host, as root's Podman describes it."""
    (container,) = json.loads(host.check_output("podman container inspect raylet"))
    return t.cast("dict[str, t.Any]", container)


def containers_of_raylet(host: t.Any) -> dict[str, list[int]]:
    """The containers of replicas: from an image's name to the ids that their main processes have in the raylet's container.

    Ray keeps a worker that has built an application, in a container of its image, for as long as it likes.
    """
    found: dict[str, list[int]] = {}
    for container in json.loads(host.check_output(f"{IN_RAYLET} podman ps --format json")):
        title = host.run(f"{IN_RAYLET} cat /proc/{container['Pid']}/cmdline").stdout
        if title.startswith("ray::ServeReplica"):
            found.setdefault(container["Image"], []).append(container["Pid"])
    return {image: sorted(pids) for image, pids in found.items()}


def processes(host: t.Any) -> dict[str, t.Any]:
    """What a run that changes nothing leaves as it is: the unit, the raylet's container, the applications' containers."""
    return {
        "raylet": raylet_process(host),
        "container": outer_container(host)["Id"],
        "applications": containers_of_raylet(host),
    }


def start_words(host: t.Any) -> list[str]:
    """The words of the command with which the raylet's service starts its container."""
    unit = host.file("/etc/systemd/system/raylet.service").content_string
    (line,) = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
    return shlex.split(line.partition("=")[2].replace("$$", "$").replace("%%", "%"))


def others_words(words: t.Sequence[str], name: str, image: str, script: str, *, without: str = "") -> str:
    """A command like the raylet's, for a container of another name that runs a script and is gone afterwards.

    :param without: the beginning of an option that is left out.
    """
    kept = [
        word for word in words[: words.index("--entrypoint=catatonit")] if not (without and word.startswith(without))
    ]
    own = ("--detach", "--name=", "--sdnotify=", "--cgroups=", "--cgroup-parent=", "--log-driver=", "--label=")
    options = [word for word in kept if not word.startswith(own)]
    return shlex.join([*options, f"--name={name}", "--entrypoint=/bin/sh", image, "-c", script])
