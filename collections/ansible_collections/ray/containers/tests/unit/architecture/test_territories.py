# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two territories on a node: what is the Ray user's is never handled as root's.

Root's face refuses every path that leads through another account's directory when it is walked (test_boundary_of_root.py).
Here: that what goes past the two faces is known, and that every plan says in whose territory a path lies.
"""

from __future__ import annotations

import ast
import dataclasses
import itertools
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._core.plan import MakeDirectory, Remove, Step, WriteFile
from ansible_collections.ray.containers.plugins.module_utils._core.raylet import leftovers
from ansible_collections.ray.containers.plugins.module_utils._core.raylet import plan as raylet
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.service import Service
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import plan as rootless

UTILS = Path(__file__).resolve().parents[3] / "plugins" / "module_utils"

FACES = {"_host/descriptors.py", "_host/files.py", "_host/user_files.py", "_host/user_process.py", "_host/user_work.py"}
#: What looks at files past the faces, and whose they are.
KNOWN = {
    "_host/file_state.py": "called for what lies in a directory of root's: a home, the volume, a store's place",
    "_host/firewall/nftables.py": "root's own directory in /run, and the system's programs",
    "_host/firewall/surroundings.py": "/proc and /sys: names, links, and the environment of who has called us",
    "_host/kernel.py": "/proc, /sys and /run, the kernel's and systemd's",
    "_host/lock.py": "whether a lock of root's, opened by the face of root's files, is still the one that stands there",
    "_host/looks/account.py": "statuses alone, of homes, stores and what lies above them; and /proc",
    "_host/looks/kernel.py": "/proc, and the space of file systems",
    "_host/looks/podman.py": "statuses alone, of programs and of a store's own directories",
    "_host/looks/processes.py": "/proc: what the kernel says of processes; their own words are read as their account",
    "_host/looks/runtime.py": "looked at, and held to be root's alone before its Python is run",
    "_host/looks/unit.py": "statuses alone, of Ray's directory",
    "_host/network.py": "/proc: links and names that are not read from a process's own memory",
    "_host/packages/apt.py": "the package manager's",
    "_host/packages/apt_trial.py": "the package manager's, and a directory of root's own in /tmp",
    "_host/packages/manager.py": "the package manager's",
    "_host/packages/pacman.py": "the package manager's",
    "_host/packages/rpm.py": "a directory of root's own in /tmp",
    "_host/podman/build_input.py": "the operator's, where an image is built, and as the account that builds it",
    "_host/podman/pause.py": "/proc: the maps of a process of the account's",
    "_host/podman/shared_memory.py": "a file in /dev/shm, by a descriptor that no link leads to",
    "_host/podman/image_files.py": "an image in root's own store, mounted for root; no link out of it is followed",
    "_host/podman/image_store.py": "root's own image store",
    "_host/podman/probe_image.py": "the system's shell and its libraries",
    "_host/podman/rays_podman.py": "a program of its own, which runs as the Ray user",
    "_host/podman/proof.py": "the lock in root's state directory",
    "_host/privileges/access.py": "asked in a child that has the account's ids",
    "_host/privileges/changes.py": "only the status is looked at, and links are not followed",
    "_host/podman/chain.py": "the system's programs and configuration; the user's is looked for as that user",
    "_host/privileges/examination.py": "what root runs and believes: below /etc, /usr, /run, /dev and /boot",
    "_host/python/environment.py": "looked at, and held to be root's alone before anything there is run",
    "_host/python/index.py": "pip's configuration of root's, and the runtime's directory, which is held to be root's alone",
    "_host/python/packages.py": "a runtime, which was held to be root's alone",
    "_host/python/installation_lock.py": "the runtime's directory, which is held to be root's alone",
    "_host/ray/leftovers.py": "root's of what is left; the user's is looked for as that user",
    "_host/ray/processes.py": "/proc: which processes there are, and whose",
    "_host/ray/secret_files.py": "root's of what holds secrets; the user's is looked for as that user",
    "_host/ray/raylet_container.py": "a file of root's below /etc",
    "_host/ray/temp_directory.py": "a directory of root's in /tmp; what others have put there is moved away unread",
    "_host/removal.py": "whether anything is left, of an account that is gone",
    "_host/survey.py": "root's part of a path, up to the border",
    "_host/user_namespace.py": "/proc: the maps of a child",
    "_resource/diagnosis_of_parity.py": "which runtimes there are; what is in them is held to be root's alone",
    "_resource/firewall.py": "empty directories of root's below /etc",
    "_resource/image_push.py": "the name of the directory for temporary files",
    "_resource/image_questions.py": "the name of the directory for temporary files",
    "_resource/kubic_repository.py": "below /etc",
    "_resource/podman.py": "the system's programs",
    "_resource/podman_changes.py": "the system's programs and file systems",
    "_resource/ray_installation.py": "the runtime's directory, which is held to be root's alone",
    "_resource/ray_runtime.py": "the runtime's directory, which is held to be root's alone",
    "_resource/ray_runtime_in_image.py": "whether a unit of root's is there",
    "_resource/raylet.py": "whether directories of root's hold something, and a runtime's program",
    "_resource/raylet_drain.py": "/proc: whether a process is there",
    "_resource/raylet_image_pull.py": "a directory of root's own in /tmp",
    "_resource/rootless_podman.py": "below /etc, /dev, /run and /var/lib/systemd, and the system's programs",
    "_resource/serve_head.py": "which states there are below /var/lib/ray, and the runtime's program",
    "_resource/version_parity.py": "/dev, and the system's lists of devices",
}
ON_FILES = {
    *(
        "open",
        "stat",
        "lstat",
        "listdir",
        "scandir",
        "mkdir",
        "makedirs",
        "unlink",
        "remove",
        "rename",
        "replace",
        "chown",
    ),
    *("chmod", "lchown", "link", "symlink", "readlink", "rmdir", "walk", "access", "utime", "statvfs", "truncate"),
    *("fchown", "fchmod", "removedirs", "renames", "mkfifo", "mknod"),
}
ON_PATHS = {"exists", "lexists", "isdir", "isfile", "islink", "getsize", "getmtime", "realpath", "samefile"}
MODULES = {"glob", "shutil", "tempfile", "pathlib"}


def touches(source: str) -> set[str]:
    """What a file's text calls that looks at files or changes them."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "open":
            found.add("open")
        elif isinstance(node, ast.Attribute):
            room, _dot, name = ast.unparse(node).rpartition(".")
            if (room == "os" and name in ON_FILES) or (room == "os.path" and name in ON_PATHS) or room in MODULES:
                found.add(f"{room}.{name}")
        elif isinstance(node, ast.ImportFrom) and node.module in {*MODULES, "os", "os.path"}:
            found.update(f"from {node.module} import {alias.name}" for alias in node.names)
    return found - {"glob.escape"}


