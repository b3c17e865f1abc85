# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Podman that remembers: pulls put images into its store, builds and pushes move them, and its files tell of them."""

from __future__ import annotations

import json
import re
import shlex
import threading
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.images.store import IdMaps
from ansible_collections.ray.containers.plugins.module_utils._core.parity.program import MESSAGE
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.keep_id import IdRange
from ansible_collections.ray.containers.plugins.module_utils._host.command import MOST, Completed

__all__ = ["FakeImage", "FakePodman", "digest_of", "id_of"]


def id_of(number: int) -> str:
    """The id of an image made for a test."""
    return f"{number:064x}"


def digest_of(number: int) -> str:
    """The digest of its manifest."""
    return f"sha256:{number + 1000:064x}"


@dataclass
class FakeImage:
    """An image of the registry or the store.

    :param says: what the probe's program tells in it, as JSON; anything else is Podman's complaint.
    :param first_path: what Ray's first command finds in it.
    :param first_ends: the status and the complaint with which that command ends without an answer.
    :param broken: what goes wrong with the import of an import path.
    :param deployments: of every application that is imported in it.
    """

    number: int
    labels: dict[str, str] = field(default_factory=dict)
    layers: tuple[str, ...] = ("sha256:base",)
    entrypoint: tuple[str, ...] = ()
    architecture: str = "amd64"
    user: str = "ray"
    says: str = ""
    first_path: str = "/w.py"
    first_ends: tuple[int, str] = (0, "")
    broken: dict[str, str] = field(default_factory=dict)
    deployments: dict[str, t.Any] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    mapped: bool = False
    created: str = "2026-11-23T07:04:26.889671076Z"


