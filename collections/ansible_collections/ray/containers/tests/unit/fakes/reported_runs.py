# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs as the report is told them: of the site, of check mode, of a diagnosis, and of what goes wrong."""

from __future__ import annotations

import typing as t
from dataclasses import asdict

from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import ImageFacts, NodeFacts
from ansible_collections.ray.containers.plugins.plugin_utils._parity.verdict import ParityRequest, verdict
from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome
from ansible_collections.ray.containers.plugins.plugin_utils._report.site import document

__all__ = ["RUNS", "ours", "reported"]

DIGEST = "sha256:2034bb60a0659744d9141e8b08e0981e34b8ec6be40dec444154a7c0ea88e775"
NUMERALS, SIZES = f"10.99.0.2:5000/numerals@{DIGEST}", f"10.99.0.2:5000/sizes@{DIGEST[:-4]}f2cc"
HOSTS = ("head", "worker1", "worker2")
ADDRESSES = {"head": "10.99.0.10", "worker1": "10.99.0.11", "worker2": "10.99.0.12"}
TASKS = (
    "Install Podman",
    "Let the Ray user run Ray's own podman commands",
    "Install Ray",
    "Bring the images of the applications",
    "Compare versions",
    "Run the raylet",
)
BEFORE = "[Unit]\nDescription=Ray\n[Service]\nUser=ray\nExecStart=/opt/ray/bin/ray start --head --num-cpus=2\nRestart=always\n"
QUESTIONS = (
    *("account", "subordinate ids", "runtime directory", "programs", "configuration", "store", "locks", "keyring"),
    *("watches", "namespaces", "cgroups", "containers", "disks", "memory", "unit", "raylet", "session", "token"),
    *("runtime", "images", "registries", "ports", "head", "nodes", "names", "serve", "clock"),
)


def ours(host: str, task: str, state: str = "ok", **result: t.Any) -> Outcome:
    return Outcome(host, task, state, True, result)


def parity(host: str, user_id: int = 1000) -> dict[str, t.Any]:
    node = NodeFacts("2.60.0", "b7f4259e944b", "3.11.2", "amd64", 1000)
    images = {
        NUMERALS: ImageFacts("amd64", "2.60.0", "b7f4259e944b", "3.11.2", 1000, "/w.py"),
        SIZES: ImageFacts("amd64", "2.60.0", "b7f4259e944b", "3.11.2", user_id, "/w.py", is_ray_user=user_id == 1000),
    }
    told = {"node": asdict(node), "images": {reference: asdict(facts) for reference, facts in images.items()}}
    asked = ParityRequest(host, "ray", "/opt/ray/x", (NUMERALS, SIZES), policy="report")
    return {**verdict(asked, told)["parity"], "policy": "enforce"}


def serve(worker2: str = "HEALTHY") -> dict[str, t.Any]:
    def deployment(name: str, **nodes: int) -> dict[str, t.Any]:
        on = {ADDRESSES[host]: count for host, count in nodes.items()}
        return {"name": name, "status": "HEALTHY", "target": 2, "replicas": {"RUNNING": sum(on.values())}, "nodes": on}

    return {
        "applications": [
            {
                "name": "numerals",
                "status": "RUNNING",
                "images": [NUMERALS],
                "deployments": [deployment("Numerals", worker1=2)],
            },
            {
                "name": "sizes",
                "status": "RUNNING",
                "images": [SIZES],
                "deployments": [deployment("Sizes", head=1, worker2=1), deployment("Words", worker1=1)],
            },
        ],
        "proxies": [
            {"node": ADDRESSES["head"], "status": "HEALTHY"},
            {"node": ADDRESSES["worker1"], "status": "HEALTHY"},
            {"node": ADDRESSES["worker2"], "status": worker2},
        ],
    }


def deployed() -> list[dict[str, t.Any]]:
    answer = '{"application":"numerals","answer":"MMXXVI","in_container":true,"hostname":"worker1","python":"3.11.2"}'
    return [
        {
            "name": name,
            "status": "RUNNING",
            "url": f"http://10.99.0.10:8000/{name}",
            "answer": answer,
            "images": [image],
        }
        for name, image in (("numerals", NUMERALS), ("sizes", SIZES))
    ]


def read() -> Outcome:
    images = [
        {"application": name, "reference": f"10.99.0.2:5000/{name}:1", "pinned": image}
        for name, image in (("numerals", NUMERALS), ("sizes", SIZES))
    ]
    return ours("localhost", "Read the Serve config", images=images, findings=[])


