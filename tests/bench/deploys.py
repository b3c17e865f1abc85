# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deploys under load: the same changes by the playbook `deploy` and by plain `serve deploy`, on the same cluster in the same run.

Fifty requests a second, in turn to two applications through the proxy of every node. What counts is what users lose: requests
without an answer or with a wrong one, and the longest time without any answer. Then the head's raylet is killed, and it is
measured when its proxy answers again.
"""

from __future__ import annotations

import copy
import json
import subprocess
import time
import typing as t
from dataclasses import dataclass

import testinfra
import yaml

from tests.bench import nodes
from tests.bench.runs import BUILD, INVENTORY, ROOT, SITE, BenchError, Contender, run
from tests.cluster.load import Load
from tests.cluster.nodes import TestCluster, deployed, ssh_hosts
from tests.load.figures import Figures
from tests.nodes.inventory import read_cluster

__all__ = ["DEPLOY_FIGURES", "measure", "table"]

#: The name of the benchmark in build/bench.json.
DEPLOY_FIGURES = "deploy"

CONFIG = BUILD / "deploy.yaml"
FAULTY = ROOT / "molecule" / "deploy" / "faulty"

OURS = Contender(
    "deploy",
    ("ansible-playbook", "-i", str(INVENTORY), "playbooks/deploy.yml", "-e", f"ray_serve_config={CONFIG}"),
    SITE.env,
)

#: As Ray's own guide says it; the token is read from its file.
PLAIN = (
    "cd / && runuser -u ray -- env HOME=/home/ray RAY_AUTH_MODE=token PATH=$(echo /opt/ray/*/bin):/usr/bin:/bin "
    "serve deploy --address http://127.0.0.1:8265 /tmp/deploy.yaml"
)

#: After what a change brings is there, its requests are counted for so long: plain Ray says "deployed" when nothing is yet.
AFTER_SECONDS = 10.0
READY_SECONDS = 180.0

Json = dict[str, t.Any]


@dataclass(frozen=True)
class Change:
    """One change of the application numerals.

    :param good: whether it can come to a good end.
    """

    fields: Json
    good: bool = True


def changes(registry: str) -> dict[str, Change]:
    """What is measured."""
    own = {"image_uri": f"{registry}/numerals:1"}
    faulty = {"import_path": "faulty:app", "runtime_env": {"image_uri": f"{registry}/faulty:1"}}
    return {
        "image": Change(faulty),
        "environment": Change({"runtime_env": {**own, "env_vars": {"ROUND": "two"}}}),
        "wrong": Change({**faulty, "args": {"fault": "wrong"}}, good=False),
    }


def measure(say: t.Callable[[str], None]) -> Json:
    """Everything, on nodes that the site has just made."""
    registry = nodes.settings()["sandbox_registry"]
    say("a cluster for deploys under load")
    nodes.make_bare()
    run(SITE, "for-deploys")
    TestCluster.of(INVENTORY).build(FAULTY, f"{registry}/faulty:1", "faulty", NUMERALS=f"{registry}/numerals:1")
    head = testinfra.get_host(ssh_hosts(INVENTORY, "head")["head"])
    base = yaml.safe_load((BUILD / "serve.yaml").read_text(encoding="utf-8"))
    figures: Json = {}
    with Load(targets(), BUILD / "load.jsonl") as load:
        for name, change in changes(registry).items():
            config = copy.deepcopy(base)
            config["applications"][0].update(change.fields)
            for contender, deploy in (("site", by_playbook), ("plain", by_hand)):
                say(f"  {name}, by {contender}")
                figures.setdefault(name, {})[contender] = _measured(load, head, deploy, config, change)
                by_playbook(head, base, good=True)
        say("  the head's raylet is killed")
        figures["head_killed"] = _recovery(load, head)
    return figures


def targets() -> dict[str, tuple[str, str]]:
    """Both applications through the proxy of each node that has one."""
    asked = {"numerals": ("numerals?number=2026", '"answer":"MMXXVI"'), "sizes": ("sizes?bytes=123456789", "123.5 MB")}
    hosts = [host for host in read_cluster(INVENTORY, {}).hosts if _listens(host.address)]
    return {
        f"{name}@{host.name}": (f"http://{host.address}:8000/{path}", text)
        for host in hosts
        for name, (path, text) in asked.items()
    }


def by_playbook(head: t.Any, config: Json, *, good: bool) -> None:
    """The collection's way."""
    CONFIG.write_text(yaml.safe_dump(config), encoding="utf-8")
    try:
        run(OURS, "deploy")
    except BenchError:
        if good:
            raise


