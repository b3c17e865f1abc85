# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are no Serve config, and hold one: manifests of KubeRay, values of Helm, service files of Anyscale.

They are told by what they are, and the Serve config in them can be taken out into a file of its own: theirs is left as it is, for
it says other things, too.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry, Finding
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import mapping
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import (
    DEFAULT_VERSION,
    ROOT,
    ray_schema,
)
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.yaml_file import Document, read_documents

try:
    import yaml
except ImportError:
    yaml = None  # type: ignore[assignment]

__all__ = ["ANYSCALE", "MANIFEST", "TAKE", "Taken", "kind_of_file", "manifest_in", "of_anyscale", "taken"]

MANIFEST = Entry(
    code="RC-280",
    title="The file is a manifest of Kubernetes, not a Serve config",
    severity="error",
    cause="KubeRay's manifests hold the Serve config as a text, in serveConfigV2; the rest of them is for Kubernetes.",
    remedy="Name a Serve config in ray_serve_config",
    source="KubeRay ray-operator/apis/ray/v1/rayservice_types.go RayServiceSpec.ServeConfigV2",
)
TAKE = "The playbook ray.containers.migrate takes it out into a file of its own; name that in ray_serve_config"

#: Keys at the top of a service file of Anyscale that no Serve config has.
ANYSCALE = frozenset(
    [
        "image_uri",
        "containerfile",
        "registry_login_secret",
        "ray_version",
        "compute_config",
        "working_dir",
        "excludes",
        "requirements",
        "env_vars",
        "py_modules",
        "py_executable",
        "cloud",
        "project",
        "query_auth_token_enabled",
        "ray_gcs_external_storage_config",
        "tags",
        "build_id",
        "cluster_env",
        "project_id",
        "healthcheck_url",
        "version_name",
    ]
)
_WITH_NAME = frozenset((*ANYSCALE, "name", "ray_serve_config"))
#: Files of others that have no Serve config in them, by keys that all stand at the top.
_KINDS = {
    "a cluster config for `ray up`": ("provider", "available_node_types"),
    "an inventory of Ansible": ("all",),
    "a Compose file": ("services",),
    "what `serve status` prints": ("proxies",),
    "a Prometheus configuration": ("scrape_configs",),
}
_CONFIG_MAPS = ("ConfigMap", "Secret")


@dataclass(frozen=True)
class Taken:
    """A Serve config that was taken out of another file.

    :param path: of the file of its own.
    :param before: what stands there now.
    :param sentences: what was done, and what is left to do.
    """

    path: str
    before: str
    after: str
    sentences: tuple[str, ...]


def manifest_in(documents: t.Sequence[Document]) -> Finding | None:
    """What to say when one of the documents is a manifest; None when none is."""
    manifests = [document for document in documents if _is_manifest(document.value)]
    inside = [
        (document, *found)
        for document in (manifests or documents)
        if _is_manifest(document.value) or "applications" not in mapping(document.value)
        for found in _serve_configs(document.value)
        if manifests or found[0].endswith("serveConfigV2")
    ]
    if not manifests and not inside:
        return None
    if not inside:
        kinds = ", ".join(_name(document.value) for document in manifests)
        return Finding(
            MANIFEST, manifests[0].where, f"it is a manifest of Kubernetes ({kinds}), which holds no Serve config"
        )
    document, place, _text = inside[0]
    what = f"a manifest of Kubernetes ({_name(document.value)})" if manifests else "a part of a manifest of Kubernetes"
    said = f"it is {what}, and its Serve config is the text in {place}"
    return Finding(MANIFEST, document.where, said, TAKE)


def of_anyscale(fields: t.Mapping[t.Any, t.Any]) -> list[str]:
    """The keys that tell a service file of Anyscale; none of a Serve config, which has none of them."""
    return sorted(str(key) for key in fields if key in _WITH_NAME) if set(fields) & ANYSCALE else []


def kind_of_file(fields: t.Mapping[t.Any, t.Any]) -> str:
    """What a file is that has no applications, as an operator reads it; empty where that cannot be told."""
    if of_anyscale(fields):
        return "a service file of Anyscale"
    return next((kind for kind, keys in _KINDS.items() if set(keys) <= set(fields) and fields.get(keys[0])), "")


