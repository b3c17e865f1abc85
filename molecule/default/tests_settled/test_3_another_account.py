# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another account of a node comes at nothing of Ray's, whenever it tries; and what the site refuses of the Ray user."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
import testinfra

from tests.cluster.adhoc import run_module
from tests.cluster.another_account import PLANT, another_account, as_another, outcomes, state_of_temp_dir
from tests.cluster.answers import answers
from tests.cluster.nodes import TestCluster, raylet_process, ssh_hosts
from tests.cluster.site import Site
from tests.cluster.waiting import eventually

INVENTORY = Path(__file__).parents[1] / "inventory"
BACK_WITHIN = 180


@pytest.fixture(params=["head", "worker2"])
def node(request: pytest.FixtureRequest) -> Iterator[t.Any]:
    """A node that has another account."""
    host = testinfra.get_host(ssh_hosts(INVENTORY, request.param)[request.param])
    with another_account(host):
        yield host


def test_another_account_comes_at_nothing_while_ray_runs(node: t.Any) -> None:
    assert state_of_temp_dir(node) == "root 770"
    ended = outcomes(node)
    assert ended and 0 not in ended.values(), ended


def test_ray_itself_may_not_open_it(node: t.Any) -> None:
    assert "Operation not permitted" in node.run("runuser -u ray -- chmod 0777 /tmp/ray").stderr
    assert node.run("runuser -u ray -- touch /tmp/ray/session_latest/logs/mine").rc == 0


def test_what_it_made_before_ray_started_is_set_aside(applications: t.Any) -> None:
    worker = testinfra.get_host(ssh_hosts(INVENTORY, "worker2")["worker2"])
    with another_account(worker):
        worker.check_output("systemctl stop raylet; rm -rf /tmp/ray /tmp/ray-before.*")
        assert as_another(worker, PLANT).rc == 0
        worker.check_output("systemctl start raylet")
        assert state_of_temp_dir(worker) == "root 770"
        assert worker.check_output("ls /tmp/ray-before.*/ray/planted")
        assert "planted" not in worker.check_output("find /tmp/ray")
        eventually(
            lambda: worker.file("/tmp/ray/session_latest/sockets/raylet").exists,
            within=BACK_WITHIN,
            what="the raylet makes its session",
        )
        ended = outcomes(worker)
        assert ended and 0 not in ended.values(), ended
        worker.check_output("rm -rf /tmp/ray-before.*")
    eventually(lambda: answers(applications), within=BACK_WITHIN, what="both applications answer")


def test_after_a_reboot_it_is_closed_again(cluster: TestCluster, applications: t.Any) -> None:
    cluster.reboot("worker2")
    worker = testinfra.get_host(ssh_hosts(INVENTORY, "worker2")["worker2"])

    def ray_runs() -> bool:
        try:
            return bool(worker.file("/tmp/ray/session_latest").exists)
        except RuntimeError:
            # Its sshd is not up yet.
            return False

    eventually(ray_runs, within=BACK_WITHIN, what="Ray runs on worker2")
    assert state_of_temp_dir(worker) == "root 770"
    with another_account(worker):
        ended = outcomes(worker)
    assert ended and 0 not in ended.values(), ended
    eventually(lambda: answers(applications), within=BACK_WITHIN, what="both applications answer")


#: What makes the Ray user as good as root, how it is taken away again, and the code.
POWERS = {
    "RC-253": ("echo 'ray ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/ray", "rm /etc/sudoers.d/ray", "NOPASSWD: ALL"),
    "RC-254": ("groupadd docker; gpasswd --add ray docker", "groupdel docker", "group docker"),
    "RC-255": ("chown ray /usr/local/bin", "chown root /usr/local/bin", "/usr/local/bin"),
}


@pytest.mark.parametrize("code", POWERS)
def test_a_ray_user_that_can_become_root_is_refused(code: str, site: Site, head: t.Any) -> None:
    worker = testinfra.get_host(ssh_hosts(INVENTORY, "worker2")["worker2"])
    give, take, said = POWERS[code]
    before = raylet_process(worker), worker.check_output("stat -c %Z /home/ray/.config/containers/storage.conf")
    worker.check_output(give)
    try:
        run = site.run("--limit", "worker2,localhost")
        assert run.rc != 0, run.output
        assert f"[{code}]" in run.output
        assert said in run.output
        assert run.changes == set()
        check = site.run("--check", "--limit", "worker2,localhost")
        assert f"[{code}]" in check.output
        allowed = site.run("--limit", "worker2,localhost", "-e", "ray_user_privileged=allow")
        assert (allowed.rc, allowed.changes) == (0, set()), allowed.output
        assert said in allowed.output
    finally:
        worker.check_output(take)
    after = raylet_process(worker), worker.check_output("stat -c %Z /home/ray/.config/containers/storage.conf")
    assert after == before
    well = site.run("--limit", "worker2,localhost")
    assert (well.rc, well.changes) == (0, set()), well.output


def test_sudo_is_asked_when_something_has_changed_and_not_again(inventory: Path) -> None:
    parameters = {"home": "/home/ray", "registries": [{"location": "10.96.0.2:5000", "insecure": True}]}
    worker = testinfra.get_host(ssh_hosts(INVENTORY, "worker2")["worker2"])
    run_module(inventory, "worker2", "rootless_podman", **parameters)
    again = run_module(inventory, "worker2", "rootless_podman", **parameters)
    assert (again.result["changed"], again.result["actions"]) == (False, [])
    worker.check_output("echo '# nothing' > /etc/sudoers.d/none")
    try:
        asked = run_module(inventory, "worker2", "rootless_podman", **parameters)
    finally:
        worker.check_output("rm /etc/sudoers.d/none")
    assert "sudo -n -l -U ray" in asked.result["actions"]
    assert asked.result["changed"] is False
