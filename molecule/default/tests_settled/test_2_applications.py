# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both applications answer, each from inside its own container and image."""

from __future__ import annotations

import typing as t

from tests.cluster.answers import answers

Applications = dict[str, dict[str, t.Any]]


def test_there_are_two_and_both_run(applications: Applications) -> None:
    assert len(applications) == 2
    assert {application["status"] for application in applications.values()} == {"RUNNING"}


def test_each_answers_from_a_container_of_its_own(applications: Applications) -> None:
    given = answers(applications)
    assert given is not None
    assert all(answer["in_container"] for answer in given.values()), given
    assert len({str(answer["packages"]) for answer in given.values()}) == len(given), given


def test_images_are_pinned_to_digests(applications: Applications) -> None:
    images = {application["image"] for application in applications.values()}
    assert len(images) == len(applications)
    assert all("@sha256:" in image for image in images)
