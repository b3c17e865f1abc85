# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Podman comes from, distribution by distribution."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.engine_source import (
    engine_packages,
    engine_source,
    needs_fuse_overlayfs,
    oci_runtime,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.os_release import OsRelease


def release(identity: str, version: str = "", like: str = "", base: str = "") -> OsRelease:
    return OsRelease(
        identity, tuple(like.split()), version, codename=base, base_codename=base, name=f"{identity} {version}".strip()
    )


@pytest.mark.parametrize(
    ("os_release", "network_stack", "network_helper", "native_overlay"),
    [
        (release("debian", "11", base="bullseye"), "containernetworking-plugins", "slirp4netns", False),
        (release("debian", "12", base="bookworm"), "netavark", "slirp4netns", True),
        (release("debian", "13", base="trixie"), "netavark", "passt", True),
        (release("debian", base="sid"), "netavark", "passt", True),
        (release("debian"), "netavark", "passt", True),
        (release("ubuntu", "20.10", "debian", "groovy"), "containernetworking-plugins", "slirp4netns", False),
        (release("ubuntu", "22.04", "debian", "jammy"), "containernetworking-plugins", "slirp4netns", True),
        (release("ubuntu", "24.04", "debian", "noble"), "netavark", "slirp4netns", True),
        (release("ubuntu", "24.10", "debian", "oracular"), "netavark", "passt", True),
        (release("ubuntu", "25.04", "debian", "plucky"), "netavark", "passt", True),
        (release("linuxmint", "21.3", "ubuntu debian", "jammy"), "containernetworking-plugins", "slirp4netns", True),
        (release("pop", "22.04", "ubuntu debian", "jammy"), "containernetworking-plugins", "slirp4netns", True),
        (release("raspbian", "12", "debian", "bookworm"), "netavark", "slirp4netns", True),
        (release("linuxmint", "6", "debian", "bookworm"), "netavark", "slirp4netns", True),
        (release("kali", "2026.1", "debian", "kali-rolling"), "netavark", "passt", True),
    ],
)
def test_from_the_own_archive(
    os_release: OsRelease, network_stack: str, network_helper: str, native_overlay: bool
) -> None:
    source = engine_source(os_release)
    assert (source.source, source.family) == ("distribution", "apt")
    assert (source.network_stack, source.network_helper) == (network_stack, network_helper)
    assert source.native_overlay is native_overlay


@pytest.mark.parametrize(
    ("os_release", "wanted", "code", "words"),
    [
        (release("ubuntu", "20.04", "debian", "focal"), "auto", "RC-332", "ubuntu 20.04"),
        (release("ubuntu", "18.04", "debian", "bionic"), "auto", "RC-332", "ubuntu 18.04"),
        (release("linuxmint", "20.3", "ubuntu", "focal"), "auto", "RC-332", "linuxmint 20.3"),
        (release("ubuntu", "22.04", "debian", "jammy"), "kubic", "RC-332", "ubuntu 22.04"),
        (release("ubuntu", "20.04", "debian", "focal"), "distribution", "RC-331", "Ubuntu 20.10 or newer"),
        (release("debian", "10", base="buster"), "auto", "RC-331", "Debian 11 or newer"),
        (release("rocky", "9.4", "rhel centos fedora"), "auto", "RC-331", "dnf install podman"),
        (release("fedora", "42"), "auto", "RC-331", "dnf install podman"),
        (release("amzn", "2023", "fedora"), "auto", "RC-331", "dnf install podman"),
        (release("opensuse-leap", "15.6", "suse opensuse"), "auto", "RC-331", "zypper install podman"),
        (release("arch"), "auto", "RC-331", "pacman -S podman"),
        (release("alpine", "3.20.1"), "auto", "RC-331", "apk add podman"),
        (release("void"), "auto", "RC-331", "void"),
    ],
)
def test_a_sentence_where_there_is_no_source(os_release: OsRelease, wanted: str, code: str, words: str) -> None:
    with pytest.raises(OperatorError) as raised:
        engine_source(os_release, wanted)
    assert raised.value.code == code
    assert words in str(raised.value)


@pytest.mark.parametrize(("layout", "runtime"), [("v2", "crun"), ("hybrid", "runc"), ("v1", "runc")])
def test_the_runtime_fits_the_cgroup_layout(layout: str, runtime: str) -> None:
    assert oci_runtime(layout) == runtime


@pytest.mark.parametrize(
    ("kernel", "version", "needed"),
    [
        ("5.10.0-28-amd64", "12", True),
        ("5.12.19", "12", True),
        ("5.13.0", "12", False),
        ("6.1.0", "12", False),
        ("6.1.0", "11", True),
    ],
)
def test_fuse_overlayfs_where_native_overlay_is_missing(kernel: str, version: str, needed: bool) -> None:
    source = engine_source(release("debian", version))
    assert needs_fuse_overlayfs(kernel, source) is needed
    packages = engine_packages(source, cgroup_layout="v2", kernel_release=kernel, systemd=True)
    assert ("fuse-overlayfs" in packages) is needed


def test_no_more_packages_than_needed() -> None:
    source = engine_source(release("debian", "12"))
    assert engine_packages(source, cgroup_layout="hybrid", kernel_release="6.1.0", systemd=True) == (
        *("podman", "uidmap", "libpam-systemd", "runc", "netavark", "slirp4netns"),
    )
    assert engine_packages(source, cgroup_layout="v2", kernel_release="6.1.0", systemd=False, bridge_networks=True) == (
        "podman",
        "uidmap",
        "crun",
        "netavark",
        "slirp4netns",
        "iptables",
    )
