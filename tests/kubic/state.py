# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module podman may change on a node, as one text."""

from __future__ import annotations

import typing as t

__all__ = ["repository_files", "state"]

FILES = "find /etc/apt -type f -exec sha256sum {} + ; find /etc/apt -type d"
LISTS = "ls /var/lib/apt/lists"
PACKAGES = "dpkg-query --show --showformat '${db:Status-Status} ${Package} ${Version}\\n' | grep ^installed"


def state(host: t.Any) -> str:
    """Installed packages, everything below /etc/apt, and the names of the package lists of the archive on a testinfra host."""
    return "\n".join(sorted(host.check_output(f"{{ {FILES}; {LISTS} | grep _www_ ; {PACKAGES} ; }}").splitlines()))


def repository_files(host: t.Any) -> list[str]:
    """The files of the kubic repository that are there."""
    return sorted(host.check_output("find /etc/apt /var/lib/apt/lists -name '*kubic*' -o -name '*_www_*'").split())
