# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attributes block of every module, once."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation shared by the modules of ray.containers."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
  action_group:
    description: Use C(group/ray.containers.ray) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - ray.containers.ray
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: linux
"""

    CHANGES = r"""
options: {}
attributes:
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: full
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
"""

    READS = r"""
options: {}
attributes:
  diff_mode:
    description: This module changes nothing, so there is nothing to show in diff mode.
    support: N/A
  idempotent:
    description: This module changes nothing.
    support: N/A
"""