def taken(path: str) -> Taken | None:
    """What taking the Serve config out of the file means; nothing is written. None for a file that is no foreign one.

    :raises OperatorError: the file holds several Serve configs, or another file has the place of the new one.
    """
    try:
        documents = read_documents(path)
    except OperatorError:
        return None  # a rule tells it
    inside = [(document.value, *found) for document in documents for found in _serve_configs(document.value)]
    if len(inside) > 1:
        raise OperatorError(
            f"{path} holds {len(inside)} Serve configs",
            why=", ".join(f"{_name(value)}: {place}" for value, place, _text in inside),
            remedy="Leave the one in the file that this cluster is to run, and take it out again",
            code=MANIFEST.code,
        )
    if inside:
        value, place, text = inside[0]
        return _beside(path, text, f"Take the Serve config in {place} of {_name(value)}")
    fields = mapping(documents[0].value) if len(documents) == 1 else {}
    if of_anyscale(fields):
        return _beside(path, _without_anyscale(fields), "Take the Serve config of a service file of Anyscale")
    return None


def _beside(path: str, text: str, sentence: str) -> Taken:
    """The new file: beside the old one, under a name that Ansible does not take for an inventory."""
    directory, name = os.path.split(path)
    beside = os.path.join(directory, f"serve-{name}")
    try:
        with open(beside, encoding="utf-8", newline="") as stream:
            before = stream.read()
    except FileNotFoundError:
        before = ""
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(
            f"{beside} cannot be read", why=str(error), remedy="Move it away", code=MANIFEST.code
        ) from error
    return Taken(beside, before, text, (f"{path}: {sentence} to {beside}; name that file in ray_serve_config",))


def _is_manifest(value: object) -> bool:
    fields = mapping(value)
    return "apiVersion" in fields and "kind" in fields


def _serve_configs(value: object) -> t.Iterator[tuple[str, str]]:
    """The Serve configs in a document: their places, and their texts."""
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        where, found = waiting.pop(0)
        if isinstance(found, list):
            waiting += [(f"{where}[{index}]", item) for index, item in enumerate(found)]
        if mapping(found).get("kind") in _CONFIG_MAPS:
            data = mapping(mapping(found).get("data")) or mapping(mapping(found).get("stringData"))
            prefix = f"{where}.data" if where else "data"
            yield from ((f"{prefix}.{key}", text) for key, text in data.items() if _is_serve_config(text))
        for key, item in mapping(found).items():
            place = f"{where}.{key}" if where else str(key)
            if key in ("serveConfigV2", "ray_serve_config") and isinstance(item, (str, dict)) and item:
                yield place, item if isinstance(item, str) else _text(item)
            elif isinstance(item, (dict, list)):
                waiting.append((place, item))


def _is_serve_config(text: object) -> bool:
    """Whether a text of a ConfigMap is a Serve config, and no code or other file."""
    if not isinstance(text, str) or "applications" not in text:
        return False
    try:
        documents = read_documents("", text)
    except OperatorError:
        return False
    applications = mapping(documents[0].value).get("applications") if len(documents) == 1 else None
    return isinstance(applications, list) and any("import_path" in mapping(each) for each in applications)


def _without_anyscale(fields: t.Mapping[t.Any, t.Any]) -> str:
    """The Serve config of a service file: what Ray knows of it, with the file's image for applications that name none."""
    known = ray_schema(DEFAULT_VERSION).fields(ROOT)
    config = {key: value for key, value in fields.items() if key in known}
    image, variables = fields.get("image_uri"), mapping(fields.get("env_vars"))
    applications = config.get("applications")
    if isinstance(applications, list):
        config["applications"] = [_application(each, image, variables) for each in applications]
    return _text(config)


def _application(fields: object, image: object, variables: t.Mapping[str, t.Any]) -> object:
    if not isinstance(fields, dict):
        return fields
    own = mapping(fields.get("runtime_env"))
    environment = {**own}
    if isinstance(image, str) and image and "image_uri" not in own:
        environment["image_uri"] = image
    if variables:
        environment["env_vars"] = {**variables, **mapping(own.get("env_vars"))}
    return {**fields, "runtime_env": environment} if environment else fields


def _text(value: object) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120))


def _name(value: object) -> str:
    fields = mapping(value)
    name = mapping(fields.get("metadata")).get("name")
    return f"{fields.get('kind', 'the file')}{f' {name}' if name else ''}"
