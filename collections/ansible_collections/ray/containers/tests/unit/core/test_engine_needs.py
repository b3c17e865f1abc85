# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of Ray's needs a version of Podman meets."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.engine.plan import capabilities_of


@pytest.mark.parametrize(
    ("version", "root_keep_id", "cdi_option", "cdi_in_containers_conf"),
    [
        ("3.4.4", True, False, False),
        ("4.0.3", True, False, False),
        ("4.1.0", False, True, False),
        ("4.3.1", False, True, False),
        ("4.4.0", False, True, True),
        ("4.4.4", False, True, True),
        ("4.5.0", True, True, True),
        ("5.6.2", True, True, True),
        ("", False, False, False),
    ],
)
def test_the_needs(version: str, root_keep_id: bool, cdi_option: bool, cdi_in_containers_conf: bool) -> None:
    assert list(capabilities_of(version).values()) == [root_keep_id, cdi_option, cdi_in_containers_conf]
