# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The capabilities app_images, image_build and image_push against a Podman that remembers."""

from __future__ import annotations

import json
import os
import socket
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.store import IdMaps
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import Application, as_text
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.keep_id import keep_id_map
from ansible_collections.ray.containers.plugins.module_utils._host import records
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import (
    RegistryApi,
    RegistryFailure,
    RegistryFault,
)
from ansible_collections.ray.containers.plugins.module_utils._resource import (
    app_images,
    image_build,
    image_pulls,
    image_push,
    version_parity,
)
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource
from ansible_collections.ray.containers.tests.unit.fakes.podman import FakeImage, FakePodman, digest_of, id_of

ONE, TWO, THREE = (f"quay.io/a/image{number}@{digest_of(number)}" for number in (1, 2, 3))
MAPS = IdMaps(keep_id_map(1000, 65536), keep_id_map(1000, 65536))


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host with the Ray user and a place for records."""
    ray = Account("ray", 1000, 1000, "ray", str(tmp_path))
    for module in (app_images, image_pulls, version_parity):
        monkeypatch.setattr(module, "account", lambda name: ray if name == "ray" else None)
    for module in (app_images, image_pulls):
        monkeypatch.setattr(module, "keep_id_maps", lambda account: MAPS)
    monkeypatch.setattr(records, "DIRECTORY", str(tmp_path / "records"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


class KeptStore(FakePodman):
    """Keeps its store's files on the disk up to date."""

    home: Path

    def run(self, argv: t.Sequence[str], **options: t.Any) -> t.Any:
        completed = super().run(argv, **options)
        self.keep()
        return completed

    def keep(self) -> None:
        below = self.home / ".local/share/containers/storage"
        with self.lock:
            for name, text in zip(("overlay-images/images.json", "overlay-layers/layers.json"), self.store_files(MAPS)):
                # As containers/storage does it, so that a reader never sees half a file.
                (below / name).parent.mkdir(parents=True, exist_ok=True)
                (below / f"{name}.new").write_text(text)
                (below / f"{name}.new").replace(below / name)


def store(home: Path, **fields: t.Any) -> KeptStore:
    podman = KeptStore(**fields)
    podman.home = home
    podman.keep()
    podman.registry = {name: FakeImage(number) for number, name in enumerate((ONE, TWO, THREE), start=1)}
    return podman


def carry_out(resource: Resource[t.Any], check: bool = False) -> tuple[Plan, dict[str, t.Any]]:
    observed = resource.observe()
    plan = resource.plan(observed)
    for step in () if check else plan.steps:
        resource.apply(step)
    return plan, resource.result(observed, plan)


def images(podman: FakePodman, *references: str, **parameters: t.Any) -> app_images.AppImages:
    defaults: dict[str, t.Any] = {
        "user": "ray",
        "applications": [],
        "parallel": 3,
        "timeout": 60,
        "raylet_image": "",
        "runtime_path": "",
        "config": None,
    }
    return app_images.build({**defaults, "images": list(references), **parameters}, podman)


def test_images_are_pulled_and_mapped_and_a_second_run_starts_no_process(host: Path) -> None:
    podman = store(host)
    predicted, _result = carry_out(images(podman, ONE, TWO), check=True)
    plan, result = carry_out(images(podman, ONE, TWO))
    assert plan.summaries == predicted.summaries and len(plan.steps) == 2
    assert all(image.mapped for image in podman.store.values())
    assert result["images"][1] == {"reference": TWO, "digest": digest_of(2), "id": id_of(2), "size": 780_000_000}
    podman.actions.clear()
    plan, again = carry_out(images(podman, ONE, TWO))
    assert plan.steps == () and again == result
    assert podman.verbs() == []


def test_an_image_by_another_name_of_docker_hub_is_pulled_once(host: Path) -> None:
    podman = store(host)
    name = f"index.docker.io/alice/whisper@{digest_of(1)}"
    podman.registry[name] = FakeImage(1)
    carry_out(images(podman, name))
    plan, result = carry_out(images(podman, name))
    assert plan.steps == () and result["images"][0]["id"] == id_of(1)


def test_what_a_pulled_image_holds_is_told_on_the_way(host: Path) -> None:
    podman = store(host)
    podman.registry[ONE].says = json.dumps({"ray_version": "2.60.0", "python_version": "3.11.2", "user_id": 1000})
    asked = {"runtime_path": "/opt/ray/none", "config": as_text([Application("one", ONE)])}
    _plan, predicted = carry_out(images(podman, ONE, **asked), check=True)
    assert predicted["contents"] == {"node": {}, "images": {}}
    _plan, result = carry_out(images(podman, ONE, **asked))
    assert result["contents"]["images"][ONE]["ray_version"] == "2.60.0"
    podman.actions.clear()
    assert carry_out(images(podman, ONE, **asked))[1] == result and podman.verbs() == []


