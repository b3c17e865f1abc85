# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Podman and its helpers say when they are missing, badly configured, or not allowed what they need.

Seen on nodes (Podman 4.3.1 with runc 1.1.5 and crun 1.8.1, where each fault was made), or in the issue that is named.
"""

from __future__ import annotations

#: Code, who says it, text.
WORDS = [
    ("RC-440", "bash, under Ray 2.9", "bash: line 0: exec: podman: not found"),
    ("RC-440", "sh", "sh: 1: podman: not found"),
    ("RC-440", "bash", "bash: /usr/bin/podman: No such file or directory"),
    ("RC-440", "Ray 2.60", "FileNotFoundError: [Errno 2] No such file or directory: 'podman'"),
    ("RC-440", "this collection", "podman: command not found"),
    ("RC-440", "crun 1.8", 'Error: crun: exec: "podman": executable file not found in $PATH'),
    ("RC-440", "systemd 252", "Failed to find executable podman: No such file or directory"),
    ("RC-440", "systemd 255", "raylet.service: Unable to locate executable 'podman': No such file or directory"),
    (
        "RC-530",
        "Podman 3.4",
        "Error: could not find a working conmon binary (configured options: [/usr/libexec/podman/conmon /usr/bin/conmon]):"
        " invalid argument",
    ),
    (
        "RC-530",
        "Podman 4.3",
        "Error: could not find a working conmon binary (configured options: [/usr/bin/conmon]: invalid argument)",
    ),
    ("RC-530", "Podman 4.9", "Error: fork/exec /usr/bin/conmon: permission denied"),
    (
        "RC-530",
        "Podman 5.4",
        'Error: exec: "conmon": executable file not found in $PATH: conmon: executable file not found',
    ),
    ("RC-360", "Podman 4.3", 'Error: default OCI runtime "nope" not found: invalid argument'),
    ("RC-360", "Podman 3.4", "Error: no valid executable found for OCI runtime crun: invalid argument"),
    (
        "RC-360",
        "Podman 4.9",
        'Error: "runc": executable file not found in $PATH: OCI runtime attempted to invoke a command',
    ),
    ("RC-360", "Podman 5.4", "Error: executable file `crun` not found in $PATH: No such file or directory"),
    ("RC-360", "Podman 4.3", "Error: fork/exec /usr/bin/runc: no such file or directory"),
    ("RC-360", "conmon 2.1", "conmon: option parsing failed: Failed to re-execute: No such file or directory"),
    (
        "RC-353",
        "Podman 4.3",
        'Error: could not find slirp4netns, the network namespace can\'t be configured: exec: "slirp4netns": executable file not'
        " found in $PATH",
    ),
    (
        "RC-353",
        "Podman 5.4",
        'Error: could not find pasta, the network namespace can\'t be configured: exec: "pasta": executable'
        " file not found in $PATH",
    ),
    ("RC-353", "Podman 4.9", 'Error: could not find "netavark" in one of [/usr/local/libexec/podman /usr/lib/podman]'),
    ("RC-353", "Podman 3.4", 'Error: exec: "slirp4netns": executable file not found in $PATH'),
    ("RC-353", "shell", "pasta: not found"),
    (
        "RC-444",
        "Podman 4.3",
        'time="2026-11-23T07:10:05Z" level=error msg="invalid internal status, try resetting the pause process with'
        ' \\"/usr/bin/podman system migrate\\": cannot set up namespace using \\"/usr/bin/newuidmap\\": should have'
        ' setuid or have filecaps setuid: exit status 1"',
    ),
    (
        "RC-444",
        "Podman 4.3",
        'time="2026-11-23T07:10:07Z" level=error msg="invalid internal status, try resetting the pause process with'
        ' \\"/usr/bin/podman system migrate\\": command required for rootless mode with multiple IDs: exec:'
        ' \\"newuidmap\\": executable file not found in $PATH"',
    ),
    (
        "RC-444",
        "Podman 3.4",
        'Error: command required for rootless mode with multiple IDs: exec: "newuidmap": executable file not'
        " found in $PATH",
    ),
    (
        "RC-444",
        "Podman 4.9, podman#19906",
        "ERRO[0000] running `/usr/bin/newuidmap 630 0 1000 1 1 524288 65536`: newuidmap: write to uid_map failed: Operation not"
        ' permitted\nError: cannot set up namespace using "/usr/bin/newuidmap": should have setuid or have filecaps setuid: exit'
        " status 1",
    ),
    ("RC-444", "shadow 4.13", "newuidmap: write to uid_map failed: Operation not permitted"),
    ("RC-444", "shadow 4.8, podman#13360", "newgidmap: open of gid_map failed: Permission denied"),
    ("RC-444", "shadow 4.13", "newuidmap: Could not set caps"),
    ("RC-444", "Podman 5.4", "newuidmap: executable file not found in $PATH"),
    (
        "RC-533",
        "Podman 4.9",
        'Error: decode configuration "/home/ray/.config/containers/storage.conf": toml: line 3: expected'
        " value but found 'o' instead",
    ),
    (
        "RC-533",
        "Podman 4.3",
        'Error: reading system config "/etc/containers/containers.conf": decode configuration'
        " /etc/containers/containers.conf: toml: line 47 (last key \"farms\"): expected '.' or '=', but got ']' instead",
    ),
    (
        "RC-533",
        "Podman 3.4",
        'Error: loading registries configuration "/etc/containers/registries.conf": (12, 3): was expecting'
        ' token =, but got "[" instead',
    ),
    ("RC-533", "Podman 4.3", "Error: runroot must be set"),
    ("RC-533", "Podman 4.3", 'Error: invalid policy in "/etc/containers/policy.json": unexpected end of JSON input'),
    ("RC-533", "Podman 3.4", "Error: error loading containers config"),
    (
        "RC-533",
        "Podman 5.4",
        "Error: parsing /home/ray/.config/containers/registries.conf.d/ray.conf: toml: line 2: invalid",
    ),
    ("RC-441", "Podman 4.3", "Error: keep-id is only supported in rootless mode"),
    ("RC-448", "Podman 4.3, ray#44800", "Error: containers not creating Cgroups must create a private PID namespace"),
    ("RC-448", "Podman 4.3", "Error: requested OCI runtime runc is not compatible with NoCgroups: invalid argument"),
    (
        "RC-534",
        "Podman 4.9",
        "Cannot connect to Podman. Please verify your connection to the Linux system using `podman system"
        " connection list`",
    ),
    (
        "RC-534",
        "Podman 5.4",
        'Error: unable to connect to Podman socket: Get "http://d/v5.4.0/libpod/_ping": dial unix',
    ),
    ("RC-534", "Podman 5.4, ray#45067", "Error: unknown flag: --cgroup-manager"),
    (
        "RC-451",
        "crun 1.8, podman#24508",
        "Error: crun: setrlimit `RLIMIT_NPROC`: Operation not permitted: OCI permission denied",
    ),
    (
        "RC-451",
        "runc 1.1",
        "Error: runc: runc create failed: unable to start container process: error during container init: error setting"
        " rlimits for ready process: error setting rlimit type 7: operation not permitted: OCI permission denied",
    ),
    (
        "RC-452",
        "slirp4netns 1.2",
        'Error: /usr/bin/slirp4netns failed: "open(\\"/dev/net/tun\\"): Permission denied\\nWARNING:'
        ' Support for seccomp is experimental\\nchild failed(1)\\n"',
    ),
    (
        "RC-452",
        "Podman 5.4, podman#10001",
        "Error: pasta failed with exit code 1:\nFailed to open() /dev/net/tun: No such device",
    ),
    ("RC-452", "Podman 4.9", "Error: netavark: unable to append rule: iptables: No such file"),
    (
        "RC-452",
        "Podman 4.3, podman#26157",
        "Error: setting up network namespace: mount /run/user/1000/netns: operation failed",
    ),
    ("RC-456", "Podman 4.9", "Error: setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=all"),
    ("RC-456", "Podman 3.4", "Error: stat nvidia.com/gpu=0: no such file or directory"),
    ("RC-457", "NVML", "Failed to initialize NVML: Insufficient Permissions"),
    ("RC-458", "this collection", "podman does not answer: no end after 30 seconds"),
    ("RC-458", "this collection", "no end after 30 seconds"),
]
