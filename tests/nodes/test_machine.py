# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nodes get of this machine: where packages come from, and what is believed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.nodes.images import ENDS_WITH_US, SOURCES
from tests.nodes.machine import (
    CA_BUNDLE,
    apt_settings,
    digest_of,
    package_sources,
    pip_configuration,
    write_overlay,
)


def test_nodes_learn_how_to_reach_packages_and_nothing_else() -> None:
    dump = "\n".join(
        [
            'APT::Architecture "amd64";',
            'Acquire::http "";',
            'Acquire::http::Proxy "http://proxy.example:3128";',
            'Acquire::http::Proxy-Auto-Detect "/usr/bin/detect";',
            'Acquire::http::ProxyAutoDetect "/usr/bin/detect";',
            'Acquire::Check-Valid-Until "false";',
            'Acquire::Languages "de";',
            'DPkg::Post-Invoke:: "rm something";',
        ]
    )
    assert apt_settings(dump).splitlines() == [
        'Acquire::http::Proxy "http://proxy.example:3128";',
        'Acquire::Check-Valid-Until "false";',
        'Acquire::Languages "none";',
    ]


def test_pip_keeps_indexes_that_a_node_can_reach() -> None:
    machine = (
        "[global]\ncert = /etc/somewhere.pem\nindex-url = https://index.example/simple\n"
        "find-links = /srv/wheels\nextra-index-url = file:///srv/index\n  https://extra.example/simple\n"
        "no-cache-dir = true\n[install]\nuser = true\n"
    )
    assert pip_configuration(machine, {"PIP_TRUSTED_HOST": "index.example"}) == (
        "[global]\ncert = /etc/ssl/certs/ca-certificates.crt\nextra-index-url = https://extra.example/simple\n"
        "index-url = https://index.example/simple\ntrusted-host = index.example\n\n"
    )


def test_no_pip_configuration_where_there_is_nothing_to_say() -> None:
    assert pip_configuration("", {"PIP_FIND_LINKS": "/srv/wheels"}) == ""


def test_sources_of_third_parties_stay_on_the_machine(tmp_path: Path) -> None:
    directory = tmp_path / "etc/apt/sources.list.d"
    directory.mkdir(parents=True)
    (directory / "debian.sources").write_text("Types: deb\n")
    (directory / "vendor.list").write_text("deb https://vendor.example ./\n")
    (tmp_path / "etc/apt/sources.list").write_text("\n")
    assert list(package_sources(tmp_path)) == ["/etc/apt/sources.list.d/debian.sources"]


def test_lists_of_mirrors_go_with_the_sources_that_name_them(tmp_path: Path) -> None:
    for name, text in {
        "sources.list.d/debian.sources": "# URIs: mirror+file:/etc/apt/old.list\n"
        "Types: deb deb-src\nURIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: bookworm\n\n"
        "Types: deb\nURIs: mirror+file:///etc/apt/mirrors/debian-security.list\nSuites: bookworm-security\n",
        "sources.list": "deb mirror+file:/etc/apt/more.list bookworm main\ndeb mirror+file:/etc/apt/gone.list bookworm main\n",
        "mirrors/debian.list": "https://mirror.example.org/debian\n",
        "mirrors/debian-security.list": "https://mirror.example.org/debian-security\n",
        "more.list": "http://mirror.example/debian\n",
        "old.list": "http://old.example/debian\n",
    }.items():
        path = tmp_path / "etc/apt" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    sources = package_sources(tmp_path)
    assert list(sources) == [
        "/etc/apt/sources.list",
        "/etc/apt/sources.list.d/debian.sources",
        "/etc/apt/mirrors/debian-security.list",
        "/etc/apt/mirrors/debian.list",
        "/etc/apt/more.list",
    ]
    assert sources["/etc/apt/mirrors/debian.list"] == b"https://mirror.example.org/debian\n"


def test_a_base_image_believes_https_before_its_first_update(tmp_path: Path) -> None:
    """The script itself, in namespaces of its own, with stand-ins for what would take minutes."""
    authorities = Path(CA_BUNDLE)
    if subprocess.run([*ENDS_WITH_US, "true"], capture_output=True).returncode or not authorities.exists():
        pytest.skip("no namespaces or no certificates here")
    made = "mkdir -p $3/etc/dpkg/dpkg.cfg.d $3/etc/apt $3/usr/share/doc $3/proc $3/var/cache $3/var/log"
    log = tmp_path / "log"
    for name, program in {
        "debootstrap": made,
        "chroot": f'case "$*" in *update) cat "$1{CA_BUNDLE}" >{log};; esac',
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{program}\n")
        (tmp_path / name).chmod(0o755)
    write_overlay(
        {"/etc/apt/sources.list": b"deb https://mirror.example.org/debian bookworm main\n"}, tmp_path / "overlay"
    )
    done = subprocess.run(
        [*ENDS_WITH_US, "sh", str(SOURCES / "bootstrap.sh"), "bookworm", str(tmp_path / "overlay")],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert log.read_bytes() == authorities.read_bytes()


def test_another_content_has_another_digest() -> None:
    assert digest_of("a", {"/x": b"1"}) == digest_of("a", {"/x": b"1"})
    assert len({digest_of("a", "b"), digest_of("ab"), digest_of({"/x": b"1"}), digest_of({"/y": b"1"})}) == 4
