# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison of a node with its images and with the head, and the table of it."""

from __future__ import annotations

import json
import typing as t
from dataclasses import replace

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import parity as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import (
    Application,
    ImageFacts,
    NodeFacts,
    oci_architecture,
)
from ansible_collections.ray.containers.plugins.module_utils._core.parity.probe import (
    MARK,
    facts_of,
    first_argv,
    probe_argv,
    probe_input,
)
from ansible_collections.ray.containers.plugins.plugin_utils._parity.comparison import (
    compare,
    compare_settings,
    compare_with_head,
)
from ansible_collections.ray.containers.plugins.plugin_utils._parity.table import Compared, table

LIBRARIES = {"protobuf": "7.36.2", "grpcio": "1.85.1", "pydantic": "2.14.3", "cloudpickle": "3.1.2"}
WORKER = "/opt/ray/_private/workers/default_worker.py"
NODE = NodeFacts("2.60.0", "b7f4259e944bf", "3.11.2", "amd64", 1000, LIBRARIES)
GPU_NODE = replace(NODE, gpus=2)
SAME = ImageFacts("amd64", "2.60.0", "b7f4259e944bf", "3.11.2", 1000, WORKER, home="/home/ray", libraries=LIBRARIES)
WHISPER = Application("whisper", "a", "whisper:app", gpus=True)


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
        (replace(SAME, user_id=0, is_ray_user=False), ["RC-304"]),
        (replace(SAME, user_id=0, writes=False, home="", is_ray_user=False), ["RC-304"]),
        (replace(SAME, user_id=1234), []),
        (replace(SAME, user_id=1234, writes=False), ["RC-321"]),
        (replace(SAME, ray_version="", worker_path="", serves=False), ["RC-305"]),
        (replace(SAME, worker_path=""), ["RC-305"]),
        (replace(SAME, takes_commands=False), ["RC-306"]),
        (replace(SAME, serves=False), ["RC-307"]),
        (replace(SAME, serves=False, imports={"whisper": "No module named 'fastapi'"}), ["RC-307"]),
        (ImageFacts("amd64", failure="executable file not found", no_python=True), ["RC-308"]),
        (ImageFacts("amd64", failure="exit status 1"), ["RC-309"]),
        (replace(SAME, first_path=WORKER), []),
        (replace(SAME, first_path="/opt/conda/default_worker.py"), ["RC-320"]),
        (replace(SAME, writes=False), ["RC-321"]),
        (replace(SAME, home=""), ["RC-322"]),
        (replace(SAME, imports={"whisper": ""}), []),
        (replace(SAME, imports={"whisper": "No module named 'whisper'"}), ["RC-323"]),
        (replace(SAME, libraries={**LIBRARIES, "protobuf": "7.1.0", "grpcio": "1.60.0", "pydantic": "2.5"}), []),
        (replace(SAME, libraries={**LIBRARIES, "protobuf": "6.36.2"}), ["RC-324"]),
        (replace(SAME, libraries={**LIBRARIES, "cloudpickle": "3.1.1"}), ["RC-324"]),
        (replace(SAME, libraries={}), []),
        (replace(SAME, ray_commit="other", python_version="3.10.0"), ["RC-302", "RC-301"]),
    ],
)
def test_each_difference_has_its_code_and_errors_come_first(image: ImageFacts, codes: list[str]) -> None:
    assert [difference.entry.code for difference in compare(NODE, {"a": image})] == codes


@pytest.mark.parametrize(
    ("node", "image", "codes"),
    [
        (GPU_NODE, replace(SAME, gpus=2, cuda="12.4", driver="12.6"), []),
        (GPU_NODE, replace(SAME, gpus=2, cuda="12.9", driver="12.6"), []),
        (GPU_NODE, replace(SAME, gpus=2, cuda="13.0", driver="12.6"), ["RC-326"]),
        (GPU_NODE, replace(SAME, gpus=0, cuda="12.4"), ["RC-325"]),
        (GPU_NODE, replace(SAME, gpus=2), ["RC-326"]),
        # A node without devices cannot say whether the container would get one: Ray starts the application elsewhere.
        (NODE, replace(SAME, cuda="12.4"), []),
        (NODE, replace(SAME, gpus=0, cuda="12.4"), []),
        (NODE, SAME, ["RC-326"]),
    ],
)
def test_who_asks_for_gpus_must_get_them(node: NodeFacts, image: ImageFacts, codes: list[str]) -> None:
    assert [difference.entry.code for difference in compare(node, {"a": image}, [WHISPER])] == codes
    assert compare(node, {"a": image}, [replace(WHISPER, gpus=False)]) == ()


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        ({}, []),
        ({"ray_version": "2.60.0", "python_version": "3.11.2", "ray_commit": "b7f4259e944bf"}, []),
        ({"ray_version": "2.59.0", "python_version": "3.11.2", "ray_commit": "other"}, ["RC-327"]),
        ({"ray_version": "2.60.0", "python_version": "3.11.9", "ray_commit": ""}, ["RC-327"]),
        ({"ray_version": "2.60.0", "python_version": "3.11.2", "ray_commit": "other"}, ["RC-301"]),
    ],
)
def test_a_node_is_compared_with_the_head(head: dict[str, str], codes: list[str]) -> None:
    found = compare_with_head("worker1", NODE, head)
    assert [difference.entry.code for difference in found] == codes
    assert all(difference.subject == "node worker1" and "the head" in difference.evidence for difference in found)


