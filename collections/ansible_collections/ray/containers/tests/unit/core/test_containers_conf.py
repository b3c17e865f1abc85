# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ray user's configuration of Podman."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry_auth import (
    merged_credentials,
    passwords,
)
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.containers_conf import (
    Limits,
    container_limits,
    containers_conf,
    registries_conf,
    storage_conf,
)

ALL = ~0
NO_SYS_RESOURCE = 0x1FFFEFFFFFF


@pytest.mark.parametrize(
    ("hard", "bounds", "expected"),
    [
        ({"nofile": 20000, "nproc": 20000}, ALL, None),
        ({"nofile": 20000, "nproc": 20000}, NO_SYS_RESOURCE, Limits(20000, 20000)),
        ({"nofile": 1048576, "nproc": None}, NO_SYS_RESOURCE, Limits(524288, None)),
        ({"nofile": None, "nproc": 4096}, NO_SYS_RESOURCE, Limits(524288, 4096)),
        ({}, NO_SYS_RESOURCE, Limits(524288, None)),
    ],
)
def test_limits_only_where_the_host_may_not_raise_them(
    hard: dict[str, int | None], bounds: int, expected: Limits | None
) -> None:
    assert container_limits(hard, bounds) == expected


def test_storage_conf() -> None:
    text = storage_conf(graph_root="/home/ray/store", run_root="/run/user/1000/containers")
    assert 'driver = "overlay"\ngraphroot = "/home/ray/store"\nrunroot = "/run/user/1000/containers"\n' in text
    assert "mount_program" not in text
    fuse = storage_conf(graph_root="/g", run_root="/r", mount_program="/usr/bin/fuse-overlayfs")
    assert '[storage.options.overlay]\nmount_program = "/usr/bin/fuse-overlayfs"\n' in fuse


def test_containers_conf() -> None:
    text = containers_conf(runtime="runc", limits=Limits(20000, None))
    containers, engine = text.split("[engine]")
    assert 'default_ulimits = ["nofile=20000:20000"]' in containers
    assert 'netns = "host"' in containers
    assert 'runtime = "runc"' in engine
    assert 'cgroup_manager = "cgroupfs"' in engine
    assert "ulimits" not in containers_conf(runtime="crun", limits=None)


def test_registries_conf_names_the_insecure_ones() -> None:
    text = registries_conf(
        [Registry("b:5000", insecure=True), Registry("c.example"), Registry("a:5000", insecure=True)]
    )
    assert text.index('"a:5000"') < text.index('"b:5000"')
    assert text.count("insecure = true") == 2
    assert "c.example" not in text
    assert registries_conf([Registry("c.example")]) == ""


def test_credentials_are_merged() -> None:
    first = json.dumps({"auths": {"a": {"auth": "1"}}})
    second = {"auths": {"b": {"auth": "2"}}, "credHelpers": {"c": "ecr-login"}}
    merged = json.loads(merged_credentials([first, second]))
    assert merged == {"auths": {"a": {"auth": "1"}, "b": {"auth": "2"}}, "credHelpers": {"c": "ecr-login"}}
    helpers = {"credHelpers": {"d": "gcloud"}}
    assert json.loads(merged_credentials(helpers)) == {"auths": {}, **helpers}
    assert json.loads(merged_credentials([second, helpers]))["credHelpers"] == {"c": "ecr-login", "d": "gcloud"}
    assert passwords(merged_credentials(helpers)) == frozenset()
    assert merged_credentials(first) == merged_credentials([json.loads(first)])
    assert merged_credentials(None) == merged_credentials([]) == merged_credentials("") == ""


@pytest.mark.parametrize(
    "document",
    [
        "{topsecret",
        '"topsecret"',
        {"auth": "topsecret"},
        {"auths": "topsecret"},
        [7],
        {"credHelpers": "topsecret"},
        {"credsStore": "topsecret"},
    ],
)
def test_bad_credentials_are_told_without_being_shown(document: t.Any) -> None:
    with pytest.raises(OperatorError) as raised:
        merged_credentials(document)
    assert raised.value.code == "RC-362"
    assert "topsecret" not in str(raised.value)
    assert raised.value.__context__ is None