def node(host: str, *, changed: bool = True) -> list[Outcome]:
    """All tasks of one node."""
    unit = "Change /etc/systemd/system/raylet.service: num-cpus: 2 -> 4"
    restart = "Restart the Ray worker: its configuration has changed"
    facts: dict[str, dict[str, t.Any]] = {
        TASKS[0]: {
            "podman": {"version": "4.3.1", "runtime": "runc"},
            "steps": ["Install podman, uidmap from the packages of Debian GNU/Linux 12"],
        },
        TASKS[1]: {
            "rootless_podman": {"user": "ray", "uid": 1000, "home": "/home/ray"},
            "steps": [
                "Keep /run/user/1000 without a login of ray (linger)",
                "Give ray the subordinate ids 165536-231071",
                "Write /home/ray/.config/containers/storage.conf: the overlay driver",
            ],
        },
        TASKS[2]: {
            "ray_runtime": {"ray_version": "2.60.0", "python_version": "3.11.2", "path": "/opt/ray/2.60.0-py3.11.2"},
            "steps": ["Install Ray 2.60.0"],
        },
        TASKS[3]: {
            "images": [
                {"reference": image, "digest": DIGEST, "id": "0a", "size": 423029263} for image in (NUMERALS, SIZES)
            ],
            "steps": [f"Pull {NUMERALS}", f"Pull {SIZES}"],
        },
        TASKS[4]: {"parity": parity(host), "steps": []},
        TASKS[5]: {
            "raylet": {"unit": "raylet.service", "address": "10.99.0.10:6379", "pid": 1301, "drain": {}},
            "steps": [unit, restart],
            "diff": [
                {"before_header": unit, "after_header": unit, "before": BEFORE, "after": BEFORE.replace("=2", "=4")},
                {"before_header": restart, "before": "", "after": ""},
            ],
        },
    }
    return [
        ours(host, task, **{**result, "changed": changed and bool(result["steps"])}) for task, result in facts.items()
    ]


def times(hosts: t.Sequence[str]) -> list[dict[str, t.Any]]:
    rows = [{"host": "localhost", "task": "Read the Serve config", "start": 0.3, "seconds": 1.7}]
    start = 2.0
    for index, task in enumerate(TASKS):
        for place, host in enumerate(hosts):
            rows.append({"host": host, "task": task, "start": start, "seconds": 1.0 + 2.5 * index + place % 3})
        start += 3.5 + 2.5 * index
    rows += [
        {
            "host": hosts[0],
            "task": "Deploy the Serve config and query every application",
            "start": start,
            "seconds": 17.4,
        }
    ]
    rows += [{"host": hosts[0], "task": "See which applications run", "start": start + 18, "seconds": 0.2}]
    return rows


def reported(
    *outcomes: Outcome,
    playbook: str = "site",
    check_mode: bool = False,
    hosts: t.Sequence[str] = HOSTS,
    timed: bool = True,
) -> dict[str, t.Any]:
    """The document of such a run."""
    return document(
        outcomes,
        finished="2026-11-30T07:00:00+00:00",
        seconds=78.4,
        check_mode=check_mode,
        playbook=playbook,
        addresses=ADDRESSES,
        times=times(hosts) if timed else (),
    )


def site(check_mode: bool = False) -> dict[str, t.Any]:
    nodes = [outcome for host in HOSTS for outcome in node(host)]
    plan = [f"sizes is changed, image {SIZES} -> {NUMERALS}: App replaced; new replicas start before old ones stop"]
    steps = ["Deploy numerals and sizes", "Wait until they run"]
    head = ours(
        "head",
        "Deploy the Serve config and query every application",
        changed=True,
        applications=deployed(),
        serve=serve(),
        plan=plan,
        steps=steps,
    )
    return reported(read(), *nodes, head, check_mode=check_mode)


def unchanged() -> dict[str, t.Any]:
    nodes = [outcome for host in HOSTS for outcome in node(host, changed=False)]
    head = ours("head", "Deploy the Serve config and query every application", applications=deployed(), serve=serve())
    return reported(read(), *nodes, head)