@pytest.mark.parametrize(
    ("mine", "head", "codes", "told"),
    [
        ({}, {}, [], ""),
        ({"ray_port": 6379}, {"ray_port": 6379}, [], ""),
        ({"ray_port": 6380}, {"ray_port": 6379}, ["RC-328"], "ray_port: 6380 here, 6379 on the head"),
        ({"ray_auth_token": "hunter2"}, {"ray_auth_token": "hunter3"}, ["RC-328"], "(ray_auth_token)"),
        ({"ray_uid": 1001}, {"ray_uid": 1000}, ["RC-329"], "ray_uid: 1001 here, 1000 on the head"),
        (
            {"ray_environment": {"RAY_A": "hunter2", "RAY_B": "1"}},
            {"ray_environment": {"RAY_B": "1", "RAY_C": "hunter3"}},
            ["RC-329"],
            "(ray_environment: RAY_A, RAY_C)",
        ),
        ({"ray_environment": {"RAY_A": "hunter2"}}, {"ray_environment": None}, ["RC-329"], "(ray_environment)"),
        ({"ray_uid": 1, "ray_port": 2}, {"ray_uid": 2, "ray_port": 1}, ["RC-328", "RC-329"], ""),
    ],
)
def test_a_nodes_variables_are_compared_with_the_heads(
    mine: dict[str, t.Any], head: dict[str, t.Any], codes: list[str], told: str
) -> None:
    found = compare_settings("worker1", mine, head)
    assert [difference.entry.code for difference in found] == codes
    said = str([difference.as_result() for difference in found])
    assert told in said and "hunter" not in said


def test_a_difference_tells_both_sides_and_what_to_change() -> None:
    (difference,) = compare(NODE, {"quay.io/a:1": replace(SAME, python_version="3.10.13")})
    assert difference.as_result() == {
        "code": "RC-302",
        "severity": "error",
        "subject": "quay.io/a:1",
        "what": "Python",
        "found": "3.10.13",
        "wanted": "3.11.2",
        "evidence": "it has Python 3.10.13, the node 3.11.2",
        "cause": catalogue.PYTHON_VERSION.cause,
        "remedy": "Build quay.io/a:1 FROM an image with Python 3.11.2, such as docker.io/library/python:3.11.2-slim with "
        "ray[serve] installed, or set ray_python_version to 3.10.13 for the whole cluster",
    }
    (difference,) = compare(NODE, {"a": replace(SAME, ray_version="2.59.0")})
    assert "BASE_IMAGE=docker.io/rayproject/ray:2.60.0-py311, or set ray_version to 2.59.0" in difference.remedy


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (replace(SAME, user_id=0, is_ray_user=False), "a: it has user id 0, the node 1000 [RC-304]"),
        (replace(SAME, takes_commands=False), "a: the image's ENTRYPOINT does not run Ray's first command [RC-306]"),
        (ImageFacts("amd64", failure="exit 1"), "a: the image's python could not be asked (exit 1) [RC-309]"),
        (
            replace(SAME, imports={"whisper": "No module named 'x'"}),
            "a: the application cannot be imported in its image (whisper: No module named 'x') [RC-323]",
        ),
    ],
)
def test_a_difference_is_told_in_a_sentence(image: ImageFacts, sentence: str) -> None:
    assert [difference.sentence() for difference in compare(NODE, {"a": image})] == [sentence]


def compared(
    name: str, node: NodeFacts, images: t.Mapping[str, ImageFacts], head: t.Mapping[str, t.Any] | None = None
) -> Compared:
    found = (*compare(node, images), *compare_with_head(name, node, head or {}))
    return Compared(name, node, images, {(difference.subject, difference.what) for difference in found})


def test_the_table_begins_with_what_differs() -> None:
    images = {"quay.io/a:1": SAME, f"quay.io/b@sha256:{'1' * 64}": replace(SAME, user_id=1001, is_ray_user=False)}
    assert table([compared("w1", NODE, images)]) == [
        "                               user id  Ray     commit      Python  architecture",
        "node w1                        1000     2.60.0  b7f4259e94  3.11.2  amd64",
        "quay.io/b@sha256:111111111111  != 1001  2.60.0  b7f4259e94  3.11.2  amd64",
        "quay.io/a:1                    1000     2.60.0  b7f4259e94  3.11.2  amd64",
    ]


