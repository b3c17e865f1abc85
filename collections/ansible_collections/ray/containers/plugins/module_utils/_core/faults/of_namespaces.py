# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Namespaces, cgroups and mounts: what the kernel, or a container around the node, does not give the Ray user.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import fault, listed, said_by
from ansible_collections.ray.containers.plugins.module_utils._core.faults.of_podman import SET_UP
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    CONFIGURATION,
    CONTAINERS,
    IMAGES,
    KEYRING,
    NAMESPACES,
    NO_CONTAINERS,
    RUNTIME_DIRECTORY,
    WATCHES,
)

RUNTIME_DIRECTORY_MISSING = fault(
    "RC-442",
    "The Ray user has no runtime directory",
    said_by(
        "Podman",
        r"XDG_RUNTIME_DIR\b.*(?:is not owned by|not writable|does not exist|must be set)",
        r"mkdir /run/user/\d+\S*: (?:permission denied|no such file)",
        r"(?:stat|lstat|open|creating|create|chmod) .*/run/user/\d+\S{0,200}: (?:permission denied|no such file or directory)",
        versions="3.4 to 5.4",
    ),
    cause="/run/user/UID goes away with the account's last login session, unless the account lingers.",
    remedy="Run loginctl enable-linger for the Ray user and set XDG_RUNTIME_DIR in the raylet's environment. " + SET_UP,
    source="podman troubleshooting 31; podman#13338, podman#14043",
    question=RUNTIME_DIRECTORY,
    causes=("RC-445", *NO_CONTAINERS),
    healed="rootless_podman enables linger",
)
SUBORDINATE_IDS_MISSING = fault(
    "RC-443",
    "The Ray user has too few subordinate ids",
    said_by(
        "Podman",
        r"potentially insufficient (?:UIDs or GIDs|UIDs|GIDs) available in user namespace",
        r"cannot find (?:UID/GID|mappings) for user",
        r"[Nn]o sub[ug]id ranges found for user",
        r"[Uu]sing rootless single mapping into the namespace",
        r"lchown \S+: invalid argument",
        versions="3.4 to 5.4",
    ),
    cause="The image's files belong to more users than /etc/subuid and /etc/subgid give the Ray user, or Podman still uses"
    " the ranges from before they were changed.",
    remedy="Give the Ray user 65536 subordinate ids in both files, and run `podman system migrate` as that user. "
    + SET_UP,
    source="podman troubleshooting 9; podman#12715, podman#2542",
    cleared_by=IMAGES,
    causes=NO_CONTAINERS,
    healed="rootless_podman grants them, and has Podman use them",
)
STALE_PAUSE = fault(
    "RC-445",
    "Podman's pause process is from before a restart",
    said_by(
        "Podman",
        r"invalid internal status, try resetting the pause process",
        r"could not find any running process: no such process",
        r"joining? (?:the )?(?:existing )?user namespace.*no such process",
        versions="3.4 to 5.4",
    ),
    cause="Podman's file pause.pid outlived the process that it names.",
    remedy="Run podman system migrate as the Ray user; where that fails too, remove /run/user/UID/libpod/tmp/pause.pid",
    source="podman#20697, podman#28157",
    cleared_by=CONFIGURATION,
    causes=NO_CONTAINERS,
)
NO_NAMESPACES = fault(
    "RC-403",
    "Podman may not create namespaces",
    said_by("Podman", r"cannot clone: Operation not permitted", versions="3.4 to 5.4"),
    cause="The raylet runs in a container without the permissions that starting containers needs, or on a host that does not"
    " let ordinary accounts make user namespaces.",
    remedy="For a raylet in a container: start it with --privileged. For one on the host: set the sysctls"
    " user.max_user_namespaces above 0 and, where there are such, kernel.unprivileged_userns_clone to 1 and"
    " kernel.apparmor_restrict_unprivileged_userns to 0",
    source="Ray guide: Troubleshooting; podman#10802, podman#24512; Ubuntu 24.04 release notes",
    cleared_by=CONFIGURATION,
    causes=NO_CONTAINERS,
)
APPARMOR = fault(
    "RC-347",
    "AppArmor keeps Podman from making a user namespace",
    said_by("kernel", r"apparmor=\"DENIED\".*(?:userns_create|podman|newuidmap)"),
    cause="The sysctl kernel.apparmor_restrict_unprivileged_userns is 1, and this podman has no AppArmor profile that allows it.",
    remedy="Use the distribution's Podman, whose profile allows it, or set kernel.apparmor_restrict_unprivileged_userns=0",
    source="Ubuntu 24.04 release notes; moby/moby#47480",
    question=NAMESPACES,
    causes=("RC-403", "RC-444", "RC-454", *NO_CONTAINERS),
)
USER_NAMESPACES = fault(
    "RC-454",
    "This host does not let ordinary accounts make user namespaces",
    said_by(
        "Podman",
        r"user namespaces are not enabled",
        r"cannot clone: No space left on device",
        r"cannot clone: Invalid argument",
        r"unshare.*: (?:No space left on device|Operation not permitted)",
        r"CLONE_NEWUSER.*(?:Operation not permitted|No space left)",
        versions="3.4 to 5.4",
    ),
    cause="The sysctl user.max_user_namespaces is 0 or used up, kernel.unprivileged_userns_clone is 0, or AppArmor restricts"
    " them (Ubuntu 23.10 and newer).",
    remedy="Permit them with sysctl, or use the distribution's Podman, which has an AppArmor profile",
    source="podman#3421; Ubuntu 24.04 release notes",
    cleared_by=CONFIGURATION,
    causes=("RC-403", *NO_CONTAINERS),
)
REEXEC = fault(
    "RC-459",
    "Podman cannot enter a namespace of its own",
    said_by("Podman", r"cannot re-exec process", versions="3.4 to 5.4"),
    cause="Podman starts itself again in a user namespace, and that failed; the line before says why.",
    remedy="Run podman info as the Ray user on this node, and correct what it says",
    source="podman pkg/rootless/rootless_linux.go; podman#24512",
    cleared_by=CONFIGURATION,
    causes=("RC-405", "RC-432", "RC-458", "RC-483", "RC-484"),
    certain=False,
    generic=True,
)
CGROUP_LAYOUT = fault(
    "RC-449",
    "The container runtime does not work on this host's cgroup layout",
    said_by(
        "crun",
        r"cgroups in hybrid mode not supported",
        r"cgroup v1 not supported",
        r"requires cgroup v2",
        versions="1.8 to 1.20",
    ),
    said_by(
        "runc",
        r"mounting"
        r" \\?\"cgroup\\?\"",
    ),
    cause="The runtime crun starts no container on a hybrid or v1 layout, and nested cgroups of v1 need /sys/fs/cgroup of"
    " the host.",
    remedy='Use runc (runtime = "runc" in containers.conf), or mount /sys/fs/cgroup into the outer container. '
    + SET_UP,
    source="containers/crun src/libcrun/cgroup.c, 1.8.1",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
    healed="podman installs runc, and rootless_podman names it",
)
CGROUP_CONTROLLERS = fault(
    "RC-351",
    "The raylet's cgroup cannot hold a container's",
    said_by(
        "crun",
        r"writing .*cgroup\.procs\S{0,2}: (?:Operation not supported|Device or resource busy|Permission denied)",
        r"requested cgroup controller .* is not available",
        r"creat(?:e|ing) cgroup .*: (?:Permission denied|No such file)",
        r"subtree_control\S{0,2}: ",
    ),
    said_by(
        "runc",
        r"cgroup\.procs: (?:permission denied|operation not supported|device or resource busy)",
        r"mkdir /sys/fs/cgroup/\S+: permission denied",
    ),
    cause="The cgroup is not delegated to the Ray user, or processes lie in its inner node.",
    remedy="Give the raylet's unit Delegate=yes; in a container, run it with --cgroupns=private",
    source="podman#14884, crun#1226; ray#65412",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
    healed="raylet writes the unit with Delegate=yes",
)
PROC_MASKED = fault(
    "RC-450",
    "The container may not mount /proc",
    said_by("crun", r"mount [`'\"]?proc[`'\"]? to [`'\"]?\S*proc[`'\"]?: Operation not permitted"),
    said_by("runc", r"mounting [`'\"\\]*proc[`'\"\\]* to .*: operation not permitted"),
    cause="A container around this host hides parts of /proc, and the kernel then refuses a new one.",
    remedy="Run the outer container with --privileged or --security-opt unmask=ALL",
    source="podman#20453",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
)
PROPAGATION = fault(
    "RC-361",
    "The root mount is not shared",
    said_by("Podman", r"\"/\" is not a shared mount", versions="3.4 to 5.4"),
    cause="The container around this host mounts / as private.",
    remedy="Run `mount --make-rshared /` at boot: the unit ray-containers-shared-mounts.service does",
    source="systemd src/core/mount-setup.c leaves propagation alone in containers",
    severity="warning",
    question=NAMESPACES,
    healed="rootless_podman shares it at every boot",
    certain=False,
    generic=True,
)
KEYS = fault(
    "RC-540",
    "The Ray user has used up its keys in the kernel",
    said_by("crun", r"create keyring [`'\"]?\S+: Disk quota exceeded"),
    said_by(
        "runc",
        r"(?:join(?:ing)? session keyring|create session key).*disk quota"
        r" exceeded",
    ),
    cause="Every container gets a keyring, and kernel.keys.maxkeys (200) limits how many an account may have.",
    remedy="Set the sysctl kernel.keys.maxkeys higher (for instance 2000), or `keyring = false` in the Ray user's"
    " containers.conf",
    source="podman#13363, podman#23784; crun#981; keyrings(7)",
    question=KEYRING,
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
    certain=False,
)
TOO_MANY_WATCHES = fault(
    "RC-541",
    "The Ray user has used up its inotify instances or watches",
    said_by(
        "Podman, conmon",
        r"(?:fsnotify|inotify|directory watch).*(?:[Tt]oo many open files|[Nn]o space left on"
        r" device)",
        r"inotify_(?:init1?|add_watch)\S* .*(?:[Tt]oo many open files|[Nn]o space left on"
        r" device)",
    ),
    cause="Each account may have fs.inotify.max_user_instances (128) and max_user_watches, to which every container adds.",
    remedy="Set the sysctls fs.inotify.max_user_instances and fs.inotify.max_user_watches higher",
    source="inotify(7); podman#12507",
    question=WATCHES,
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
    certain=False,
)
NO_PROCESSES = fault(
    "RC-542",
    "The Ray user may not start more processes",
    said_by(
        "C library",
        r"(?:fork|clone|pthread_create|fork/exec)\S* ?.*: (?:[Rr]esource temporarily unavailable|[Rr]etry: )",
    ),
    said_by("Go", r"runtime: failed to create new OS thread"),
    cause="The limit of processes (nproc), of a cgroup's tasks (TasksMax, pids.max), or of threads of the kernel is reached.",
    remedy="Look at `systemctl show raylet --property=TasksCurrent,TasksMax` and `ulimit -u` of the Ray user, and raise what"
    " is reached",
    source="setrlimit(2), RLIMIT_NPROC; systemd.resource-control(5), TasksMax",
    cleared_by=CONTAINERS,
    causes=("RC-413", *NO_CONTAINERS),
    certain=False,
)

FAULTS = listed(globals())
