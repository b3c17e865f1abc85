# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Podman, containers/storage and the kernel say of the image store and the disks below it."""

from __future__ import annotations

_LAYER = "ab" * 32

#: Code, who says it, text.
WORDS = [
    (
        "RC-559",
        "Podman 4.3.1, after the raylet that had started a container was killed",
        'time="2026-11-30T10:54:33Z" level=warning msg="Found incomplete layer'
        f' \\"{_LAYER}\\", deleting it"\nError: unlinkat'
        f" /home/ray/.local/share/containers/storage/overlay/{_LAYER}/merged: device or resource busy",
    ),
    (
        "RC-402",
        "Podman 3.4, Ray's guide",
        "ERRO[0000] 'overlay' is not supported over overlayfs: backing file system is unsupported"
        " for this graph driver",
    ),
    (
        "RC-402",
        "Podman 4.3, Ray's guide",
        "Error: 'overlay' is not supported over overlayfs, a mount_program is required: backing"
        " file system is unsupported for this graph driver",
    ),
    (
        "RC-402",
        "Podman 5.4",
        "Error: kernel does not support overlay over this: backing file system is unsupported for this graph driver",
    ),
    ("RC-402", "Podman 4.9", "Error: overlay on nfs: a mount_program is required"),
    (
        "RC-447",
        "Podman 3.4, podman#7396",
        'ERRO[0000] User-selected graph driver "overlay" overwritten by graph driver "vfs" from'
        " database - delete libpod local files to resolve\nError: vfs driver does not support overlay.mount_program options",
    ),
    (
        "RC-447",
        "Podman 4.3, podman#14035",
        'User-selected graph driver "overlay" overwritten by graph driver "vfs" from database',
    ),
    (
        "RC-447",
        "Podman 4.9, podman#21683",
        'Error: database storage graph driver "" does not match our storage graph driver'
        ' "overlay": database configuration mismatch',
    ),
    (
        "RC-447",
        "Podman 5.4, podman#24738",
        'Error: database graph driver "" does not match our graph driver "overlay": database configuration mismatch',
    ),
    (
        "RC-553",
        "Podman 4.3, podman#2661",
        'Error: database static dir "/a/libpod" does not match our static dir "/b/libpod": database'
        " configuration mismatch",
    ),
    (
        "RC-553",
        "Podman 5.4",
        'Error: database run root "/run/user/1000/containers" does not match our run root "/tmp/x": database'
        " configuration mismatch",
    ),
    ("RC-553", "Podman 4.9", "Error: database configuration mismatch"),
    (
        "RC-552",
        "Podman 4.3, podman#12337",
        "Error: readlink /home/ray/.local/share/containers/storage/overlay: invalid argument",
    ),
    (
        "RC-552",
        "Podman 3.4",
        "Error: readlink /home/ray/.local/share/containers/storage/overlay/l/ABC: no such file or directory",
    ),
    ("RC-552", "Podman 3.4, podman#8148", f"Error: top layer {_LAYER} of image not found in layer tree"),
    ("RC-552", "Podman 4.9", "Error: reading overlay-layers/layers.json: unexpected end of JSON input"),
    (
        "RC-552",
        "Podman 3.4, podman#3982",
        'Error: locating item named "manifest" for image with ID "6026": file does not exist',
    ),
    (
        "RC-552",
        "Podman 5.4",
        f"Error: stat /home/ray/.local/share/containers/storage/overlay/{_LAYER}: no such file or directory",
    ),
    (
        "RC-552",
        "Podman 5.2, podman#24106",
        f"Error: determining size: faccessat /home/ray/.local/storage/overlay/{_LAYER}: no such file or directory",
    ),
    ("RC-552", "Podman 3.4, podman#24900", "Error: mkdir /mnt/containers/overlay/l: file exists"),
    ("RC-552", "Podman 4.9", "Error: database disk image is malformed"),
    ("RC-552", "Podman 4.3", "Error: opening database /home/ray/x/libpod/bolt_state.db: invalid database"),
    ("RC-558", "Podman 4.3", "Error: mkdir /home/ray/.local/share/containers: permission denied"),
    ("RC-558", "Podman 4.9", "Error: stat /home/ray/.config/containers/storage.conf: permission denied"),
    ("RC-558", "Podman 4.3", "Error: open /data/images/libpod/bolt_state.db: permission denied"),
    ("RC-558", "Podman 5.4", "Error: beginning transaction: unable to open database file"),
    (
        "RC-446",
        "crun 1.8, podman#25189",
        "Error: crun: make `/home/ray/.local/share/containers/storage/overlay/x/merged` private: Permission denied",
    ),
    (
        "RC-446",
        "crun 1.19, podman#25080",
        "Error: crun: open `/home/u1/.local/share/containers/storage/overlay/cb4f/merged`:"
        " Permission denied: OCI permission denied",
    ),
    ("RC-446", "crun 0.11, crun#249", "Error: open '/': Permission denied: OCI runtime permission denied error"),
    ("RC-446", "runc 1.1", "Error: runc: mkdir /home/ray/storage/overlay/x/merged/proc: merged: permission denied"),
    ("RC-502", "crun 1.8, podman#21695", "Error: crun: open executable: Permission denied: OCI permission denied"),
    ("RC-502", "crun 0.17, podman#9377", "Error: open executable: Operation not permitted: OCI permission denied"),
    ("RC-502", "crun 1.8", "Error: crun: exec `/usr/bin/python`: Permission denied: OCI permission denied"),
    (
        "RC-502",
        "runc 1.1",
        'Error: runc: runc create failed: unable to start container process: exec: "/usr/bin/python": permission'
        " denied: OCI permission denied",
    ),
    ("RC-502", "runc 1.1", "exec /usr/bin/python: operation not permitted"),
    (
        "RC-502",
        "glibc",
        "python: error while loading shared libraries: libc.so.6: failed to map segment from shared object",
    ),
    (
        "RC-453",
        "Podman 4.3, buildah#2554",
        "Error: mounting overlay failed: fusermount3: mount failed: Operation not permitted",
    ),
    ("RC-453", "Podman 3.4", "Error: mount /home/ray/overlay/x/merged:/home/ray/overlay: permission denied"),
    ("RC-453", "Podman 4.9", "fuse: device not found, try 'modprobe fuse' first"),
    ("RC-453", "fuse-overlayfs 1.10", "fuse-overlayfs: cannot mount: /dev/fuse: Operation not permitted"),
    (
        "RC-453",
        "containers/storage",
        "Error: kernel does not support overlay fs: unable to create kernel-style whiteout",
    ),
    ("RC-453", "Podman 5.4", "Error: mounting overlay on /x: mount overlay: failed"),
    (
        "RC-455",
        "Podman 4.3, ray#45093",
        "Error: allocating lock for new container: allocation failed; exceeded num_locks (2048)",
    ),
    ("RC-455", "Podman 5.4", "Error: allocating lock for new volume: allocation failed; exceeded num_locks (2048)"),
    (
        "RC-554",
        "Podman 4.3",
        "Error: opening SHM locks: failed to open 2048 locks in /libpod_rootless_lock_1000: permission denied",
    ),
    ("RC-554", "Podman 4.3", "Error: creating new SHM lock manager: permission denied"),
    ("RC-554", "Podman 3.4", "Error: failed to open new SHM locks"),
    (
        "RC-554",
        "Podman 4.9",
        "Error: failed to get 2048 locks in /libpod_rootless_lock_1000: numerical result out of range",
    ),
    ("RC-554", "Podman 4.9", "Error: acquiring lock 12 for container abc: file exists"),
    (
        "RC-426",
        "kernel",
        "Error: writing blob: storing blob: write /var/tmp/container_images_storage1/1: no space left on device",
    ),
    ("RC-426", "kernel", "Error: writing blob: write /home/ray/x: disk quota exceeded"),
    ("RC-556", "kernel", "Error: mkdir /home/ray/.local/share/containers: read-only file system"),
    ("RC-557", "kernel", "Error: open /home/ray/x: input/output error"),
    ("RC-557", "kernel", "Error: stat /home/ray: stale NFS file handle"),
    ("RC-557", "kernel", "Error: mkdir /home/ray/x: structure needs cleaning"),
    (
        "RC-551",
        "Ray 2.60",
        "(raylet) file_system_monitor.cc:116: /tmp/ray/session_x is over 95% full, available space: 1 GB; capacity: 98 GB."
        " Object creation will fail if spilling is required.",
    ),
]
