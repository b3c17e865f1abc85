# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Serve config file from reading to pinned images: what is returned, and how it is refused."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry, Finding
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import RegistryFailure, RegistryFault
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config import pinning, yaml_file
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.file import Refused, ServeConfigFile
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.rules import index

pytest.importorskip("yaml")

HEAD = Context(heads=("head",))
DIGEST = "sha256:" + "0123456789abcdef" * 4
OTHER = "sha256:" + "fedcba9876543210" * 4
TWO = f"""\
applications:
  - name: whisper
    import_path: whisper_example:entrypoint
    route_prefix: /whisper
    runtime_env:
      image_uri: docker.io/alice/whisper:1.0
      env_vars: {{MODEL: "${{HOME}}"}}
  - name: resnet
    import_path: resnet50_example:app
    route_prefix: /resnet
    runtime_env:
      image_uri: docker.io/alice/resnet:2@{OTHER}
"""
FILE_CASES = [
    ("RC-100", None, ": there is no such file on the controller."),
    ("RC-101", "a: [1\nb: 2", ":2:2: while parsing a flow sequence "),
    ("RC-102", "applications: []\napplications: []\n", ":2:1: the key applications is already in line 1."),
    ("RC-103", "applications: []\n---\n", ":3:1: a second document starts here."),
    ("RC-104", "- name: whisper\n", ": the file holds a list where Ray takes a mapping."),
    ("RC-105", "", "applications: the file lists no application."),
    ("RC-105", "# only words\n", "applications: the file lists no application."),
]
REGISTRY_CASES = [
    ("RC-126", RegistryFault.MISSING),
    ("RC-127", RegistryFault.UNAUTHORIZED),
    ("RC-128", RegistryFault.UNREACHABLE),
    ("RC-129", RegistryFault.TLS),
    ("RC-130", RegistryFault.REFUSED),
    ("RC-131", RegistryFault.CREDENTIALS),
]