def by_hand(head: t.Any, config: Json, *, good: bool) -> None:
    """Ray's own way: `serve deploy`, and then watching `serve status` until all is RUNNING."""
    head.check_output("printf %%s %s > /tmp/deploy.yaml", yaml.safe_dump(config))
    before = deployed(head)["numerals"][1]
    head.check_output(PLAIN)
    deadline = time.monotonic() + READY_SECONDS
    while True:
        found = deployed(head)
        if found["numerals"][1] != before and all(each[0] == "RUNNING" for each in found.values()):
            return
        if time.monotonic() > deadline:
            raise BenchError(f"serve deploy does not come to an end: {json.dumps(found)}")
        time.sleep(0.5)


def _measured(load: Load, head: t.Any, deploy: t.Callable[..., None], config: Json, change: Change) -> Json:
    since = time.time()
    deploy(head, config, good=change.good)
    seconds = time.time() - since
    time.sleep(AFTER_SECONDS)
    return {"seconds": round(seconds, 1), **_told(load.figures(since, time.time()))}


def _told(found: t.Mapping[str, Figures]) -> Json:
    """Of the application that changes and of the other one."""

    def of(name: str) -> Json:
        rows = [each for target, each in found.items() if target.startswith(name)]
        return {
            "sent": sum(each.sent for each in rows),
            "lost": sum(each.failed for each in rows),
            "wrong": sum(each.wrong for each in rows),
            "slowest": max(each.slowest for each in rows),
            "gap": max(each.gap for each in rows),
        }

    return {"changed": of("numerals"), "untouched": of("sizes")}


def _recovery(load: Load, head: t.Any) -> Json:
    """Kill everything of the head's raylet; how long its proxy is away, and what is lost through the others."""
    since = time.time()
    head.check_output("systemctl kill --signal=KILL --kill-who=all raylet.service")
    time.sleep(30)
    found = load.figures(since, time.time())
    away = max(each.gap for name, each in found.items() if name.endswith("@head"))
    lost = sum(each.failed + each.wrong for name, each in found.items() if not name.endswith("@head"))
    return {"recovery": {"seconds": round(away, 2)}, "lost_through_others": lost}


def _listens(address: str) -> bool:
    done = subprocess.run(
        ["curl", "--silent", "--fail", "--max-time", "5", f"http://{address}:8000/-/healthz"],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def table(figures: Json) -> list[str]:
    """What the terminal shows."""
    columns = f"{'time':>8} {'lost':>6} {'wrong':>6} {'slowest':>9} {'longest gap':>12}"
    lines = [f"{'deploys, 50 requests/s':24} {'by':6} {columns}   (of the untouched application)"]
    for name, by in figures.items():
        if name == "head_killed":
            seconds, lost = by["recovery"]["seconds"], by["lost_through_others"]
            lines.append(
                f"raylet of the head killed: its proxy is back after {seconds:.1f} s; {lost} lost through the others"
            )
            continue
        for contender, row in by.items():
            changed, untouched = row["changed"], row["untouched"]
            lost = changed["lost"] + untouched["lost"]
            lines.append(
                f"{name:24} {contender:6} {row['seconds']:6.1f} s {lost:6} {changed['wrong']:6} {changed['slowest']:7.2f} s"
                f" {changed['gap']:10.2f} s   ({untouched['gap']:.2f} s)"
            )
    return lines
