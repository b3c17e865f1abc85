# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When an image is built, and when it is pushed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.images.build_plan import (
    BUILD_LABEL,
    BuildImage,
    BuildInput,
    BuildObserved,
    BuildSpec,
    InspectedImage,
    build_argv,
    build_environment,
    fingerprint,
    inspected,
    last_lines,
    plan_build,
)
from ansible_collections.ray.containers.plugins.module_utils._core.images.push_plan import (
    PushObserved,
    PushSpec,
    RegistryImage,
    config_digest,
    plan_push,
    push_argv,
)
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference

DATA = Path(__file__).resolve().parents[1] / "data" / "podman-4.3.1"
REFERENCE = ImageReference.parse("quay.io/a/whisper:1")
SPEC = BuildSpec(REFERENCE, "/srv/whisper", "/srv/whisper/Containerfile", build_args={"V": "1"})
GIVEN = BuildInput("FROM quay.io/base:1\n", "digest")
BASE = InspectedImage("b", ("quay.io/base:1",), {}, ("sha256:1", "sha256:2"))
BUILT = InspectedImage(
    "i", (str(REFERENCE),), {BUILD_LABEL: fingerprint(SPEC, GIVEN)}, ("sha256:1", "sha256:2", "sha256:3")
)
DIGEST = "sha256:" + "0123456789abcdef" * 4


def why(observed: BuildObserved, spec: BuildSpec = SPEC) -> str:
    steps = plan_build(spec, observed).steps
    return steps[0].summary.rpartition(": ")[2] if steps else ""


def test_an_image_that_was_made_of_the_same_is_not_built() -> None:
    assert why(BuildObserved(GIVEN, BUILT, BASE)) == ""
    assert why(BuildObserved(GIVEN, BUILT, None)) == ""


@pytest.mark.parametrize(
    ("observed", "reason"),
    [
        (BuildObserved(GIVEN, None, None), "it is not in the store"),
        (BuildObserved(GIVEN, replace(BUILT, labels={}), BASE), "was not built by this module"),
        (BuildObserved(replace(GIVEN, context_digest="x"), BUILT, BASE), "have changed"),
        (BuildObserved(replace(GIVEN, containerfile="x"), BUILT, BASE), "have changed"),
        (BuildObserved(GIVEN, BUILT, replace(BASE, layers=("sha256:9",))), "its base image has changed"),
    ],
)
def test_an_image_is_built_for_a_reason(observed: BuildObserved, reason: str) -> None:
    assert reason in why(observed)


@pytest.mark.parametrize(
    ("spec", "built"),
    [
        (replace(SPEC, build_args={"V": "2"}), True),
        (replace(SPEC, labels={"a": "b"}), True),
        (replace(SPEC, target="node"), True),
        (replace(SPEC, volumes=("/etc/ssl/certs:/etc/ssl/certs:ro",)), False),
        (replace(SPEC, network="none"), False),
    ],
)
def test_arguments_and_labels_make_another_image_and_what_is_lent_does_not(spec: BuildSpec, built: bool) -> None:
    assert bool(why(BuildObserved(GIVEN, BUILT, BASE), spec)) == built


def test_the_command_of_a_build() -> None:
    spec = replace(SPEC, labels={"a": "b"}, volumes=("/x:/x:ro",), target="node")
    assert build_argv(BuildImage(spec, "f00")) == (
        *("build", "--network=host", "--layers", "--label=ray.containers.build=f00", "--label=a=b", "--build-arg=V"),
        *("--volume=/x:/x:ro", "--target=node", "--tag=quay.io/a/whisper:1"),
        *("--file=/srv/whisper/Containerfile", "/srv/whisper"),
    )


def test_arguments_are_given_by_the_environment_where_podman_itself_does_not_obey_it() -> None:
    arguments = {"TOKEN": "hunter2", "PATH": "/opt/bin", "https_proxy": "http://p:1", "XDG_X": "y"}
    spec = replace(SPEC, build_args=arguments)
    assert build_environment(spec) == {"TOKEN": "hunter2"}
    written = [word for word in build_argv(BuildImage(spec, "f00")) if word.startswith("--build-arg")]
    assert written == [
        *(
            "--build-arg=PATH=/opt/bin",
            "--build-arg=TOKEN",
            "--build-arg=XDG_X=y",
            "--build-arg=https_proxy=http://p:1",
        ),
    ]


def test_an_image_without_a_target_is_known_by_the_digest_that_it_was_built_with_before_there_were_targets() -> None:
    assert fingerprint(SPEC, GIVEN) == "3f9bd8b5bcc2fbee7dc422036ddc07b750178ab90fe44cd5dd2c753eff927588"


def test_what_podman_says_of_an_image() -> None:
    (image,) = inspected(json.loads((DATA / "image-inspect.json").read_text()))
    assert image.id.startswith("ee2f19c8760e")
    assert "10.98.0.1:5000/d-small:root" in image.names
    assert len(image.layers) == 2


def test_the_end_of_a_build() -> None:
    assert last_lines("a\n\nb\n", "Error: c\n", 2) == "b\nError: c"


PUSH = PushSpec(REFERENCE, REFERENCE)


@pytest.mark.parametrize(
    ("observed", "reason"),
    [
        (PushObserved("i", RegistryImage(DIGEST, "i")), ""),
        (PushObserved("i", RegistryImage(DIGEST, "other")), "the registry holds another image under this name"),
        (PushObserved("i", RegistryImage(DIGEST, "")), "the registry holds another image under this name"),
        (PushObserved("", RegistryImage(DIGEST, "")), "the registry holds another image under this name"),
        (PushObserved("i", None), "the registry is not known to hold it"),
        (PushObserved("", None), "the registry is not known to hold it"),
    ],
)
def test_an_image_is_pushed_unless_the_registry_holds_it(observed: PushObserved, reason: str) -> None:
    steps = plan_push(PUSH, observed).steps
    assert [step.summary for step in steps] == ([f"Push quay.io/a/whisper:1: {reason}"] if reason else [])


@pytest.mark.parametrize(
    ("manifest", "image_id"),
    [
        (b'{"schemaVersion": 2, "config": {"digest": "sha256:abc"}, "layers": []}', "abc"),
        (b'{"schemaVersion": 2, "manifests": []}', ""),
        (b"<html>", ""),
        (b"[]", ""),
        (b'{"config": {}}', ""),
    ],
)
def test_the_image_id_in_a_manifest(manifest: bytes, image_id: str) -> None:
    assert config_digest(manifest) == image_id


def test_credentials_of_a_push_come_from_a_file() -> None:
    argv = push_argv(
        replace(PUSH, auth_file="/etc/containers/auth.json", tls_verify=False, compression="gzip"), "/t/digest"
    )
    assert argv == (
        *("push", "--quiet", "--tls-verify=false", "--digestfile=/t/digest", "--compression-format=gzip"),
        *("--authfile=/etc/containers/auth.json", "quay.io/a/whisper:1", "docker://quay.io/a/whisper:1"),
    )


def test_a_push_with_podmans_own_compression_does_not_name_one() -> None:
    assert not any("compression" in word for word in push_argv(replace(PUSH, compression=""), "/t/digest"))