def test_podman_is_asked_where_the_stores_files_are_not_understood(host: Path) -> None:
    podman = store(host, pulls_mapped=True)
    carry_out(images(podman, ONE))
    (host / ".local/share/containers/storage/overlay-images/images.json").unlink()
    plan, result = carry_out(images(podman, ONE), check=True)
    # Nothing says under which map the image lies, so it is made sure.
    assert [type(step.action).__name__ for step in plan.steps] == ["MapImage"]
    assert result["images"][0]["id"] == id_of(1) and podman.verbs()[-1] == "images"


def test_a_store_under_keep_ids_map_needs_no_container(host: Path) -> None:
    podman = store(host, pulls_mapped=True)
    for image in podman.registry.values():
        image.user = "1000:users"
    carry_out(images(podman, ONE, TWO))
    assert "create" not in podman.verbs()


@pytest.mark.parametrize(
    ("uid", "user", "made"),
    [
        (1000, "1000", False),
        (1000, "", False),
        (1000, "1234", True),
        (1000, "ray", True),
        (1001, "1000", False),
        (1001, "1001", True),
        (1001, "", True),
    ],
)
def test_the_layers_of_an_image_for_another_user_are_made_ready_too(
    host: Path, monkeypatch: pytest.MonkeyPatch, uid: int, user: str, made: bool
) -> None:
    ray = Account("ray", uid, uid, "ray", str(host))
    monkeypatch.setattr(image_pulls, "account", lambda _name: ray)
    podman = store(host, pulls_mapped=True)
    podman.registry[ONE].user = user
    carry_out(images(podman, ONE))
    assert ("create" in podman.verbs()) is made


def test_an_image_that_a_killed_run_left_unmapped_is_mapped(host: Path) -> None:
    podman = store(host)
    podman.run(("podman", "pull", ONE), check=False)
    plan, _result = carry_out(images(podman, ONE))
    assert [type(step.action).__name__ for step in plan.steps] == ["MapImage"]
    assert carry_out(images(podman, ONE))[0].steps == ()


def test_a_store_that_is_not_understood_is_mapped_once_by_record(host: Path) -> None:
    (host / ".local/share/containers/storage").mkdir(parents=True)
    podman = FakePodman(registry={ONE: FakeImage(1)})
    carry_out(images(podman, ONE))
    assert podman.verbs().count("create") == 1
    assert carry_out(images(podman, ONE))[0].steps == ()
    assert podman.verbs().count("create") == 1


def test_podman_is_not_asked_about_a_store_that_is_not_there(host: Path) -> None:
    podman = FakePodman(registry={ONE: FakeImage(1)})
    assert [step.summary[:4] for step in images(podman, ONE).plan(images(podman, ONE).observe()).steps] == ["Pull"]
    assert podman.verbs() == []


def test_the_first_pull_goes_alone(host: Path) -> None:
    podman = store(host)
    carry_out(images(podman, ONE, TWO))
    assert podman.most_pulling == 1


@pytest.mark.parametrize("missing", ["podman", "account"])
def test_a_bare_host_plans_everything(host: Path, missing: str) -> None:
    podman = store(host, installed=missing != "podman")
    plan, result = carry_out(images(podman, ONE, user="nobody-yet" if missing == "account" else "ray"), check=True)
    assert len(plan.steps) == 1
    assert result["images"] == [{"reference": ONE, "digest": digest_of(1), "id": "", "size": 0}]


def test_a_missing_image_names_image_application_and_host(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "w1")
    podman = store(host)
    applications = [{"application": "whisper", "reference": "quay.io/a/none:1", "pinned": ""}]
    with pytest.raises(OperatorError) as caught:
        carry_out(images(podman, "quay.io/a/none:1", TWO, applications=applications))
    assert "The image quay.io/a/none:1 of the application whisper cannot be pulled on w1" in str(caught.value)
    assert caught.value.code == "RC-420"
    assert id_of(2) in podman.store, "the others are made ready all the same"


def test_all_that_failed_is_told(host: Path) -> None:
    podman = store(host)
    with pytest.raises(OperatorError, match=r"3 images are not ready.*none1.*none2.*localhost/x"):
        carry_out(images(podman, "quay.io/none1:1", "quay.io/none2:1", "localhost/x"))
    assert not any("localhost/x" in action for action in podman.actions)


def test_a_podman_that_is_not_there_is_told_when_it_is_needed(host: Path) -> None:
    with pytest.raises(OperatorError, match="RC-440"):
        carry_out(images(store(host, installed=False), ONE))