def failed() -> dict[str, t.Any]:
    """One node does not fit its images, one fails, and one is not reached."""
    message = (
        "Application sizes does not start on node 10.99.0.11: Ray's token is missing, unreadable, or not the cluster's: "
        "/home/ray/.ray/auth_token cannot be opened. Give images the Ray user's uid. [RC-409]"
    )
    return reported(
        read(),
        *node("head")[:4],
        ours(
            "head",
            TASKS[4],
            "failed",
            msg="head: it has user id 1001, the node 1000",
            code="RC-304",
            parity=parity("head", 1001),
        ),
        *node("worker1")[:5],
        ours("worker1", TASKS[5], "failed", msg=message, code="RC-409", remedy="Give images the Ray user's uid"),
        Outcome(
            "worker2",
            TASKS[0],
            "unreachable",
            True,
            {"msg": "Failed to connect to the host via ssh: connect to host 10.99.0.12 port 22: No route to host"},
        ),
    )


def diagnosis() -> dict[str, t.Any]:
    home = {
        "code": "RC-501",
        "severity": "error",
        "title": "The Ray user's home is not its own",
        "sentence": "The Ray user's home /home/ray belongs to root, so podman cannot read its store",
        "where": "/home/ray",
        "evidence": "/home/ray: owner root, mode 0755",
        "cause": "Somebody has made the account's home as root.",
        "remedy": "chown ray: /home/ray",
        "because": ["raylet.service restarts", "numerals has no replica"],
    }
    port = {
        "code": "RC-520",
        "severity": "warning",
        "sentence": "Port 8000 of this node is held by another program, python3 (pid 4711)",
        "where": "port 8000",
        "evidence": "LISTEN 0.0.0.0:8000 python3 4711",
        "remedy": "Stop it, or give Serve another port: http_options.port in the Serve config",
    }
    past = {
        **home,
        "code": "RC-440",
        "sentence": "Podman was not there",
        "time": "2026-11-30T06:52:18",
        "evidence": "podman: command not found",
    }
    well = dict.fromkeys(QUESTIONS, "well")

    def told(host: str, findings: t.Sequence[t.Any], looks: dict[str, str], **further: t.Any) -> Outcome:
        return ours(
            host,
            "Find what is wrong",
            findings=list(findings),
            ray=True,
            **{"past": [], "looks": {**well, **looks}, **further},
        )

    unknown = [{"question": "disks", "why": "no answer within 3 s"}]
    return reported(
        told("head", [port], {"ports": "wrong", "serve": "wrong"}, serve=serve("UNHEALTHY")),
        told("worker1", [home], {"account": "wrong", "raylet": "wrong", "serve": "moot"}, past=[past]),
        told("worker2", [home], {"account": "wrong", "disks": "unknown", "serve": "moot"}, unknown=unknown),
        playbook="diagnose",
        timed=False,
    )


def sound() -> dict[str, t.Any]:
    looks = {**dict.fromkeys(QUESTIONS, "well"), "serve": "moot"}
    return reported(
        *(ours(host, "Find what is wrong", findings=[], past=[], ray=True, looks=looks) for host in HOSTS),
        playbook="diagnose",
    )


def let_through() -> dict[str, t.Any]:
    told = {**parity("head", 1001), "policy": "warn"}
    return reported(ours("head", TASKS[4], parity=told), *node("worker1"))


def explained() -> dict[str, t.Any]:
    variables = [
        {
            "name": "MODEL",
            "value": "/models/large",
            "source": "Serve config, application",
            "overrides": [{"value": "/models/small", "source": "image ENV"}],
            "hosts": ["head"],
        },
        {"name": "OMP_NUM_THREADS", "value": "1", "source": "Ray, when a replica starts", "overrides": [], "hosts": []},
    ]
    environment = {
        "application": "numerals",
        "deployment": "",
        "image": NUMERALS,
        "image_known": True,
        "variables": variables,
        "table": ["application numerals in its image"],
    }
    return reported(ours("localhost", "Explain", environments=[environment]), playbook="explain", timed=False)


def many() -> dict[str, t.Any]:
    hosts = [f"gpu-node-{number:02}.cluster.example.com" for number in range(1, 61)]
    return reported(
        read(),
        *(outcome for host in hosts for outcome in node(host, changed=host.endswith("7.cluster.example.com"))),
        hosts=hosts,
    )


RUNS: dict[str, t.Callable[[], dict[str, t.Any]]] = {
    "site": site,
    "check": lambda: site(check_mode=True),
    "unchanged": unchanged,
    "failed": failed,
    "diagnosis": diagnosis,
    "sound": sound,
    "let_through": let_through,
    "explained": explained,
    "many": many,
}
