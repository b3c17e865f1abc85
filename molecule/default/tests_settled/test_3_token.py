# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token has a guard: a run with another one, or with none, changes nothing and says where the right one may lie."""

from __future__ import annotations

import shutil
import subprocess
import typing as t
from pathlib import Path

import pytest

from tests.cluster.nodes import raylet_process, ssh_hosts
from tests.cluster.site import PROJECT, Run, Site

testinfra_hosts = list(ssh_hosts(Path(__file__).parents[1] / "inventory").values())

NAME = "ray_auth_token.head@10.96.0.10"


@pytest.fixture
def clone(inventory: Path, tmp_path: Path) -> Path:
    """The inventory as a colleague has it: with keys for SSH, and without what is never committed."""
    made = tmp_path / "inventory"
    shutil.copytree(inventory, made)
    for path in (made / ".secrets").glob("ray_auth_token*"):
        path.unlink()
    (made / ".secrets" / ".gitignore").unlink()
    return made


def raylets(hosts: dict[str, t.Any]) -> dict[str, dict[str, str]]:
    return {name: raylet_process(host) for name, host in hosts.items()}


def refused(run: Run, code: str) -> str:
    assert run.rc == 2, run.output
    assert run.changes == set()
    assert "0 changed in" in run.output
    (sentence,) = [line for line in run.output.splitlines() if line.startswith("FAILED head: ")]
    assert sentence.endswith(f"[{code}]")
    return sentence


@pytest.mark.parametrize("limit", [(), ("--limit", "worker1,localhost")])
def test_a_fresh_clone_is_refused_before_anything_is_touched(
    clone: Path, tmp_path: Path, hosts: dict[str, t.Any], limit: tuple[str, ...]
) -> None:
    before = raylets(hosts)
    # A node that would be changed if it were not for the token.
    run = Site(clone, tmp_path).run("-e", "ray_num_cpus=3", *limit)
    if limit:
        assert run.rc == 2 and run.changes == set()
        assert "[RC-244]" in run.output
    else:
        sentence = refused(run, "RC-244")
        assert f"there is no {clone}/.secrets/{NAME}" in sentence
    assert raylets(hosts) == before
    assert [path.name for path in (clone / ".secrets").glob("ray_auth_token*")] == []


def test_another_token_is_refused_and_neither_is_told(
    clone: Path, inventory: Path, tmp_path: Path, hosts: dict[str, t.Any]
) -> None:
    other = "another-token-that-nobody-has"
    (clone / ".secrets" / NAME).write_text(other)
    before = raylets(hosts)
    run = Site(clone, tmp_path).run("-vvvv")
    assert f"whose token is that of {clone}/.secrets/{NAME}: " in refused(run, "RC-243")
    assert raylets(hosts) == before
    assert other not in run.output
    assert (inventory / ".secrets" / NAME).read_text().strip() not in run.output


def test_the_command_that_the_refusal_names_brings_the_token(clone: Path, inventory: Path, tmp_path: Path) -> None:
    sentence = refused(Site(clone, tmp_path).run(), "RC-244")
    command = sentence[sentence.index("(umask 077;") :].removesuffix(". [RC-244]")
    done = subprocess.run(["bash", "-c", command], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    taken = clone / ".secrets" / NAME
    assert taken.read_text().strip() == (inventory / ".secrets" / NAME).read_text().strip()
    assert taken.stat().st_mode & 0o777 == 0o600
    run = Site(clone, tmp_path).run("--check")
    assert (run.rc, run.changes) == (0, set()), run.output


def test_a_file_of_an_earlier_release_keeps_working(clone: Path, inventory: Path, tmp_path: Path) -> None:
    shutil.copy(inventory / ".secrets" / NAME, clone / ".secrets" / "ray_auth_token")
    run = Site(clone, tmp_path).run()
    assert (run.rc, run.changes) == (0, set()), run.output
    assert (clone / ".secrets" / NAME).read_text() == (inventory / ".secrets" / NAME).read_text()
    assert "*" in (clone / ".secrets" / ".gitignore").read_text()
