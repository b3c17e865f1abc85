# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at Podman: its programs, its own answer, the store, and Ray's two commands.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import stat
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.look import Subject
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_account import PathFacts
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.of_podman import (
    CommandFacts,
    ContainerFacts,
    PodmanFacts,
    ProgramFacts,
    StoreFacts,
)
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import RAYS_PODMAN_DIRECTORY
from ansible_collections.ray.containers.plugins.module_utils._host.command import SYSTEM_PATH, CommandFailed, Commands
from ansible_collections.ray.containers.plugins.module_utils._host.file_state import owner_name
from ansible_collections.ray.containers.plugins.module_utils._host.looks.account import path_facts, short_text
from ansible_collections.ray.containers.plugins.module_utils._host.podman.chain import CONMON_PLACES
from ansible_collections.ray.containers.plugins.module_utils._host.podman.rays_podman_file import defect_of
from ansible_collections.ray.containers.plugins.module_utils._host.podman.shared_memory import locks_of
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import UserFiles, files_of

__all__ = ["command_facts", "container_facts", "found_by_raylets", "podman_facts", "registry_facts", "store_facts"]

RUNTIMES = ("crun", "runc")

#: Run in a container like a worker's: which user it is, and whether it reaches what a worker needs. It says what it could
#: not do, and nothing else.
WORKER = """
import json, os, socket, sys
told = {"uid": os.getuid()}
def tried(name, what):
    try:
        what()
    except OSError as error:
        told[name] = str(error)
tried("write", lambda: open(sys.argv[1] + "/written", "w").close())
if sys.argv[2]:
    tried("socket", lambda: socket.socket(socket.AF_UNIX).connect(sys.argv[2]))
if sys.argv[3]:
    tried("token", lambda: open(sys.argv[3]).read(1))
print(json.dumps(told))
"""
FIRST = "open('/shared/worker_path.txt', 'w').write('found')"


def podman_facts(subject: Subject, engine: Commands, env: t.Mapping[str, str], timeout: float) -> PodmanFacts:
    """Podman's own answer; the programs of the host are looked for without it.

    :param engine: the command line on which the Ray user's Podman is found.
    :param env: the variables that the raylet's service has.
    """
    path = env.get("PATH") or SYSTEM_PATH
    programs = {} if subject.in_container else _programs(path.replace(f"{RAYS_PODMAN_DIRECTORY}:", ""))
    rays = defect_of() if subject.ours else ""
    if not subject.in_container and not programs["podman"].path:
        return PodmanFacts(programs, rays=rays)
    info = command_facts(engine, ("podman", "info", "--format", "json"), subject.user, env, timeout)
    # containers/storage prints to standard output what it could not read, and goes on without it.
    said, _brace, answered = info.stdout.partition("{") if info.well else ("", "", "")
    try:
        answer = json.loads("{" + answered) if answered else {}
    except (ValueError, RecursionError):
        answer = {}
    return PodmanFacts(programs, info, answer.get("host") or {}, answer.get("store") or {}, rays, said.strip())


def store_facts(subject: Subject, root: str, podman: PodmanFacts) -> StoreFacts:
    """The store's own files, and what Podman keeps in memory for it."""
    count = (podman.store.get("containerStore") or {}).get("number")
    run_root = str(podman.store.get("runRoot") or f"/run/user/{subject.uid}/containers")
    return StoreFacts(
        root=root,
        foreign=_foreign(root, subject.uid),
        refused=_refused(run_root, subject.user),
        locks=None if subject.in_container or subject.uid is None else path_facts(locks_of(subject.uid)),
        containers=count if isinstance(count, int) else None,
    )


def container_facts(
    subject: Subject,
    run: t.Callable[[t.Sequence[str]], CommandFacts],
    image: str,
    temp_dir: str,
    *,
    socket: str = "",
    token: str = "",
) -> ContainerFacts:
    """Run Ray's two commands with an image of the store, and leave nothing behind.

    Ray 2.60.0 _private/runtime_env/image_uri.py, `_create_impl` and `_modify_context_impl`; ``--rm`` and ``--name`` leave
    nothing behind, and ``--pull=never`` changes nothing.

    :param run: runs a command as the raylet's service does.
    :param socket: the raylet's; :param token: the file of Ray's token. Empty for none.
    """
    names = [f"ray-containers-look-{os.getpid()}-{number}" for number in (1, 2)]
    options = [("run", "--rm", "--pull=never", f"--name={name}") for name in names]
    territory = files_of(subject.user)
    with contextlib.ExitStack() as stack:
        # As the user: root would give away whatever that user puts in the place of what root has just made there.
        if not territory.is_directory(temp_dir):
            territory.make_directory(temp_dir)
            stack.callback(_remove_empty, territory, temp_dir)
        shared, work = (stack.enter_context(_directory(territory, temp_dir, mode)) for mode in (0o777, 0o755))
        first = run(("podman", *options[0], "-v", f"{shared}:/shared:Z", image, "python", "-c", FIRST))
        mounts = ["-v", f"{temp_dir}:{temp_dir}", *(["-v", f"{token}:{token}:ro"] if token else [])]
        worker = run(
            (
                *("podman", *options[1], *mounts, "--cgroup-manager=cgroupfs", "--network=host", "--pid=host"),
                *("--ipc=host", "--userns=keep-id", "--env", "RAY_JOB_ID=01000000", "--entrypoint", "python", image),
                *("-c", WORKER, work, socket, token),
            )
        )
        for name, command in zip(names, (first, worker)):
            if command.late:
                run(("podman", "rm", "--force", name))
        if first.well and territory.state(f"{shared}/worker_path.txt") is None:
            first = CommandFacts(1, stderr=f"Worker path file not created when getting worker path for image {image}")
    parsed = _parsed(worker.stdout)
    uid = parsed.pop("uid", None)
    return ContainerFacts(image, first, worker, uid if isinstance(uid, int) else None, parsed)


