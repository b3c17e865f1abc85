# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three failures of Ray's guide: each is real on these nodes, and each is refused before a host is touched."""

from __future__ import annotations

import json
import typing as t

from tests.cluster.answers import answers
from tests.cluster.raylet_container import containers_of_raylet, others_words, outer_container, processes, start_words
from tests.cluster.site import Site

#: What an operator adds, and the code under which it is refused.
REFUSED = {
    "--privileged=false": "RC-239",
    "--cap-drop=SETUID": "RC-239",
    "--tmpfs=/var/lib/containers": "RC-240",
    "--volume=/srv:/var/lib/containers": "RC-240",
    "--user=0": "RC-241",
}
REMEDIES = {
    "RC-239": "--privileged is what Ray's guide asks for",
    "RC-240": "mount to another place in the container",
    "RC-241": "set ray_user and ray_uid",
}


def test_all_are_refused_with_their_remedies_before_a_host_is_touched(
    site: Site, hosts: dict[str, t.Any], applications: t.Any
) -> None:
    before = {name: processes(host) for name, host in hosts.items()}
    run = site.run("-e", json.dumps({"ray_raylet_options": list(REFUSED)}))
    assert run.rc != 0
    assert {failure["host"] for failure in run.report["failures"]} == {"localhost"}
    assert run.report["nodes"] == []
    found = {(finding["where"], finding["code"]) for finding in run.report["findings"]}
    assert found == {
        (f"ray_raylet_options[{number}] of {host}", code)
        for number, code in enumerate(REFUSED.values())
        for host in hosts
    }
    assert all(REMEDIES[finding["code"]] in finding["remedy"] for finding in run.report["findings"])
    assert all(f"[{code}]" in run.output for code in REMEDIES)
    assert {name: processes(host) for name, host in hosts.items()} == before
    assert answers(applications)


def command_of_ray(image: str) -> str:
    """What Ray runs first of all for an application, in the raylet's container."""
    return (
        'mkdir -m 0700 -p "$XDG_RUNTIME_DIR"; podman run --rm --cgroup-manager=cgroupfs --network=host --pid=host '
        f"--ipc=host --userns=keep-id -v /tmp/ray:/tmp/ray --entrypoint python {image} -c 'print(6 * 7)'"
    )


def tried(host: t.Any, **changed: str) -> t.Any:
    """Ray's command in a container like the raylet's; the raylet itself goes on."""
    application = next(image for image in containers_of_raylet(host))
    script = changed.pop("script", "") or command_of_ray(application)
    words = start_words(host)
    return host.run(others_words(words, "like-raylet", outer_container(host)["ImageName"], script, **changed))


def test_with_everything_it_works(hosts: dict[str, t.Any]) -> None:
    done = tried(hosts["worker1"])
    assert (done.rc, done.stdout.strip()) == (0, "42"), done.stderr


def test_without_privileges_no_container_can_be_made(hosts: dict[str, t.Any]) -> None:
    done = tried(hosts["worker1"], without="--privileged")
    assert done.rc != 0
    assert "operation not permitted" in done.stderr.lower()


def test_without_the_volume_there_is_no_store(hosts: dict[str, t.Any]) -> None:
    done = tried(hosts["worker1"], without="--volume=/var/lib/containers")
    assert done.rc != 0
    assert "/var/lib/containers" in done.stderr


def test_another_user_may_not_write_below_tmp_ray(hosts: dict[str, t.Any]) -> None:
    script = "id --user; echo >> /tmp/ray/session_latest/logs/raylet.out"
    host = hosts["worker1"]
    words = [word.replace("--user=1000:1000", "--user=1001:1001") for word in start_words(host)]
    done = host.run(others_words(words, "like-raylet", outer_container(host)["ImageName"], script))
    assert done.stdout.strip() == "1001"
    assert done.rc != 0
    assert "/tmp/ray/session_latest/logs/raylet.out: Permission denied" in done.stderr
