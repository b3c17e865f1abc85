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
