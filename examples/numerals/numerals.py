"""Writes numbers as Roman numerals: /numerals?number=2026."""

from __future__ import annotations

import platform
import socket
import typing as t
from importlib import metadata
from pathlib import Path

import ray
import roman
from ray import serve
from starlette.requests import Request

#: The extra package of this application's image, and that of the other's, which is not there.
PACKAGES = ("roman", "humanize")


def installed(package: str) -> str | None:
    """The version of a package in this image, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


@serve.deployment(ray_actor_options={"num_cpus": 0.2})
class Numerals:
    """Answers with the numeral, and says which image it runs in."""

    async def __call__(self, request: Request) -> dict[str, t.Any]:
        number = int(request.query_params.get("number", "2026"))
        return {
            "application": "numerals",
            "answer": roman.toRoman(number),
            "in_container": Path("/run/.containerenv").exists(),
            "hostname": socket.gethostname(),
            "packages": {package: installed(package) for package in PACKAGES},
            "python": platform.python_version(),
            "ray": ray.__version__,
        }


app = Numerals.bind()
