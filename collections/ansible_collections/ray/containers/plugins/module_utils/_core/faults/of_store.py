# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image store and the disks below it.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import fault, listed, said_by
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    CONTAINERS,
    DISKS,
    LOCKS,
    NO_CONTAINERS,
    STORE,
)

OVERLAY_ON_OVERLAY = fault(
    "RC-402",
    "Podman's storage lies on a file system that overlay cannot use",
    said_by(
        "containers/storage",
        r"'overlay' is not supported over \S+",
        r"backing file system is unsupported for this graph driver",
        r"overlay.*a mount_program is required",
        versions="Podman 3.4 to 5.4",
    ),
    cause="The kernel's overlay does not stack on the overlay of an outer container, nor on network file systems. Podman"
    " remembers it in its run root even when it holds no more.",
    remedy="Mount a volume at the storage of the account that runs Podman: -v /var/lib/containers:/var/lib/containers for"
    " root, ~/.local/share/containers for a Ray user; or put it on ext4 or xfs (graph_root); or install fuse-overlayfs and"
    " pass /dev/fuse",
    source="Ray guide: Troubleshooting (older words without mount_program); containers/storage drivers/overlay; buildah#867",
    question=STORE,
    causes=NO_CONTAINERS,
)
ANOTHER_DRIVER = fault(
    "RC-447",
    "The image store was made with another driver",
    said_by(
        "Podman",
        r"User-selected graph driver \S+ overwritten by graph driver",
        r"database (?:storage )?graph driver(?: name)? \S* does not match",
        r"driver does not support overlay\.mount_program options",
        versions="3.4 to 5.4",
    ),
    cause="Podman keeps the driver that a store was made with. Without a storage.conf that is vfs, which copies whole images"
    " for every container.",
    remedy="Run `podman system reset --force` as the Ray user, which empties its image store, and run the site again",
    source="containers/podman#5114, #14035; ray-project/ray#59942",
    question=STORE,
    causes=NO_CONTAINERS,
)
ANOTHER_PLACE = fault(
    "RC-553",
    "The image store was made for another place",
    said_by(
        "Podman",
        r"database (?:static dir|libpod temporary files|tmp ?dir|run ?root|graph ?root|volume path|storage \S+"
        r" ?\S*)\b.* does not match",
        r"database configuration mismatch",
        versions="3.4 to 5.4",
    ),
    cause="Podman's database names the directories that it was made with, and storage.conf or the environment now names others.",
    remedy="Put the directories back that the message names, or run `podman system reset --force` as the Ray user and the"
    " site again",
    source="podman libpod/boltdb_state.go, libpod/sqlite_state.go; podman#2661, podman#24738",
    question=STORE,
    causes=NO_CONTAINERS,
)
BROKEN_STORE = fault(
    "RC-552",
    "The image store is damaged",
    said_by(
        "containers/storage",
        r"readlink \S*/overlay\S*: (?:no such file|invalid argument)",
        r"(?:layer|image) not known\b.*(?:layer|top layer)|top layer \S+ .*not found in layer tree",
        r"(?:layers|images|containers)\.json\S*: .*(?:unexpected end of JSON|invalid character)",
        r"locating item named .* for image with ID .*: file does not exist",
        r"stat \S+/overlay/[0-9a-f]{64}\S*: no such file or directory",
        r"faccessat \S+/overlay/[0-9a-f]{64}\S*: no such file",
        r"mkdir \S+/overlay/l: file exists",
    ),
    said_by("Podman", r"database disk image is malformed", r"invalid database|checksum error.*bolt"),
    cause="Files of the store are gone or cut off, for instance after the disk was full, the power failed, or somebody"
    " removed some of them.",
    remedy="Run `podman system reset --force` as the Ray user, which empties its image store, and run the site again",
    source="podman#12337, podman#24106, podman#24900",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
)
HALF_MADE_LAYER = fault(
    "RC-559",
    "A layer that Podman did not finish is still mounted",
    said_by("containers/storage", r"unlinkat \S*/overlay/[0-9a-f]{64}/merged: device or resource busy"),
    cause="A Podman that was killed while it prepared a container, say with its raylet, leaves a layer behind. The next"
    " one is to delete it, and cannot: the process that holds the user namespace has it mounted. Until that process ends,"
    " every command of Podman waits ten seconds and fails.",
    remedy="Run `podman system migrate` as the Ray user, with XDG_RUNTIME_DIR=/run/user/UID, which ends that process",
    source="containers/storage layers.go, `Found incomplete layer`; seen with Podman 4.3.1",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
)
NO_OVERLAY = fault(
    "RC-453",
    "The overlay file system cannot be mounted without root",
    said_by(
        "containers/storage",
        r"mount \S*overlay\S*:? .*(?:permission denied|operation not permitted|no such device)",
        r"mount(?:ing)? overlay.*(?:permission denied|operation not permitted|failed)",
        r"kernel does not support overlay fs",
    ),
    said_by(
        "fuse", r"fusermount3?: mount failed: Operation not permitted", r"fuse: device not found", r"/dev/fuse\S*: "
    ),
    cause="The kernel forbids overlay in a user namespace, or fuse-overlayfs cannot open /dev/fuse.",
    remedy="Use Linux 5.13 or newer, or install fuse-overlayfs and open /dev/fuse to the Ray user; in a container, start it"
    " with --privileged",
    source="podman troubleshooting 24; buildah#2554",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
    healed="rootless_podman opens /dev/fuse where fuse-overlayfs is used",
)
CLOSED_ABOVE = fault(
    "RC-446",
    "A directory above Podman's storage is closed to the container",
    said_by(
        "crun",
        r"make \S*merged\S* private: Permission denied",
        r"open [`'\"]?\S*/merged[`'\"]?: Permission denied",
        r"open '/'\S*: Permission denied",
    ),
    said_by("runc", r"merged\S*:? (?:private: )?permission denied"),
    cause="With --userns=keep-id the container's root is a subordinate id, which needs search permission (x) on every"
    " directory up to the store.",
    remedy="Give others the x permission on every directory above the image store: chmod o+x",
    source="podman#25189, podman#21319, crun#249",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
    healed="rootless_podman opens the Ray user's home (0711)",
)
NOT_EXECUTABLE = fault(
    "RC-502",
    "A container's program may not be executed",
    said_by(
        "crun",
        r"open executable: (?:Permission denied|Operation not permitted)",
        r"exec(?:ve)? [`'\"]?/\S+: Permission denied",
    ),
    said_by(
        "runc",
        r"exec:? \"?/?\S+\"?: (?:permission denied|operation not permitted)",
        r"exec /\S+: (?:permission denied|operation not permitted)",
    ),
    said_by("kernel", r"error while loading shared libraries: .*failed to map segment from shared object"),
    cause="The image store lies on a file system that is mounted noexec, or the image's program lacks the x permission.",
    remedy="Mount the file system of the Ray user's home without noexec, or name a directory elsewhere in graph_root; else"
    " give the image's program the x permission",
    source="mount(8), noexec; podman#9377, podman#22763",
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
)
FOREIGN_STORE = fault(
    "RC-558",
    "Files of the image store do not belong to the Ray user",
    said_by(
        "Podman",
        r"(?:open|mkdir|stat|lstat|chown|creating|unlinkat|rename) \S*/(?:\.local|\.config|containers/storage|\.cache)\S*:"
        r" [Pp]ermission denied",
        r"open \S+/(?:bolt_state\.db|db\.sql|storage\.lock|userns\.lock|\w+\.json): permission denied",
        r"unable to open database file",
        versions="3.4 to 5.4",
    ),
    cause="Somebody ran podman as root with the Ray user's home, or copied files there.",
    remedy="Give them back: `chown --recursive USER: HOME/.local/share/containers HOME/.config/containers`, with the user"
    " and the home of Ray, and not below storage/overlay",
    source="podman troubleshooting 9",
    question=STORE,
    causes=NO_CONTAINERS,
)
NO_LOCKS = fault(
    "RC-455",
    "Podman has no locks left: too many exited containers",
    said_by(
        "Podman",
        r"allocating lock for new \w+: allocation failed",
        r"exceeded num_locks",
        versions="3.4 to 5.4",
    ),
    cause="Ray passes no --rm, so every container that ever ran (and its volumes) is still there and holds a lock (2048).",
    remedy="Run podman container prune -f as the Ray user, and do so regularly",
    source="ray#45093",
    question=LOCKS,
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
)
STALE_LOCKS = fault(
    "RC-554",
    "Podman's locks are from before a restart, or held by nobody",
    said_by(
        "Podman",
        r"(?:opening|creating|failed to open) (?:\S+ )?(?:new )?(?:SHM|shared memory|file) locks?\b.*",
        r"(?:acquiring|obtaining) lock \d+ .*: (?:file exists|invalid argument|no such file)",
        r"libpod_rootless_lock\S*.*(?:permission denied|no such file|file exists|invalid argument|numerical result out of range)",
        r"failed to (?:acquire|get|open) \d+ locks in .*libpod\S*lock",
        versions="3.4 to 5.4",
    ),
    cause="The shared memory that holds Podman's locks was removed, belongs to another account, or is left from another boot.",
    remedy="Remove /dev/shm/libpod_rootless_lock_UID, then run podman system renumber as the Ray user",
    source="podman libpod/runtime.go getLockManager; podman-system-renumber(1)",
    question=LOCKS,
    cleared_by=CONTAINERS,
    causes=NO_CONTAINERS,
    healed="rootless_podman gives locks of another account back",
)
DISK_FULL = fault(
    "RC-426",
    "The disk is full",
    said_by("kernel", r"[Nn]o space left on device"),
    said_by("kernel", r"[Dd]isk quota exceeded"),
    cause="Images need about twice their size: once in /var/tmp while they are pulled, and once in the Ray user's storage;"
    " the owner mapping of --userns=keep-id can copy them again. Logs of sessions and ended containers stay, too.",
    remedy="Free space for the Ray user's storage, for /var/tmp and for /tmp/ray, for instance by `podman image prune` as"
    " the Ray user, or name a directory on a larger file system in graph_root",
    source="podman#5960, podman#22342; ray#45056",
    question=DISKS,
    cleared_by=CONTAINERS,
    causes=("RC-413", "RC-552", *NO_CONTAINERS),
    certain=False,
)
NO_INODES = fault(
    "RC-550",
    "A file system has no inode left",
    cause="It holds as many files as it can, however much space is free; images are many small files.",
    remedy="Remove what is not needed, for instance by `podman image prune` and `podman container prune` as the Ray user, or"
    " make the file system with more inodes",
    source="df(1), --inodes",
    question=DISKS,
    causes=("RC-426", "RC-413", "RC-552", *NO_CONTAINERS),
    certain=False,
)
NEARLY_FULL = fault(
    "RC-551",
    "A file system is nearly full",
    said_by("Ray", r"is over \d+% full, available space: \d+", versions="2.9 to 2.60"),
    cause="The next image, or a session's logs, fill it; Ray puts no objects on a disk that is used to more than 95 %.",
    remedy="Free space for the Ray user's storage, for /var/tmp and for /tmp/ray",
    source="Ray 2.60.0 src/ray/common/file_system_monitor.cc",
    severity="warning",
    question=DISKS,
    certain=False,
)
READ_ONLY = fault(
    "RC-556",
    "A file system that Ray or Podman writes to is read-only",
    said_by("kernel", r"[Rr]ead-only file system"),
    cause="It is mounted so, or the kernel made it so after an error of the disk.",
    remedy="Look at `dmesg` for errors of the disk, repair it, and mount the file system read-write",
    source="mount(8), errors=remount-ro; erofs in errno(3)",
    question=DISKS,
    causes=("RC-413", *NO_CONTAINERS),
)
BAD_DISK = fault(
    "RC-557",
    "A disk does not answer as it should",
    said_by("kernel", r"[Ii]nput/output error", r"[Ss]tructure needs cleaning", r"[Ss]tale (?:NFS )?file handle"),
    cause="The kernel got an error from the disk or the network file system.",
    remedy="Look at `dmesg` for errors of the disk, and repair or replace it",
    source="EIO, EUCLEAN and ESTALE in errno(3)",
    cleared_by=CONTAINERS,
    causes=("RC-413", "RC-552", *NO_CONTAINERS),
)

FAULTS = listed(globals())
