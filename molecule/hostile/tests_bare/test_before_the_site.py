# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Before the first site: what root has is noted, a witness looks on, and accounts that are traps are refused."""

from __future__ import annotations

import json
import os
import subprocess
import typing as t
from pathlib import Path

from tests.cluster import file_inventory, witness
from tests.cluster.adhoc import run_module
from tests.cluster.boundary import OWN_SECRET, TERRITORY, TO_BE_SEEN, secrets, under_attack
from tests.cluster.site import PROJECT, Site

#: An account that was there before the site, as an application would leave it behind.
TRAPS = """
useradd --create-home --uid 1000 ray
install -d -o ray -g ray /home/ray/.config /home/ray/.config/containers
ln -s /etc /home/ray/.ray
ln -s /etc/tmpfiles.d /home/ray/.config/containers/containers.conf.d
ln -s /etc/ld.so.conf.d /home/ray/.config/containers/registries.conf.d
mkfifo /home/ray/.config/containers/auth.json
chown --no-dereference ray:ray /home/ray/.ray /home/ray/.config/containers/*
useradd --home-dir / --no-create-home rooted
"""

#: Where they lead, and what is in there.
LED_TO = "stat -c '%n %U %a' / /etc /etc/tmpfiles.d /etc/ld.so.conf.d; ls -A /etc/tmpfiles.d /etc/ld.so.conf.d"

GONE = "loginctl disable-linger ray; systemctl stop user@1000.service; userdel --force --remove ray; userdel rooted"


def test_what_root_has_is_noted(hosts: dict[str, t.Any], inventory: Path) -> None:
    for host in hosts.values():
        for path, mode in (("/root/planted", "0600"), ("/etc/planted", "0644")):
            witness.put_text(host, path, OWN_SECRET if mode == "0600" else "for everybody\n")
            host.check_output(f"chmod {mode} {path}")
        witness.start(host, secrets(inventory))
        host.check_output("/usr/bin/python3 -c 'import time; time.sleep(2)' %s", TO_BE_SEEN)
        assert file_inventory.take(host, "bare", TERRITORY) > 1000


def test_a_host_with_another_key_is_not_spoken_to(inventory: Path, tmp_path: Path) -> None:
    """By the checkout's own settings: the worker's key is not the head's."""
    known = (inventory / ".secrets" / "known_hosts").read_text().splitlines()
    keys = [line.split(None, 1)[1] for line in known]
    others = "".join(f"{line.split()[0]} {key}\n" for line, key in zip(known, reversed(keys), strict=True))
    (tmp_path / "known_hosts").write_text(others)
    options = f"-o UserKnownHostsFile={tmp_path / 'known_hosts'} -o IdentitiesOnly=yes -o ControlPath=none"
    other = {"ansible_ssh_common_args": options}
    done = subprocess.run(
        [*("ansible", "-i", str(inventory), "all", "-m", "ansible.builtin.ping"), "-e", json.dumps(other)],
        cwd=PROJECT,
        env={**os.environ, "ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stdout.count("UNREACHABLE") == len(known)
    assert "Host key verification failed" in done.stdout


def test_an_account_with_traps_in_its_home_stops_the_site(hosts: dict[str, t.Any], site: Site) -> None:
    for host in hosts.values():
        host.check_output(TRAPS)
    before = {name: host.check_output(LED_TO) for name, host in hosts.items()}
    run = under_attack(site)
    assert run.rc != 0
    assert "[RC-391]" in run.output
    assert {name: host.check_output(LED_TO) for name, host in hosts.items()} == before


def test_an_account_that_is_at_home_in_the_root_directory_is_refused(hosts: dict[str, t.Any], inventory: Path) -> None:
    worker = hosts["worker1"]
    before = worker.check_output("stat -c '%U %a' /")
    outcome = run_module(inventory, "worker1", "rootless_podman", user="rooted", uid=1001)
    assert outcome.word == "FAILED"
    assert "[RC-332]" in outcome.output
    assert worker.check_output("stat -c '%U %a' /") == before


def test_the_accounts_go_and_leave_bare_nodes(hosts: dict[str, t.Any]) -> None:
    for host in hosts.values():
        host.run(GONE)
        assert not host.user("ray").exists
        assert not host.file("/home/ray").exists
