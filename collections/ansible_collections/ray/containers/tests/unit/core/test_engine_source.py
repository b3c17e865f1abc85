# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Podman comes from, distribution by distribution, from the os-release files that their vendors ship."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.engine.compatibility import (
    needs_fuse_overlayfs,
    oci_runtime,
)
from ansible_collections.ray.containers.plugins.module_utils._core.engine.distributions import BASES
from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import (
    OsRelease,
    parse_os_release,
    version_tuple,
)
from ansible_collections.ray.containers.plugins.module_utils._core.engine.source import (
    engine_packages,
    engine_source,
    package_manager,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.remapping import maps_users, remaps_layers

FILES = Path(__file__).parents[1] / "data" / "os-release"


@functools.lru_cache(maxsize=None)
def release(name: str) -> OsRelease:
    return parse_os_release((FILES / name).read_text(encoding="utf-8"))


CNI = "containernetworking-plugins"

#: File: package manager; then for cgroup layout v2 and Linux 6.6 with systemd the packages beside podman.
OWN_PACKAGES = {
    "debian-11": ("apt", f"uidmap libpam-systemd crun {CNI} slirp4netns fuse-overlayfs"),
    "debian-12": ("apt", "uidmap libpam-systemd crun netavark slirp4netns"),
    "debian-13": ("apt", "uidmap libpam-systemd crun netavark passt"),
    "debian-sid": ("apt", "uidmap libpam-systemd crun netavark passt"),
    "ubuntu-20.10": ("apt", f"uidmap libpam-systemd crun {CNI} slirp4netns fuse-overlayfs"),
    "ubuntu-22.04": ("apt", f"uidmap libpam-systemd crun {CNI} slirp4netns"),
    "ubuntu-24.04": ("apt", "uidmap libpam-systemd crun netavark slirp4netns"),
    "ubuntu-25.10": ("apt", "uidmap libpam-systemd crun netavark passt"),
    "linuxmint-22": ("apt", "uidmap libpam-systemd crun netavark slirp4netns"),
    "lmde-6": ("apt", "uidmap libpam-systemd crun netavark slirp4netns"),
    "pop-22.04": ("apt", f"uidmap libpam-systemd crun {CNI} slirp4netns"),
    "raspbian-12": ("apt", "uidmap libpam-systemd crun netavark slirp4netns"),
    "kali-2025.3": ("apt", "uidmap libpam-systemd crun netavark passt"),
    "devuan-5": ("apt", "uidmap libpam-systemd crun netavark slirp4netns"),
    "rhel-8.10": ("dnf", "shadow-utils crun slirp4netns"),
    "rhel-9.6": ("dnf", "shadow-utils crun passt"),
    "centos-stream-9": ("dnf", "shadow-utils crun passt"),
    "centos-stream-10": ("dnf", "shadow-utils crun passt"),
    "rocky-9.4": ("dnf", "shadow-utils crun slirp4netns"),
    "almalinux-8.10": ("dnf", "shadow-utils crun slirp4netns"),
    "almalinux-10.0": ("dnf", "shadow-utils crun passt"),
    "ol-9.4": ("dnf", "shadow-utils crun slirp4netns"),
    "fedora-39": ("dnf", "shadow-utils crun slirp4netns"),
    "fedora-42": ("dnf", "shadow-utils crun passt"),
    "nobara-41": ("dnf", "shadow-utils crun passt"),
    "amzn-2023": ("dnf", "shadow-utils crun passt"),
    "opensuse-leap-15.6": ("zypper", "shadow runc slirp4netns"),
    "opensuse-leap-16.0": ("zypper", "shadow crun passt"),
    "opensuse-tumbleweed": ("zypper", "shadow crun passt"),
    "sles-15-sp6": ("zypper", "shadow runc slirp4netns"),
    "sle-micro-5.5": ("zypper", "shadow runc slirp4netns"),
    "arch": ("pacman", "shadow crun passt"),
    "manjaro": ("pacman", "shadow crun passt"),
    "alpine-3.18": ("apk", "shadow-uidmap crun slirp4netns"),
    "alpine-3.20": ("apk", "shadow-uidmap crun passt"),
    "alpine-edge": ("apk", "shadow-uidmap crun passt"),
}
KUBIC = {"ubuntu-18.04": "xUbuntu_18.04", "ubuntu-20.04": "xUbuntu_20.04", "linuxmint-20.3": "xUbuntu_20.04"}
#: File: the package manager, by which an installed Podman is found all the same; code; words.
REFUSED = {
    "debian-10": ("apt", "RC-331", "Debian GNU/Linux 10 (buster)", "Debian 11 or newer"),
    "centos-7": ("dnf", "RC-331", "CentOS Linux 7 (Core)", "Enterprise Linux 8 or newer"),
    "ol-7.9": ("dnf", "RC-331", "Oracle Linux Server 7.9", "Enterprise Linux 8 or newer"),
    "amzn-2": ("dnf", "RC-312", "Amazon Linux 2", "Amazon Linux 2023"),
    "sles-12-sp5": ("zypper", "RC-331", "SUSE Linux Enterprise Server 12 SP5", "SUSE 15.3 or newer"),
    "gentoo": ("", "RC-331", "Gentoo Linux", "emerge app-containers/podman"),
    "void": ("", "RC-331", "Void Linux", "xbps-install podman"),
    "nixos-24.05": ("", "RC-331", "NixOS 24.05 (Uakari)", "virtualisation.podman.enable"),
    "openeuler-22.03": ("", "RC-331", "openEuler 22.03 (LTS-SP3)", "dnf install podman"),
}


def test_every_file_is_in_exactly_one_table() -> None:
    told = sorted([*OWN_PACKAGES, *KUBIC, *REFUSED])
    assert told == sorted(path.name for path in FILES.iterdir())
    assert len(told) >= 25


@pytest.mark.parametrize("name", sorted(OWN_PACKAGES))
def test_from_the_distributions_own_packages(name: str) -> None:
    family, packages = OWN_PACKAGES[name]
    source = engine_source(release(name))
    assert (source.source, source.family, source.distribution) == ("distribution", family, release(name).name)
    assert package_manager(release(name)) == family
    found = engine_packages(
        source,
        runtime=oci_runtime("v2", release(name)),
        fuse_overlayfs=needs_fuse_overlayfs("6.6.0", release(name)),
        systemd=True,
    )
    assert found == ("podman", *packages.split())


@pytest.mark.parametrize("name", sorted(KUBIC))
def test_from_the_kubic_repository(name: str) -> None:
    source = engine_source(release(name))
    assert (source.source, source.family, source.directory) == ("kubic", "apt", KUBIC[name])
    assert (source.network_stack, source.network_helper) == (CNI, "slirp4netns")
    assert engine_source(release("ubuntu-22.04"), "kubic").directory == "xUbuntu_22.04"
    assert engine_source(release("debian-11"), "kubic").directory == "Debian_11"
    with pytest.raises(OperatorError, match=r"Ubuntu 20\.10 or newer"):
        engine_source(release(name), "distribution")
    with pytest.raises(OperatorError, match="serves Debian and Ubuntu"):
        engine_source(release("rocky-9.4"), "kubic")


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_sentence_where_there_is_no_source(name: str) -> None:
    family, code, distribution, remedy = REFUSED[name]
    assert package_manager(release(name)) == family
    with pytest.raises(OperatorError) as raised:
        engine_source(release(name))
    assert raised.value.code == code
    assert raised.value.what.count(distribution) == 1
    assert remedy in raised.value.remedy


@pytest.mark.parametrize(
    ("like", "version", "manager"),
    [("ubuntu debian", "7", "apt"), ("fedora", "4", "dnf"), ("suse", "", "zypper"), ("arch", "", "pacman")],
)
def test_a_derivative_of_an_unknown_release_counts_as_the_newest(like: str, version: str, manager: str) -> None:
    source = engine_source(OsRelease("somelinux", tuple(like.split()), version, name="Some Linux"))
    assert (source.family, source.network_helper) == (manager, "passt")


@pytest.mark.parametrize(
    ("name", "layout", "runtime"),
    [
        *(("debian-12", "v2", "crun"), ("debian-12", "hybrid", "runc"), ("debian-12", "v1", "runc")),
        *(("rocky-9.4", "v1", "runc"), ("almalinux-10.0", "v1", "crun"), ("sles-15-sp6", "v2", "runc")),
        *(("opensuse-tumbleweed", "v2", "crun"), ("void", "hybrid", "runc"), ("void", "v2", "crun")),
    ],
)
def test_the_runtime_fits_the_cgroup_layout_and_the_distribution(name: str, layout: str, runtime: str) -> None:
    assert oci_runtime(layout, release(name)) == runtime


@pytest.mark.parametrize(
    ("kernel", "name", "needed"),
    [
        ("5.10.0-28-amd64", "debian-12", True),
        ("5.12.19", "debian-12", True),
        ("5.13.0", "debian-12", False),
        ("6.1.0", "debian-12", False),
        ("6.1.0", "debian-11", True),
        ("4.18.0-553.el8_10.x86_64", "rhel-8.10", True),
        ("5.14.0-427.el9.x86_64", "rocky-9.4", False),
    ],
)
def test_fuse_overlayfs_where_native_overlay_is_missing(kernel: str, name: str, needed: bool) -> None:
    assert needs_fuse_overlayfs(kernel, release(name)) is needed


@pytest.mark.parametrize(
    ("version", "name", "remapped"),
    [
        *(("4.3.1", "debian-13", True), ("5.1.2", "fedora-42", True), ("5.2.0", "debian-12", False)),
        *(("5.4.2", "debian-12", False), ("", "debian-12", True), ("", "debian-13", False), ("", "void", True)),
        *(("", "ubuntu-20.04", True), ("", "centos-stream-9", False), ("", "rocky-9.4", True), ("", "arch", False)),
    ],
)
def test_layers_are_remapped_where_podman_can(version: str, name: str, remapped: bool) -> None:
    assert remaps_layers(version, release(name)) is remapped


@pytest.mark.parametrize("name", sorted(OWN_PACKAGES))
def test_a_podman_to_come_is_as_new_as_its_source_says(name: str) -> None:
    source = engine_source(release(name))
    newest = not source.podman or version_tuple(source.podman) >= (5,)
    assert remaps_layers("", release(name)) is not newest


def test_no_more_packages_than_needed() -> None:
    source = engine_source(release("debian-12"))
    assert engine_packages(source, runtime="runc", fuse_overlayfs=False, systemd=False, bridge_networks=True) == (
        *("podman", "uidmap", "runc", "netavark", "slirp4netns", "iptables"),
    )


def test_a_firewall_needs_nft_once() -> None:
    def packages(name: str, *, bridge: bool) -> tuple[str, ...]:
        source = engine_source(release(name))
        return engine_packages(
            source, runtime="crun", fuse_overlayfs=False, systemd=False, bridge_networks=bridge, firewall=True
        )

    assert packages("debian-12", bridge=False)[-1] == "nftables"
    assert packages("debian-13", bridge=True).count("nftables") == 1


def test_rows_stand_newest_first() -> None:
    for base in BASES.values():
        assert [row.since for row in base.rows] == sorted((row.since for row in base.rows), reverse=True)


@pytest.mark.parametrize(
    ("version", "name", "maps"),
    [
        ("3.4.4", "ubuntu-24.04", False),
        ("4.2.9", "debian-12", False),
        ("4.3.1", "ubuntu-22.04", True),
        ("5.4.2", "debian-13", True),
        ("", "debian-11", False),
        ("", "debian-12", True),
        ("", "ubuntu-22.04", False),
        ("", "ubuntu-24.04", True),
        ("", "rocky-9.4", True),
        ("", "void", False),
    ],
)
def test_users_are_mapped_where_podman_can(version: str, name: str, maps: bool) -> None:
    assert maps_users(version, release(name)) is maps
