# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manifests of KubeRay and service files of Anyscale: told by what they are, and their Serve config taken out of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.plugin_utils._rule import Context
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.container_migration import migration, write
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.file import Refused, ServeConfigFile
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.foreign import taken
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.yaml_file import read_yaml

yaml = pytest.importorskip("yaml")

SERVE = """\
# of the model
applications:
- name: whisper  # the one
  import_path: whisper_example:entrypoint
  route_prefix: /whisper
  runtime_env:
    image_uri: docker.io/alice/whisper:1.0
"""
SERVICE = (
    """\
apiVersion: ray.io/v1
kind: RayService
metadata:
  name: speech
spec:
  serveConfigV2: |
"""
    + "".join(f"    {line}\n" for line in SERVE.splitlines())
    + """\
  rayClusterConfig:
    rayVersion: '2.60.0'
"""
)
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: code}\ndata: {a.py: pass}\n"
LIST = json.dumps({"apiVersion": "v1", "kind": "List", "items": [yaml.safe_load(CONFIG_MAP), yaml.safe_load(SERVICE)]})
OF_FILES = json.dumps(
    {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "files"},
        "data": {"app.py": "applications: [", "other.yaml": "applications: []", "serve.yaml": SERVE},
    }
)
#: As charts of Helm have them.
VALUES = json.dumps({"image": {"tag": "2.60.0"}, "service": {"serveConfigV2": SERVE}})
CLUSTER = "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: c}\nspec: {}\n"
ANYSCALE = """\
name: speech
image_uri: docker.io/alice/whisper:1.0
compute_config: small:1
working_dir: .
requirements: [torch]
env_vars: {A: all, B: all}
http_options: {port: 8001}
applications:
- name: whisper
  import_path: whisper_example:entrypoint
  runtime_env: {env_vars: {B: own}}
- name: other
  import_path: o:app
  route_prefix: /other
  runtime_env: {image_uri: "docker.io/alice/other:1"}
"""


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "k8s.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def refused(path: str) -> list[tuple[str, str, str, str]]:
    with pytest.raises(Refused) as caught:
        ServeConfigFile(path, Context(heads=("head",))).read()
    return [
        (finding.entry.code, finding.where.rpartition("/")[2], finding.evidence, finding.remedy)
        for finding in caught.value.errors
    ]


@pytest.mark.parametrize(
    ("text", "where", "said", "to_do"),
    [
        (
            SERVICE,
            "k8s.yaml:1:1",
            "(RayService speech), and its Serve config is the text in spec.serveConfigV2",
            "migrate",
        ),
        (f"{CONFIG_MAP}---\n{SERVICE}", "k8s.yaml:6:1", "(RayService speech)", "migrate"),
        (f"{SERVICE}---\n{CONFIG_MAP}", "k8s.yaml:1:1", "(RayService speech)", "migrate"),
        (CLUSTER, "k8s.yaml:1:1", "(RayCluster c), which holds no Serve config", ""),
        (
            f"{CONFIG_MAP}---\n{CLUSTER}",
            "k8s.yaml:1:1",
            "(ConfigMap code, RayCluster c), which holds no Serve config",
            "",
        ),
        ("apiVersion: batch/v1\nkind: Job\n", "k8s.yaml:1:1", "(Job), which holds no Serve config", ""),
        (LIST, "k8s.yaml:1:1", "(List), and its Serve config is the text in items[1].spec.serveConfigV2", "migrate"),
        (OF_FILES, "k8s.yaml:1:1", "(ConfigMap files), and its Serve config is the text in data.serve.yaml", "migrate"),
        (
            VALUES,
            "k8s.yaml:1:1",
            "a part of a manifest of Kubernetes, and its Serve config is the text in service",
            "migrate",
        ),
    ],
)
def test_a_manifest_is_told_by_what_it_is(text: str, where: str, said: str, to_do: str, tmp_path: Path) -> None:
    ((code, place, evidence, remedy),) = refused(written(tmp_path, text))
    assert (code, place) == ("RC-280", where)
    assert said in evidence
    assert to_do in remedy
    assert bool(remedy) == bool(to_do)


