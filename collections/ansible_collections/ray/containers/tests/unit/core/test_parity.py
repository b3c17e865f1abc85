# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison of a node with its images."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import parity as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.parity import (
    ImageFacts,
    NodeFacts,
    compare,
    oci_architecture,
    table,
)
from ansible_collections.ray.containers.plugins.module_utils._core.parity_probe import (
    entrypoint_argv,
    facts_of,
    probe_argv,
    takes_commands,
)

NODE = NodeFacts("2.60.0", "b7f4259e944bf", "3.11.2", "amd64", 1000)
SAME = ImageFacts("amd64", "2.60.0", "b7f4259e944bf", "3.11.2", 1000, "/opt/ray/_private/workers/default_worker.py")


def test_the_same_has_no_difference() -> None:
    assert compare(NODE, {"a": SAME}) == ()


@pytest.mark.parametrize(
    ("image", "codes"),
    [
        (replace(SAME, ray_version="2.59.0"), ["RC-300"]),
        (replace(SAME, ray_version="2.59.0", ray_commit="other"), ["RC-300"]),
        (replace(SAME, ray_commit="other"), ["RC-301"]),
        (replace(SAME, ray_commit=""), []),
        (replace(SAME, python_version="3.11.3"), ["RC-302"]),
        (replace(SAME, architecture="arm64", ray_version=""), ["RC-303"]),
        (replace(SAME, user_id=0), ["RC-304"]),
        (replace(SAME, ray_version="", worker_path="", serves=False), ["RC-305"]),
        (replace(SAME, takes_commands=False), ["RC-306"]),
        (replace(SAME, serves=False), ["RC-307"]),
        (ImageFacts("amd64", failure="executable file not found", no_python=True), ["RC-308"]),
        (ImageFacts("amd64", failure="exit status 1"), ["RC-309"]),
        (replace(SAME, ray_commit="other", python_version="3.10.0"), ["RC-302", "RC-301"]),
    ],
)
def test_each_difference_has_its_code_and_errors_come_first(image: ImageFacts, codes: list[str]) -> None:
    assert [difference.entry.code for difference in compare(NODE, {"a": image})] == codes


def test_a_difference_tells_both_sides_and_what_to_change() -> None:
    (difference,) = compare(NODE, {"quay.io/a:1": replace(SAME, python_version="3.10.13")})
    assert difference.as_result() == {
        "code": "RC-302",
        "subject": "quay.io/a:1",
        "what": "Python",
        "node": "3.11.2",
        "image": "3.10.13",
        "severity": "error",
        "remedy": "Build quay.io/a:1 on Python 3.11.2, or set ray_python_version to 3.10.13 for the whole cluster",
    }


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (replace(SAME, user_id=0), "a has user id 0 and the node 1000 [RC-304]"),
        (replace(SAME, takes_commands=False), "a: the image's ENTRYPOINT does not run Ray's first command [RC-306]"),
        (ImageFacts("amd64", failure="exit 1"), "a: the image's python could not be asked (exit 1) [RC-309]"),
    ],
)
def test_a_difference_is_told_in_a_sentence(image: ImageFacts, sentence: str) -> None:
    assert [difference.sentence() for difference in compare(NODE, {"a": image})] == [sentence]


def test_the_table_begins_with_what_differs() -> None:
    images = {"quay.io/a:1": SAME, f"quay.io/b@sha256:{'1' * 64}": replace(SAME, user_id=1001)}
    lines = table("w1", NODE, images, compare(NODE, images))
    assert lines == [
        "                               user id  Ray     commit      Python  architecture",
        "node w1                        1000     2.60.0  b7f4259e94  3.11.2  amd64",
        "quay.io/b@sha256:111111111111  != 1001  2.60.0  b7f4259e94  3.11.2  amd64",
        "quay.io/a:1                    1000     2.60.0  b7f4259e94  3.11.2  amd64",
    ]


def test_the_table_shows_an_image_that_gave_no_answer() -> None:
    images = {"quay.io/a:1": ImageFacts("amd64", failure="it said nothing")}
    lines = table("w1", NODE, images, compare(NODE, images))
    assert lines[-1].split() == ["quay.io/a:1", "!=", "no", "answer", "?", "?", "amd64", "?"]


def test_the_probe_is_rays_own_command_without_its_volume() -> None:
    argv = probe_argv("quay.io/a:1")
    for option in (
        "--cgroup-manager=cgroupfs",
        "--network=host",
        "--pid=host",
        "--ipc=host",
        "--userns=keep-id",
        "--rm",
    ):
        assert option in argv
    assert argv[argv.index("--entrypoint") + 1 :][:3] == ("python", "quay.io/a:1", "-c")
    compile(argv[-1], "probe", "exec")


def test_the_command_through_the_entrypoint_is_rays_first() -> None:
    assert entrypoint_argv("quay.io/a:1")[-4:-1] == ("quay.io/a:1", "python", "-c")
    assert takes_commands("some banner\nray.containers was here\n")
    assert not takes_commands("python -c print('ray.containers was here')\n")


def test_the_answer_of_the_probe() -> None:
    told = {"python": "3.11.2", "uid": 1000, "ray": "2.60.0", "commit": "b7", "worker": "/w.py", "serve": True}
    facts = facts_of("amd64", f"a warning of python\n{json.dumps(told)}\n", "")
    assert facts == ImageFacts("amd64", "2.60.0", "b7", "3.11.2", 1000, "/w.py")


@pytest.mark.parametrize(
    ("errors", "no_python"),
    [
        ('Error: runc: exec failed: exec: "python": executable file not found in $PATH: OCI not found', True),
        ("Error: crun: executable file `python` not found in $PATH: No such file or directory", True),
        ("Error: something else", False),
        ("", False),
    ],
)
def test_an_image_that_gives_no_answer(errors: str, no_python: bool) -> None:
    facts = facts_of("amd64", "", errors)
    assert facts.failure and facts.no_python == no_python


def test_architectures_in_the_words_of_images() -> None:
    assert (oci_architecture("x86_64"), oci_architecture("riscv64")) == ("amd64", "riscv64")


def test_every_entry_has_its_own_code_within_the_family() -> None:
    codes = [entry.code for entry in catalogue.ENTRIES]
    assert len(set(codes)) == len(codes)
    assert all("RC-300" <= code <= "RC-330" for code in codes)
