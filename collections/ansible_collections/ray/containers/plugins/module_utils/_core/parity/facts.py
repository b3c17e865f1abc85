# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Version parity: what is known of a node, of an image, and of what an application wants of its image.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import asdict, dataclass, field

__all__ = ["Application", "ImageFacts", "LIBRARIES", "NodeFacts", "applications_of", "oci_architecture"]

#: What the kernel calls a machine, in the words of image configurations (Go's GOARCH).
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}

#: The distributions whose objects and messages travel between a node's processes and an image's. Ray brings its own
#: cloudpickle (ray/cloudpickle), so that one is read from Ray itself.
LIBRARIES = ("protobuf", "grpcio", "pydantic")


@dataclass(frozen=True)
class NodeFacts:
    """The node's side. *ray_version* is empty when there is no Ray at the runtime's path.

    :param libraries: versions by distribution, as far as they are installed; cloudpickle is Ray's own.
    :param gpus: NVIDIA devices of the node.
    """

    ray_version: str
    ray_commit: str
    python_version: str
    architecture: str
    user_id: int
    libraries: t.Mapping[str, str] = field(default_factory=dict)
    gpus: int = 0


@dataclass(frozen=True)
class ImageFacts:
    """What Ray will find in an image.

    :param user_id: that a container runs as which Ray starts.
    :param worker_path: of the program that Ray runs in it.
    :param first_path: the path that Ray's first command finds, where it may differ from *worker_path*.
    :param serves: whether what ray.serve imports is there.
    :param takes_commands: whether the image's ENTRYPOINT runs what it is given.
    :param writes: whether the container may write where Ray mounts its session directories.
    :param home: the home that a worker has in it; empty when it cannot write there.
    :param libraries: as of the node.
    :param cuda: the version of CUDA that it was built for; empty for none.
    :param gpus: devices that CUDA sees in a container; -1 when nobody asked for any.
    :param driver: the newest version of CUDA that the driver in the container can run.
    :param imports: what went wrong with the import of each application's import_path; empty for nothing.
    :param deployments: of each application that can be built without a cluster, its deployments as its code has them: by
        name, what a replica ``needs`` (a list of resources, one for each bundle), how many ``replicas`` there are at the least,
        whether it ``scales`` by load, is a ``gang``, and whether its code says how it ``surges``.
    :param failure: why the image's python gave no answer; the other facts are then empty, the architecture excepted.
    :param is_ray_user: whether *user_id* is the Ray user for the node.
    :param no_python: it gave none because the image has no program of that name.
    """

    architecture: str
    ray_version: str = ""
    ray_commit: str = ""
    python_version: str = ""
    user_id: int = -1
    worker_path: str = ""
    first_path: str = ""
    serves: bool = True
    takes_commands: bool = True
    writes: bool = True
    home: str = "/"
    libraries: t.Mapping[str, str] = field(default_factory=dict)
    cuda: str = ""
    gpus: int = -1
    driver: str = ""
    imports: t.Mapping[str, str] = field(default_factory=dict)
    deployments: t.Mapping[str, t.Mapping[str, t.Any]] = field(default_factory=dict)
    failure: str = ""
    no_python: bool = False
    is_ray_user: bool = True

    def as_data(self) -> dict[str, t.Any]:
        """The facts as plain data, without those that only say what is so of most images."""
        usual = ImageFacts("")
        return {name: value for name, value in vars(self).items() if value != getattr(usual, name)}


@dataclass(frozen=True)
class Application:
    """An application, or a deployment of one, and what it asks of its image.

    :param name: as an operator reads it.
    :param variables: its process's env_vars. They may hold secrets.
    :param gpus: whether it asks for any.
    :param args: of its builder. They may hold secrets, too.
    """

    name: str
    image: str
    import_path: str = ""
    variables: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    gpus: bool = False
    args: t.Mapping[str, t.Any] = field(default_factory=dict, repr=False)

    @property
    def digest(self) -> str:
        """Of what its import and its deployments depend on beside the image."""
        asked = json.dumps([self.import_path, dict(self.variables), dict(self.args)], sort_keys=True)
        return hashlib.sha256(asked.encode()).hexdigest()


def as_text(applications: t.Iterable[Application]) -> str:
    """The JSON that the controller sends.

    One text, since each value of a mapping that is not to be logged would be masked wherever else it stands.
    """
    return json.dumps([asdict(application) for application in applications])


def applications_of(text: str) -> tuple[Application, ...]:
    """The applications of that JSON; none of an empty text."""
    return tuple(Application(**row) for row in json.loads(text or "[]"))


def oci_architecture(machine: str) -> str:
    """The architecture that images name for what ``uname -m`` says."""
    return _ARCHITECTURES.get(machine, machine)