@pytest.mark.parametrize(
    "text",
    [SERVICE, f"{CONFIG_MAP}---\n{SERVICE}", f"x:\n  serveConfigV2: {json.dumps(SERVE)}\n", LIST, OF_FILES, VALUES],
)
def test_the_serve_config_of_a_manifest_gets_a_file_of_its_own(text: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    done = migration(path, taken(path))
    assert (done.path, done.before, done.after) == (f"{tmp_path}/serve-k8s.yaml", "", SERVE)
    assert not (tmp_path / "serve-k8s.yaml").exists()
    write(done)
    assert Path(path).read_text(encoding="utf-8") == text
    assert Path(done.path).read_text(encoding="utf-8") == SERVE
    assert "name that file in ray_serve_config" in done.sentences[0]
    assert not migration(path, taken(path)).changed
    assert ServeConfigFile(done.path, Context(heads=("head",))).read()["routes"] == {"whisper": "/whisper"}


def test_what_is_deprecated_in_it_is_rewritten_on_the_way(tmp_path: Path) -> None:
    text = SERVICE.replace("image_uri: docker", "container:\n          image: docker")
    path = written(tmp_path, text)
    done = migration(path, taken(path))
    assert done.after == SERVE
    assert [sentence.partition(":")[0].rpartition("/")[2] for sentence in done.sentences] == [
        "k8s.yaml",
        "serve-k8s.yaml",
    ]


def test_of_several_serve_configs_none_is_taken(tmp_path: Path) -> None:
    path = written(tmp_path, f"{SERVICE}---\n{SERVICE.replace('speech', 'other')}")
    with pytest.raises(OperatorError) as caught:
        taken(path)
    assert "holds 2 Serve configs" in str(caught.value)
    assert "RayService speech: spec.serveConfigV2, RayService other: spec.serveConfigV2" in str(caught.value)


def test_a_serve_config_is_no_foreign_file(tmp_path: Path) -> None:
    for text in (SERVE, "", "[]", "a: [", f"{SERVE}name: x\n", "applications: [{args: {kind: a, apiVersion: b}}]"):
        assert taken(written(tmp_path, text)) is None


def test_of_a_service_file_the_image_goes_to_the_applications(tmp_path: Path) -> None:
    path = written(tmp_path, ANYSCALE)
    done = migration(path, taken(path))
    write(done)
    assert read_yaml(done.path) == {
        "http_options": {"port": 8001},
        "applications": [
            {
                "name": "whisper",
                "import_path": "whisper_example:entrypoint",
                "runtime_env": {"env_vars": {"A": "all", "B": "own"}, "image_uri": "docker.io/alice/whisper:1.0"},
            },
            {
                "name": "other",
                "import_path": "o:app",
                "route_prefix": "/other",
                "runtime_env": {"image_uri": "docker.io/alice/other:1", "env_vars": {"A": "all", "B": "all"}},
            },
        ],
    }
    assert Path(path).read_text(encoding="utf-8") == ANYSCALE
    codes = [finding["code"] for finding in ServeConfigFile(done.path, Context(heads=("head",))).read()["findings"]]
    assert codes == []


def test_a_service_file_without_its_image_is_told_with_all_its_keys_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, ANYSCALE)
    with pytest.raises(Refused) as caught:
        ServeConfigFile(path, Context(heads=("head",))).read()
    told = [(finding["code"], finding["evidence"]) for finding in caught.value.details["findings"]]
    assert ("RC-120", "application whisper has no image_uri") in told
    keys = "compute_config, env_vars, image_uri, name, requirements, working_dir"
    assert ("RC-281", f"it has keys that Anyscale knows, and Ray does not: {keys}") in told
    assert "RC-106" not in [code for code, _evidence in told]


def test_the_older_form_of_a_service_file(tmp_path: Path) -> None:
    text = "name: s\nray_serve_config:\n  applications:\n  - import_path: a:b\n    runtime_env: {image_uri: r/a:1}\n"
    found = taken(written(tmp_path, text))
    assert found
    assert yaml.safe_load(found.after) == {
        "applications": [{"import_path": "a:b", "runtime_env": {"image_uri": "r/a:1"}}]
    }


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cluster_name: a\nprovider: {type: aws}\navailable_node_types: {h: {}}\n", "a cluster config for `ray up`"),
        ("all: {children: {ray_head: {hosts: {h: }}}}\n", "an inventory of Ansible"),
        ("services: {a: {image: b}}\n", "a Compose file"),
        ("name: a\ncluster_env: b:1\n", "a service file of Anyscale"),
        ("proxies: {a: HEALTHY}\napplications: []\n", "what `serve status` prints"),
    ],
)
def test_another_file_is_told_by_what_it_is_in_one_sentence(text: str, kind: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(Refused) as caught:
        ServeConfigFile(path, Context(heads=("head",))).read()
    finding = caught.value.details["findings"][0]
    assert len(caught.value.errors) == 1
    assert (finding["code"], finding["evidence"]) == ("RC-105", f"the file lists no application: it is {kind}")


def test_a_service_file_of_former_years_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = written(tmp_path, f"name: a\ncluster_env: b:1\nray_serve_config: {json.dumps(yaml.safe_load(SERVE))}\n")
    ((code, _where, said, remedy),) = refused(path)
    assert (code, said) == ("RC-105", "the file lists no application: it is a service file of Anyscale")
    assert "migrate" in remedy
    assert "whisper_example:entrypoint" in migration(path, taken(path)).after