#: What changes something, or reads what is in a file. Statuses lead root nowhere.
MORE_THAN_STATUSES = {
    *(
        "open",
        "os.open",
        "os.mkdir",
        "os.makedirs",
        "os.chown",
        "os.chmod",
        "os.rename",
        "os.replace",
        "os.unlink",
        "os.rmdir",
    ),
    *("tempfile.mkdtemp", "tempfile.TemporaryDirectory", "shutil.rmtree"),
}


def test_what_takes_statuses_alone_does_nothing_else() -> None:
    for name in (name for name, reason in KNOWN.items() if reason.startswith("statuses alone")):
        text = (UTILS / name).read_text(encoding="utf-8")
        found = touches(text) & MORE_THAN_STATUSES
        # account.py reads a map of the kernel's; the programs of podman.py run in a container, and are text.
        assert found <= ({"open"} if name.endswith("account.py") else set()), name


def test_every_way_past_the_faces_is_known() -> None:
    found = {str(path.relative_to(UTILS)) for path in UTILS.rglob("*.py") if touches(path.read_text(encoding="utf-8"))}
    assert found - FACES == set(KNOWN)


@pytest.mark.parametrize(
    "source",
    [
        *("open('x')", "import os\nos.stat('x')", "import os\nos.path.isdir('x')", "import glob\nglob.glob('x')"),
        *("import shutil\nshutil.rmtree('x')", "from pathlib import Path", "import tempfile\ntempfile.mkdtemp()"),
    ],
)
def test_a_way_past_the_faces_is_found(source: str) -> None:
    assert touches(source)


