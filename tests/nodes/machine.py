# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What this machine trusts and how it reaches the network, as files that nodes and image builds get too.

A machine may stand behind a proxy with its own certificate authority, or be told where packages come from. A node that
does not know this cannot install anything. Everything is read from the machine; nothing names a host.
"""

from __future__ import annotations

import configparser
import hashlib
import io
import os
import re
import subprocess
import typing as t
from pathlib import Path

__all__ = [
    "OverlayFiles",
    "apt_settings",
    "digest_of",
    "package_sources",
    "pip_configuration",
    "trust",
    "write_overlay",
]

#: Files by their absolute path inside a node.
OverlayFiles = t.Mapping[str, bytes]

CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"

#: apt settings about reaching and believing a source; all others are a machine's own affair.
APT_NETWORK_SETTING = re.compile(
    r"^Acquire::(http|https|ftp|socks)\b.*|^Acquire::(Check-Valid-Until|Check-Date|Max-FutureTime|Retries|ForceIPv[46])$",
    re.IGNORECASE,
)

APT_PROXY_PROGRAM = re.compile(r"auto-?detect", re.IGNORECASE)

#: A file of mirrors that a source names in place of one; Debian's cloud images do (apt-transport-mirror(1)).
APT_MIRROR_LIST = re.compile(rb"^(?!\s*#).*?\bmirror\+file:/+(\S+)", re.MULTILINE)

#: Options of pip that say where packages come from or how to get there.
PIP_PLACES = ("index-url", "extra-index-url", "find-links")
PIP_TRAVEL = ("trusted-host", "proxy", "timeout", "retries")


def apt_settings(dump: str) -> str:
    """The lines of `apt-config dump` that a node needs to reach the same sources.

    A proxy auto-detection program is left out: it does not exist in the node.
    """
    kept = []
    for line in dump.splitlines():
        name, _, value = line.partition(" ")
        if APT_NETWORK_SETTING.match(name) and not APT_PROXY_PROGRAM.search(name) and value.strip() != '"";':
            kept.append(line)
    return "".join(f"{line}\n" for line in [*kept, 'Acquire::Languages "none";'])


def is_local(place: str) -> bool:
    """Whether a pip source is a path of this machine, which a node does not have."""
    return place.startswith(("/", ".", "~", "file:"))


def pip_configuration(text: str, environment: t.Mapping[str, str]) -> str:
    """A pip.conf for nodes: the machine's own, and its PIP_* variables, without what exists only on this machine."""
    machine = configparser.RawConfigParser(strict=False)
    machine.read_string(text)
    settings = dict(machine.items("global")) if machine.has_section("global") else {}
    for option in (*PIP_PLACES, *PIP_TRAVEL):
        value = environment.get("PIP_" + option.upper().replace("-", "_"))
        if value:
            settings[option] = value
    node = configparser.RawConfigParser()
    node.add_section("global")
    for option, value in sorted(settings.items()):
        if option in PIP_PLACES:
            value = "\n".join(place for place in value.split() if not is_local(place))
        if option == "cert":
            value = CA_BUNDLE
        if value and option in (*PIP_PLACES, *PIP_TRAVEL, "cert"):
            node.set("global", option, value)
    written = io.StringIO()
    node.write(written)
    return written.getvalue() if node.items("global") else ""


def trust(root: Path = Path("/"), environment: t.Mapping[str, str] | None = None) -> dict[str, bytes]:
    """Certificate authorities, pip's and apt's settings of this machine."""
    files: dict[str, bytes] = {}
    authorities = root / "usr/local/share/ca-certificates"
    for path in sorted(authorities.rglob("*.crt")) if authorities.is_dir() else []:
        files[f"/usr/local/share/ca-certificates/{path.name}"] = path.read_bytes()
    pip_conf = root / "etc/pip.conf"
    pip = pip_configuration(
        pip_conf.read_text() if pip_conf.exists() else "", os.environ if environment is None else environment
    )
    if pip:
        files["/etc/pip.conf"] = pip.encode()
    files["/etc/apt/apt.conf.d/90machine"] = apt_settings(_apt_config_dump()).encode()
    return files


def package_sources(root: Path = Path("/")) -> dict[str, bytes]:
    """The distribution's own apt sources of this machine, with the lists of mirrors that they name.

    Those of third parties need keys that a node does not have.
    """
    names = ("sources.list", "sources.list.d/debian.sources", "sources.list.d/ubuntu.sources")
    sources = _contents(root, [f"/etc/apt/{name}" for name in names])
    mirrors = {f"/{name.decode()}" for text in sources.values() for name in APT_MIRROR_LIST.findall(text)}
    return {**sources, **_contents(root, sorted(mirrors))}


def _contents(root: Path, names: t.Iterable[str]) -> dict[str, bytes]:
    """Those of the files below *root* that are there and say something."""
    paths = {name: root / name.lstrip("/") for name in names}
    return {name: path.read_bytes() for name, path in paths.items() if path.exists() and path.read_bytes().strip()}


def write_overlay(files: OverlayFiles, directory: Path) -> None:
    """Write files below a directory that a build copies over an image's root."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = directory / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o644)


def digest_of(*parts: str | bytes | OverlayFiles) -> str:
    """One short name for everything that an image is made from."""
    hasher = hashlib.sha256()
    for part in parts:
        items = sorted(part.items()) if isinstance(part, t.Mapping) else [("", part)]
        for name, content in items:
            hasher.update(name.encode() + b"\0")
            hasher.update(content.encode() if isinstance(content, str) else content)
            hasher.update(b"\0")
    return hasher.hexdigest()[:16]


def _apt_config_dump() -> str:
    try:
        return subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""
