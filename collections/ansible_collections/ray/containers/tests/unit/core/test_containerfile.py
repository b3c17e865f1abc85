# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Containerfile starts from, and what its ignore file leaves out."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.images.containerfile import base_image
from ansible_collections.ray.containers.plugins.module_utils._core.images.ignore_file import (
    WrongPattern,
    parse_ignore_file,
)


@pytest.mark.parametrize(
    ("containerfile", "base"),
    [
        ("FROM quay.io/base:1\nRUN x\n", "quay.io/base:1"),
        ("# FROM no\nfrom --platform=linux/amd64 quay.io/base:1 as x\n", "quay.io/base:1"),
        ("ARG V=3\nFROM quay.io/base:${V}\n", "quay.io/base:1"),
        ("ARG W=3\nFROM quay.io/base:$W\n", "quay.io/base:3"),
        ("FROM quay.io/base:${Z:-4}\n", "quay.io/base:4"),
        ("FROM quay.io/big:1 AS build\nFROM quay.io/small:1\nCOPY --from=build /a /a\n", "quay.io/small:1"),
        ("FROM quay.io/big:1 AS Build\nFROM build\n", "quay.io/big:1"),
        ("FROM \\\n  quay.io/base:1\n", "quay.io/base:1"),
        # A body of a heredoc is no instruction.
        ("FROM quay.io/base:1\nRUN <<EOF\nfrom os import path\nEOF\n", "quay.io/base:1"),
        ("FROM quay.io/base:1\nRUN python <<'EOF' > /x\nfrom os import path\n  EOF\nFROM no\nEOF\n", "quay.io/base:1"),
        ('FROM quay.io/base:1\nRUN cat <<-"END" | sh\n\tFROM no\n\tEND\nRUN x\n', "quay.io/base:1"),
        ("FROM quay.io/base:1\nCOPY <<a <<b /d/\nfrom no\na\nfrom no\nb\n", "quay.io/base:1"),
        ("FROM quay.io/base:1\nRUN 3<<E x\nfrom no\nE\n", "quay.io/base:1"),
        ("FROM quay.io/base:1\nONBUILD RUN <<E\nfrom no\nE\n", "quay.io/base:1"),
        ("FROM quay.io/base:1\nRUN <<E\nfrom no\n", "quay.io/base:1"),
        # And these are none.
        ("FROM quay.io/a:1\nRUN cat <<<x\nFROM quay.io/base:1\n", "quay.io/base:1"),
        ("FROM quay.io/a:1\nRUN echo '<<E' \"<<E\"\nFROM quay.io/base:1\n", "quay.io/base:1"),
        ("FROM quay.io/a:1\nLABEL a=<<E\nFROM quay.io/base:1\n", "quay.io/base:1"),
        ("FROM quay.io/a:1\nRUN x \\\n# a comment\n\n  && y\nFROM quay.io/base:1\n", "quay.io/base:1"),
        ("FROM quay.io/base:1\nRUN x \\\n  from no\n", "quay.io/base:1"),
        ("FROM quay.io/base:1\nRUN x \\\\\nRUN y\n", "quay.io/base:1"),
        ("# syntax=docker/dockerfile:1\n# escape=`\nFROM `\n quay.io/base:1\nRUN \\\n", "quay.io/base:1"),
        ("\ufeffFROM quay.io/base:1\r\nRUN x\r\n", "quay.io/base:1"),
        ("ARG A=quay.io B=base\nFROM $A/$B:$V\n", ""),
        ("ARG V\nARG A=quay.io\nARG B=${A}/base\nFROM ${B}:$V\n", "quay.io/base:1"),
        ('ARG A="quay.io/base:1"\nFROM "$A" AS x\n', "quay.io/base:1"),
        ("ARG A=1\nFROM quay.io/base:${A:+2}\n", "quay.io/base:2"),
        ("FROM quay.io/base:${A-4}\n", "quay.io/base:4"),
        ("FROM --platform=$BUILDPLATFORM quay.io/base:1 AS x\nARG V=9\nFROM x\n", "quay.io/base:1"),
        # Known when it is built.
        ("ARG TARGETARCH\nFROM quay.io/base-$TARGETARCH:1\n", ""),
        ("FROM scratch\n", ""),
        ("", ""),
    ],
)
def test_the_base_of_the_last_stage(containerfile: str, base: str) -> None:
    assert base_image(containerfile, {"V": "1"}) == base


STAGES = "FROM quay.io/big:1 AS build\nFROM quay.io/small:1 AS application\nFROM application AS node\nFROM build\n"


@pytest.mark.parametrize(
    ("target", "base"),
    [
        ("", "quay.io/big:1"),
        ("build", "quay.io/big:1"),
        ("Application", "quay.io/small:1"),
        ("node", "quay.io/small:1"),
        ("1", "quay.io/small:1"),
        ("unknown", ""),
    ],
)
def test_the_base_of_the_stage_that_is_wanted(target: str, base: str) -> None:
    assert base_image(STAGES, {}, target) == base


@pytest.mark.parametrize(
    ("rules", "path", "left_out"),
    [
        ("*.log", "a.log", True),
        ("*.log", "d/a.log", False),
        ("**/*.log", "d/a.log", True),
        ("**/*.log", "a.log", True),
        ("d", "d/e/f", True),
        ("/d/", "d/e", True),
        ("./d", "d", True),
        ("d/**", "d/e/f", True),
        ("d/*\n!d/keep", "d/keep", False),
        ("d\n!d/keep", "d/keep", False),
        ("!keep\n*", "keep", True),
        ("# d", "d", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[ab]c", "bc", True),
        ("[!ab]c", "xc", False),
        ("[^ab]c", "xc", True),
        ("[^ab]c", "ac", False),
        ("[a-c]x", "bx", True),
        ("[a\\]]x", "]x", True),
        ("[&&--~~||]x", "|x", True),
        ("[[]x", "[x", True),
        ("[\\d]x", "dx", True),
        ("a\\*", "a*", True),
        ("a\\*", "ab", False),
        ("(a|b)+{1}", "(a|b)+{1}", True),
        ("", "a", False),
    ],
)
def test_what_an_ignore_file_leaves_out(rules: str, path: str, left_out: bool) -> None:
    assert parse_ignore_file(rules).leaves_out(path) == left_out


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("[z-a]", "z comes after a"),
        ("d/[9-0].py", "9 comes after 0"),
        ("[", "never closed"),
        ("a[bc", "never closed"),
        ("[]", "never closed"),
        ("[^]", "never closed"),
        ("[a-]", "there is nothing after -"),
        ("[-a]", "there is nothing before -"),
        ("a\\", "there is nothing after \\"),
    ],
)
def test_a_pattern_that_is_none_is_told_with_its_line(pattern: str, why: str) -> None:
    with pytest.raises(WrongPattern) as caught:
        parse_ignore_file(f"# logs\n*.log\n!{pattern}\n")
    assert str(caught.value).startswith(f"line 3: {pattern} is no pattern: ")
    assert why in str(caught.value)
