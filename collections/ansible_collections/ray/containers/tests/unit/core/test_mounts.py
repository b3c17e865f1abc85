# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the mount table."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.rootless.mounts import (
    cgroup_layout,
    mount_of,
    parse_mountinfo,
)

ROOT = "377 344 0:85 / / rw,relatime shared:150 - overlay overlay rw,lowerdir=/a,upperdir=/b\n"
HOME = "378 377 254:0 /volumes/home/_data /home rw,nosuid master:3 - ext4 /dev/vda rw,discard\n"
BLANK = "379 377 254:0 / /mnt/two\\040words rw - xfs /dev/vdb rw\n"
V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
TMPFS = "397 381 0:95 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,size=4096k\n"
V1 = "398 397 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
UNIFIED = "409 397 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        (ROOT + V2, "v2"),
        (ROOT + TMPFS + V1 + UNIFIED, "hybrid"),
        (ROOT + TMPFS + V1, "v1"),
        (ROOT, "v2"),
        (ROOT + TMPFS + V1 + UNIFIED + V2, "v2"),
    ],
)
def test_cgroup_layout(text: str, layout: str) -> None:
    assert cgroup_layout(parse_mountinfo(text)) == layout


@pytest.mark.parametrize(
    ("path", "filesystem"),
    [
        ("/", "overlay"),
        ("/homestead", "overlay"),
        ("/home", "ext4"),
        ("/home/ray/x", "ext4"),
        ("/mnt/two words/x", "xfs"),
    ],
)
def test_the_filesystem_below_a_path(path: str, filesystem: str) -> None:
    mount = mount_of(path, parse_mountinfo(ROOT + HOME + BLANK))
    assert mount is not None
    assert mount.filesystem == filesystem


def test_propagation() -> None:
    assert [mount.shared for mount in parse_mountinfo(ROOT + HOME + BLANK)] == [True, False, False]


def test_lines_that_are_no_mounts_are_passed_over() -> None:
    assert parse_mountinfo("\nnonsense\n") == ()
    assert mount_of("/", ()) is None
