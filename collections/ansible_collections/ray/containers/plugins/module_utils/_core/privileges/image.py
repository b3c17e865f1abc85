# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the Ray user could become root in a raylet's image, and the lines of a Containerfile that take it away.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import shlex
import struct
import typing as t
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.privileges.places import ROOT_GROUPS
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.rules import sudoers_rules

__all__ = ["CONFIGURATION", "LIBRARIES", "ImageSeen", "Weakness", "capabilities_of", "weaknesses"]

#: Of a long list of files, this many are told.
TOLD = 4

_SETGID, _SETUID = 1 << 6, 1 << 7
#: What rootless Podman needs: these write the id maps of a user namespace. By file capabilities and not by the set-user-ID
#: bit: as root, who does not own the Ray user's namespace, they would need more than raylets that are not privileged have.
NEEDED = {"/usr/bin/newuidmap": _SETUID, "/usr/bin/newgidmap": _SETGID}

#: By which nobody becomes root: NET_BIND_SERVICE, NET_BROADCAST, NET_RAW, IPC_LOCK, SYS_NICE (capabilities(7)).
_HARMLESS = 1 << 10 | 1 << 11 | 1 << 13 | 1 << 14 | 1 << 23

#: What programs with capabilities believe, the dynamic linker's settings among it.
CONFIGURATION: tuple[str, ...] = (
    *("/", "/etc", "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/sudoers.d"),
    *("/etc/pam.d", "/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/ld.so.cache", "/etc/ld.so.conf.d"),
    *("/usr", "/usr/bin", "/bin", "/usr/sbin", "/sbin", *NEEDED),
)
#: Directories of shared libraries, which such programs load, with what lies in them.
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/lib/*-linux-gnu*", "/usr/lib/*-linux-gnu*")

_ALL = "find / -xdev -type f -perm /6000 -exec chmod ug-s {} +"
_MAPS = " && ".join(
    f"chmod u-s {path} && setcap {name}+ep {path}" for path, name in zip(NEEDED, ("cap_setuid", "cap_setgid"))
)


@dataclass(frozen=True)
class ImageSeen:
    """What an image's files tell.

    :param set_ids: programs with the set-user-ID or the set-group-ID bit.
    :param capabilities: of programs, as bit sets, by path.
    :param changeable: of `CONFIGURATION` and `LIBRARIES`, what the Ray user may change.
    :param passwd: the text of /etc/passwd, as *group*, *shadow* and *sudoers* (several) are of theirs.
    """

    set_ids: tuple[str, ...] = ()
    capabilities: t.Mapping[str, int] = field(default_factory=dict)
    changeable: tuple[str, ...] = ()
    passwd: str = ""
    group: str = ""
    shadow: str = ""
    sudoers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Weakness:
    """One way to become root, and the line that takes it away; run as root."""

    evidence: str
    line: str


def weaknesses(seen: ImageSeen, user: str, uid: int) -> tuple[Weakness, ...]:
    """Every way in which the account could become root in a container of the image."""
    names = tuple(dict.fromkeys((*_names(seen.passwd, uid), user)))
    return (*_set_ids(seen, names, uid), *_capabilities(seen), *_groups(seen, names), *_files(seen))


def capabilities_of(attribute: bytes) -> int:
    """The bit set in the attribute ``security.capability`` (include/uapi/linux/capability.h, vfs_cap_data)."""
    if len(attribute) < 12:
        return 0
    low, low_inheritable = struct.unpack_from("<II", attribute, 4)
    high, high_inheritable = struct.unpack_from("<II", attribute, 12) if len(attribute) >= 20 else (0, 0)
    return int((low | low_inheritable) | (high | high_inheritable) << 32)


def _set_ids(seen: ImageSeen, names: t.Sequence[str], uid: int) -> t.Iterator[Weakness]:
    others = [path for path in seen.set_ids if path not in NEEDED]
    if others:
        bits = f"{_listed(others)} {'has' if len(others) == 1 else 'have'} the set-user-ID or set-group-ID bit"
        rules = [rule for name in names for rule in sudoers_rules(seen.sudoers, name, uid, _memberships(seen, name))]
        if rules and any(path.endswith("/sudo") for path in others):
            bits += f", and sudo lets {names[0]} run {rules[0]}"
        yield Weakness(bits, f"RUN {_ALL}")
    if set(seen.set_ids) & set(NEEDED):
        told = _listed([path for path in seen.set_ids if path in NEEDED])
        yield Weakness(f"{told} runs as root, and needs no more than one capability", f"RUN {_MAPS}")


def _capabilities(seen: ImageSeen) -> t.Iterator[Weakness]:
    strong = [path for path, given in seen.capabilities.items() if given & ~_HARMLESS and given != NEEDED.get(path)]
    if strong:
        told = f"{_listed(strong)} {'has' if len(strong) == 1 else 'have'} capabilities that only root should have"
        # newuidmap with more than it needs gets what it needs.
        mended = [f"setcap -r {shlex.quote(path)}" for path in strong if path not in NEEDED]
        yield Weakness(told, "RUN " + " && ".join([*mended, *([_MAPS] if set(strong) & set(NEEDED) else [])]))


def _groups(seen: ImageSeen, names: t.Sequence[str]) -> t.Iterator[Weakness]:
    for name in names:
        for group in _memberships(seen, name):
            if group in ROOT_GROUPS:
                yield Weakness(f"{name} is in the group {group}", f"RUN gpasswd --delete {name} {group}")


def _files(seen: ImageSeen) -> t.Iterator[Weakness]:
    if seen.changeable:
        places = " ".join(shlex.quote(path) for path in seen.changeable)
        yield Weakness(
            f"the Ray user may change {_listed(seen.changeable)}",
            f"RUN chown root:root {places} && chmod go-w {places}",
        )
    if any(line.startswith("root::") for text in (seen.shadow, seen.passwd) for line in text.splitlines()):
        yield Weakness("root has no password", "RUN passwd --lock root")


def _names(passwd: str, uid: int) -> t.Iterator[str]:
    """The names that the image has for the user id; Podman looks its groups up by them."""
    for line in passwd.splitlines():
        fields = line.split(":")
        if len(fields) > 3 and fields[2] == str(uid):
            yield fields[0]


def _memberships(seen: ImageSeen, name: str) -> tuple[str, ...]:
    rows = [line.split(":") for line in seen.group.splitlines()]
    return tuple(row[0] for row in rows if len(row) > 3 and name in row[3].split(","))


def _listed(paths: t.Sequence[str]) -> str:
    more = f" and {len(paths) - TOLD} more" if len(paths) > TOLD else ""
    return ", ".join(paths[:TOLD]) + more