def test_nodes_and_images_that_are_alike_share_a_row() -> None:
    other = replace(NODE, python_version="3.11.9")
    head = {"ray_version": "2.60.0", "python_version": "3.11.2"}
    nodes = [
        compared("w1", NODE, {"a": SAME}, head),
        compared("w2", NODE, {"a": SAME}, head),
        compared("w3", other, {"a": SAME}, head),
    ]
    assert table(nodes) == [
        "              Python     Ray     commit      architecture  user id",
        "node w3       != 3.11.9  2.60.0  b7f4259e94  amd64         1000",
        "nodes w1, w2  3.11.2     2.60.0  b7f4259e94  amd64         1000",
        "a on w3       != 3.11.2  2.60.0  b7f4259e94  amd64         1000",
        "a on w1, w2   3.11.2     2.60.0  b7f4259e94  amd64         1000",
    ]
    assert len(table(nodes[:2])) == 3


def test_the_table_shows_an_image_that_gave_no_answer() -> None:
    lines = table([compared("w1", NODE, {"quay.io/a:1": ImageFacts("amd64", failure="it said nothing")})])
    assert lines[-1].split() == ["quay.io/a:1", "!=", "no", "answer", "?", "?", "amd64", "?"]


def test_an_image_that_was_not_asked_shows_its_architecture_alone() -> None:
    lines = table([compared("w1", NODE, {"quay.io/a:1": ImageFacts("arm64")})])
    assert lines[-1].split() == ["quay.io/a:1", "!=", "arm64", "?", "?", "?", "?"]


def test_a_path_or_a_message_is_not_squeezed_into_the_table() -> None:
    images = {
        "a": replace(SAME, first_path="/opt/conda/w.py"),
        "b": replace(SAME, imports={"b": "No module named 'x'"}),
    }
    lines = table([compared("w1", NODE, images)])
    assert lines[0].split()[:2] == ["worker", "import"]
    assert [line.split()[:4] for line in lines[2:]] == [["a", "!=", "other", "yes"], ["b", "yes", "!=", "no"]]


def test_the_probe_is_rays_own_command() -> None:
    argv = probe_argv("quay.io/a:1", "/scratch")
    for option in ("--cgroup-manager=cgroupfs", "--network=host", "--pid=host", "--ipc=host", "--userns=keep-id"):
        assert option in argv
    assert argv[argv.index("-v") + 1] == "/scratch:/tmp/ray"
    assert argv[argv.index("--entrypoint") + 1 :][:3] == ("python", "quay.io/a:1", "-c")


def test_the_command_through_the_entrypoint_is_rays_first() -> None:
    argv = first_argv("quay.io/a:1", "/scratch")
    assert argv[:2] == ("run", "--rm") and argv[-6:-1] == ("-v", "/scratch:/shared:Z", "quay.io/a:1", "python", "-c")
    compile(argv[-1], "first", "exec")


def test_what_the_probe_reads_holds_its_programs_and_what_is_to_be_imported() -> None:
    asked = json.loads(
        probe_input(
            [replace(WHISPER, variables={"A": "b"}, args={"size": 1}), Application("x", "a")], "/home/ray", True, 60.0
        )
    )
    assert asked["imports"] == {"whisper": ["whisper:app", {"A": "b"}, {"size": 1}]}
    assert (asked["directory"], asked["gpus"], asked["seconds"]) == ("/home/ray", True, 54)
    several = [Application(name, "a", "x:y") for name in "abc"]
    assert json.loads(probe_input(several, "/", False, 60.0))["seconds"] == 18
    for program in ("program", "importer"):
        compile(asked[program], program, "exec")


TOLD: dict[str, t.Any] = {
    "python_version": "3.11.2",
    "user_id": 1000,
    "ray_version": "2.60.0",
    "ray_commit": "b7",
    "worker_path": "/w.py",
    "serves": True,
    "imports": {},
}


def test_the_answer_of_the_probe() -> None:
    facts = facts_of("amd64", f"a warning of python\n\n{MARK}{json.dumps(TOLD)}\n", "")
    assert facts == ImageFacts("amd64", "2.60.0", "b7", "3.11.2", 1000, "/w.py")


def test_an_import_that_fails_for_want_of_serve_is_told_apart() -> None:
    imports = {"a": ["import", "KeyError: 'A'"], "b": ["serve", "No module named 'starlette'"], "c": ["", ""]}
    facts = facts_of("amd64", MARK + json.dumps({**TOLD, "imports": imports}), "")
    assert facts.imports == {"a": "KeyError: 'A'", "b": "No module named 'starlette'", "c": ""}
    assert not facts.serves


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
    assert all("RC-300" <= code <= "RC-329" for code in codes)
