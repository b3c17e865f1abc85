# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of an image before Ray runs it: the two commands, and what their answers mean.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import replace

from ansible_collections.ray.containers.plugins.module_utils._core.images.podman_words import evidence
from ansible_collections.ray.containers.plugins.module_utils._core.parity.answer import read_answer, read_path
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import Application, ImageFacts
from ansible_collections.ray.containers.plugins.module_utils._core.parity.program import FIRST, IMPORT, PROGRAM

__all__ = [
    *("START", "WORKER_PATH_FILE", "container_name", "facts_of", "first_argv", "probe_argv", "probe_input"),
    "with_first_answer",
]

#: Begins the line that holds the answer: what an application prints while it is imported comes before it.
MARK = "ray.containers: "

#: Where Ray's first command writes its answer. Ray 2.60.0 _private/runtime_env/image_uri.py.
WORKER_PATH_FILE = "worker_path.txt"

#: Runs what comes on stdin: `ps` shows command lines to everybody.
START = "import json,sys;a=json.load(sys.stdin);exec(a['program'])"


def container_name(directory: str) -> str:
    """The name of the container that gets this directory, which is one container's alone."""
    return directory.rpartition("/")[2]


def first_argv(reference: str, shared: str) -> tuple[str, ...]:
    """The arguments of podman by which Ray asks an image where its worker lies: through the image's ENTRYPOINT.

    Ray 2.60.0 _private/runtime_env/image_uri.py, `_create_impl`; but Ray is looked for and not imported.

    :param shared: the directory that takes the answer, with mode 0777.
    """
    return (*_run(shared), "-v", f"{shared}:/shared:Z", reference, "python", "-c", FIRST)


def probe_argv(reference: str, temp_dir: str) -> tuple[str, ...]:
    """The arguments of podman that ask an image's python, in a container like a worker's.

    Ray 2.60.0 _private/runtime_env/image_uri.py, `_modify_context_impl`, with ``--rm`` to leave nothing behind. The
    program and the applications' variables come through stdin.

    :param temp_dir: an empty directory of the raylet's user; it stands for Ray's own, which is not there before Ray's
        first start and is nobody's to write in.
    """
    return (
        *(*_run(temp_dir), "--interactive", "-v", f"{temp_dir}:/tmp/ray"),
        *("--cgroup-manager=cgroupfs", "--network=host", "--pid=host", "--ipc=host", "--userns=keep-id"),
        *("--entrypoint", "python", reference, "-c", START),
    )


def probe_input(applications: t.Iterable[Application], directory: str, gpus: bool, timeout: float) -> str:
    """What `probe_argv` reads.

    :param applications: whose import paths are to be imported.
    :param directory: that the raylet was started in: Ray puts it first where workers look for modules
        (Ray 2.60.0 _private/worker.py, py_driver_sys_path).
    :param gpus: whether to ask CUDA for its devices.
    :param timeout: seconds for the container. The imports get less, so that one that hangs is told by name, and ends.
    """
    imports = {
        each.name: [each.import_path, dict(each.variables), dict(each.args)]
        for each in applications
        if each.import_path
    }
    asked = {"program": PROGRAM, "mark": MARK, "importer": IMPORT, "imports": imports, "gpus": gpus}
    seconds = max(1, int(0.9 * timeout / max(1, len(imports))))
    return json.dumps({**asked, "directory": directory, "seconds": seconds})


def facts_of(architecture: str, output: str, errors: str) -> ImageFacts:
    """The facts that the probe told, or why it told none."""
    told = [line[len(MARK) :] for line in output.splitlines() if line.startswith(MARK)]
    if not told:
        # Only an image that does not answer compiles it.
        from ansible_collections.ray.containers.plugins.module_utils._core.faults.of_images import NO_PYTHON

        no_python = any(re.search(pattern, errors) for pattern in NO_PYTHON.patterns)
        return ImageFacts(architecture, failure=evidence(errors) or "it said nothing", no_python=no_python)
    try:
        facts, imports = read_answer(architecture, json.loads(told[-1]))
    except (ValueError, RecursionError) as error:
        # Whose text, a program in the image could have written.
        why = (
            "what the image says of itself is not in the form of an answer"
            if isinstance(error, (RecursionError, json.JSONDecodeError, UnicodeError))
            else str(error)
        )
        return ImageFacts(architecture, failure=why)
    serve = [said for stage, said in imports.values() if stage == "serve"]
    said = {name: said for name, (_stage, said) in imports.items()}
    return replace(facts, imports=said, serves=facts.serves and not serve)


def with_first_answer(facts: ImageFacts, written: str | None) -> ImageFacts:
    """The facts with what Ray's first command wrote; None when it wrote nothing, although it may have ended well."""
    return replace(facts, takes_commands=written is not None, first_path="" if written is None else read_path(written))


def _run(directory: str) -> tuple[str, ...]:
    return ("run", "--rm", f"--name={container_name(directory)}", "--pull=never")
