"""Writes numbers of bytes for people: /sizes?bytes=123456789."""

from __future__ import annotations

import platform
import socket
import typing as t
from importlib import metadata
from pathlib import Path

import humanize
import ray
from ray import serve
from starlette.requests import Request

#: The extra package of this application's image, and that of the other's, which is not there.
PACKAGES = ("humanize", "roman")


def installed(package: str) -> str | None:
    """The version of a package in this image, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


@serve.deployment(ray_actor_options={"num_cpus": 0.2})
class Sizes:
    """Answers with the size in words, and says which image it runs in."""

    async def __call__(self, request: Request) -> dict[str, t.Any]:
        size = int(request.query_params.get("bytes", "123456789"))
        return {
            "application": "sizes",
            "answer": humanize.naturalsize(size),
            "in_container": Path("/run/.containerenv").exists(),
            "hostname": socket.gethostname(),
            "packages": {package: installed(package) for package in PACKAGES},
            "python": platform.python_version(),
            "ray": ray.__version__,
        }


app = Sizes.bind()
