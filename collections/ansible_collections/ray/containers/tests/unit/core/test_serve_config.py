# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Serve config as a value: images, routes, merged environments, pinned copies."""

from __future__ import annotations

import copy
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig, merged, with_images

SHARED = {"image_uri": "r/a:1", "env_vars": {"A": "b"}}
DOCUMENT: dict[str, t.Any] = {
    "http_options": {"port": 8000},
    "applications": [
        {"name": "whisper", "import_path": "w:app", "route_prefix": "/whisper", "runtime_env": SHARED},
        {
            "import_path": "d:app",
            "runtime_env": SHARED,
            "deployments": [
                {"name": "plain"},
                {"name": "own", "ray_actor_options": {"runtime_env": {"image_uri": "localhost:5000/b"}}},
            ],
        },
        {"name": "handle", "import_path": "h:app", "route_prefix": None, "runtime_env": {"image_uri": 5}},
    ],
}


def test_images_in_the_order_of_the_file() -> None:
    images = ServeConfig.read(DOCUMENT).images
    assert [(image.application, image.deployment, str(image.reference), image.where) for image in images] == [
        ("whisper", "", "r/a:1", "applications[0].runtime_env.image_uri"),
        ("default", "", "r/a:1", "applications[1].runtime_env.image_uri"),
        (
            "default",
            "own",
            "localhost:5000/b",
            "applications[1].deployments[1].ray_actor_options.runtime_env.image_uri",
        ),
    ]
    assert [image.owner for image in images] == [
        "application whisper",
        "application default",
        "deployment own of application default",
    ]


NESTED: dict[str, t.Any] = {
    "applications": [
        {
            "name": "llm",
            "import_path": "ray.serve.llm:build_openai_app",
            "runtime_env": {"image_uri": "r/ingress:1", "env_vars": {"A": "1"}},
            "args": {
                "llm_configs": [{"runtime_env": {"image_uri": "r/vllm:1", "env_vars": {"B": "2"}}}, {"name": "x"}]
            },
            "deployments": [
                {
                    "name": "d",
                    "ray_actor_options": {"runtime_env": {"env_vars": {"C": "3"}}},
                    "deployment_actors": [
                        {
                            "name": "a",
                            "actor_class": "a:A",
                            "actor_options": {"runtime_env": {"image_uri": "r/actor:1"}},
                        }
                    ],
                }
            ],
        },
        {"name": "own", "import_path": "o:app", "args": {"deep": [[{"runtime_env": {"image_uri": "r/deep:1"}}]]}},
    ]
}


def test_images_that_stand_deeper_are_images_too() -> None:
    config = ServeConfig.read(NESTED)
    places = {
        "applications[0].runtime_env.image_uri": "r/ingress:1",
        "applications[0].args.llm_configs[0].runtime_env.image_uri": "r/vllm:1",
        "applications[0].deployments[0].deployment_actors[0].actor_options.runtime_env.image_uri": "r/actor:1",
        "applications[1].args.deep[0][0].runtime_env.image_uri": "r/deep:1",
    }
    assert {image.where: str(image.reference) for image in config.images} == places
    assert [image.owner for image in config.images] == [
        "application llm",
        "applications[0].args.llm_configs[0] (application llm)",
        "applications[0].deployments[0].deployment_actors[0].actor_options (deployment d of application llm)",
        "applications[1].args.deep[0][0] (application own)",
    ]
    pinned = with_images(config, {where: f"{reference}@pinned" for where, reference in places.items()})
    assert [str(pinned).count(f"{reference}@pinned") for reference in places.values()] == [1, 1, 1, 1]
    again = {image.where for image in ServeConfig.read(with_images(config, {})).images}
    assert again == set(places)


def test_what_stands_deeper_is_laid_over_what_is_above() -> None:
    llm, own = ServeConfig.read(NESTED).applications
    model, actor = llm.nested
    assert model.effective == {"image_uri": "r/vllm:1", "env_vars": {"A": "1", "B": "2"}}
    assert actor.effective == {"image_uri": "r/actor:1", "env_vars": {"A": "1", "C": "3"}}
    assert [each.by_ray for each in (*llm.nested, *own.nested)] == [True, True, False]


def test_data_of_any_depth_is_read() -> None:
    deep: t.Any = {"runtime_env": {"image_uri": "r/deep:1"}}
    for _level in range(5_000):
        deep = [deep]
    application = {"name": "a", "import_path": "a:b", "args": {"x": deep}}
    (image,) = ServeConfig.read({"applications": [application]}).images
    assert str(image.reference) == "r/deep:1"


def test_routes_written_and_by_default() -> None:
    assert ServeConfig.read(DOCUMENT).routes == {"whisper": "/whisper", "default": "/", "handle": None}


def test_a_pinned_copy_shares_nothing_with_the_file() -> None:
    before = copy.deepcopy(DOCUMENT)
    config = ServeConfig.read(DOCUMENT)
    pinned = with_images(config, {"applications[1].runtime_env.image_uri": "r/a@sha256:1"})
    assert pinned["applications"][1]["runtime_env"] == {"image_uri": "r/a@sha256:1", "env_vars": {"A": "b"}}
    assert pinned["applications"][0]["runtime_env"]["image_uri"] == "r/a:1"
    pinned["applications"][0]["runtime_env"]["env_vars"]["A"] = "changed"
    assert pinned["applications"][1]["runtime_env"]["env_vars"]["A"] == "b"
    assert before == DOCUMENT


def test_a_copy_without_pins_is_the_file() -> None:
    assert with_images(ServeConfig.read(DOCUMENT), {}) == DOCUMENT


@pytest.mark.parametrize(
    ("parent", "child", "expected"),
    [
        ({}, {}, {}),
        ({"image_uri": "a"}, {}, {"image_uri": "a"}),
        ({"image_uri": "a", "pip": []}, {"image_uri": "b"}, {"image_uri": "b", "pip": []}),
        (
            {"env_vars": {"A": "1", "B": "1"}},
            {"env_vars": {"B": "2", "C": "2"}},
            {"env_vars": {"A": "1", "B": "2", "C": "2"}},
        ),
        ({"env_vars": {"A": "1"}}, {"env_vars": None}, {"env_vars": {"A": "1"}}),
    ],
)
def test_merging_as_ray_does(parent: dict[str, t.Any], child: dict[str, t.Any], expected: dict[str, t.Any]) -> None:
    before = copy.deepcopy((parent, child))
    assert merged(parent, child) == expected
    assert (parent, child) == before
