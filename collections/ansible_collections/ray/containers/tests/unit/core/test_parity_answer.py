# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an image says of itself has the form that it must have, or is told as what it is: no answer."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.images.store import StoreFiles, stored_images
from ansible_collections.ray.containers.plugins.module_utils._core.parity.answer import NO_PATH, read_path
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import ImageFacts
from ansible_collections.ray.containers.plugins.module_utils._core.parity.probe import (
    MARK,
    facts_of,
    with_first_answer,
)

TOLD: dict[str, t.Any] = {
    "python_version": "3.11.2",
    "user_id": 1000,
    "ray_version": "3.0.0.dev0+cu121",
    "ray_commit": "{{RAY_COMMIT_SHA}}",
    "worker_path": "/opt/über uns/default_worker.py",
    "serves": True,
    "writes": False,
    "home": "/home/ray",
    "libraries": {"protobuf": "4.25.1", "cloudpickle": ""},
    "cuda": "12.1.1",
    "gpus": -1,
    "driver": "",
    "imports": {"whisper, deployment Model": ["import", "KeyError: 'A'"]},
}


def told(**changes: t.Any) -> ImageFacts:
    return facts_of("amd64", MARK + json.dumps({**TOLD, **changes}), "")


def test_what_has_its_form_is_taken() -> None:
    facts = told()
    assert not facts.failure
    assert {name: value for name, value in vars(facts).items() if name in TOLD and name != "imports"} == {
        name: value for name, value in TOLD.items() if name != "imports"
    }
    assert facts.imports == {"whisper, deployment Model": "KeyError: 'A'"}


NOT_IN_FORM: dict[str, list[t.Any]] = {
    "python_version": ["root:x:0:0", "3.11\n", "3" * 65, 3.11, None, ["3.11.2"], "\x1b[2J3"],
    "user_id": ["1000", -1, 2**32, True, 1.5, None],
    "ray_version": ["ray", " 2.60.0", "2.60.0;id"],
    "ray_commit": ["a" * 65, "a b", "-x"],
    "worker_path": ["w.py", "/w\npy", "/w\x1b]52;c;", "/" + "w" * 1024, 1, "/\udcff"],
    "home": ["~", "/\0", {}],
    "serves": [1, "yes", None],
    "writes": [1, "yes", None],
    "libraries": [[], {"a/b": "1"}, {"a": "x"}, {"a": 1}, {str(each): "1" for each in range(2001)}],
    "gpus": [-2, 5000, "1"],
    "cuda": ["x", "12 ", 12],
    "imports": [None, [], {"a": "x"}, {"a": ["x", "y"]}, {"a": ["", 1]}, {"a": ["", "x" * 401]}, {"x" * 513: ["", ""]}],
    # What no image tells.
    **{name: ["x"] for name in ("failure", "first_path", "architecture", "as_data", "__class__")},
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, all_of in NOT_IN_FORM.items() for value in all_of]
)
def test_what_has_not_is_no_answer(field: str, value: t.Any) -> None:
    facts = told(**{field: value})
    assert facts == ImageFacts("amd64", failure=facts.failure)
    assert facts.failure == f"what the image says of its {field} cannot be"


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "[]", "null", '"x"', "NaN", '{"imports": {}, ' + '"a": ' * 3])
def test_what_is_no_object_is_no_answer(text: str) -> None:
    facts = facts_of("amd64", MARK + text, "")
    assert facts == ImageFacts("amd64", failure="what the image says of itself is not in the form of an answer")


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("/opt/ray/default_worker.py\n", "/opt/ray/default_worker.py"),
        *(
            (text, NO_PATH)
            for text in ("", "root:$6$x:19000::::::", "/a\nroot:x", "a/b", "/" + "x" * 1024, "/\x1b[31m", "/\udcff")
        ),
    ],
)
def test_the_path_that_an_image_writes(written: str, path: str) -> None:
    assert read_path(written) == path
    facts = with_first_answer(ImageFacts("amd64", worker_path="/w.py"), written)
    assert (facts.takes_commands, facts.first_path) == (True, path)
    assert not with_first_answer(facts, None).takes_commands


@pytest.mark.parametrize(
    ("images", "layers"),
    [
        ("[" * 100_000, "[]"),
        ('[{"id": "--all"}]', "[]"),
        ('[{"id": "' + "a" * 64 + '", "names": [1]}]', "[]"),
        ('{"a": 1}', "[]"),
        ("[]", '{"id": 1}'),
        ('[{"id": "' + "a" * 64 + '", "layer": []}]', "[]"),
        ('[{"id": "' + "a" * 64 + '", "big-data-sizes": {"a": "b"}}]', "[]"),
    ],
)
def test_the_files_of_a_store_may_say_anything(images: str, layers: str) -> None:
    with pytest.raises(ValueError):
        stored_images(StoreFiles(images, layers), None)


def test_layers_that_are_each_others_parents_come_to_an_end() -> None:
    layers = [{"id": "1", "parent": "2", "diff-size": 1}, {"id": "2", "parent": "1", "diff-size": 2}]
    files = StoreFiles(json.dumps([{"id": "a" * 64, "layer": "1"}]), json.dumps(layers))
    assert stored_images(files, None)[0].size == 3


DEPLOYMENT: dict[str, t.Any] = {
    "needs": [{"CPU": 0.5}],
    "replicas": 1,
    "scales": False,
    "gang": False,
    "surges": True,
    "checks": False,
}


NO_NEEDS: list[t.Any] = [{}, ["CPU"], [{"CPU": "1"}], [{"CPU": -1}]]


def test_deployments_in_their_form_are_taken() -> None:
    assert told(deployments={"whisper": {"Model": DEPLOYMENT}}).deployments == {"whisper": {"Model": DEPLOYMENT}}


@pytest.mark.parametrize(
    "deployments",
    [
        *([], "whisper", {"whisper": []}, {"whisper": {"Model": []}}, {"whisper": {"Model": {}}}, {"whi\x1b[2J": {}}),
        {"whisper": {"Mo\ndel": DEPLOYMENT}},
        {"whisper": {"M" * 513: DEPLOYMENT}},
        *({"whisper": {"Model": {**DEPLOYMENT, "needs": needs}}} for needs in NO_NEEDS),
        *(
            {"whisper": {"Model": {**DEPLOYMENT, key: 1.5}}}
            for key in ("replicas", "scales", "gang", "surges", "checks")
        ),
        {"whisper": {"Model": {**DEPLOYMENT, "more": 1}}},
    ],
)
def test_others_are_as_good_as_unknown(deployments: t.Any) -> None:
    facts = told(deployments=deployments)
    assert not facts.failure and facts.deployments == {}
