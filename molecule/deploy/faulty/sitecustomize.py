# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python runs this at its start: Ray's worker processes end here, and others do not."""

import os

with open("/proc/self/cmdline", "rb") as stream:
    if b"--raylet-name" in stream.read():
        os._exit(3)
