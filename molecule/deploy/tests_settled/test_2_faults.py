# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way for a new version to be bad, really provoked under load: told soon and by its cause, and the old one serves on."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cluster.nodes import deployed
from tests.cluster.rollouts import Cases
from tests.cluster.serve_configs import Json, because, changed, given, own
from tests.cluster.site import Site

Change = t.Callable[[Json, dict[str, str]], Json]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a version.

    :param says: what the run's failure tells, by its code or in words.
    :param seconds: within which it must be told, on two cores that do all the work of the nodes.
    """

    change: Change
    says: str
    seconds: float
    arguments: tuple[str, ...] = ()


def faulty(fault: str, **deployment: t.Any) -> Change:
    return lambda config, images: changed(
        config,
        import_path="faulty:app",
        args={"fault": fault},
        runtime_env={"image_uri": images["faulty"]},
        deployment=deployment,
    )


def in_image(image: str) -> Change:
    return lambda config, images: changed(config, runtime_env={"image_uri": images.get(image, image)})


MISSING = "10.89.0.2:5000/numerals@sha256:" + "0" * 64

FAULTS = {
    "the image is not there": Fault(in_image(MISSING), "manifest unknown", 40),
    "the container dies": Fault(in_image("dying"), "RC-4", 90),
    "the constructor raises": Fault(faulty("raises"), "the model's file is damaged", 60),
    "the constructor hangs": Fault(faulty("hangs"), "STARTING", 90, ("-e", "ray_deploy_timeout=30")),
    "out of memory": Fault(faulty("memory"), "MemoryError", 60),
    "killed for its memory": Fault(faulty("killed"), "ActorDiedError", 60),
    "a resource that nobody has": Fault(
        faulty("", ray_actor_options={"resources": {"unobtainium": 1}}), "unobtainium", 60
    ),
    "the health check fails later": Fault(
        faulty("sick", health_check_period_s=1, health_check_timeout_s=1), "the model's device is gone", 60
    ),
    "a wrong answer": Fault(faulty("wrong"), "answers wrong", 60),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_version_is_told_and_met_by_nobody(
    name: str, site: Site, cases: Cases, images: dict[str, str], head: t.Any, inventory: Path, tmp_path: Path
) -> None:
    fault = FAULTS[name]
    config = given(tmp_path, fault.change(own(inventory), images))
    before = {application: each[2] for application, each in deployed(head).items()}
    with cases.case(name) as case:
        run = site.of("deploy").run(*config, *fault.arguments, "-e", because(name))
    assert run.rc != 0, run.output
    said = " ".join(failure["message"] for failure in run.report["failures"])
    assert fault.says in said, said
    assert case.seconds < fault.seconds, case
    assert case.lost() == 0, case
    after = {application: each[2] for application, each in deployed(head).items()}
    assert after == before
    assert site.of("deploy").run().changes == set()
