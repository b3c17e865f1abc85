# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of the `podman` that raylets find first, as it is installed.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import sys
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import RAYS_PODMAN
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import file_state
from ansible_collections.ray.containers.plugins.module_utils._host.files import read_text
from ansible_collections.ray.containers.plugins.module_utils._host.podman import rays_podman

__all__ = ["program_text", "defect_of"]

#: For /bin/sh, and a docstring for Python. This module's own interpreter runs programs of this collection for certain; a raylet's
#: container has another, with Ray.
_START = """#!/bin/sh
'''':
# Managed by ray.containers.rootless_podman; changes are overwritten.
for python in {python} python3 python /usr/bin/python3; do
    command -v "$python" >/dev/null && exec "$python" -I -S "$0" "$@"
done
echo "podman: no Python was found to start it" >&2
exit 127
'''
"""

_END = "; do\n"


def program_text(python: str = sys.executable) -> str:
    """The program: its source, without the docstring, after a start that finds a Python.

    :param python: the interpreter to try first, with an absolute path.
    """
    loader: t.Any = rays_podman.__loader__
    source: str = loader.get_data(rays_podman.__file__).decode()
    _licence, _quotes, rest = source.partition('"""')
    return _START.format(python=python) + rest.partition('"""')[2]


def defect_of(path: str = RAYS_PODMAN) -> str:
    """What is wrong with the installed program; empty for nothing."""
    try:
        text, state = read_text(path), file_state(path)
    except OperatorError as refused:
        return f"not root's alone ({refused.why})"
    if text is None or state is None:
        return "missing"
    if state.owner != "root" or state.mode != 0o755:
        return f"{state.owner}'s, with mode {state.mode:04o}, and not root's with 0755"
    # The interpreter is that of the run which installed it.
    return "" if text.partition(_END)[2] == program_text().partition(_END)[2] else "another program"