def registry_facts(
    engine: Commands, subject: Subject, image: str, env: t.Mapping[str, str], timeout: float
) -> CommandFacts:
    """Ask an image's registry for its manifest, as the Ray user's Podman does; nothing is pulled.

    Without docker://, with which Podman 4.3.1 fails before it asks (pkg/domain/infra/abi/manifest.go, `ManifestInspect`). Of an
    image that is no list it says so once it has it: the registry answers.
    """
    return command_facts(engine, ("podman", "manifest", "inspect", image), subject.user, env, timeout)


def command_facts(
    commands: Commands, argv: t.Sequence[str], user: str, env: t.Mapping[str, str], timeout: float
) -> CommandFacts:
    """How a command of that account's ends."""
    try:
        done = commands.run(argv, user=user, env=env, check=False, timeout=timeout)
    except CommandFailed as late:
        return CommandFacts(late.completed.rc, late.completed.stdout, late.completed.stderr, late=True)
    except OperatorError as error:
        return CommandFacts(1, stderr=str(error))
    return CommandFacts(done.rc, done.stdout, done.stderr)


def found_by_raylets() -> str:
    """The podman that the PATH of a raylet on the host finds first."""
    return _program("podman", RAYS_PODMAN_DIRECTORY).path or "podman"


def _programs(path: str) -> dict[str, ProgramFacts]:
    found = {name: _program(name, path) for name in ("podman", "newuidmap", "newgidmap")}
    found["conmon"] = _program("conmon", ":".join((*CONMON_PLACES, path)))
    runtimes = [each for each in (_program(name, path) for name in RUNTIMES) if each.path]
    found["runtime"] = next((each for each in runtimes if each.executable), runtimes[0] if runtimes else ProgramFacts())
    return found


def _program(name: str, path: str) -> ProgramFacts:
    first = None
    for directory in path.split(":"):
        place = f"{directory}/{name}"
        try:
            state = os.stat(place)
        except OSError:
            continue
        found = ProgramFacts(place, bool(state.st_mode & 0o111), _is_privileged(place, state))
        if found.executable:
            return found
        first = first or found
    return first or ProgramFacts()


def _is_privileged(path: str, state: os.stat_result) -> bool:
    if state.st_uid == 0 and state.st_mode & stat.S_ISUID:
        return True
    try:
        return bool(os.getxattr(path, "security.capability"))
    except OSError:
        return False


def _foreign(root: str, uid: int | None) -> PathFacts | None:
    """What of the store's upper directories belongs to somebody else. Below them lie the files of images."""
    below = [
        glob.glob(f"{glob.escape(root)}/{pattern}") for pattern in ("", "*", "libpod/*", "overlay-*/*.json", "*.lock")
    ]
    for path in (path.rstrip("/") for paths in below for path in paths):
        try:
            owner = os.lstat(path).st_uid
        except OSError:
            continue
        # With an id map of the store's, its directories may belong to a subordinate id, which has no name.
        if owner != uid and not owner_name(owner).isdigit():
            return PathFacts(path, owner_name(owner), stat.S_IMODE(os.lstat(path).st_mode))
    return None


def _refused(run_root: str, user: str) -> str:
    """containers/storage drivers/overlay/check.go, `cachedFeatureCheck`: a file that is called overlay-false, and why."""
    path = f"{run_root}/overlay/overlay-false"
    return f"{path}: {short_text(path, user).strip() or 'overlay is not supported'}" if os.path.lexists(path) else ""


@contextlib.contextmanager
def _directory(territory: UserFiles, below: str, mode: int) -> t.Iterator[str]:
    path = territory.make_temporary(below, "ray-containers-look-", mode=mode)
    try:
        yield path
    finally:
        with contextlib.suppress(OperatorError):
            territory.remove(path)


def _remove_empty(territory: UserFiles, path: str) -> None:
    with contextlib.suppress(OperatorError):
        if not territory.names(path):
            territory.remove(path)


def _parsed(text: str) -> dict[str, t.Any]:
    try:
        parsed = json.loads(text.strip().splitlines()[-1])
    except (ValueError, IndexError):
        return {}
    return {str(name): value for name, value in parsed.items()} if isinstance(parsed, dict) else {}