@dataclass
class FakePodman:
    """A command line whose podman has a store and reaches a registry.

    :param registry: images by full reference; one that is missing is a manifest unknown.
    :param store: images by id.
    :param pulls_mapped: whether the store keeps its layers under the map of keep-id (storage.conf, remap-uids).
    :param installed: whether there is a podman at all.
    :param compresses: whether push takes a compression format, as from Podman 4.0 on.
    """

    registry: dict[str, FakeImage] = field(default_factory=dict)
    store: dict[str, FakeImage] = field(default_factory=dict)
    pulls_mapped: bool = False
    installed: bool = True
    compresses: bool = True
    build_fails: str = ""
    actions: list[str] = field(default_factory=list)
    stdin: dict[int, str] = field(default_factory=dict)
    pulling: int = 0
    most_pulling: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(
        self,
        argv: t.Sequence[str],
        *,
        user: str = "",
        stdin: str = "",
        env: t.Mapping[str, str] | None = None,
        cwd: str = "/",
        check: bool = True,
        timeout: float | None = None,
        most: int = MOST,
        lock: int | None = None,
    ) -> Completed:
        self.actions.append(shlex.join(argv))
        assert argv[0] == "podman" and not check
        if not self.installed:
            return Completed(tuple(argv), 127, "", "podman: command not found")
        self.stdin[threading.get_ident()] = stdin
        verb = argv[1] if argv[1] != "image" else "inspect"
        rc, out, err = getattr(self, f"_{verb}")([word for word in argv[2:] if word != "inspect"])
        return Completed(tuple(argv), rc, out, err)

    def verbs(self) -> list[str]:
        """The podman commands run so far, by their first word."""
        return [action.split()[1] for action in self.actions]

    def store_files(self, maps: IdMaps) -> tuple[str, str]:
        """images.json and layers.json of the store."""
        images, layers = [], []
        for image_id, image in self.store.items():
            images.append(
                {
                    "id": image_id,
                    "digest": digest_of(image.number),
                    "names": image.names,
                    "layer": f"top-{image_id}",
                    "big-data-digests": {f"manifest-{digest_of(image.number)}": digest_of(image.number)},
                }
            )
            layer: dict[str, t.Any] = {"id": f"top-{image_id}", "diff-size": 780_000_000}
            if image.mapped:
                layer.update(uidmap=_ranges(maps.uids), gidmap=_ranges(maps.gids))
            layers.append(layer)
        return json.dumps(images), json.dumps(layers)

    def _images(self, words: list[str]) -> tuple[int, str, str]:
        listed = [
            {
                "Id": image_id,
                "Digest": digest_of(image.number),
                "Size": 780_000_000,
                "Names": image.names,
                "RepoDigests": [f"{name.partition('@')[0]}@{digest_of(image.number)}" for name in image.names],
            }
            for image_id, image in self.store.items()
        ]
        return 0, json.dumps(listed), ""

    def _pull(self, words: list[str]) -> tuple[int, str, str]:
        reference = words[-1]
        with self.lock:
            self.pulling += 1
            self.most_pulling = max(self.most_pulling, self.pulling)
        try:
            found = self.registry.get(reference)
            if found is None:
                why = f"Error: initializing source docker://{reference}: reading manifest: manifest unknown: manifest unknown"
                return 125, "", why
            image = self.store.setdefault(id_of(found.number), found)
            image.names.append(_name(reference))
            image.mapped = image.mapped or self.pulls_mapped
            return 0, id_of(found.number), ""
        finally:
            with self.lock:
                self.pulling -= 1

    def _create(self, words: list[str]) -> tuple[int, str, str]:
        image = self._named(words[-1])
        assert image and "--userns=keep-id" in words
        image.mapped = True
        return 0, "container\n", ""

    def _rm(self, words: list[str]) -> tuple[int, str, str]:
        return 0, "", ""

    def _inspect(self, words: list[str]) -> tuple[int, str, str]:
        images = [image for word in words for image in [self._named(word)] if image]
        shown = [
            {
                "Id": id_of(image.number),
                "Created": image.created,
                "RepoTags": image.names,
                "RepoDigests": [],
                "Labels": image.labels,
                "Architecture": image.architecture,
                "RootFS": {"Layers": list(image.layers)},
                "Config": {"User": image.user, **({"Entrypoint": list(image.entrypoint)} if image.entrypoint else {})},
            }
            for image in images
        ]
        return (0 if len(images) == len(words) else 125), json.dumps(shown), ""

    def _run(self, words: list[str]) -> tuple[int, str, str]:
        first_command = "--entrypoint" not in words
        reference = words[words.index("python") - 1] if first_command else words[words.index("python") + 1]
        image = self._named(reference)
        assert image
        if first_command:
            if image.first_ends[0]:
                return image.first_ends[0], "", image.first_ends[1]
            if image.entrypoint != ("/swallow",):
                shared = words[words.index("-v") + 1].partition(":")[0]
                with open(f"{shared}/worker_path.txt", "w", encoding="utf-8") as stream:
                    stream.write(image.first_path)
            return 0, "", ""
        if not image.says.startswith("{"):
            return 127, "", image.says
        asked = json.loads(self.stdin[threading.get_ident()])
        program: dict[str, t.Any] = {}
        exec(MESSAGE, program)
        imports = {
            name: ["import" if path in image.broken else "", program["message"](image.broken.get(path, ""), env)]
            for name, (path, env, _arguments) in asked["imports"].items()
        }
        built = {name: image.deployments for name, said in imports.items() if image.deployments and not said[0]}
        answer = {**json.loads(image.says), "imports": imports, "deployments": built}
        return 0, f"noise\n{asked['mark']}{json.dumps(answer)}\n", ""

    def _build(self, words: list[str]) -> tuple[int, str, str]:
        if self.build_fails:
            return 1, "STEP 1/2: FROM base\nSTEP 2/2: RUN false\n", self.build_fails
        labels = dict(word[len("--label=") :].split("=", 1) for word in words if word.startswith("--label="))
        name = next(word[len("--tag=") :] for word in words if word.startswith("--tag="))
        number = len(self.store) + 1
        self.store[id_of(number)] = FakeImage(number, labels, ("sha256:base", f"sha256:{number}"), names=[name])
        for image in self.store.values():
            image.names = [other for other in image.names if other != name or image.number == number]
        return 0, id_of(number), ""

    def _push(self, words: list[str]) -> tuple[int, str, str]:
        if not self.compresses and any(word.startswith("--compression-format") for word in words):
            return 125, "", "Error: unknown flag: --compression-format\nSee 'podman push --help'\n"
        image = self._named(words[-2])
        assert image
        self.registry[words[-1][len("docker://") :]] = image
        path = next(word.partition("=")[2] for word in words if word.startswith("--digestfile="))
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(digest_of(image.number))
        return 0, "", ""

    def _named(self, word: str) -> FakeImage | None:
        if word in self.store:
            return self.store[word]
        return next((image for image in self.store.values() if _name(word) in image.names), None)


def _name(word: str) -> str:
    """What a store calls an image of Docker Hub, whichever of the hub's names it was asked for by."""
    name = re.sub(r"^index\.docker\.io/", "docker.io/", word)
    return re.sub(r"^docker\.io/(?=[^/]+$)", "docker.io/library/", name)


def _ranges(ranges: t.Iterable[IdRange]) -> list[dict[str, int]]:
    return [{"container_id": item.container_id, "host_id": item.host_id, "size": item.size} for item in ranges]
