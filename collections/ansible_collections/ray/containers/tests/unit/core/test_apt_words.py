# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What apt 2.6.1 and dpkg 1.21 say."""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.engine import apt_words

SIMULATED = """\
The following packages will be REMOVED:
  podman runc
Remv podman [100:4.3.1-1]
Remv libc6:i386 [2.36-9]
"""
STUCK = """\
dpkg: error processing package runc (--configure):
 dependency problems - leaving unconfigured
dpkg: error processing package stuck (--configure):
 installed stuck package post-installation script subprocess returned error exit status 7
E: Sub-process /usr/bin/dpkg returned an error code (1)
"""


def test_what_would_be_removed() -> None:
    assert apt_words.removed_in(SIMULATED) == {"podman": "100:4.3.1-1", "libc6": "2.36-9"}


def test_the_package_that_is_stuck_is_not_the_one_that_waits() -> None:
    name, reason = apt_words.stuck_package(STUCK) or ("", "")
    assert name == "stuck"
    assert reason.startswith("installed stuck package post-installation script")
    waiting = STUCK.split("dpkg: error processing package stuck", maxsplit=1)[0]
    assert apt_words.stuck_package(waiting) is None


def test_marked_as_automatic() -> None:
    states = "Package: a\nArchitecture: amd64\nAuto-Installed: 1\n\n"
    marked = apt_words.with_automatic(states, ["runc"], "amd64")
    assert marked == "Package: runc\nArchitecture: amd64\nAuto-Installed: 1\n\n" + states
