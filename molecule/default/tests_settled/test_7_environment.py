# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment that the playbook explain tells is the one that the replicas' processes were started with."""

from __future__ import annotations

import typing as t
from pathlib import Path

import testinfra

from tests.cluster.nodes import app_environments, ssh_hosts
from tests.cluster.site import Site

INVENTORY = Path(__file__).parents[1] / "inventory"

#: Ray sets it when the process is there already.
SET_LATER = {"OMP_NUM_THREADS"}


def differences(environment: t.Mapping[str, t.Any], node: str, real: t.Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What a process has otherwise than one of the told environments says: name → told, real."""
    told = {
        variable["name"]: variable["value"]
        for variable in environment["variables"]
        if node in (variable["hosts"] or [node]) and variable["name"] not in SET_LATER
    }
    # Parentheses stand where only the node knows, and asterisks for secrets.
    known = {name: value for name, value in told.items() if "(" not in value and set(value) != {"*"}}
    assert set(told) - set(known) >= {"HOME", "RAY_JOB_ID", "RAY_NODE_ID", "RAY_RAYLET_PID"}
    return {
        name: (told.get(name, "nothing"), real.get(name, "nothing"))
        for name in {*told, *real}
        if name not in told or name not in real or known.get(name, real[name]) != real[name]
    }


def test_it_is_the_environment_of_every_process(site: Site, applications: t.Any) -> None:
    run = site.of("explain").run()
    assert run.rc == 0, run.output
    names = {application["image"]: name for name, application in applications.items()}
    compared = set()
    for node, spec in ssh_hosts(INVENTORY).items():
        for image, real in app_environments(testinfra.get_host(spec)):
            # A replica has its deployment's environment; the worker that imported the application has the application's.
            own = [each for each in run.report["environments"] if each["application"] == names[image]]
            found = [differences(environment, node, real) for environment in own]
            assert {} in found, (node, image, found)
            compared.add(names[image])
    assert compared == set(applications)


def test_an_application_that_is_not_there_is_answered_with_those_that_are(site: Site) -> None:
    run = site.of("explain").run("-e", "app=nowhere")
    assert run.rc != 0
    (failure,) = run.report["failures"]
    assert "There is no application nowhere" in failure["message"]
    assert "has numerals, sizes" in failure["message"]
