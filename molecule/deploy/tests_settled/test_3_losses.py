# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be lost in the middle of a deploy, and come back: a proxy's port, a worker, the head, the run itself."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.nodes import TestCluster, deployed
from tests.cluster.rollouts import Cases
from tests.cluster.serve_configs import Json, because, changed, given, own
from tests.cluster.site import Run, Site
from tests.cluster.waiting import eventually

#: For a run to notice that a node has gone, and to end: Ray itself takes half a minute to give a node up.
NODE_SECONDS = 150

ROUND: Json = {"env_vars": {"ROUND": "lost"}}


@pytest.fixture(autouse=True)
def whole(site: Site) -> Iterator[None]:
    """After each case one run of the site brings everything back, and a second one finds nothing to do."""
    yield
    again = site.run()
    assert again.rc == 0, again.output
    assert site.run().changes == set()


class UnderWay:
    """A deploy that has handed its config to Serve, and has not ended."""

    def __init__(self, site: Site, head: t.Any, inventory: Path, directory: Path) -> None:
        config = own(inventory)
        runtime_env = {**config["applications"][0]["runtime_env"], **ROUND}
        before = deployed(head)["numerals"][1]
        self.site = site.of("deploy")
        arguments = given(directory, changed(config, runtime_env=runtime_env))
        self.process = self.site.start(*arguments, "-e", "ray_rehearse=false", "-e", because("lost in the middle"))
        eventually(lambda: deployed(head)["numerals"][1] != before, within=90, what="the config is handed to Serve")
        assert self.process.poll() is None

    def ended(self) -> Run:
        output = self.process.communicate(timeout=NODE_SECONDS)[0]
        return Run(self.process.returncode, output, {})


@pytest.fixture
def under_way(site: Site, head: t.Any, inventory: Path, tmp_path: Path) -> t.Callable[[], UnderWay]:
    return lambda: UnderWay(site, head, inventory, tmp_path)


def test_the_run_is_killed_between_its_put_and_its_record(
    under_way: t.Callable[[], UnderWay], cases: Cases, site: Site, head: t.Any
) -> None:
    with cases.case("the run is killed") as case:
        run = under_way()
        case.cause()
        site.kill(run.process)
        # The next one waits for what is left of it on the head, and deploys its own config.
        well = site.of("deploy").run("-e", because("the one after"))
    assert well.rc == 0, well.output
    assert case.lost() == 0, case
    assert "env_vars" not in deployed(head)["numerals"][2]["runtime_env"]
    last = site.of("status").run().report["deploys"][-2:]
    assert last[0]["why"] == "lost in the middle" and last[0]["result"] in ("good", "cut off")
    assert (last[1]["why"], last[1]["result"]) == ("the one after", "good")


def test_a_worker_is_lost(under_way: t.Callable[[], UnderWay], cases: Cases, cluster: TestCluster) -> None:
    with cases.case("a worker is lost") as case:
        run = under_way()
        case.cause()
        with cluster.cut("worker1"):
            run.ended()
    # What it was answering is lost with it; everything else is answered through the head.
    assert case.lost("numerals@head", "sizes@head") <= 10, case


def test_the_head_is_lost(under_way: t.Callable[[], UnderWay], cases: Cases, cluster: TestCluster) -> None:
    with cases.case("the head is lost") as case:
        run = under_way()
        case.cause()
        with cluster.cut("head"):
            assert run.ended().rc != 0
    assert case.lost("numerals@worker1", "sizes@worker1") <= 10, case


#: Its own command line has this text, which the pattern must not fit.
TAKE_PORT = """
import errno, os, signal, socket, subprocess, sys, time
taken = socket.socket()
# Connections that the proxy had are still waited for.
taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
while True:
    try:
        taken.bind(("0.0.0.0", 8000))
        break
    except OSError:
        subprocess.run(["pkill", "-KILL", "-f", "ray::[P]roxyActor"], check=False)
        time.sleep(0.02)
taken.listen(1)
open("/run/port-taken", "w").close()
signal.pause()
"""


def test_a_proxy_cannot_bind(
    cases: Cases, site: Site, head: t.Any, hosts: dict[str, t.Any], inventory: Path, tmp_path: Path
) -> None:
    worker = hosts["worker1"]
    config = given(tmp_path, changed(own(inventory), deployment={"max_ongoing_requests": 9}))
    worker.check_output("rm -f /run/port-taken; systemd-run --unit take-port --collect python3 -c %s", TAKE_PORT)
    try:
        eventually(lambda: worker.file("/run/port-taken").exists, within=60, what="the port is taken")
        with cases.case("a proxy cannot bind") as case:
            run = site.of("deploy").run(*config, "-e", because("a port"))
    finally:
        worker.check_output("systemctl stop take-port")
    assert run.rc != 0, run.output
    assert "RC-492" in {failure["code"] for failure in run.report["failures"]}, run.output
    assert case.lost("numerals@head", "sizes@head") == 0, case
    assert case.seconds < 90, case


def test_the_heads_raylet_is_killed(cases: Cases, head: t.Any, targets: dict[str, tuple[str, str]]) -> None:
    with cases.case("all of the head's raylet is killed") as case:
        before = head.check_output("systemctl show raylet --property NRestarts")
        case.cause()
        head.check_output("systemctl kill --signal=KILL --kill-who=all raylet.service")
        eventually(
            lambda: head.check_output("systemctl show raylet --property NRestarts") != before,
            within=30,
            what="a restart",
        )
        eventually(lambda: deployed_or_none(head), within=60, what="Serve is back")
    assert case.lost("numerals@worker1", "sizes@worker1") == 0, case
    assert case.gap("numerals@head", "sizes@head") < RECOVERY, case


#: The head's proxy must answer again within so many seconds.
RECOVERY = 5.0


def deployed_or_none(head: t.Any) -> bool:
    """Whether every application runs, as far as the head can tell."""
    try:
        return all(each[0] == "RUNNING" for each in deployed(head).values())
    except AssertionError:
        return False
