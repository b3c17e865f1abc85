# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the proof."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.rootless.proof import (
    probe_argv,
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
