# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The images that test nodes are made from: base, node and registry. Built once, shared by every cluster."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import typing as t
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.nodes import machine
from tests.nodes.engine import Podman, last_lines
from tests.nodes.errors import NodesError
from tests.nodes.progress import Progress

__all__ = ["BASE", "CONTENT_LABEL", "ImageSource", "Images", "install"]

BASE = "localhost/ray-containers/base:latest"

#: Label that carries the digest of what an image was made from. Images made FROM the base inherit a label of this name.
CONTENT_LABEL = "ray.containers.content"

SOURCES = Path(__file__).parent / "images"
#: Runs a program in namespaces of its own, and ends it and all that it started when this process ends, however it does.
ENDS_WITH_US = (
    *("setpriv", "--pdeathsig", "KILL"),
    *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
)
SSHD_CONFIG = b"HostKey /etc/ssh/ssh_host_ed25519_key\nPasswordAuthentication no\nUseDNS no\n"


@dataclass(frozen=True)
class ImageSource:
    """An image to build: what it is, what it is made FROM, files to lay over its root, and a digest of all of it."""

    what: str
    base_image: str
    overlay: t.Mapping[str, bytes]
    content: str

    @property
    def containerfile(self) -> Path:
        """How it is built."""
        return SOURCES / f"{self.what}.Containerfile"

    @property
    def tag(self) -> str:
        """Its name. Clusters that stand on other bases have other images beside each other."""
        return f"localhost/ray-containers/{self.what}:{self.content}"


class Images:
    """The images of this machine, against what they should be made from."""

    def __init__(self, podman: Podman, progress: Progress, workspace: Path, base_image: str = "") -> None:
        self._podman = podman
        self._workspace = workspace
        self._progress = progress
        self._base_image = base_image
        self._trust = machine.trust()
        self._sources = machine.package_sources()
        self.base_content = machine.digest_of(
            suite(), platform.machine(), (SOURCES / "bootstrap.sh").read_bytes(), self._trust, self._sources
        )
        self.node = self._source(
            "node",
            {
                "/etc/systemd/system/shared-mounts.service": (SOURCES / "shared-mounts.service").read_bytes(),
                "/etc/ssh/sshd_config.d/10-node.conf": SSHD_CONFIG,
            },
        )
        self.registry = self._source(
            "registry",
            {"/etc/docker/registry/config.yml": (SOURCES / "registry.yml").read_bytes()},
        )

    def ensure(self) -> None:
        """Build what is missing or was made from something else."""
        present = self._present()
        # The example applications stand on the base also when the nodes come from a public image.
        if present.get(BASE) != self.base_content:
            self._bootstrap()
        missing = [source for source in (self.node, self.registry) if source.tag not in present]
        # Each waits for the network half of the time.
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._build, missing))

    def _source(self, what: str, extra: t.Mapping[str, bytes]) -> ImageSource:
        base_image = self._base_image or BASE
        # The base made here has what this machine trusts already.
        overlay = {**self._trust, **extra} if self._base_image else extra
        containerfile = (SOURCES / f"{what}.Containerfile").read_bytes()
        base_content = "" if self._base_image else self.base_content
        return ImageSource(
            what, base_image, overlay, machine.digest_of(base_image, base_content, containerfile, overlay)
        )

    def _present(self) -> dict[str, str]:
        images = self._podman.list("images", "--filter", f"label={CONTENT_LABEL}")
        return {
            name: (image.get("Labels") or {}).get(CONTENT_LABEL, "")
            for image in images
            for name in image.get("Names") or []
        }

    def _bootstrap(self) -> None:
        if not shutil.which("debootstrap"):
            with self._progress.step("Install debootstrap on this machine"):
                install("debootstrap")
        with (
            self._progress.step(f"Make the base image ({suite()}) with debootstrap"),
            _directory(self._workspace / "base") as directory,
        ):
            machine.write_overlay({**self._trust, **self._sources}, directory / "overlay")
            script = subprocess.Popen(
                [*ENDS_WITH_US, "sh", str(SOURCES / "bootstrap.sh"), suite(), str(directory / "overlay")],
                stdout=subprocess.PIPE,
                stdin=subprocess.DEVNULL,
                # A directory of this machine means nothing below another root.
                env={name: value for name, value in os.environ.items() if name != "TMPDIR"},
            )
            # A name of its own until the archive is known to be whole.
            unproven = BASE.replace(":latest", ":unproven")
            importer = self._podman.popen(
                *("import", "--quiet", "--change", f"LABEL {CONTENT_LABEL}={self.base_content}", "-", unproven),
                stdin=script.stdout,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            complaint = importer.communicate()[1].decode(errors="replace").strip()
            if script.wait():
                self._podman.run("rmi", "--force", unproven, check=False)
                raise NodesError(f"debootstrap of {suite()} failed; its last lines are above")
            if importer.returncode:
                raise NodesError(f"The base image could not be imported: {complaint}")
            self._podman.run("tag", unproven, BASE)
            self._podman.run("untag", unproven, unproven)

    def _build(self, source: ImageSource) -> None:
        with (
            self._progress.step(f"Build the {source.what} image"),
            _directory(self._workspace / source.what) as context,
        ):
            machine.write_overlay(source.overlay, context / "overlay")
            self._podman.run(
                # Without --pull, which is no word but a switch before 4.0.0: what is here is not pulled in any version.
                *("build", "--quiet", "--layers=false"),
                *("--build-arg", f"BASE_IMAGE={source.base_image}", "--label", f"{CONTENT_LABEL}={source.content}"),
                *("--file", str(source.containerfile), "--tag", source.tag, str(context)),
            )


@contextmanager
def _directory(path: Path) -> t.Iterator[Path]:
    """An empty directory at a fixed place, so that a run that was killed leaves nothing that the next does not remove."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def install(package: str) -> None:
    """Install a package of the distribution on this machine. Raises NodesError when that does not work."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", package)):
        done = subprocess.run(("apt-get", *command), capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            raise NodesError(
                f"{package} could not be installed: {last_lines(done.stderr)}", f"Install {package} by hand"
            )


def suite() -> str:
    """The suite to bootstrap: this machine's own, so that the two need the same packages and trust the same keys.

    Raises NodesError on a machine that is neither Debian nor Ubuntu.
    """
    release = platform.freedesktop_os_release()
    codename = os.environ.get("NODE_SUITE") or release.get("VERSION_CODENAME", "")
    if not codename:
        raise NodesError(
            f"debootstrap cannot be used on {release.get('PRETTY_NAME', 'this machine')}",
            "Set NODE_BASE_IMAGE to a public Debian or Ubuntu image",
        )
    return codename
