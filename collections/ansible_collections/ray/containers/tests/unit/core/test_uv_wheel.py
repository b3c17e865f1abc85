# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wheel of uv that a node takes."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.runtime.uv_wheel import (
    UV_VERSION,
    best_wheel,
    wheel_of_path,
    wheels_of_page,
)

GLIBC = "manylinux_2_17_x86_64.manylinux2014_x86_64"
#: As the index of packages serves it (PEP 503).
PAGE = f"""<!DOCTYPE html><html><body><h1>Links for uv</h1>
<a href="https://files.example/a/uv-0.0.5.tar.gz#sha256=67be">uv-0.0.5.tar.gz</a><br/>
<a href="../../packages/uv-{UV_VERSION}-py3-none-{GLIBC}.whl#sha256=d7f4" data-requires-python="&gt;=3.8">uv</a><br/>
<a href="https://files.example/b/uv-{UV_VERSION}-py3-none-musllinux_1_1_x86_64.whl#sha256=aa">uv</a><br/>
<a href="https://files.example/b/uv-{UV_VERSION}-py3-none-win_amd64.whl#sha256=bb">uv</a><br/>
<a href="https://files.example/b/uv-99.1.0-py3-none-{GLIBC}.whl">uv</a><br/>
<a href="https://files.example/b/uv-99.10.0rc1-py3-none-{GLIBC}.whl">uv</a><br/>
<a href="https://files.example/b/uv-{UV_VERSION}-py3-none-manylinux_2_28_aarch64.whl">uv</a><br/>
<a href="https://files.example/b/uv_build-{UV_VERSION}-py3-none-{GLIBC}.whl">other</a>
</body></html>"""


def offered() -> list[tuple[str, str]]:
    return [(wheel.version, wheel.location) for wheel in wheels_of_page("https://index.example/simple/uv/", PAGE)]


def test_a_page_offers_wheels_of_uv_alone_without_previews() -> None:
    assert [version for version, _location in offered()] == [UV_VERSION, UV_VERSION, UV_VERSION, "99.1.0", UV_VERSION]


def test_relative_links_are_made_whole_and_their_promise_is_kept_apart() -> None:
    wheel = wheels_of_page("https://index.example/simple/uv/", PAGE)[0]
    assert wheel.location == f"https://index.example/packages/uv-{UV_VERSION}-py3-none-{GLIBC}.whl"
    assert wheel.sha256 == "d7f4"


def test_the_tested_version_is_taken_before_a_newer_one_and_glibc_before_musl() -> None:
    wheel = best_wheel(wheels_of_page("https://index.example/simple/uv/", PAGE), "x86_64")
    assert wheel is not None
    assert wheel.sha256 == "d7f4"


def test_without_the_tested_version_the_newest_is_taken() -> None:
    paths = [f"/srv/uv-{version}-py3-none-{GLIBC}.whl" for version in ("0.9.0", "0.10.0", "0.2.0")]
    wheel = best_wheel(filter(None, map(wheel_of_path, paths)), "x86_64")
    assert wheel is not None
    assert wheel.location == paths[1]


@pytest.mark.parametrize(("machine", "found"), [("aarch64", True), ("ppc64le", False)])
def test_only_a_wheel_for_the_machine_will_do(machine: str, found: bool) -> None:
    wheel = best_wheel(wheels_of_page("https://index.example/simple/uv/", PAGE), machine)
    assert (wheel is not None) is found


@pytest.mark.parametrize("path", ["/srv/uv-0.13.9.tar.gz", "/srv/ray-2.60.0-cp311-cp311-manylinux2014_x86_64.whl"])
def test_other_files_are_no_wheels_of_uv(path: str) -> None:
    assert wheel_of_path(path) is None
