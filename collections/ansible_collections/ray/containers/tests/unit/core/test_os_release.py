# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading os-release files."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.engine.os_release import (
    parse_os_release,
    version_tuple,
)

MINT = """\
NAME="Linux Mint"
VERSION="21.3 (Virginia)"
ID=linuxmint
ID_LIKE="ubuntu debian"
PRETTY_NAME="Linux Mint 21.3"
VERSION_ID="21.3"
VERSION_CODENAME=virginia
UBUNTU_CODENAME=jammy
# a comment = not a field
"""


def test_a_derivative_names_its_relatives_and_its_base() -> None:
    mint = parse_os_release(MINT)
    assert (mint.id, mint.like, mint.version) == ("linuxmint", ("ubuntu", "debian"), "21.3")
    assert (mint.codename, mint.base_codename, mint.name) == ("virginia", "jammy", "Linux Mint 21.3")


def test_a_file_without_the_optional_fields() -> None:
    found = parse_os_release("NAME=Void\nID='void'\nnonsense\n")
    assert (found.id, found.like, found.version, found.name) == ("void", (), "", "Void")


def test_an_empty_file_is_some_linux() -> None:
    assert parse_os_release("").id == "linux"


def test_an_unclosed_quote_does_not_stop_the_reading() -> None:
    assert parse_os_release('ID=debian\nPRETTY_NAME="Debian\nVERSION_ID="12"\n').version == "12"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22.04", (22, 4)),
        ("12", (12,)),
        ("4.3.1+ds1-8", (4, 3, 1)),
        ("6.18.44-fc-v657", (6, 18, 44)),
        ("5.10.0-28-amd64", (5, 10, 0)),
        ("rolling", ()),
        ("", ()),
    ],
)
def test_version_tuple(text: str, expected: tuple[int, ...]) -> None:
    assert version_tuple(text) == expected
