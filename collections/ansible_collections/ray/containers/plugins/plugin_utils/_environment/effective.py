# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment that an application's process will have: every variable, and where it comes from.

The order is Ray's guide's (Run Multiple Applications in Different Containers, "Environment variables"): runtime_env over
RAY_* of the raylet over the image's ENV. Below the image's stands what Podman gives every container, above it the proxies
that Podman passes on from its own environment. Ray adds the place of its token, and inside the process the threads and GPUs.

Sources: Ray 2.60.0 _private/runtime_env/image_uri.py `_modify_context_impl`, serve/_private/utils.py
`override_runtime_envs_except_env_vars`, _private/utils.py `set_omp_num_threads_if_unset` and `set_visible_accelerator_ids`;
Podman 4.3.1 as it behaves, held against the process of replicas.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.command import raylet_environment
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import (
    Application,
    Deployment,
    Fields,
    ServeConfig,
    mapping,
)

__all__ = [
    "ENGINE",
    "IMAGE",
    "SourcedValue",
    "Image",
    "Process",
    "Raylet",
    "Variable",
    "environment_of",
    "processes_of",
]

ENGINE = "Podman"
IMAGE = "image ENV"
RAYLET = "raylet"
RAY = "Ray"

#: What Podman passes on from its own environment (containers.conf(5), http_proxy), which is the raylet's.
PROXIES = tuple(
    name for lower in ("http_proxy", "https_proxy", "ftp_proxy", "no_proxy") for name in (lower, lower.upper())
)

#: What Ray and the raylet add to the raylet's RAY_* by themselves: client_mode_hook.py, services.py, agent_manager.cc.
OF_RAY_ITSELF = {
    "RAY_CLIENT_MODE": "0",
    "RAY_NODE_ID": "(the node's id)",
    "RAY_RAYLET_PID": "(the raylet's process id)",
    "RAY_enable_pipe_based_agent_to_parent_health_check": "1",
}
#: These give way to what the operator sets.
DEFAULTS_OF_RAY = {"RAY_LD_PRELOAD_ON_WORKERS": "0"}


@dataclass(frozen=True)
class Raylet:
    """A node's raylet as the inventory wants it.

    :param host: the node, as the inventory names it.
    :param environment: what the operator adds to it (ray_environment).
    :param runtime_path: where Ray lies on the node; in words, as far as the inventory does not tell it.
    :param drain_seconds: how long it may drain (ray_drain_timeout).
    :param image: of the container that it runs in (ray_raylet_image); empty for Ray on the host.
    :param ray_version: the Ray of that image.
    """

    host: str
    is_head: bool
    environment: t.Mapping[str, str]
    home: str
    runtime_path: str
    drain_seconds: int = RayletSpec.drain_seconds
    image: str = ""
    ray_version: str = ""

    def variables(self) -> dict[str, tuple[str, str]]:
        """Everything in the environment that it gets from systemd: name → (value, source)."""
        spec = RayletSpec(
            role="head" if self.is_head else "worker",
            user="",
            runtime_path=self.runtime_path,
            ray_version=self.ray_version,
            head_address="",
            environment=self.environment,
            drain_seconds=self.drain_seconds,
            image=self.image,
        )
        # Nothing that reaches a container depends on the user's id.
        of_the_unit = raylet_environment(spec, home=self.home, uid=0)
        return {
            name: (value, f"{RAYLET}, {'ray_environment' if name in self.environment else 'set by its unit'}")
            for name, value in of_the_unit.items()
        }


@dataclass(frozen=True)
class Image:
    """What an image brings.

    :param variables: its ENV, or None when nobody told it.
    """

    reference: str
    variables: t.Mapping[str, str] | None = None


@dataclass(frozen=True)
class Process:
    """A kind of process of an application.

    :param deployment: empty for those that the file does not name: they have the application's environment.
    :param given: env_vars, the weakest first: (source, variables).
    :param options: ray_actor_options as the file has them.
    """

    application: str
    deployment: str
    image: str
    given: tuple[tuple[str, Fields], ...]
    options: Fields

    @property
    def title(self) -> str:
        """Whose it is, as an operator reads it."""
        if self.deployment:
            return f"deployment {self.deployment} of application {self.application}"
        return f"application {self.application}"


@dataclass(frozen=True)
class SourcedValue:
    """A value that one source gives."""

    value: str
    source: str


@dataclass(frozen=True)
class Variable:
    """A variable that the process has.

    :param overrides: what lost against it, the strongest first.
    :param hosts: the nodes where it is so; empty when it is so on every node.
    """

    name: str
    value: str
    source: str
    overrides: tuple[SourcedValue, ...] = ()
    hosts: tuple[str, ...] = ()


def processes_of(config: ServeConfig, application: Application) -> tuple[Process, ...]:
    """The application's kinds of processes: one for each deployment that the file gives an environment or resources of its
    own, and before them one for all others, and for the import of the application itself."""
    controller = mapping(mapping(mapping(config.fields.get("controller_options")).get("runtime_env")).get("env_vars"))
    own = (
        ("Serve config, controller_options", controller),
        ("Serve config, application", application.environment.variables),
    )
    image = _image(application.environment.fields)
    whole = Process(application.name, "", image, own, {})
    return (whole, *(_deployment(whole, each) for each in application.deployments if _is_apart(each)))