def building(podman: FakePodman, context: Path, **parameters: t.Any) -> image_build.ImageBuild:
    defaults: dict[str, t.Any] = {
        "reference": "quay.io/a/built:1",
        "context": str(context),
        "containerfile": "",
        "build_args": {},
        "labels": {},
        "target": "",
        "volumes": [],
        "network": "host",
        "user": "",
        "timeout": 60,
    }
    return image_build.build({**defaults, **parameters}, podman)


def pushing(podman: FakePodman, **parameters: t.Any) -> image_push.ImagePush:
    defaults: dict[str, t.Any] = {
        "reference": "quay.io/a/built:1",
        "destination": "",
        "tls_verify": True,
        "auth_file": "",
        "registries": [],
        "user": "",
        "compression": "zstd",
        "timeout": 60,
    }

    push = image_push.build({**defaults, **parameters}, podman)
    push.registry = Pushed(podman)
    return push


class Pushed(RegistryApi):
    """Tells of what a Podman has pushed."""

    def __init__(self, podman: FakePodman) -> None:
        super().__init__()
        self.podman = podman

    def manifest(self, reference: t.Any) -> bytes:
        held = self.podman.registry.get(str(reference))
        if held is None:
            raise RegistryFailure(RegistryFault.MISSING, reference, "no such image")
        return json.dumps({"config": {"digest": f"sha256:{id_of(held.number)}"}}).encode()

    def blob(self, reference: t.Any, digest: str) -> bytes:
        return b"{}"


@pytest.fixture
def context(tmp_path: Path) -> Path:
    directory = tmp_path / "context"
    directory.mkdir()
    (directory / "Containerfile").write_text("FROM quay.io/base:1\nCOPY app.py /\n")
    (directory / "app.py").write_text("1\n")
    return directory


def test_an_image_is_built_and_pushed_once(context: Path) -> None:
    podman = FakePodman()
    predicted = carry_out(building(podman, context), check=True)[0].summaries
    plan, result = carry_out(building(podman, context))
    assert plan.summaries == predicted and len(predicted) == 1
    assert result["image"]["id"] == id_of(1)
    _plan, pushed = carry_out(pushing(podman))
    assert pushed["image"]["pinned"] == f"quay.io/a/built@{digest_of(1)}"
    podman.actions.clear()
    assert carry_out(building(podman, context))[0].steps == ()
    assert carry_out(pushing(podman))[0].steps == ()
    assert podman.verbs() == ["image", "image"]


def test_a_changed_file_builds_and_pushes_anew(context: Path) -> None:
    podman = FakePodman()
    carry_out(building(podman, context))
    carry_out(pushing(podman))
    (context / "app.py").write_text("2\n")
    _plan, result = carry_out(building(podman, context))
    assert result["image"]["id"] == id_of(2)
    assert [step.summary for step in carry_out(pushing(podman))[0].steps] == [
        "Push quay.io/a/built:1: the registry holds another image under this name"
    ]


@pytest.mark.parametrize("name", ["docker.io/python:3.11-slim", "index.docker.io/library/python:3.11-slim"])
def test_a_changed_base_of_docker_hub_builds_anew(context: Path, name: str) -> None:
    (context / "Containerfile").write_text(f"FROM {name}\nCOPY app.py /\n")
    base = FakeImage(90, layers=("sha256:base",), names=["docker.io/library/python:3.11-slim"])
    podman = FakePodman(store={id_of(90): base})
    carry_out(building(podman, context))
    assert carry_out(building(podman, context))[0].steps == ()
    base.layers = ("sha256:newer",)
    assert [step.summary.rpartition(": ")[2] for step in carry_out(building(podman, context))[0].steps] == [
        "its base image has changed"
    ]


def test_check_mode_does_not_name_the_image_that_would_be_replaced(context: Path) -> None:
    podman = FakePodman()
    carry_out(building(podman, context))
    (context / "app.py").write_text("2\n")
    assert carry_out(building(podman, context), check=True)[1]["image"]["id"] == ""


def test_a_failed_build_ends_with_its_last_lines(context: Path) -> None:
    podman = FakePodman(build_fails="false: exit status 1\nError: building at STEP")
    with pytest.raises(OperatorError, match=r"(?s)RUN false\nfalse: exit status 1.*RC-385"):
        carry_out(building(podman, context))


def test_input_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="RC-384"):
        carry_out(building(FakePodman(), tmp_path / "none"))


def test_an_image_that_was_never_built_cannot_be_pushed() -> None:
    podman = FakePodman()
    assert len(carry_out(pushing(podman), check=True)[0].steps) == 1
    with pytest.raises(OperatorError, match="RC-386"):
        carry_out(pushing(podman))


@pytest.mark.parametrize("destination", ["built", "localhost/built", f"quay.io/built@{digest_of(1)}"])
def test_a_name_that_cannot_be_pushed_to_is_refused(destination: str) -> None:
    with pytest.raises(OperatorError, match="is not a name to push to"):
        pushing(FakePodman(), destination=destination)
