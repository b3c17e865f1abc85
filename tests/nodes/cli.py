# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command: up, down, remake, status."""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
import time
import typing as t
from contextlib import contextmanager
from pathlib import Path

from tests.nodes.cluster import TestNodes
from tests.nodes.engine import Podman
from tests.nodes.errors import NodesError
from tests.nodes.inventory import read_cluster
from tests.nodes.progress import Progress

__all__ = ["main"]

#: Where the rootful Podman's configuration for this machine is written; the same for all clusters.
CONFIGURATION = Path(__file__).parents[2] / "build" / "nodes" / "containers.conf"
LOCK = Path("/run/lock/ray-containers-nodes.lock")


def main(arguments: t.Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    overrides = {
        "sandbox_name": options.name,
        "sandbox_subnet": options.subnet,
        "sandbox_registry": options.registry,
        "sandbox_base_image": options.base_image,
        "sandbox_secrets": options.secrets,
    }
    started = time.monotonic()
    progress = Progress()
    try:
        if options.nodes and options.command != "remake":
            raise NodesError(f"{options.command} is for all nodes", "Name none")
        if os.geteuid() != 0:
            raise NodesError("Test nodes are privileged containers and need root", "Run this with sudo")
        nodes = TestNodes(read_cluster(options.inventory, overrides), Podman(CONFIGURATION), progress)
        if options.command == "status":
            progress.say("\n".join(nodes.status()))
            return 0
        with _one_at_a_time(progress):
            if options.command == "up":
                nodes.up()
            elif options.command == "remake":
                nodes.remake(options.nodes)
            else:
                nodes.down(keep_images=options.keep_images)
    except NodesError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    outcome = "nothing to do" if not progress.changes else f"{progress.changes} steps done"
    progress.say(f"Nodes of {nodes.cluster.name} {options.command}: {outcome} ({time.monotonic() - started:.1f} s)")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.nodes", description="Test nodes in containers on this machine."
    )
    parser.add_argument("command", choices=("up", "down", "remake", "status"))
    parser.add_argument("nodes", nargs="*", help="remake: these nodes (default: all)")
    parser.add_argument("--inventory", type=Path, default=Path("inventories/sandbox"), help="directory with hosts.yml")
    parser.add_argument("--name", default="", help="the cluster's name (sandbox_name)")
    parser.add_argument("--subnet", default="", help="its network (sandbox_subnet)")
    parser.add_argument("--registry", default="", help="its registry, address:port (sandbox_registry)")
    parser.add_argument("--secrets", default="", help="directory of its keys (default: .secrets/ in the inventory)")
    parser.add_argument(
        "--base-image",
        default=os.environ.get("NODE_BASE_IMAGE", ""),
        help="a public image for nodes instead of one made with debootstrap (sandbox_base_image, NODE_BASE_IMAGE)",
    )
    parser.add_argument(
        "--keep-images", action="store_true", help="down: leave the base image and the nodes' for the next cluster"
    )
    return parser


@contextmanager
def _one_at_a_time(progress: Progress) -> t.Iterator[None]:
    """Clusters share the base image: one run makes it, the others wait."""
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say("- Waiting for another run of this command to end ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
