# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From containers to the hosts, back, and to the hosts again: one variable and one site run each, with nothing left over."""

from __future__ import annotations

import typing as t

from tests.cluster.answers import answers
from tests.cluster.site import Run, Site

ON_THE_HOST = ("-e", "ray_raylet_mode=host")

#: Names, owners and modes of all that a node keeps, but for the insides of stores, runtimes and Ray's memory; its accounts,
#: packages and units; root's images and containers.
KEPT = r"""
find /etc /home /opt /usr/local /var/lib/ray /var/lib/ray.containers /var/lib/systemd/linger/* /var/lib/containers/ray-user \
    \( -path '/home/ray/.local/share/containers/*' -o -path '/opt/ray/*' -o -path '/var/lib/ray/gcs/*/*' \
       -o -path '/var/lib/containers/ray-user/*' -o -name '*-' \) -prune -o -printf '%p %u:%g %m\n' 2>/dev/null | sort
cat /etc/passwd /etc/group /etc/subuid /etc/subgid /etc/systemd/system/raylet.service /etc/tmpfiles.d/raylet.conf
cat /var/lib/ray.containers/*.proof 2>/dev/null | sort
dpkg-query --show
systemctl list-unit-files --no-legend --type=service,socket,timer
podman images --format '{{.Repository}}:{{.Digest}}' | sort
podman ps --all --format '{{.Names}}' | sort
"""


def kept(hosts: dict[str, t.Any]) -> dict[str, list[str]]:
    return {name: host.run(KEPT).stdout.splitlines() for name, host in hosts.items()}


def different(now: dict[str, list[str]], before: dict[str, list[str]]) -> dict[str, list[str]]:
    """By host, the lines that only one of the two has."""
    told = {name: sorted(set(now[name]) ^ set(before[name])) for name in before}
    return {name: lines for name, lines in told.items() if lines}


def switched(site: Site, *arguments: str) -> Run:
    """One site run, which does what check mode said, and after which there is nothing to do."""
    predicted = site.run("--check", *arguments)
    assert predicted.rc == 0, predicted.output
    run = site.run(*arguments)
    assert run.rc == 0, run.output
    # The head begins with an empty memory there. Check mode asks the one that runs, which has the applications.
    unforeseen = {
        (host, step) for host, task, step in run.changes ^ predicted.changes if not task.startswith("Deploy ")
    }
    assert unforeseen == set()
    settled = site.run("--check", *arguments)
    assert (settled.rc, settled.changes) == (0, set()), settled.output
    return run


def test_one_variable_and_one_run_each_with_nothing_left_over(
    site: Site, hosts: dict[str, t.Any], applications: t.Any
) -> None:
    for host in hosts.values():
        # The spoilt images that another test has had refused.
        host.check_output("podman image prune --all --force")
    in_containers = kept(hosts)

    switched(site, *ON_THE_HOST)
    given = answers(applications)
    assert given and all(answer["in_container"] for answer in given.values())
    on_the_host = kept(hosts)
    for host in hosts.values():
        assert host.file("/opt/ray").is_directory
        assert not host.file("/var/lib/containers/ray-user").exists
        assert not host.file("/home/ray/.config/raylet").exists
        assert host.check_output("podman ps --all --quiet; podman images --quiet") == ""

    switched(site)
    assert answers(applications)
    assert different(kept(hosts), in_containers) == {}

    run = site.run(*ON_THE_HOST)
    assert run.rc == 0, run.output
    assert answers(applications)
    assert different(kept(hosts), on_the_host) == {}
