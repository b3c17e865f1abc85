# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The `podman` that a raylet finds first: Podman itself, but for two things in the command by which Ray starts a worker.

Ray's command is hard-wired (Ray 2.60.0 _private/runtime_env/image_uri.py, `_modify_context_impl`). It has the values of env_vars
in it, which every account of the node may read for as long as the container runs, and which the journal keeps as the
_CMDLINE of what Podman says. Podman gets them by its own environment instead, where the raylet's user alone reads them.

And --userns=keep-id maps the raylet's user id to the same number in the container. An image whose USER has another number then
writes as nobody that the node knows, and cannot read the cluster's token. `keep-id:uid=N` (Podman 4.3) maps the raylet's user
to the N of the image instead. Everything else is passed on as it is:

- an image without USER: Podman runs it as the raylet's user;
- an image of root: its root would be the raylet's user, with all capabilities in the container. It is left without any right
  on the node, and version parity refuses it;
- Podman before 4.3, which does not know the word, and whatever is not understood.

The group gets the user's number, so that all images of one user id share their layers' map: access to Ray's files goes by the
user, whatever the group.

It runs for every worker: no import that costs much, no process where the image's user is the raylet's, and Podman takes the
process over. Installed as a program of its own (`program_text`), it is started by `python3 -I -S`, which env_vars do not reach.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import signal
import sys

__all__ = ["main", "rewritten", "with_hidden_values"]

#: Where Podman is when the application's env_vars have set another PATH.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

#: Before it, `keep-id` takes no options (Podman 4.3.0, release notes).
FIRST_WITH_OPTIONS = (4, 3)

KEEP_ID = "--userns=keep-id"

#: Variables by which Podman, its libraries or the programs that it starts would do something else: their values stay where Ray
#: has put them. None is known to hold a secret (podman(1), containers.conf(5), containers-storage.conf(5)).
STEERING = {
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "TMPDIR", "REGISTRY_AUTH_FILE", "KUBECONFIG", "GNUPGHOME"),
    *(
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "DOCKER_CONFIG",
        "DOCKER_HOST",
        "DOCKER_TMPDIR",
        "STORAGE_DRIVER",
        "STORAGE_OPTS",
    ),
    *("CONTAINER_HOST", "CONTAINER_CONNECTION", "CONTAINER_SSHKEY", "GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT"),
    *("GOTRACEBACK", "GOCOVERDIR"),
}
STEERING_PREFIXES = (
    *("XDG_", "LD_", "GLIBC_", "MALLOC_", "CONTAINERS_", "_CONTAINERS_", "PODMAN_", "LIBPOD_", "BUILDAH_", "NETAVARK_"),
    *("DBUS_", "SYSTEMD_", "NOTIFY_", "LISTEN_"),
)

#: Bytes of a file of the store or of an image.
LONGEST = 64 * 2**20


def main(argv: list[str]) -> None:
    """Become Podman."""
    # Python ignores these two, and a process that follows it would, too.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    podman = real_podman(argv[0])
    if not podman:
        sys.stderr.write("podman: command not found\n")
        raise SystemExit(127)
    words, hidden = with_hidden_values(argv[1:])
    os.execve(podman, ["podman", *rewritten(words, podman, os.geteuid())], {**os.environ, **hidden})


def real_podman(own: str) -> str:
    """The first podman of the PATH that is not this program; empty for none."""
    for directory in f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}".split(":"):
        path = f"{directory}/podman"
        is_program = directory.startswith("/") and os.path.isfile(path) and os.access(path, os.X_OK)
        if is_program and not os.path.samefile(path, own):
            return path
    return ""


def rewritten(words: list[str], podman: str, uid: int) -> list[str]:
    """The words of a command line as Podman is to get them.

    :param podman: the program; it is asked only where the command is Ray's and the store's own files do not tell.
    :param uid: of the raylet.
    """
    place = place_of_image(words)
    # Root's Podman has no use for it: the raylet's user is never root where this is installed.
    if not place or uid == 0:
        return words
    try:
        wanted = user_of(words[:place], words[place], podman)
        if wanted in (None, 0, uid) or version_of(podman) < FIRST_WITH_OPTIONS:
            return words
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return words
    return [f"{KEEP_ID}:uid={wanted},gid={wanted}" if word == KEEP_ID else word for word in words]


