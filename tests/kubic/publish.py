# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills a web server's directory with repositories in the shape of devel:kubic:libcontainers:stable.

Runs inside the archive's container. What it serves are the real packages of the container's own distribution; Podman gets
versions of its own, and so does one package that has no business there. One repository is as it should be, and each of the
others has one fault.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from email.utils import formatdate
from pathlib import Path

ROOT = Path("/srv/www")
POOL = Path("/srv/pool")
RELEASE_DIRECTORY = "xUbuntu_20.04"

#: What belongs to Podman, as the real repository has it.
PACKAGES = (
    *("podman", "conmon", "containernetworking-plugins", "crun", "fuse-overlayfs", "golang-github-containers-common"),
    *("golang-github-containers-image", "libslirp0", "runc", "slirp4netns"),
)
#: Beyond every version of the distribution, as the real repository's are (100:3.4.2-5).
FIRST, SECOND = "100:4.3.1-1", "100:4.4.0-1"
#: A package of the distribution that is newer here, so that only the pin keeps it away.
STRANGER, STRANGER_VERSION = "uidmap", "100:99-1"

KEYS = {
    "right": ("devel:kubic OBS Project <devel:kubic@build.example.org>", "0", ""),
    "other": ("Somebody Else <else@example.org>", "0", ""),
    "expired": ("devel:kubic OBS Project <devel:kubic@build.example.org>", "800d", "20180803T120000!"),
}
GPG = ("gpg", "--batch", "--quiet", "--no-tty", "--pinentry-mode=loopback", "--passphrase=")


def main() -> None:
    """Make everything anew."""
    shutil.rmtree(ROOT, ignore_errors=True)
    shutil.rmtree(POOL, ignore_errors=True)
    download()
    fingerprints = {name: make_key(name) for name in KEYS}
    first, second = stanzas(FIRST), stanzas(SECOND)
    publish("first", first, fingerprints["right"])
    publish("second", second, fingerprints["right"])
    publish("expired", first, fingerprints["expired"], moment=KEYS["expired"][2])
    publish("foreign", first, fingerprints["right"], signer=fingerprints["other"])
    publish("unsigned", first, fingerprints["right"], signer="")
    publish("emptied", [text for text in first if not text.startswith("Package: podman\n")], fingerprints["right"])
    publish("mislabelled", first, fingerprints["right"], label="somebody:else")
    publish("bionic", first, fingerprints["right"], directory="xUbuntu_18.04")
    (ROOT / "stable").symlink_to("first")
    (ROOT / "fingerprints.json").write_text(json.dumps(fingerprints))


def run(*argv: str, stdin: str = "") -> str:
    """Run a program; its words go to standard error when it fails."""
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(argv)}: {done.stdout}{done.stderr}")
    return done.stdout


def download() -> None:
    """The distribution's packages into the pool, with Podman in two versions and the stranger in one."""
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    POOL.mkdir(parents=True)
    run("apt-get", "update", "--quiet=2")
    run("apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", "gnupg")
    os.chdir(POOL)
    run("apt-get", "download", "--quiet=2", "--option=APT::Sandbox::User=root", *PACKAGES, STRANGER)
    for name, version in (("podman", FIRST), ("podman", SECOND), (STRANGER, STRANGER_VERSION)):
        repack(name, version)
    for name in ("podman", STRANGER):
        original(name).unlink()


def original(name: str) -> Path:
    """The package as the distribution has it."""
    return next(path for path in POOL.glob(f"{name}_*.deb") if "_100" not in path.name)


def repack(name: str, version: str) -> None:
    """The same package with another version."""
    tree = POOL / "tree"
    run("dpkg-deb", "--raw-extract", str(original(name)), str(tree))
    control = tree / "DEBIAN" / "control"
    lines = [
        f"Version: {version}" if line.startswith("Version:") else line for line in control.read_text().splitlines()
    ]
    control.write_text("\n".join(lines) + "\n")
    run("dpkg-deb", "-Zgzip", "-z1", "--build", str(tree), str(POOL / f"{name}_{version.replace(':', '')}.deb"))
    shutil.rmtree(tree)


def stanzas(podman_version: str) -> list[str]:
    """What a repository's Packages says, with one of the versions of Podman."""
    found = []
    for path in sorted(POOL.glob("*.deb")):
        fields = run("dpkg-deb", "--field", str(path))
        if fields.startswith("Package: podman\n") and f"Version: {podman_version}\n" not in fields:
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found.append(f"{fields}Filename: ./pool/{path.name}\nSize: {path.stat().st_size}\nSHA256: {digest}\n")
    return found


def make_key(name: str) -> str:
    """Make a key for signing; returns its fingerprint."""
    user_id, expires, moment = KEYS[name]
    clock = ("--faked-system-time", moment) if moment else ()
    home = Path("/root/gnupg") / name
    home.mkdir(parents=True, mode=0o700)
    run(*GPG, "--homedir", str(home), *clock, "--quick-generate-key", user_id, "rsa2048", "sign", expires)
    listed = run(*GPG, "--homedir", str(home), "--with-colons", "--list-keys")
    return next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:"))


def publish(
    variant: str,
    packages: list[str],
    key: str,
    *,
    signer: str | None = None,
    label: str = "devel:kubic:libcontainers:stable",
    directory: str = RELEASE_DIRECTORY,
    moment: str = "",
) -> None:
    """Write one repository: flat, as the Open Build Service makes them."""
    place = ROOT / variant / directory
    place.mkdir(parents=True)
    (place / "pool").symlink_to(POOL)
    text = "\n".join(packages).encode()
    indexes = {"Packages": text, "Packages.gz": gzip.compress(text, mtime=0)}
    for name, content in indexes.items():
        (place / name).write_bytes(content)
    release = [
        f"Origin: obs://build.example.org/{label}/{directory}",
        f"Label: {label}",
        f"Date: {formatdate(usegmt=True).replace('GMT', 'UTC')}",
        "SHA256:",
        *(f" {hashlib.sha256(content).hexdigest()} {len(content)} {name}" for name, content in indexes.items()),
    ]
    (place / "Release").write_text("\n".join(release) + "\n")
    (place / "Release.key").write_text(gpg(key, "--armor", "--export"))
    signer = key if signer is None else signer
    if signer:
        clock = ("--faked-system-time", moment) if moment else ()
        gpg(signer, *clock, "--output", str(place / "InRelease"), "--clearsign", str(place / "Release"))
        gpg(signer, *clock, "--armor", "--output", str(place / "Release.gpg"), "--detach-sign", str(place / "Release"))


def gpg(fingerprint: str, *arguments: str) -> str:
    """Run gpg with the home of the key that has this fingerprint."""
    for home in Path("/root/gnupg").iterdir():
        if fingerprint in run(*GPG, "--homedir", str(home), "--with-colons", "--list-keys"):
            return run(*GPG, "--homedir", str(home), *arguments)
    raise LookupError(fingerprint)


if __name__ == "__main__":
    main()
