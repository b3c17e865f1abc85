# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of the two contenders, and of the floor under both, with their times and what they said they changed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import typing as t
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.checks.runner import SIGN_OF_LIFE_EVERY, last_line

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"
INVENTORY = Path(__file__).with_name("inventory")
PLAIN = Path(__file__).with_name("plain")
COLLECTIONS = BUILD / "collections"

#: Where the SSH masters of the benchmark's own runs are: they are closed when a node is replaced, and nobody else's are.
CONNECTIONS = BUILD / "cp"
OWN_CONNECTIONS = {"ANSIBLE_SSH_CONTROL_PATH_DIR": str(CONNECTIONS)}

RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


class BenchError(Exception):
    """The benchmark cannot go on; the text says why."""


@dataclass(frozen=True)
class Contender:
    """One way to do the job."""

    name: str
    argv: tuple[str, ...]
    env: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Timing:
    """A finished run: how long it took in seconds, its tasks on the busiest host, and how many of all changed something."""

    seconds: float
    tasks: int
    changed: int


SITE = Contender(
    "site",
    ("ansible-playbook", "-i", str(INVENTORY), "playbooks/site.yml"),
    {"ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "RAY_CONTAINERS_REPORT": str(BUILD / "report")},
)
PLAIN_SITE = Contender(
    "plain",
    ("ansible-playbook", "-i", str(INVENTORY), str(PLAIN / "site.yml")),
    {"ANSIBLE_CONFIG": str(PLAIN / "ansible.cfg"), "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)},
)
FLOOR = Contender(
    "floor",
    ("ansible", "-i", str(INVENTORY), "ray_cluster", "-m", "ansible.builtin.ping"),
    {"ANSIBLE_CONFIG": str(PLAIN / "ansible.cfg")},
)


def run(contender: Contender, label: str) -> Timing:
    """Run to the end and take the time. The output goes to a log of its own. Raises BenchError when the run fails."""
    log = BUILD / f"{contender.name}-{label}.log"
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            contender.argv,
            cwd=ROOT,
            env={**os.environ, **OWN_CONNECTIONS, **contender.env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        while _runs(process):
            print(f"  … {contender.name} {label}, {time.monotonic() - began:.0f} s: {last_line(log)[:100]}", flush=True)
    seconds = time.monotonic() - began
    text = log.read_text(encoding="utf-8", errors="replace")
    if process.returncode != 0:
        raise BenchError(f"{contender.name} ({label}) failed; the end of {log}:\n{text[-4000:]}")
    return timing(text, seconds)


def _runs(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process still runs after a while; returns at once when it ends."""
    try:
        process.wait(SIGN_OF_LIFE_EVERY)
    except subprocess.TimeoutExpired:
        return True
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return False


def timing(output: str, seconds: float) -> Timing:
    """What Ansible's recap says of a run."""
    rows = [(int(ok), int(changed)) for _, ok, changed, _, _ in RECAP.findall(output)]
    return Timing(seconds, max((ok for ok, _ in rows), default=0), sum(changed for _, changed in rows))


def fetch_collection() -> None:
    """Take containers.podman out of the package `ansible`, which holds a hundred collections that nobody needs here."""
    wanted = "ansible_collections/containers/podman/"
    if (COLLECTIONS / wanted).is_dir():
        return
    downloads = BUILD / "downloads"
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps")
    subprocess.run([*pip, "--dest", downloads, "--requirement", PLAIN / "requirements.txt"], check=True)
    wheel = next(downloads.glob("ansible-*.whl"))
    with zipfile.ZipFile(wheel) as package:
        package.extractall(COLLECTIONS, [name for name in package.namelist() if name.startswith(wanted)])


def write_serve_config(registry: str) -> None:
    """The sandbox's example with its images in the benchmark's registry."""
    example = (ROOT / "examples" / "serve.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(image_uri: )[^/\s]+/", rf"\g<1>{registry}/", example)
    (BUILD / "serve.yaml").write_text(text, encoding="utf-8")
