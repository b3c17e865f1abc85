# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts from images, applications and logs: nothing in them is obeyed by a terminal."""

from __future__ import annotations

import unicodedata

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.terminal import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, ä, 密码, 👩‍🚀\tand a tab\nand a line", "plain text, ä, 密码, 👩‍🚀\tand a tab\nand a line"),
        ("\x1b]52;c;ZWNobyBoaQ==\x07", "\\x1b]52;c;ZWNobyBoaQ==\\x07"),  # writes into the clipboard
        ("\x1b]0;title\x1b\\", "\\x1b]0;title\\x1b\\"),
        ("\x1b[2J\x1b[1;1Hok: [head]", "\\x1b[2J\\x1b[1;1Hok: [head]"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31m", "\\x9b31m"),  # C1's own CSI
        ("FAILED\rok    ", "FAILED\\rok    ".replace("\\r", "\\x0d")),
        ("two\r\nlines\x1b[0m", "two\nlines"),
        ("a\x08\x08b\x7f\x00", "a\\x08\\x08b\\x7f\\x00"),
        ("user\u202eecalpkram\u202c", "user\\u202eecalpkram\\u202c"),
        ("\u2066x\u2069\u200f", "\\u2066x\\u2069\\u200f"),
        ("a\u2028b\u0085c", "a\\u2028b\\x85c"),
        ("half \ud83d", "half \\ud83d"),
        ("tag \U000e0041", "tag \\U000e0041"),
    ],
)
def test_what_a_terminal_obeys_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_no_control_or_format_character_is_left() -> None:
    left = set(printable("".join(map(chr, range(0x110000)))))
    assert {f"{ord(each):x}" for each in left if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")} == {"9", "a"}
    overrides = ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI")
    assert not {each for each in left if unicodedata.bidirectional(each) in overrides}