def with_hidden_values(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """Ray's command with the names of its variables alone, and the variables that Podman's own environment then has to have.

    ``--env NAME`` takes the value from there (podman-run(1)). The last of a name counts, as on the command line.
    """
    place = place_of_image(words)
    shown, hidden = list(words), {}
    for at in range(1, place - 1):
        name, equals, value = words[at].partition("=")
        if words[at - 1] == "--env" and equals and may_be_hidden(name):
            shown[at], hidden[name] = name, value
    return shown, hidden


def may_be_hidden(name: str) -> bool:
    """Whether Podman may get a variable by its own environment. A star at the end of a name would mean many."""
    plain = name.replace(".", "_").replace("-", "_")
    return plain.isascii() and plain.isidentifier() and name not in STEERING and not name.startswith(STEERING_PREFIXES)


def place_of_image(words: list[str]) -> int:
    """Where the image stands in Ray's command: after --entrypoint and its program, in all releases; 0 for another command.

    `create` is the command with which the collection prepares an image's layers for Ray's.
    """
    if not words or words[0] not in ("run", "create") or KEEP_ID not in words:
        return 0
    start = words.index(KEEP_ID)
    for place in range(start + 1, len(words) - 2):
        if words[place] == "--entrypoint" and words[place + 2][:1] not in ("-", ""):
            options = words[1 : place + 2]
            return place + 2 if sum(word.startswith("--userns") for word in options) == 1 else 0
    return 0


def user_of(options: list[str], image: str, podman: str) -> int | None:
    """The user id that the container runs as by its own will; None where it has none, or it cannot be told."""
    user, identity = in_store(image) or (asked(image, podman)[0], "")
    for place, word in enumerate(options):
        if word in ("-u", "--user") and place + 1 < len(options):
            user = options[place + 1]
        elif word.startswith("--user="):
            user = word[len("--user=") :]
    name = user.partition(":")[0]
    if not name or name.isdigit():
        return int(name) if name else None
    return remembered(name, identity, image, podman)


def remembered(name: str, identity: str, image: str, podman: str) -> int | None:
    """The user id of a name in an image, looked for once after every boot: an image never changes.

    A link's text keeps it, since a link is made in one step. Where it is kept, the raylet's user can do whatever it likes anyhow.
    """
    place = f"{os.environ.get('XDG_RUNTIME_DIR', '')}/ray.containers-{identity}-{name.replace('/', '_')}"
    if not identity or not place.startswith("/run/"):
        return in_passwd(name, image, podman)
    try:
        return int(os.readlink(place))
    except (OSError, ValueError):
        uid = in_passwd(name, image, podman)
    try:
        if uid is not None:
            os.symlink(str(uid), place)
    except OSError:
        pass
    return uid


#: For /bin/sh, in the user's namespace: layers belong to an image's root, and nobody else may enter them. The uppermost one
#: that has the file counts; they are another's, and no link of theirs is followed.
PASSWD = (
    'for layer; do [ -L "$layer/etc" ] || [ -L "$layer/etc/passwd" ] && exit;'
    ' [ ! -e "$layer/etc/passwd" ] || exec cat "$layer/etc/passwd"; done'
)


def in_passwd(name: str, image: str, podman: str) -> int | None:
    """The user id of a name in the image's own passwd."""
    layers = asked(image, podman)[1]
    for line in said(podman, "unshare", "/bin/sh", "-c", PASSWD, "sh", *layers).splitlines():
        fields = line.split(":")
        if fields[0] == name and len(fields) > 2 and fields[2].isdigit():
            return int(fields[2])
    return None


def in_store(image: str) -> tuple[str, str] | None:
    """The USER of an image and its id, from the store's own files; None where they do not tell.

    Their form is containers/storage's since 1.2 (2018): images by name, and each image's configuration under its digest in
    base64.
    """
    # Only Ray's own command needs them.
    import binascii
    import json

    try:
        settings = f"{os.environ.get('XDG_CONFIG_HOME') or os.environ['HOME'] + '/.config'}/containers/storage.conf"
        lines = read(os.environ.get("CONTAINERS_STORAGE_CONF") or settings).splitlines()
        roots = [
            line.partition("=")[2].strip(" \"'") for line in lines if line.partition("=")[0].strip() == "graphroot"
        ]
        records = [
            each for each in json.loads(read(f"{roots[0]}/overlay-images/images.json")) if image in each["names"]
        ]
        identity = records[0]["id"]
        key = binascii.b2a_base64(f"sha256:{identity}".encode(), newline=False).decode()
        configuration = json.loads(read(f"{roots[0]}/overlay-images/{identity}/={key}"))["config"]
        return configuration.get("User") or "", identity
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def asked(image: str, podman: str) -> tuple[str, list[str]]:
    """The USER of an image and the directories of its layers, the uppermost first; empty where Podman does not have it."""
    data = '{{index .GraphDriver.Data "UpperDir"}}:{{index .GraphDriver.Data "LowerDir"}}'
    user, _newline, layers = said(podman, "image", "inspect", "--format", "{{.User}}\n" + data, image).partition("\n")
    return user.strip(), [layer for layer in layers.strip().split(":") if layer]


def version_of(podman: str) -> tuple[int, ...]:
    """Podman's number: ``podman version 4.3.1``."""
    number = said(podman, "--version").split()[-1].split("-")[0]
    return tuple(int(part) for part in number.split(".")[:2])


def said(*argv: str) -> str:
    """What a command says, without the module subprocess, which takes longer to come than the command to run."""
    reader, writer = os.pipe()
    actions = ((os.POSIX_SPAWN_DUP2, writer, 1), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0))
    child = os.posix_spawn(argv[0], argv, os.environ, file_actions=actions)
    os.close(writer)
    with open(reader, encoding="utf-8", errors="replace") as output:
        text = output.read(LONGEST)
    os.waitpid(child, 0)
    return text


def read(path: str) -> str:
    """A file's text; a link in its place is none."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), encoding="utf-8", errors="replace") as text:
        return text.read(LONGEST)


if __name__ == "__main__":
    main(sys.argv)