def environment_of(process: Process, image: Image, raylets: t.Sequence[Raylet]) -> tuple[Variable, ...]:
    """The variables of a process in the order of their names; one entry for each different value that nodes give it."""
    found: dict[Variable, list[str]] = {}
    for raylet in raylets:
        for variable in _on(process, image, raylet):
            found.setdefault(variable, []).append(raylet.host)
    everywhere = len(raylets)
    told = [
        Variable(each.name, each.value, each.source, each.overrides, () if len(hosts) == everywhere else tuple(hosts))
        for each, hosts in found.items()
    ]
    return tuple(sorted(told, key=lambda variable: variable.name))


def _on(process: Process, image: Image, raylet: Raylet) -> list[Variable]:
    """The variables of the process on one node."""
    stack: dict[str, list[SourcedValue]] = {}
    for layer in _layers(process, image, raylet):
        for name, given in layer.items():
            stack.setdefault(name, []).insert(0, given)
    return [Variable(name, given[0].value, given[0].source, tuple(given[1:])) for name, given in stack.items()]


def _layers(process: Process, image: Image, raylet: Raylet) -> t.Iterator[dict[str, SourcedValue]]:
    """What each source gives, the weakest first."""
    of_the_raylet = raylet.variables()
    engine = _engine(raylet.host)
    if image.variables is None or "PATH" not in image.variables:
        engine["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    yield _all(engine, ENGINE)
    yield _all(image.variables or {}, IMAGE)
    yield {
        name: SourcedValue(value, f"{source}; passed on by Podman")
        for name, (value, source) in of_the_raylet.items()
        if name in PROXIES
    }
    yield from _of_raylet(of_the_raylet)
    # --env RAY_JOB_ID=$RAY_JOB_ID comes last, but the shell that replaces it has env_vars in its own environment.
    yield _all({"RAY_JOB_ID": "(the job's id)"}, RAY)
    given: dict[str, str] = {}
    for source, variables in process.given:
        written = {str(name): str(value) for name, value in variables.items()}
        given.update(written)
        yield _all(written, source)
    yield _all(_token(raylet, of_the_raylet, given), f"{RAY}, which mounts the file")
    yield from _at_start(process, image, given)


def _engine(host: str) -> dict[str, str]:
    """With --network=host a container has the host's name; HOME is what the image's /etc/passwd says of the user."""
    return {"HOME": "(the home of the image's user)", "HOSTNAME": host, "TERM": "xterm", "container": "podman"}


def _of_raylet(of_the_raylet: t.Mapping[str, tuple[str, str]]) -> t.Iterator[dict[str, SourcedValue]]:
    yield _all(DEFAULTS_OF_RAY, f"{RAYLET}, set by Ray")
    yield {
        name: SourcedValue(value, source) for name, (value, source) in of_the_raylet.items() if name.startswith("RAY_")
    }
    yield _all(OF_RAY_ITSELF, f"{RAYLET}, set by Ray")


def _token(
    raylet: Raylet, of_the_raylet: t.Mapping[str, tuple[str, str]], given: t.Mapping[str, str]
) -> dict[str, str]:
    """Where the token's file is mounted, when Ray mounts it (image_uri.py, `is_token_auth_enabled`)."""
    together = {**{name: value for name, (value, _source) in of_the_raylet.items()}, **given}
    if "RAY_AUTH_TOKEN" in together or of_the_raylet.get("RAY_AUTH_MODE", ("", ""))[0] != "token":
        return {}
    return {"RAY_AUTH_TOKEN_PATH": together.get("RAY_AUTH_TOKEN_PATH") or f"{raylet.home}/.ray/auth_token"}


def _at_start(process: Process, image: Image, given: t.Mapping[str, str]) -> t.Iterator[dict[str, SourcedValue]]:
    """What Ray changes inside the process, right before the replica's code runs."""
    source = f"{RAY}, when a replica starts"
    if "OMP_NUM_THREADS" not in {**(image.variables or {}), **given}:
        yield _all({"OMP_NUM_THREADS": str(_threads(process.options.get("num_cpus")))}, source)
    if _is_positive(process.options.get("num_gpus")):
        yield _all({"CUDA_VISIBLE_DEVICES": "(the GPUs that Ray gives it)"}, source)


def _threads(cpus: object) -> int:
    """CPUs rounded down, and 1 at the least; Serve gives a replica 1 when nothing is said."""
    return max(math.floor(cpus), 1) if isinstance(cpus, (int, float)) and not isinstance(cpus, bool) else 1


def _is_positive(number: object) -> bool:
    return isinstance(number, (int, float)) and number > 0


def _all(variables: t.Mapping[str, str], source: str) -> dict[str, SourcedValue]:
    return {name: SourcedValue(value, source) for name, value in variables.items()}


def _is_apart(deployment: Deployment) -> bool:
    """Whether the file says something of this deployment's process that it does not say of the application's."""
    options = mapping(deployment.fields.get("ray_actor_options"))
    return bool(deployment.environment.fields) or bool({"num_cpus", "num_gpus"} & set(options))


def _deployment(whole: Process, deployment: Deployment) -> Process:
    return Process(
        whole.application,
        deployment.name,
        _image(deployment.environment.fields) or whole.image,
        (*whole.given, ("Serve config, deployment", deployment.environment.variables)),
        mapping(deployment.fields.get("ray_actor_options")),
    )


def _image(fields: Fields) -> str:
    return str(fields.get("image_uri") or "")
