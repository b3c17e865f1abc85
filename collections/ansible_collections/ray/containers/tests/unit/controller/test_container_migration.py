# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The field container rewritten in the file's own text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.container_migration import migration, write

pytest.importorskip("yaml")

CASES = {
    "a block, with comments everywhere": (
        """\
# top
http_options: {port: 8000}   # kept

applications:
  - name: whisper  # the first
    runtime_env:
      # why this image
      container:  # old form
        # below
        image: docker.io/alice/whisper:1.0   # tested
        worker_path: /x/default_worker.py  # goes
      # after
      env_vars:
        A: 'b'
  - name: resnet
""",
        """\
# top
http_options: {port: 8000}   # kept

applications:
  - name: whisper  # the first
    runtime_env:
      # why this image
      # below
      image_uri: docker.io/alice/whisper:1.0   # tested
      # after
      env_vars:
        A: 'b'
  - name: resnet
""",
    ),
    "the image last, and quoted": (
        "applications:\n- runtime_env:\n    env_vars: {}\n    container:\n      run_options: [--rm]\n"
        '      image: "r/a:1"  # here\n# end\n',
        'applications:\n- runtime_env:\n    env_vars: {}\n    image_uri: "r/a:1"  # here\n# end\n',
    ),
    "braces": (
        "applications: [{runtime_env: {container: {image: r/a:1, worker_path: x}, env_vars: {A: b}}, name: a}]\n",
        "applications: [{runtime_env: {image_uri: r/a:1, env_vars: {A: b}}, name: a}]\n",
    ),
    "braces in a block": (
        "applications:\n- runtime_env:\n    container: {image: r/a:1}  # here\n  name: a",
        "applications:\n- runtime_env:\n    image_uri: r/a:1  # here\n  name: a",
    ),
    "of a deployment too": (
        "applications:\n- runtime_env: {image_uri: r/a}\n  deployments:\n  - name: d\n    ray_actor_options:\n"
        "      runtime_env:\n        container:\n          image: r/b\n      num_cpus: 1\n",
        "applications:\n- runtime_env: {image_uri: r/a}\n  deployments:\n  - name: d\n    ray_actor_options:\n"
        "      runtime_env:\n        image_uri: r/b\n      num_cpus: 1\n",
    ),
    "an alias for the image": (
        "x: &image r/a:1\napplications:\n- runtime_env:\n    container:\n      image: *image\n      worker_path: x\n",
        "x: &image r/a:1\napplications:\n- runtime_env:\n    image_uri: *image\n",
    ),
    "an anchor at the image": (
        "applications:\n- runtime_env:\n    container:\n      image: &i r/a:1\n  name: a\n- runtime_env: {image_uri: *i}\n",
        "applications:\n- runtime_env:\n    image_uri: &i r/a:1\n  name: a\n- runtime_env: {image_uri: *i}\n",
    ),
    "an environment for two applications": (
        "applications:\n- runtime_env: &e\n    container:\n      image: r/a\n- runtime_env: *e\n",
        "applications:\n- runtime_env: &e\n    image_uri: r/a\n- runtime_env: *e\n",
    ),
    "a merge key": (
        "x: &e\n  container: {image: r/a}\napplications:\n- runtime_env:\n    <<: *e\n    env_vars: {}\n",
        "x: &e\n  image_uri: r/a\napplications:\n- runtime_env:\n    <<: *e\n    env_vars: {}\n",
    ),
    "Windows' line ends and a mark": (
        "\ufeffapplications:\r\n- runtime_env:\r\n    container:\r\n      image: r/ä\r\n      # keep\r\n"
        "      worker_path: x\r\n  name: a\r\n",
        "\ufeffapplications:\r\n- runtime_env:\r\n    # keep\r\n    image_uri: r/ä\r\n  name: a\r\n",
    ),
    "nothing to do": ("applications:\n- {runtime_env: {image_uri: r/container}, name: a}\n", ""),
    "another container": ("applications:\n- {args: {container: {image: r/a}}, name: a}\n", ""),
    "deployments that are no list": (
        "applications:\n- deployments: 5\n  runtime_env: {container: {image: r/a:1}}\n",
        "applications:\n- deployments: 5\n  runtime_env: {image_uri: r/a:1}\n",
    ),
    "applications that are none": (
        "applications: [5, null, [{runtime_env: 5}], {deployments: {a: 1}}]\n# container\n",
        "",
    ),
    "in the args": (
        "applications:\n- args: {llm_configs: [{runtime_env: {container: {image: r/a:1}}}]}\n",
        "applications:\n- args: {llm_configs: [{runtime_env: {image_uri: r/a:1}}]}\n",
    ),
    "in an actor": (
        "applications:\n- deployments:\n  - deployment_actors:\n    - actor_options:\n        runtime_env:\n"
        "          container:\n            image: r/a:1\n",
        "applications:\n- deployments:\n  - deployment_actors:\n    - actor_options:\n        runtime_env:\n"
        "          image_uri: r/a:1\n",
    ),
    "in the args, but of no runtime_env": ("applications:\n- args: {container: {image: r/a:1}}\n", ""),
    "beyond any depth": ("container: " + "[" * 3_000 + "]" * 3_000, ""),
    "values that are none": ("container: !!bool maybe\n", ""),
    "not YAML": ("container: [\n", ""),
    "nothing": ("", ""),
}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "serve.yaml"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("name", CASES)
def test_a_migration(name: str, tmp_path: Path) -> None:
    before, after = CASES[name]
    path = written(tmp_path, before)
    done = migration(str(path))
    assert done.after == (after or before)
    assert done.changed is bool(after)
    assert path.read_bytes() == before.encode()
    write(done)
    assert path.read_bytes() == (after or before).encode()
    again = migration(str(path))
    assert (again.changed, again.sentences) == (False, ())


def test_a_sentence_says_where_and_what_is_lost(tmp_path: Path) -> None:
    path = written(tmp_path, CASES["a block, with comments everywhere"][0])
    assert migration(str(path)).sentences == (
        f"{path}:8: Write image_uri in place of container in applications[0].runtime_env; worker_path of it has no "
        "successor and is gone",
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("applications:\n- runtime_env: {container: {image: r/a}, image_uri: r/b}\n", "image_uri is set as well"),
        ("applications:\n- runtime_env: {container: {worker_path: x}}\n", "it names no image"),
        ("applications:\n- runtime_env: {container: r/a}\n", "it is not a mapping"),
        ("applications:\n- runtime_env:\n    ? container\n    : image: r/a\n", "its layout"),
        ("x: &c {image: r/a}\napplications:\n- runtime_env: {container: *c}\n", "shared with other places"),
        ("applications:\n- runtime_env: {container: &c {image: r/a}}\n- args: *c\n", "shared with other places"),
    ],
)
def test_what_cannot_be_replaced_is_left_alone(text: str, why: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(OperatorError, match=why) as caught:
        migration(str(path))
    assert caught.value.code == "RC-121"
    assert path.read_text(encoding="utf-8") == text


def test_links_and_modes_stay(tmp_path: Path) -> None:
    path = written(tmp_path, CASES["braces"][0])
    path.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    write(migration(str(link)))
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == CASES["braces"][1]
    assert os.stat(path).st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link.yaml", "serve.yaml"]
