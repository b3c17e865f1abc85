# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Podman itself and the programs beside it: there, and configured so that Ray's commands work.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import fault, listed, said_by
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    CONFIGURATION,
    CONTAINERS,
    NO_CONTAINERS,
    NO_IMAGE,
    PROGRAMS,
    SERVE,
)

#: Appended to remedies of what the site sets up.
SET_UP = "Run the site: its module rootless_podman sets this up and proves it"

ENGINE_MISSING = fault(
    "RC-440",
    "Podman is not installed, or not found by the raylet",
    said_by("shell", r"podman: (?:command )?not found", r"podman: No such file or directory"),
    said_by("Ray", r"No such file or directory: '?podman'?"),
    said_by("crun, runc", r"exec: \"podman\": executable file not found"),
    said_by(
        "systemd-run",
        r"Failed to (?:find executable|execute|locate executable) \S*podman",
        r"Unable to locate executable '?\S*podman",
    ),
    cause="Ray calls podman on every node, with the PATH of the raylet, or of env_vars where they set one.",
    remedy="Install Podman on this node (module ray.containers.podman), and set no PATH in env_vars",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py; ray#21617",
    question=PROGRAMS,
    causes=NO_CONTAINERS,
    healed="podman installs it",
)
RAYS_PODMAN_MISSING = fault(
    "RC-536",
    "The program that raylets find before Podman is missing, or has been changed",
    cause="Ray starts every application with --userns=keep-id, under which an image with another user id than the Ray user's can"
    " neither read Ray's token nor write into /tmp/ray. A program of this collection, first in the raylet's PATH, lets such an"
    " image run as the user id that it is made for. Somebody has removed or changed it.",
    remedy="Run the site: its module rootless_podman writes the program again, and workers that start from then on use it",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py; podman-run(1), --userns=keep-id:uid=",
    question=PROGRAMS,
    causes=("RC-401", "RC-409", *NO_CONTAINERS),
    healed="rootless_podman writes it",
)
CONMON_MISSING = fault(
    "RC-530",
    "Podman finds no conmon",
    said_by("Podman", r"could not find a working conmon binary", r"conmon: (?:executable file )?not found"),
    said_by("Podman", r"fork/exec \S*conmon: (?:no such file or directory|permission denied)", versions="4.0 to 5.4"),
    cause="Every container has a conmon that watches it; the package conmon is missing, or its program cannot be executed.",
    remedy="Install or reinstall the package conmon, and take other `conmon_path` settings out of containers.conf",
    source="containers/common pkg/config FindConmon; podman troubleshooting",
    question=PROGRAMS,
    causes=NO_CONTAINERS,
)
RUNTIME_MISSING = fault(
    "RC-360",
    "The OCI runtime is missing",
    said_by(
        "Podman",
        r"default OCI runtime \S+ not found",
        r"no valid executable found for OCI runtime",
        r"(?:exec: )?\"?(?:runc|crun)\"?: executable file not found",
        r"executable file [`'\"](?:runc|crun)[`'\"] not found",
        r"fork/exec \S*/(?:runc|crun): (?:no such file or directory|permission denied)",
        versions="3.4 to 5.4",
    ),
    said_by("conmon", r"Failed to re-execute: No such file or directory|failed to exec .*/(?:runc|crun)"),
    cause="The runtime that containers.conf names is not installed, or cannot be executed.",
    remedy="Run the module podman, which installs the one that fits the host's cgroup layout",
    source="containers.conf(5), runtime",
    question=PROGRAMS,
    causes=NO_CONTAINERS,
    healed="podman installs it",
)
NETWORK_HELPER = fault(
    "RC-353",
    "The rootless network helper is missing",
    said_by(
        "Podman",
        r"could not find (?:slirp4netns|pasta|netavark|\S+netavark)",
        r"exec: \"(?:slirp4netns|pasta)\": executable file not found",
        r"(?:slirp4netns|pasta)\S*: (?:executable file )?not found",
        versions="3.4 to 5.4",
    ),
    cause="Podman looks for slirp4netns, or from version 5 on for pasta (package passt).",
    remedy="Run the module podman, which installs it",
    source="Podman release notes 5.0.0",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
    healed="podman installs it",
)
ID_MAP_PROGRAMS = fault(
    "RC-444",
    "newuidmap is missing or may not map users",
    said_by(
        "Podman",
        r"new[ug]idmap\S*: (?:executable|command) ?(?:file )?not found",
        r"exec: \"new[ug]idmap\"",
        r"cannot set up namespace using .*new[ug]idmap",
        r"new[ug]idmap.*should have setuid or have filecaps",
        versions="3.4 to 5.4",
    ),
    said_by("shadow", r"new[ug]idmap: (?:write to|open of) [ug]id_map failed", r"new[ug]idmap: Could not set caps"),
    cause="The package uidmap is missing, its programs lost their setuid bit or file capabilities, or an outer container"
    " does not permit the mapping.",
    remedy="Install or reinstall the package uidmap; in a container, keep setuid bits when its image is made, and start it"
    " with --privileged",
    source="podman troubleshooting 9; podman#19906, podman#10717",
    question=PROGRAMS,
    causes=("RC-443", "RC-445", *NO_CONTAINERS),
)
NOT_A_CONFIGURATION = fault(
    "RC-533",
    "A configuration file of Podman cannot be read",
    said_by(
        "Podman",
        r"decod(?:e|ing) configuration \S+: toml: ",
        r"(?:parsing|loading|reading) \S*(?:containers|storage|registries)\.conf\S*: .*(?:toml: |line \d+|invalid)",
        r"(?:toml: line \d+|\(\d+, \d+\): ).*",
        r"runroot must be set",
        r"unmarshaling \S*policy\.json|invalid policy in ",
        versions="3.4 to 5.4",
    ),
    said_by("Podman", r"error (?:validating|loading) containers config", versions="3.4"),
    cause="It is no TOML (or no JSON), or lacks a setting without which Podman does not start.",
    remedy="Correct the file that the message names, or remove it and run the site, which writes the Ray user's own",
    source="containers.conf(5), containers-storage.conf(5), containers-registries.conf(5)",
    question=CONFIGURATION,
    causes=NO_CONTAINERS,
    healed="rootless_podman writes the Ray user's files again",
)
KEEP_ID_AS_ROOT = fault(
    "RC-441",
    "Podman before 4.5 refuses keep-id to root",
    said_by("Podman", r"keep-id is only supported in rootless mode", versions="4.1 to 4.4"),
    cause="The raylet runs as root, and Podman 4.1 to 4.4 (Debian 12 has 4.3.1) know --userns=keep-id for other accounts only.",
    remedy="Run the raylet as an unprivileged account (ray_user), or install Podman 4.5 or newer",
    source="podman 4.1.0 commit 80c0fceb24, lifted in 4.5.0 by de63ad7044; podman#17337",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
)
CGROUPS_DISABLED = fault(
    "RC-448",
    "containers.conf turns cgroups off",
    said_by("Podman", r"containers not creating Cgroups must", versions="3.4 to 5.4"),
    said_by("Podman", r"is not compatible with NoCgroups", versions="3.4 to 5.4"),
    cause="`cgroups` is disabled in containers.conf, as images of quay.io/podman have it, and that contradicts Ray's --pid=host.",
    remedy="Remove cgroups from containers.conf",
    source="ray#44800; podman contrib/podmanimage/stable/containers.conf",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
)
REMOTE = fault(
    "RC-534",
    "podman on this node talks to another machine's",
    said_by(
        "Podman",
        r"unable to connect to Podman socket",
        r"Cannot connect to Podman\. Please verify your connection",
        r"unknown flag: --cgroup-manager",
        versions="3.4 to 5.4",
    ),
    cause="CONTAINER_HOST is set, or containers.conf makes Podman a remote client; Ray's options exist for a local one only.",
    remedy="Take CONTAINER_HOST out of ray_environment, and `remote` and `service_destinations` out of containers.conf",
    source="podman cmd/podman/root.go; ray#45067",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
)
LIMITS = fault(
    "RC-451",
    "Podman's default limits are higher than this host permits",
    said_by("crun", r"setrlimit [`'\"]?RLIMIT_\w+[`'\"]?:? .*[Oo]peration not permitted"),
    said_by("runc", r"(?:error )?setting rlimit"),
    cause="Podman raises the limits of open files and processes for each container, and the hard limits of the raylet's"
    " service are lower.",
    remedy="Set default_ulimits in the Ray user's containers.conf at or below the hard limits (ulimit -Hn, ulimit -Hu). "
    + SET_UP,
    source="podman#24508, podman#24692, podman#18555",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
    healed="rootless_podman writes limits that the host permits",
)
NETWORK = fault(
    "RC-452",
    "Podman cannot make a network for the container",
    said_by("slirp4netns, pasta", r"(?:Failed to open\(\)|open\(\S*|stat) \S*/dev/net/tun"),
    said_by(
        "Podman", r"(?:pasta|slirp4netns) failed", r"netavark: .*", r"setting up network namespace|\brootless-netns\b.*"
    ),
    cause="Ray's first container of an image has a network of its own, which needs slirp4netns or pasta, and /dev/net/tun.",
    remedy='Open /dev/net/tun to the Ray user, or set netns = "host" in its containers.conf. ' + SET_UP,
    source="podman#10001, podman#14701, podman#19908",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
    healed='rootless_podman sets netns = "host"',
)
WRONG_OWNER = fault(
    "RC-357",
    "A container does not run as the Ray user",
    cause="The file that it wrote has another owner, or none was written.",
    remedy="Look for `userns` and `user` settings in the Ray user's containers.conf",
    source="Ray's guide, section Troubleshooting",
    question=CONTAINERS,
    causes=NO_CONTAINERS,
)
UNKNOWN_DEVICE = fault(
    "RC-456",
    "A device of the graphics processor is not known on this node",
    said_by("Podman", r"unresolvable CDI devices", versions="4.1 to 5.4"),
    said_by("Podman", r"stat nvidia\.com/gpu=\S+: no such file", versions="3.4"),
    cause="This node has no CDI description of a device that containers.conf names.",
    remedy="Run nvidia-ctk cdi generate on this node, or remove the device from its containers.conf",
    source="instill-ai/model-backend#538; nvidia-container-toolkit#63",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
)
UNUSABLE_DEVICE = fault(
    "RC-457",
    "The graphics processor cannot be used in the container",
    said_by("NVML", r"Failed to initialize NVML"),
    cause="The container got no device of the graphics processor, or not the permission to use it.",
    remedy='Set devices = ["nvidia.com/gpu=all"] in the Ray user\'s containers.conf (Podman 4.4 or newer)',
    source="ray#58399; podman#22847",
    cleared_by=SERVE,
    causes=("RC-412", "RC-481", "RC-483", "RC-484"),
    certain=False,
)
NO_ANSWER = fault(
    "RC-458",
    "Podman does not answer",
    said_by("this collection", r"^podman does not answer: ", r"^no end after \d+ seconds"),
    cause="It hangs, for instance on a lock or on storage that does not answer, or it ends with an error that no other fault"
    " explains.",
    remedy="Run podman ps --all as the Ray user on this node (in the raylet's container where it runs in one), and correct"
    " what stands in the way",
    source="this collection: podman ps as the Ray user",
    question=CONTAINERS,
    causes=("RC-405", "RC-406", "RC-432", "RC-483", "RC-484"),
    certain=False,
    generic=True,
)

UNKNOWN = fault(
    "RC-535",
    "Podman does not run containers for the Ray user",
    cause="Podman's own words say why; no known fault has them.",
    remedy="Run the same command as the Ray user on this node, and look the message up in podman's troubleshooting.md",
    source="this collection: podman info and Ray's two commands, as the Ray user",
    question=CONTAINERS,
    causes=("RC-405", "RC-406", "RC-412", *NO_IMAGE),
    certain=False,
    generic=True,
)

FAULTS = listed(globals())
