# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys to reach the nodes with: one for the client, one for each host, and the known_hosts that lets them be checked."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.nodes.inventory import HostAddress

__all__ = ["SshKeys"]


@dataclass(frozen=True)
class SshKeys:
    """The keys below one directory, which only its owner can read."""

    directory: Path

    @property
    def client(self) -> Path:
        """The private key that opens root's account on every node."""
        return self.directory / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        """The host keys of all nodes."""
        return self.directory / "known_hosts"

    def host(self, name: str) -> Path:
        """The private key by which one node proves itself."""
        return self.directory / "host_keys" / name

    def make(self, hosts: tuple[HostAddress, ...]) -> None:
        """Make what is missing, and write known_hosts to match."""
        for directory in (self.directory, self.directory / "host_keys"):
            directory.mkdir(parents=True, exist_ok=True)
            directory.chmod(0o700)
        _make_key(self.client, "ray.containers sandbox")
        for host in hosts:
            _make_key(self.host(host.name), host.name)
        lines = [f"{host.address} {public_part(self.host(host.name))}\n" for host in hosts]
        text = "".join(lines)
        if not self.known_hosts.exists() or self.known_hosts.read_text() != text:
            self.known_hosts.write_text(text)
        self._hand_over()

    def files_for(self, host: HostAddress) -> dict[str, bytes]:
        """The files that make a node recognise its client and be recognised."""
        return {
            "etc/ssh/ssh_host_ed25519_key": self.host(host.name).read_bytes(),
            "root/.ssh/authorized_keys": self.client.with_suffix(".pub").read_bytes(),
        }

    def answers(self, host: HostAddress, command: str = "true") -> bool:
        """Whether the node lets us in, with its host key checked."""
        argv = [
            *("ssh", "-F", "none", "-i", str(self.client), "-o", f"UserKnownHostsFile={self.known_hosts}"),
            *(
                "-o",
                "StrictHostKeyChecking=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "ConnectTimeout=3",
                "-o",
                "LogLevel=ERROR",
            ),
            *("-o", "IdentitiesOnly=yes", f"root@{host.address}", command),
        ]
        return subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0

    def remove(self) -> bool:
        """Remove the keys, and the secrets that a site made for these nodes; whether there was anything."""
        of_a_site = [*self.directory.glob("ray_auth_token*"), self.directory / ".gitignore"]
        made = [self.client, self.client.with_suffix(".pub"), self.known_hosts, self.directory / "host_keys"]
        found = [path for path in (*made, *of_a_site) if path.exists()]
        for path in found:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        if self.directory.is_dir() and not any(self.directory.iterdir()):
            self.directory.rmdir()
        return bool(found)

    def _hand_over(self) -> None:
        """Give the keys to whoever owns the inventory: nodes are made with sudo, and used without."""
        owner = self.directory.parent.stat()
        for path in (self.directory, *self.directory.rglob("*")):
            if path.stat().st_uid != owner.st_uid:
                os.chown(path, owner.st_uid, owner.st_gid)


def public_part(private_key: Path) -> str:
    """Type and key of a public key file, without its comment."""
    return " ".join(private_key.with_suffix(".pub").read_text().split()[:2])


def _make_key(path: Path, comment: str) -> None:
    if path.exists() and path.with_suffix(".pub").exists():
        return
    # ssh-keygen asks before it overwrites; a half-made pair is of no use.
    for leftover in (path, path.with_suffix(".pub")):
        leftover.unlink(missing_ok=True)
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)],
        check=True,
        stdin=subprocess.DEVNULL,
    )
