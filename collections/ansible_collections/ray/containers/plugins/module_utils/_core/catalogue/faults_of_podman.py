# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-402, RC-403 and RC-440 to RC-469: Podman, namespaces, storage, devices.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.fault import Fault, fault

__all__ = ["FAULTS_OF_PODMAN"]

SET_UP = "Run the role ray.containers.cluster, entry point node: its module rootless_podman sets this up and proves it"

FAULTS_OF_PODMAN: tuple[Fault, ...] = (
    fault(
        "RC-402",
        "Podman's storage lies on the overlay file system of an outer container",
        r"'overlay' is not supported over \S+",
        r"backing file system is unsupported for this graph driver",
        r"overlay.*a mount_program is required",
        cause="The raylet runs in a container, and an overlay cannot lie on another one.",
        remedy="Mount a volume at the storage of the account that runs Podman: -v"
        " /var/lib/containers:/var/lib/containers for root, ~/.local/share/containers for a Ray user; or install"
        " fuse-overlayfs and pass /dev/fuse",
        source="Ray guide: Troubleshooting (older words without mount_program); buildah#867",
    ),
    fault(
        "RC-403",
        "Podman may not create namespaces",
        r"cannot clone: Operation not permitted",
        cause="The raylet runs in a container without the permissions that starting containers needs, or on a host that does not"
        " let ordinary accounts make user namespaces.",
        remedy="For a raylet in a container: start it with --privileged. For one on the host: set the sysctls"
        " user.max_user_namespaces above 0 and, where there are such, kernel.unprivileged_userns_clone to 1 and"
        " kernel.apparmor_restrict_unprivileged_userns to 0",
        source="Ray guide: Troubleshooting; podman#10802, podman#24512; Ubuntu 24.04 release notes",
    ),
    fault(
        "RC-440",
        "Podman is not installed, or not found by the raylet",
        r"(?:exec: )?podman: (?:command )?not found",
        r"No such file or directory: '?podman'?",
        r"exec: \"podman\": executable file not found",
        cause="Ray calls podman on every node, with the PATH of the raylet, or of env_vars where they set one.",
        remedy="Install Podman on this node (module ray.containers.podman), and set no PATH in env_vars",
        source="Ray 2.60.0 _private/runtime_env/image_uri.py; ray#21617",
    ),
    fault(
        "RC-441",
        "Podman before 4.5 refuses keep-id to root",
        r"keep-id is only supported in rootless mode",
        cause="The raylet runs as root, and Podman 4.1 to 4.4 (Debian 12 has 4.3.1) know --userns=keep-id for other"
        " accounts only.",
        remedy="Run the raylet as an unprivileged account (ray_user), or install Podman 4.5 or newer",
        source="podman 4.1.0 commit 80c0fceb24, lifted in 4.5.0 by de63ad7044; podman#17337",
    ),
    fault(
        "RC-442",
        "The Ray user has no runtime directory",
        r"XDG_RUNTIME_DIR\b.*(?:is not owned by|not writable|does not exist)",
        r"mkdir /run/user/\d+: (?:permission denied|no such file)",
        r"(?:stat|lstat|open|creating|create) .*/run/user/\d+\S{0,200}: (?:permission denied|no such file or directory)",
        cause="/run/user/UID goes away with the account's last login session, unless the account lingers.",
        remedy="Run loginctl enable-linger for the Ray user and set XDG_RUNTIME_DIR in the raylet's environment. "
        + SET_UP,
        source="podman troubleshooting 31; podman#13338, podman#14043",
    ),
    fault(
        "RC-443",
        "The Ray user has too few subordinate ids",
        r"potentially insufficient (?:UIDs or GIDs|UIDs|GIDs) available in user namespace",
        r"cannot find (?:UID/GID|mappings) for user",
        r"no subuid ranges found for user",
        r"[Uu]sing rootless single mapping into the namespace",
        cause="The image's files belong to more users than /etc/subuid and /etc/subgid give the Ray user.",
        remedy="Give the Ray user 65536 subordinate ids in both files and run podman system migrate. " + SET_UP,
        source="podman troubleshooting 9; podman#12715",
    ),
    fault(
        "RC-444",
        "newuidmap is missing or may not map users",
        r"newuidmap\S*: (?:executable|command) ?(?:file )?not found",
        r"exec: \"newuidmap\"",
        r"new[ug]idmap: (?:write to|open of) [ug]id_map failed",
        r"cannot set up namespace using .*newuidmap",
        cause="The package uidmap is missing, its programs lost their setuid bit, or an outer container does not"
        " permit the mapping.",
        remedy="Install or reinstall the package uidmap, and start an outer container with --privileged",
        source="podman troubleshooting 9; podman#19906",
    ),
    fault(
        "RC-445",
        "Podman's pause process is from before a restart",
        r"invalid internal status, try resetting the pause process",
        cause="Podman's runtime files survived a restart that its processes did not.",
        remedy="Run podman system migrate as the Ray user, and keep /run and /tmp/storage-run-UID on tmpfs",
        source="podman#20697, podman#28157",
    ),
    fault(
        "RC-446",
        "A directory above Podman's storage is closed to the container",
        r"make \S*merged\S* private: Permission denied",
        cause="With --userns=keep-id the container's mounts are reached through the home of the Ray user, whose mode"
        " is 0700.",
        remedy="Run chmod 0711 on the Ray user's home",
        source="podman#25189",
    ),
    fault(
        "RC-447",
        "Podman's storage was made with another driver",
        r"User-selected graph driver \S+ overwritten by graph driver",
        cause="The driver in storage.conf was changed after Podman had first stored something.",
        remedy="Run podman system reset as the Ray user, then pull the images again (ray.containers.app_images)",
        source="podman#5114, podman#14035",
    ),
    fault(
        "RC-448",
        "containers.conf turns cgroups off",
        r"containers not creating Cgroups must create a private PID namespace",
        cause='cgroups = "disabled" in containers.conf, as images of quay.io/podman have it, and Ray\'s --pid=host contradict.',
        remedy="Remove cgroups from containers.conf",
        source="ray#44800; podman contrib/podmanimage/stable/containers.conf",
    ),
    fault(
        "RC-449",
        "The container runtime cannot use this host's cgroups",
        r"cgroups in hybrid mode not supported",
        r"writing .*cgroup\.procs\S{0,2}: (?:Operation not supported|Device or resource busy)",
        r"requested cgroup controller .* is not available",
        r"error mounting \"cgroup\"",
        cause="crun needs pure cgroup v2, and inside an outer container processes must not sit in the group that gets"
        " children.",
        remedy='Use runc (runtime = "runc" in containers.conf), or mount /sys/fs/cgroup into the outer container. '
        + SET_UP,
        source="podman#14884, crun#1226; ray#65412",
    ),
    fault(
        "RC-450",
        "The container may not mount /proc",
        r"mount [`'\"]?proc[`'\"]? to [`'\"]?\S*proc[`'\"]?: Operation not permitted",
        cause="An outer container hides parts of /proc, and the kernel then refuses a new one.",
        remedy="Start the outer container with --privileged",
        source="podman#20453",
    ),
    fault(
        "RC-451",
        "Podman's default limits are higher than this host permits",
        r"setrlimit [`'\"]?RLIMIT_\w+[`'\"]?:? .*[Oo]peration not permitted",
        r"error setting rlimit",
        cause="Podman raises the limits of open files and processes for each container, and the hard limits are lower.",
        remedy="Set default_ulimits in containers.conf at or below the hard limits (ulimit -Hn, ulimit -Hu). " + SET_UP,
        source="podman#24508, podman#18555",
    ),
    fault(
        "RC-452",
        "Podman cannot make a network for the container",
        r"(?:Failed to open\(\)|open\(\S*|stat) \S*/dev/net/tun",
        r"(?:pasta|slirp4netns) failed",
        r"could not find (?:slirp4netns|pasta)",
        r"exec: \"(?:slirp4netns|pasta)\": executable file not found",
        cause="Ray's first container of an image has a network of its own, which needs slirp4netns or pasta, and"
        " /dev/net/tun.",
        remedy='Install slirp4netns or passt and open /dev/net/tun to the Ray user, or set netns = "host" in containers.conf. '
        + SET_UP,
        source="podman#10001, podman#19908",
    ),
    fault(
        "RC-453",
        "The file system of containers cannot be mounted",
        r"mount \S*overlay\S*:? .*permission denied",
        r"fusermount3?: mount failed: Operation not permitted",
        r"fuse: device not found",
        cause="Mounting an overlay needs SYS_ADMIN, or fuse-overlayfs with /dev/fuse.",
        remedy="Install fuse-overlayfs and give the Ray user /dev/fuse, or start the outer container with --privileged",
        source="podman troubleshooting 24; buildah#2554",
    ),
    fault(
        "RC-454",
        "This host does not let ordinary accounts make user namespaces",
        r"user namespaces are not enabled",
        r"cannot clone: No space left on device",
        r"unshare.*: (?:No space left on device|Operation not permitted)",
        r"CLONE_NEWUSER.*(?:Operation not permitted|No space left)",
        cause="user.max_user_namespaces is 0, kernel.unprivileged_userns_clone is 0, or AppArmor restricts them"
        " (Ubuntu 23.10 and newer).",
        remedy="Permit them with sysctl, or use the distribution's Podman, which has an AppArmor profile",
        source="podman#3421; Ubuntu 24.04 release notes",
    ),
    fault(
        "RC-455",
        "Podman has no locks left: too many exited containers",
        r"allocating lock for new container: allocation failed",
        r"exceeded num_locks",
        cause="Ray passes no --rm, so every container that ever ran is still there and holds a lock (2048).",
        remedy="Run podman container prune -f as the Ray user, and do so regularly",
        source="ray#45093",
    ),
    fault(
        "RC-456",
        "A device of the graphics processor is not known on this node",
        r"unresolvable CDI devices",
        r"stat nvidia\.com/gpu=\S+: no such file",
        cause="containers.conf names a device of which this node has no CDI description.",
        remedy="Run nvidia-ctk cdi generate on this node, or remove the device from its containers.conf",
        source="instill-ai/model-backend#538; nvidia-container-toolkit#63",
    ),
    fault(
        "RC-457",
        "The graphics processor cannot be used in the container",
        r"Failed to initialize NVML",
        cause="The container got no device of the graphics processor, or not the permission to use it.",
        remedy='Set devices = ["nvidia.com/gpu=all"] in the Ray user\'s containers.conf (Podman 4.4 or newer)',
        source="ray#58399; podman#22847",
        certain=False,
    ),
    fault(
        "RC-458",
        "Podman does not answer",
        r"^podman does not answer: ",
        cause="It hangs, for instance on a lock or on storage that does not answer, or it ends with an error that no other fault"
        " explains.",
        remedy="Run podman ps --all as the Ray user on this node (in the raylet's container where it runs in one), and correct"
        " what stands in the way",
        source="this collection: podman ps as the Ray user",
        certain=False,
        generic=True,
    ),
    fault(
        "RC-459",
        "Podman cannot enter a namespace of its own",
        r"cannot re-exec process",
        cause="Podman starts itself anew in a user namespace, and that failed; the line before says why.",
        remedy="Run podman info as the Ray user on this node, and correct what it says",
        source="podman pkg/rootless/rootless_linux.go; podman#24512",
        certain=False,
        generic=True,
    ),
)