class Registries:
    """Knows some digests, and remembers what it was asked."""

    def __init__(self, answers: dict[str, str | RegistryFault]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def digests(self, references: t.Sequence[ImageReference]) -> dict[ImageReference, str | RegistryFailure]:
        self.asked += [str(reference) for reference in references]
        return {reference: self.answer(reference) for reference in references}

    def answer(self, reference: ImageReference) -> str | RegistryFailure:
        answer = self.answers[str(reference)]
        return (
            answer if isinstance(answer, str) else RegistryFailure(answer, reference, f"the registry is {answer.value}")
        )


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "serve.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def refused(path: str, context: Context = HEAD, registries: Registries | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        ServeConfigFile(path, context, registries.digests if registries else None).read()
    return caught.value


def test_tags_become_digests(tmp_path: Path) -> None:
    registries = Registries({"docker.io/alice/whisper:1.0": DIGEST})
    path = written(tmp_path, TWO)
    result = ServeConfigFile(path, HEAD, registries.digests).read()
    whisper, resnet = f"docker.io/alice/whisper@{DIGEST}", f"docker.io/alice/resnet@{OTHER}"
    assert result["images"] == [
        {"application": "whisper", "deployment": "", "reference": "docker.io/alice/whisper:1.0", "pinned": whisper},
        {"application": "resnet", "deployment": "", "reference": f"docker.io/alice/resnet:2@{OTHER}", "pinned": resnet},
    ]
    assert [entry["runtime_env"]["image_uri"] for entry in result["config"]["applications"]] == [whisper, resnet]
    assert result["routes"] == {"whisper": "/whisper", "resnet": "/resnet"}
    assert [finding["code"] for finding in result["findings"]] == ["RC-143"]
    assert registries.asked == ["docker.io/alice/whisper:1.0"]
    assert Path(path).read_text(encoding="utf-8") == TWO


def test_pinned_images_need_no_registry(tmp_path: Path) -> None:
    registries = Registries({})
    text = TWO.replace("whisper:1.0", f"whisper@{DIGEST}")
    ServeConfigFile(written(tmp_path, text), HEAD, registries.digests).read()
    assert registries.asked == []


def test_without_resolving_tags_stay(tmp_path: Path) -> None:
    result = ServeConfigFile(written(tmp_path, TWO), HEAD, None).read()
    assert [image["pinned"] for image in result["images"]] == [
        "docker.io/alice/whisper:1.0",
        f"docker.io/alice/resnet@{OTHER}",
    ]


@pytest.mark.parametrize(("code", "text", "said"), FILE_CASES)
def test_a_file_that_is_no_serve_config(code: str, text: str | None, said: str, tmp_path: Path) -> None:
    path = written(tmp_path, text) if text is not None else str(tmp_path / "nowhere.yaml")
    error = refused(path)
    assert error.code == code
    assert said in str(error)
    assert path in str(error)


def test_no_file_is_named() -> None:
    error = refused("")
    assert str(error).startswith(
        "The site cannot be deployed: ray_serve_config: it is not set. Set ray_serve_config to "
    )


@pytest.mark.parametrize(("code", "fault"), REGISTRY_CASES)
def test_an_image_that_cannot_be_pinned(code: str, fault: RegistryFault, tmp_path: Path) -> None:
    error = refused(written(tmp_path, TWO), registries=Registries({"docker.io/alice/whisper:1.0": fault}))
    assert error.code == code
    _what, _cannot, told = str(error).partition("cannot be deployed: ")
    assert told.startswith(
        "applications[0].runtime_env.image_uri: docker.io/alice/whisper:1.0 of application whisper: the registry is "
    )
    assert told.endswith(f"[{code}]")
    assert [finding["code"] for finding in error.details["findings"]] == [code, "RC-143"]


def test_every_entry_of_the_file_is_found_somewhere() -> None:
    named = [value for module in (yaml_file, pinning) for value in vars(module).values()]
    entries = {value.code for value in named if isinstance(value, Entry)}
    rules = {rule.entry.code for rule in (*index.SERVE_CONFIG, *index.RESOLVED)}
    assert {case[0] for case in FILE_CASES} | {case[0] for case in REGISTRY_CASES} <= entries | rules
    assert entries <= {case[0] for case in FILE_CASES} | {case[0] for case in REGISTRY_CASES}


def test_all_errors_are_told_at_once_and_no_registry_is_asked(tmp_path: Path) -> None:
    text = TWO.replace("whisper_example:entrypoint", "whisper").replace("/resnet", "/whisper")
    registries = Registries({})
    error = refused(written(tmp_path, text), Context(heads=("a", "b")), registries)
    assert [finding.entry.code for finding in error.errors] == ["RC-202", "RC-111", "RC-113"]
    assert str(error).splitlines()[0].endswith("; 3 errors were found before any host was touched:")
    assert [line[:3] for line in str(error).splitlines()[1:]] == ["1. ", "2. ", "3. "]
    assert registries.asked == []


def test_a_wrong_inventory_is_told_beside_a_wrong_file(tmp_path: Path) -> None:
    error = refused(str(tmp_path / "nowhere.yaml"), Context())
    assert [finding.entry.code for finding in error.errors] == ["RC-100", "RC-201"]


def test_all_images_that_fail_are_told_at_once(tmp_path: Path) -> None:
    text = TWO.replace(f":2@{OTHER}", ":2")
    answers: dict[str, str | RegistryFault] = {
        "docker.io/alice/whisper:1.0": RegistryFault.MISSING,
        "docker.io/alice/resnet:2": RegistryFault.UNAUTHORIZED,
    }
    error = refused(written(tmp_path, text), registries=Registries(answers))
    assert [finding.entry.code for finding in error.errors] == ["RC-126", "RC-127"]


def test_sizes_are_asked_only_of_images_with_a_setup_timeout(tmp_path: Path) -> None:
    asked: list[str] = []

    def sizes(references: t.Sequence[ImageReference]) -> dict[ImageReference, int]:
        asked.extend(str(reference) for reference in references)
        return dict.fromkeys(references, 10_000_000_000)

    text = TWO.replace("      env_vars:", "      config: {setup_timeout_seconds: 60}\n      env_vars:")
    result = ServeConfigFile(written(tmp_path, text), HEAD, None, sizes).read()
    assert asked == ["docker.io/alice/whisper:1.0"]
    assert [finding["code"] for finding in result["findings"]] == ["RC-143", "RC-135"]
    ServeConfigFile(written(tmp_path, TWO), HEAD, None, sizes).read()
    assert asked == ["docker.io/alice/whisper:1.0"]


@pytest.mark.parametrize(
    ("hosts", "told"),
    [
        (["one"], "ray_port of one: "),
        (["one", "two"], "ray_port of one, two: "),
        ([str(number) for number in range(7)], "ray_port of 0, 1, 2, 3, 4 and 2 more hosts: "),
    ],
)
def test_what_is_wrong_for_a_whole_group_is_one_sentence(hosts: list[str], told: str) -> None:
    entry = Entry("RC-218", "t", "error", "c", "r", "s")
    found = [Finding(entry, f"ray_port of {host}", "'abc' is not a port") for host in hosts]
    refused = Refused("serve.yaml", found)
    assert told in str(refused)
    assert str(refused).count("is not a port") == 1
    assert len(refused.details["findings"]) == len(hosts)
    others = [
        *found,
        Finding(entry, "ray_port of x", "5 is not a port"),
        Finding(entry, "a of b", "c"),
        Finding(entry, "a", "c"),
    ]
    assert "; 4 errors were found" in str(Refused("serve.yaml", others))
