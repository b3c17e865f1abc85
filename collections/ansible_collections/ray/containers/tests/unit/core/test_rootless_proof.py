# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the proof, and what their failures mean."""

from __future__ import annotations

import re

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import node
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.proof import (
    probe_argv,
    recognise,
    shared_libraries,
    worker_argv,
)


def test_the_probe_is_exactly_rays() -> None:
    assert " ".join(probe_argv("/tmp/x", "SCRIPT")) == (
        "podman run --rm -v /tmp/x:/shared:Z localhost/ray-containers-probe:latest python -c SCRIPT"
    )


def test_the_worker_is_rays_with_rm() -> None:
    assert " ".join(worker_argv("SCRIPT")) == (
        "podman run --rm -v /tmp/ray:/tmp/ray --cgroup-manager=cgroupfs --network=host --pid=host --ipc=host"
        " --userns=keep-id --env RAY_JOB_ID=01000000 --entrypoint python localhost/ray-containers-probe:latest -c SCRIPT"
    )


#: Words of Podman 4.3.1 with runc 1.1.5 as recorded on a Debian 12 node where each fault was made, unless an issue of
#: Podman is named.
FAILURES = [
    ("Failed to find executable podman: No such file or directory", "RC-356"),
    (
        'time="2026-11-23T07:10:05Z" level=error msg="invalid internal status, try resetting the pause process with'
        ' \\"/usr/bin/podman system migrate\\": cannot set up namespace using \\"/usr/bin/newuidmap\\": should have'
        ' setuid or have filecaps setuid: exit status 1"',
        "RC-344",
    ),
    (
        'time="2026-11-23T07:10:07Z" level=error msg="invalid internal status, try resetting the pause process with'
        ' \\"/usr/bin/podman system migrate\\": command required for rootless mode with multiple IDs: exec:'
        ' \\"newuidmap\\": executable file not found in $PATH"',
        "RC-344",
    ),
    (
        'Error: /usr/bin/slirp4netns failed: "open(\\"/dev/net/tun\\"): Permission denied\\nWARNING: Support for seccomp'
        ' is experimental\\nchild failed(1)\\n"',
        "RC-342",
    ),
    (
        'Error: could not find slirp4netns, the network namespace can\'t be configured: exec: "slirp4netns":'
        " executable file not found in $PATH",
        "RC-353",
    ),
    (
        "Error: runc: runc create failed: unable to start container process: error during container init: error setting"
        " rlimits for ready process: error setting rlimit type 7: operation not permitted: OCI permission denied",
        "RC-340",
    ),
    ("Error: requested OCI runtime runc is not compatible with NoCgroups: invalid argument", "RC-350"),
    ('Error: default OCI runtime "nope" not found: invalid argument', "RC-360"),
    ("Error: creating tmpdir: mkdir /run/user/1000: permission denied", "RC-343"),
    ("Error: keep-id is only supported in rootless mode", "RC-354"),
    ("Error: crun: cgroups in hybrid mode not supported, drop all controllers from cgroupv2", "RC-341"),
    # podman#24508
    ("Error: crun: setrlimit `RLIMIT_NPROC`: Operation not permitted: OCI permission denied", "RC-340"),
    # ray#44800
    ("Error: containers not creating Cgroups must create a private PID namespace", "RC-350"),
    # podman#10001, with pasta
    ("Error: pasta failed with exit code 1:\nFailed to open() /dev/net/tun: No such device", "RC-342"),
    # podman troubleshooting 31
    ('XDG_RUNTIME_DIR directory "/run/user/1000" is not owned by the current user', "RC-343"),
    # podman#20697
    ('level=error msg="invalid internal status, try resetting the pause process with podman system migrate"', "RC-355"),
    # podman#14035
    ('User-selected graph driver "overlay" overwritten by graph driver "vfs" from database', "RC-339"),
    # Ray's guide
    ("Error: 'overlay' is not supported over overlayfs, a mount_program is required", "RC-338"),
    ("cannot clone: Operation not permitted\nError: cannot re-exec process", "RC-346"),
    # podman#12715
    (
        "Error: potentially insufficient UIDs or GIDs available in user namespace (requested 0:42 for /etc/shadow):"
        " Check /etc/subuid and /etc/subgid: lchown /etc/shadow: invalid argument",
        "RC-345",
    ),
    # podman#19906
    ("newuidmap: write to uid_map failed: Operation not permitted", "RC-346"),
    # podman#25189
    (
        "Error: crun: make `/home/ray/.local/share/containers/storage/overlay/x/merged` private: Permission denied",
        "RC-348",
    ),
    # podman#14884
    ("Error: crun: writing file `/sys/fs/cgroup/x/cgroup.procs`: Operation not supported", "RC-351"),
    # podman#20453
    ("Error: crun: mount `proc` to `proc`: Operation not permitted: OCI permission denied", "RC-352"),
    # buildah#2554
    ("Error: mounting overlay failed: fusermount3: mount failed: Operation not permitted", "RC-349"),
    ("Error: writing blob: storing blob: write /var/tmp/storage: no space left on device", "RC-358"),
    ("Error: something that nobody has seen", "RC-369"),
    ("", "RC-369"),
]


@pytest.mark.parametrize(("output", "code"), FAILURES)
def test_failures_are_recognised(output: str, code: str) -> None:
    found = recognise(output, "ray cannot run a container")
    assert found.code == code
    assert found.what == "ray cannot run a container"
    assert found.remedy


def test_apparmor_is_named_where_it_restricts() -> None:
    output = "newuidmap: write to uid_map failed: Operation not permitted"
    assert recognise(output, "x", apparmor_restricts=True).code == "RC-347"


def test_the_evidence_is_the_error_and_not_a_warning() -> None:
    output = "time=x level=warning msg=first\nError: setrlimit failed.\nsome last word\n"
    assert "(Podman says: Error: setrlimit failed)" in recognise(output, "x").why


@pytest.mark.parametrize(
    ("ldd", "libraries"),
    [
        (
            "\tlinux-vdso.so.1 (0x00007ffd)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)\n"
            "\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n",
            ("/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"),
        ),
        (
            "\t/lib/ld-musl-x86_64.so.1 (0x7f)\n\tlibc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f)\n",
            ("/lib/ld-musl-x86_64.so.1",),
        ),
        ("\tstatically linked\n", ()),
    ],
)
def test_shared_libraries(ldd: str, libraries: tuple[str, ...]) -> None:
    assert shared_libraries(ldd) == libraries


def test_every_entry_has_a_code_of_its_own_in_its_family() -> None:
    codes = [entry.code for entry in node.ENTRIES]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"RC-3[1-6]\d", code) for code in codes)
    assert all(entry.title and entry.cause and entry.remedy and entry.source for entry in node.ENTRIES)