HOME, STORE = "/home/ray", "/srv/images"
#: Where the Ray user is at home, or was given a directory.
USERS = (HOME, "/tmp/ray", STORE, "/var/lib/containers/ray-user", "/var/lib/ray/2.60.0-container")

DESIRED = rootless.RootlessDesired("ray", 1000, registries=(Registry("r:5000", True),), auth='{"auths": {}}\n')
THERE = rootless.RootlessObserved(
    *(1000, HOME),
    group="ray",
    home_mode=0o711,
    home_owner="ray",
    account_ours=True,
)
SPEC = RayletSpec("head", "ray", "/opt/ray/x", "2.60.0", "192.0.2.1", auth_token="t" * 64)
FOUND = raylet.RayletFound(
    service=Service(1000, "ray", HOME, (1024, 1024)),
    unit="[Unit]\n",
    tmpfiles="",
    token=raylet.TokenFile("another", private=False),
    active=True,
    enabled=True,
    main_pid=1,
    restart_due=False,
    ill="",
    state_directories=("/var/lib/ray", "/tmp/ray"),
)


def plans() -> t.Iterator[Step]:
    """The steps of every plan that has to do with the user."""
    stored = rootless.FoundFile("old", 0o644, "root", "root")
    for image, store, bare in itertools.product(("", "r:5000/raylet:1"), ("", STORE, f"{HOME}/images"), (False, True)):
        desired = dataclasses.replace(DESIRED, raylet_image=image, graph_root="" if image else store)
        observed = rootless.RootlessObserved() if bare else THERE
        everything = dict.fromkeys(rootless.written_paths(desired, HOME), stored)
        for files in ({}, everything):
            wanted = dataclasses.replace(desired, registries=() if files else desired.registries)
            yield from rootless.plan_rootless(wanted, dataclasses.replace(observed, files=files)).steps
    for state in ("started", "stopped", "absent", "restarted"):
        yield from raylet.plan_raylet(dataclasses.replace(SPEC, state=state), FOUND).steps
    paths = dict.fromkeys((*USERS, f"{HOME}/.config/raylet", "/etc/x", "/opt/ray"), "something")
    yield from leftovers.removal(leftovers.Leftovers("w", paths, user="ray", roots=frozenset(("/etc/x", "/opt/ray"))))


def actions() -> t.Iterator[WriteFile | MakeDirectory | Remove]:
    for step in plans():
        for action in getattr(step.action, "writes", (step.action,)):
            if isinstance(action, (WriteFile, MakeDirectory, Remove)):
                yield action


def is_users(path: str) -> bool:
    return any(f"{path}/".startswith(f"{place}/") for place in USERS)


def test_every_plan_says_whose_a_path_is() -> None:
    seen = list(actions())
    assert {type(action) for action in seen if is_users(action.path)} == {WriteFile, MakeDirectory, Remove}
    for action in seen:
        if not is_users(action.path):
            # Root's directories may hold some of the user's, which go as that user.
            assert not action.as_user or (isinstance(action, Remove) and action.path == "/var/lib/ray"), action
        elif isinstance(action, MakeDirectory) and action.owner:
            # The border: root makes it in a directory of its own, and gives it away.
            assert action.path in (HOME, STORE, "/var/lib/containers/ray-user"), action
        else:
            assert action.as_user == "ray", action
