# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The systemd unit of a raylet, as text, and what two such texts differ in.

The unit is the record of what was asked for: an equal text means that nothing is to do. It holds no secret.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import shlex
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.raylet.command import (
    gcs_state_directory,
    raylet_argv,
    raylet_environment,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.environment_file import ENVIRONMENT_PATH
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.service import (
    FORGET_CONTAINERS,
    Service,
    command_line,
    prepare_temp_dir,
    quoted,
    stop_seconds,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec

__all__ = [
    "UNIT",
    "UNIT_PATH",
    "address_in",
    "as_running",
    "changed_fields",
    "differences",
    "raylet_unit",
    "runs_in_container",
]

UNIT = "raylet.service"
UNIT_PATH = f"/etc/systemd/system/{UNIT}"

#: Podman notes the process that holds the user's namespaces; when that died with the last raylet, every `podman` fails.
_FORGET_PAUSE = (
    "p=/run/user/{uid}/libpod/tmp/pause.pid; "
    '[ ! -e "$p" ] || grep -qsE "^(podman|catatonit)" "/proc/$(cat "$p")/comm" || rm -f "$p"'
)

#: What only the unit of a container has.
_IN_CONTAINER = "\nExecStopPost=podman "


def raylet_unit(spec: RayletSpec, service: Service) -> str:
    """The text of the unit.

    - After a crash or a lost head it starts again for ever, at once: Ray's own patience is the pace.
    - OOMPolicy=continue: an application that uses up the memory is killed alone. By default it would take the raylet
      with it.
    - Delegate=yes lets Podman make cgroups below the service.
    """
    environment = raylet_environment(dataclasses.replace(spec, environment={}), home=service.home, uid=service.uid)
    added = [f"EnvironmentFile={ENVIRONMENT_PATH}"] if spec.environment else []
    after, process = _process(spec, service)
    lines = [
        "# Managed by ray.containers.raylet; changes are overwritten.",
        "[Unit]",
        f"Description=Ray {spec.ray_version} {spec.role}{' in a container' if service.around else ''}",
        "Documentation=https://docs.ray.io/en/latest/serve/advanced-guides/multi-app-container.html",
        *after,
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        *(f"Environment={quoted(f'{name}={value}')}" for name, value in sorted(environment.items())),
        *added,
        *process,
        "Restart=always",
        "RestartSec=200ms",
        "KillMode=mixed",
        "OOMPolicy=continue",
        "Delegate=yes",
        "TasksMax=infinity",
        f"LimitNOFILE={service.open_files[0]}:{service.open_files[1]}",
        "",
        "[Install]",
        "WantedBy=multi-user.target",
    ]
    return "\n".join(lines) + "\n"


def _process(spec: RayletSpec, service: Service) -> tuple[list[str], list[str]]:
    """What the unit comes after, and the lines of its process."""
    if service.around is None:
        return _on_host(spec, service)
    # Only nodes whose raylets run in containers compile it.
    from ansible_collections.ray.containers.plugins.module_utils._core.raylet.container_unit import in_container

    return in_container(spec, service, service.around)


def _on_host(spec: RayletSpec, service: Service) -> tuple[list[str], list[str]]:
    """Ray itself.

    Only the main process gets SIGTERM (KillMode=mixed): it ends its children in order. Whatever is left when it has
    gone, application containers too, is killed at once instead of waited for; with control-group's signals to
    everybody a restart took 70 s.
    """
    forget_pause = quoted(_FORGET_PAUSE.format(uid=service.uid), command=True)
    after = [
        f"Wants=network-online.target user@{service.uid}.service",
        f"After=network-online.target user@{service.uid}.service systemd-tmpfiles-setup.service",
    ]
    return after, [
        f"User={spec.user}",
        f"Group={service.group}",
        "WorkingDirectory=~",
        *([f"StateDirectory={gcs_state_directory(spec)}", "StateDirectoryMode=0700"] if spec.is_head else []),
        *prepare_temp_dir("+"),
        f"ExecStartPre=/bin/sh -c {forget_pause}",
        f"ExecStartPre=-/bin/sh -c {quoted(FORGET_CONTAINERS, command=True)}",
        # systemd ends what the line above left running, maybe that very process.
        f"ExecStartPre=/bin/sh -c {forget_pause}",
        f"ExecStart={command_line(raylet_argv(spec))}",
        # `ray start --block` ends with 1 when it is asked to end.
        "SuccessExitStatus=1",
        f"TimeoutStopSec={stop_seconds(spec)}",
    ]


def runs_in_container(unit: str) -> bool:
    """Whether the unit of this text runs Ray in a container."""
    return _IN_CONTAINER in unit


def differences(before: str, after: str) -> list[str]:
    """What changes from one unit's text to another's, in an operator's words: ``num-cpus: 2 -> 4``.

    Values of the environment are not shown.
    """
    ways = runs_in_container(before), runs_in_container(after)
    if ways[0] != ways[1]:
        return [
            f"Ray runs {'in a container' if ways[1] else 'on the host'}, and no longer "
            f"{'on the host' if ways[1] else 'in a container'}"
        ]
    old, new = _fields(before), _fields(after)
    told = [_difference(name, old.get(name), new.get(name)) for name in changed_fields(before, after)]
    return list(dict.fromkeys(told))


def changed_fields(before: str, after: str) -> dict[str, None]:
    """The names of what changes, in the order of the texts: options of `ray start`, and keys of the unit."""
    old, new = _fields(before), _fields(after)
    return {name: None for name in (*old, *new) if old.get(name) != new.get(name)}


def address_in(unit: str) -> str:
    """The address that the raylet of this unit was given; empty when it was to find one itself."""
    return _fields(unit).get("node-ip-address", "")


def as_running(spec: RayletSpec, unit: str) -> RayletSpec:
    """The wanted raylet, but with the ports that the one of this unit answers on."""
    found = _fields(unit)
    agent = int(found.get("dashboard-agent-listen-port") or spec.ports.dashboard_agent)
    return dataclasses.replace(
        spec,
        ports=dataclasses.replace(spec.ports, dashboard_agent=agent),
        dashboard_host=found.get("dashboard-host") or spec.dashboard_host,
        dashboard_port=int(found.get("dashboard-port") or spec.dashboard_port),
    )


def _difference(name: str, old: str | None, new: str | None) -> str:
    if name.startswith("ExecStartPre"):
        return "what prepares its start"
    if name.startswith("environment "):
        verb = "added" if old is None else "removed" if new is None else "changed"
        return f"{name} {verb}"
    return f"{name}: {'nothing' if old is None else old} -> {'nothing' if new is None else new}"


def _fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if not equals or line.startswith("#"):
            continue
        if key == "ExecStart":
            fields.update(_words(value))
        elif key == "Environment":
            name, _equals, content = value.strip('"').partition("=")
            fields[f"environment {name}"] = content
        elif key == "ExecStartPre":
            fields[f"{key} {len([name for name in fields if name.startswith(key)]) + 1}"] = value
        else:
            fields[key] = value
    return fields


def _words(command: str) -> t.Iterator[tuple[str, str]]:
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    for position, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in ("--volume", "--env", "--ulimit", "--label"):
            # Given several times, each for another part; the label repeats what the other words say.
            part, _equals, rest = value.partition(":" if name == "--volume" else "=")
            if name != "--label":
                yield f"{name[2:]} {part}", rest or "yes"
        elif name.startswith("--"):
            yield name[2:], value if equals else "yes"
        elif position == 0:
            yield "program", word
        if word == "--":
            yield "image", words[position - 1]
