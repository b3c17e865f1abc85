# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How somebody could become root in a raylet's image, and the lines that take it away."""

from __future__ import annotations

import struct

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.privileges.image import (
    ImageSeen,
    capabilities_of,
    weaknesses,
)

SETGID, SETUID, NET_RAW, SYS_ADMIN = 1 << 6, 1 << 7, 1 << 13, 1 << 21
OURS = {"/usr/bin/newuidmap": SETUID, "/usr/bin/newgidmap": SETGID}
PASSWD = "root:x:0:0::/root:/bin/sh\nimaged:x:1000:100::/home/imaged:/bin/sh\n"


def lines(seen: ImageSeen) -> list[str]:
    return [each.line for each in weaknesses(seen, "ray", 1000)]


def test_what_our_own_containerfile_leaves_passes() -> None:
    group = "root:x:0:\nsudo:x:27:\nvideo:x:44:imaged\n"
    seen = ImageSeen(
        capabilities={**OURS, "/usr/bin/ping": NET_RAW}, passwd=PASSWD, group=group, shadow="root:*:1::::::\n"
    )
    assert lines(seen) == []


def test_rays_own_image_is_refused_with_its_rule() -> None:
    seen = ImageSeen(
        set_ids=("/usr/bin/chage", "/usr/bin/gpasswd", "/usr/bin/mount", "/usr/bin/passwd", "/usr/bin/sudo"),
        capabilities=OURS,
        passwd="ray:x:1000:100::/home/ray:/bin/bash\n",
        group="sudo:x:27:ray\n",
        sudoers=("root ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\nray ALL=NOPASSWD: ALL\n",),
    )
    first, second = weaknesses(seen, "ray", 1000)
    assert "and 1 more have the set-user-ID or set-group-ID bit, and sudo lets ray run" in first.evidence
    assert first.line == "RUN find / -xdev -type f -perm /6000 -exec chmod ug-s {} +"
    assert (second.evidence, second.line) == ("ray is in the group sudo", "RUN gpasswd --delete ray sudo")


def test_the_image_may_call_the_ray_user_by_another_name() -> None:
    assert lines(ImageSeen(passwd=PASSWD, group="disk:x:6:eve,imaged\n")) == ["RUN gpasswd --delete imaged disk"]
    assert lines(ImageSeen(passwd=PASSWD, group="docker:x:998:ray\n")) == ["RUN gpasswd --delete ray docker"]


@pytest.mark.parametrize(
    ("seen", "line"),
    [
        (ImageSeen(capabilities={"/usr/bin/python3.11": SETUID}), "RUN setcap -r /usr/bin/python3.11"),
        (ImageSeen(capabilities={"/usr/bin/a b": SYS_ADMIN | NET_RAW}), "RUN setcap -r '/usr/bin/a b'"),
        (ImageSeen(changeable=("/etc/passwd",)), "RUN chown root:root /etc/passwd && chmod go-w /etc/passwd"),
        (ImageSeen(shadow="root::19000::::::\n"), "RUN passwd --lock root"),
        (ImageSeen(passwd="root::0:0::/root:/bin/sh\n"), "RUN passwd --lock root"),
    ],
)
def test_each_way_has_its_line(seen: ImageSeen, line: str) -> None:
    assert lines(seen) == [line]


@pytest.mark.parametrize(
    "seen",
    [
        ImageSeen(set_ids=("/usr/bin/newgidmap", "/usr/bin/newuidmap")),
        ImageSeen(capabilities={**OURS, "/usr/bin/newuidmap": SETUID | SYS_ADMIN}),
        ImageSeen(capabilities={**OURS, "/usr/bin/newgidmap": SETUID}),
    ],
)
def test_those_that_write_id_maps_have_one_capability_each(seen: ImageSeen) -> None:
    (line,) = lines(seen)
    assert "setcap cap_setuid+ep /usr/bin/newuidmap" in line
    assert "setcap cap_setgid+ep /usr/bin/newgidmap" in line
    assert "setcap -r" not in line


def test_a_program_of_that_name_elsewhere_is_not_theirs() -> None:
    assert lines(ImageSeen(set_ids=("/opt/newuidmap",))) == [
        "RUN find / -xdev -type f -perm /6000 -exec chmod ug-s {} +"
    ]
    assert lines(ImageSeen(capabilities={"/opt/newuidmap": SETUID})) == ["RUN setcap -r /opt/newuidmap"]


def test_capabilities_are_read_in_every_revision() -> None:
    second = struct.pack("<IIIII", 0x02000001, SETUID, 0, 1 << 7, 0)
    assert capabilities_of(second) == SETUID | 1 << 39
    assert capabilities_of(struct.pack("<IIIIII", 0x03000001, 0, SETGID, 0, 0, 100000)) == SETGID
    assert capabilities_of(struct.pack("<III", 0x01000000, SETGID, 0)) == SETGID
    assert capabilities_of(b"") == 0
