# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Podman, its runtimes and the kernel say where namespaces, cgroups, mounts or limits stand in the way."""

from __future__ import annotations

#: Code, who says it, text.
WORDS = [
    ("RC-442", "Podman 3.4", "Error: creating tmpdir: mkdir /run/user/1000: permission denied"),
    ("RC-442", "Podman 4.3", "Error: creating events dirs: mkdir /run/user/1000: permission denied"),
    (
        "RC-442",
        "Podman 4.9, troubleshooting 31",
        'XDG_RUNTIME_DIR directory "/run/user/1000" is not owned by the current user',
    ),
    ("RC-442", "Podman 5.4", "Error: stat /run/user/1000/libpod/tmp: no such file or directory"),
    ("RC-442", "Podman 4.3", "Error: lstat /run/user/1000: no such file or directory"),
    (
        "RC-443",
        "Podman 3.4",
        'ERRO[0000] cannot find UID/GID for user ray: No subuid ranges found for user "ray" in /etc/subuid'
        " - check rootless mode in man pages.",
    ),
    (
        "RC-443",
        "Podman 4.3",
        'ERRO[0000] cannot find mappings for user ray: no subuid ranges found for user "ray" in /etc/subuid',
    ),
    (
        "RC-443",
        "Podman 4.9",
        'time="2026-11-23T07:10:05Z" level=warning msg="Using rootless single mapping into the namespace. This'
        ' might break some images. Check /etc/subuid and /etc/subgid for adding sub*ids if not using a network user"',
    ),
    (
        "RC-443",
        "Podman 4.3, podman#12715",
        "Error: potentially insufficient UIDs or GIDs available in user namespace (requested 0:42 for /etc/shadow):"
        " Check /etc/subuid and /etc/subgid: lchown /etc/shadow: invalid argument",
    ),
    (
        "RC-443",
        "Podman 5.4",
        'Error: copying system image from manifest list: writing blob: adding layer with blob "sha256:73b9": ApplyLayer stdout:'
        "  stderr: potentially insufficient UIDs or GIDs available in user namespace (requested 0:42 for /etc/gshadow): Check"
        " /etc/subuid and /etc/subgid if configured locally and run podman-system-migrate: lchown /etc/gshadow: invalid argument"
        " exit status 1",
    ),
    ("RC-443", "Podman 4.3", "Error: storing layer: lchown /etc/shadow: invalid argument"),
    (
        "RC-445",
        "Podman 4.3",
        'time="x" level=error msg="invalid internal status, try resetting the pause process with'
        ' \\"podman system migrate\\": could not find any running process: no such process"',
    ),
    (
        "RC-445",
        "Podman 3.4",
        'invalid internal status, try resetting the pause process with "podman system migrate": cannot re-exec'
        " process to join the existing user namespace",
    ),
    ("RC-445", "Podman 5.4", "Error: could not find any running process: no such process"),
    ("RC-445", "Podman 3.4", "Error: joining the user namespace: setns: no such process"),
    ("RC-403", "Podman 4.3, Ray's guide", "cannot clone: Operation not permitted\nError: cannot re-exec process"),
    (
        "RC-347",
        "kernel 6.8",
        'audit: type=1400 audit(1): apparmor="DENIED" operation="userns_create" class="namespace" comm="podman"',
    ),
    (
        "RC-454",
        "Podman 3.4",
        "user namespaces are not enabled in /proc/sys/user/max_user_namespaces\nError: cannot re-exec process",
    ),
    ("RC-454", "Podman 4.3", "cannot clone: No space left on device\nError: cannot re-exec process"),
    ("RC-454", "Podman 4.9", "cannot clone: Invalid argument\nError: cannot re-exec process"),
    ("RC-454", "runc 1.1", "Error: runc: unshare(CLONE_NEWUSER): Operation not permitted"),
    ("RC-454", "crun 1.14", "Error: crun: unshare user namespace: No space left on device"),
    ("RC-454", "kernel", "clone(CLONE_NEWUSER|CLONE_NEWNS): No space left on device"),
    ("RC-459", "Podman 4.3", "Error: cannot re-exec process"),
    ("RC-449", "crun 1.8", "Error: crun: cgroups in hybrid mode not supported, drop all controllers from cgroupv2"),
    ("RC-449", "crun 1.20", "Error: crun: cgroup v1 not supported"),
    ("RC-449", "crun 1.20", "Error: crun: this runtime requires cgroup v2: OCI runtime error"),
    (
        "RC-449",
        "runc 1.1",
        'Error: runc: error mounting "cgroup" to rootfs at "/sys/fs/cgroup": no such file or directory',
    ),
    (
        "RC-351",
        "crun 1.8, podman#14884",
        "Error: crun: writing file `/sys/fs/cgroup/x/cgroup.procs`: Operation not supported",
    ),
    (
        "RC-351",
        "crun 0.10, podman#4162",
        "writing file `/sys/fs/cgroup//user.slice/a.scope/cgroup.procs`: Permission denied: OCI"
        " runtime permission denied error",
    ),
    ("RC-351", "crun 1.14", "Error: crun: the requested cgroup controller `pids` is not available: OCI runtime error"),
    ("RC-351", "crun 1.8", "Error: crun: create cgroup `/sys/fs/cgroup/libpod`: Permission denied"),
    ("RC-351", "crun 1.8", "Error: crun: opening file `/sys/fs/cgroup/cgroup.subtree_control`: Read-only"),
    ("RC-351", "runc 1.1", 'failed to write "1234": open /sys/fs/cgroup/x/cgroup.procs: permission denied'),
    ("RC-351", "runc 1.1", "Error: runc: mkdir /sys/fs/cgroup/libpod_parent: permission denied"),
    (
        "RC-450",
        "crun 1.8, podman#20453",
        "Error: crun: mount `proc` to `proc`: Operation not permitted: OCI permission denied",
    ),
    ("RC-450", "runc 1.1", 'Error: runc: error mounting "proc" to rootfs at "/proc": operation not permitted'),
    (
        "RC-361",
        "Podman 4.9",
        'WARN[0000] "/" is not a shared mount, this could cause issues or missing mounts with rootless containers',
    ),
    (
        "RC-540",
        "crun 1.4, crun#981",
        "Error: OCI runtime error: unable to start container \"x\": crun: create keyring 'xxx': Disk quota exceeded",
    ),
    (
        "RC-540",
        "crun 1.15, podman#23784",
        "Error: preparing container 1e42 for attach: crun: create keyring `1e42`: Disk quota"
        " exceeded: OCI runtime error",
    ),
    (
        "RC-540",
        "runc 1.0, podman#13363",
        "container init caused: join session keyring: create session key: disk quota exceeded",
    ),
    ("RC-540", "runc 1.1", "unable to join session keyring: unable to create session key: disk quota exceeded"),
    ("RC-541", "Podman 4.3", "Error: failed to create fsnotify watcher: too many open files"),
    ("RC-541", "conmon 2.1", "conmon: inotify_init failed: Too many open files"),
    ("RC-541", "systemd", "Failed to allocate directory watch: Too many open files"),
    ("RC-542", "Podman 4.3", "Error: fork/exec /usr/bin/conmon: resource temporarily unavailable"),
    ("RC-542", "Go", "runtime: failed to create new OS thread (have 5 already; errno=11)"),
    ("RC-542", "glibc", "pthread_create failed: Resource temporarily unavailable"),
]
