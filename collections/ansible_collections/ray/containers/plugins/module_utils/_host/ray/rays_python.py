# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a program with Ray's own Python, where Ray and what it brings can be imported.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands, last_line

__all__ = ["answer_of"]

#: For importing Ray on a slow machine, and the answers.
SECONDS = 120.0
#: What Ray prints at an import is no answer.
_MARK = "ray.containers: "
#: Program and question come on the standard input: a program of forty lines would fill every list of what was run.
_START = "import json, sys; asked = json.load(sys.stdin); exec(asked['program'])"


def answer_of(
    commands: Commands,
    python: t.Sequence[str],
    program: str,
    asked: t.Mapping[str, t.Any],
    *,
    what: str,
    user: str = "",
) -> t.Any:
    """What a program answers, from JSON.

    :param python: how Ray's Python is started: a path, or a command that runs it where Ray is.
    :param program: finds *asked* under that name, and prints ``asked["mark"]`` and its answer as JSON on one line.
    :param what: what cannot be done without an answer, a sentence without its stop.
    :param user: the account that it runs as.
    :raises OperatorError: there is no answer, for instance because ray[serve] is not there.
    """
    given = json.dumps({**asked, "program": program, "mark": _MARK})
    done = commands.run([*python, "-c", _START], user=user, stdin=given, timeout=SECONDS, check=False)
    told = [line for line in done.stdout.splitlines() if line.startswith(_MARK)]
    if done.rc != 0 or not told:
        raise OperatorError(
            what,
            why=last_line(done.stderr) or last_line(done.stdout) or f"it ended with status {done.rc}",
            remedy="Run the playbook site, which installs Ray with Serve on the head",
        )
    return json.loads(told[-1][len(_MARK) :])
