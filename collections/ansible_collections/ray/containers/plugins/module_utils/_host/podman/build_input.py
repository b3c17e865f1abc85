# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what an image is built of.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.build_plan import BuildInput
from ansible_collections.ray.containers.plugins.module_utils._core.images.ignore_file import (
    IgnoreRules,
    WrongPattern,
    parse_ignore_file,
)
from ansible_collections.ray.containers.plugins.module_utils._host.descriptors import Refused, read_regular
from ansible_collections.ray.containers.plugins.module_utils._host.user_process import (
    Ended,
    UserProcess,
    become_account,
)

__all__ = ["find_containerfile", "read_as", "read_build_input"]

#: Of a Containerfile or an ignore file, in bytes.
LONGEST = 4 * 2**20

_IGNORE_FILES = (".containerignore", ".dockerignore")


def find_containerfile(context: str, containerfile: str) -> str:
    """The path of the Containerfile: as given, absolute or below *context*, or the one that Podman looks for."""
    if containerfile:
        return os.path.join(context, containerfile)
    return next(
        (path for name in ("Containerfile", "Dockerfile") for path in [f"{context}/{name}"] if os.path.isfile(path)),
        f"{context}/Containerfile",
    )


def read_build_input(context: str, containerfile: str) -> BuildInput | None:
    """The Containerfile and a digest of the context, or None when one of them is not there.

    The digest covers paths, kinds, permissions, link targets and contents of what the ignore file leaves in; neither
    owners nor times, which a checkout makes again.
    """
    text = _text(containerfile)
    if text is None or not os.path.isdir(context):
        return None
    digest = hashlib.sha256()
    for path in sorted(_files(context, _rules(context, containerfile))):
        digest.update(_entry(context, path))
    return BuildInput(text, digest.hexdigest())


def read_as(user: str, context: str, containerfile: str, seconds: float) -> BuildInput | None:
    """The same as an account, which is also the one that builds: what lies there may be its own doing.

    :raises OperatorError: it cannot read all of it, or has not done so in time.
    """
    account = _account(user)
    if account is None or os.geteuid() != 0 or account.pw_uid == 0:
        return read_build_input(context, containerfile)
    reader = UserProcess(lambda: become_account(account), _work)
    try:
        told, _content = reader.ask({"context": context, "containerfile": containerfile}, b"", seconds)
    except Ended as ended:
        told = {"refused": str(ended)}
    if "refused" in told:
        what, remedy = (
            f"{context} cannot be read as {user}",
            f"Let {user} read all of it, or name it in .containerignore",
        )
        raise OperatorError(what, why=told["refused"], remedy=remedy)
    return BuildInput(told["text"], told["digest"]) if told else None


def _account(user: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(user)
    except KeyError:
        # The first command that is run as the account says so.
        return None


def _work(request: dict[str, t.Any], _content: bytes) -> tuple[dict[str, t.Any], bytes]:
    try:
        found = read_build_input(**request)
    except OperatorError as error:
        return {"refused": f"{error.what}: {error.why}"}, b""
    except OSError as error:
        return {"refused": f"{error.filename}: {error.strerror}"}, b""
    return ({"text": found.containerfile, "digest": found.context_digest} if found else {}), b""


def _text(path: str) -> str | None:
    """A file of the operator's, who may keep it wherever it pleases; None without one."""
    try:
        return read_regular(path, LONGEST).decode("utf-8", errors="surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Refused as refused:
        raise OperatorError(f"{path} cannot be read", why=str(refused), remedy="Put a text file there") from None


def _rules(context: str, containerfile: str) -> IgnoreRules:
    for path in (f"{containerfile}.containerignore", f"{containerfile}.dockerignore", *_of_context(context)):
        text = _text(path)
        if text is None:
            continue
        try:
            return parse_ignore_file(text)
        except WrongPattern as wrong:
            remedy = "Correct the pattern, with a backslash before a bracket that stands for itself"
            raise OperatorError(f"{path} cannot be obeyed", why=str(wrong), remedy=remedy) from None
    return IgnoreRules()


def _of_context(context: str) -> t.Iterator[str]:
    return (f"{context}/{name}" for name in _IGNORE_FILES)


def _files(context: str, rules: IgnoreRules) -> t.Iterator[str]:
    for directory, directories, names in os.walk(context):
        below = os.path.relpath(directory, context)
        prefix = "" if below == "." else f"{below}/"
        for name in list(directories):
            left_out = rules.leaves_out(f"{prefix}{name}")
            if left_out and not rules.brings_back_any:
                directories.remove(name)
            if not left_out:
                yield f"{prefix}{name}"
        yield from (f"{prefix}{name}" for name in names if not rules.leaves_out(f"{prefix}{name}"))


def _entry(context: str, path: str) -> bytes:
    """One line for a file, directory or link: kind and permissions, name, digest of the content."""
    whole = f"{context}/{path}"
    state = os.lstat(whole)
    content = b""
    if stat.S_ISLNK(state.st_mode):
        content = os.fsencode(os.readlink(whole))
    elif stat.S_ISREG(state.st_mode):
        content = _digest(whole)
    return b"%o %s %s\n" % (state.st_mode, os.fsencode(path), content.hex().encode())


def _digest(path: str) -> bytes:
    digest = hashlib.sha256()
    # What has become a FIFO meanwhile does not make it wait.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.digest()
