# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images and what is in them: names, architecture, programs, modules.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import fault, listed, said_by
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    CONTAINERS,
    IMAGES,
    NO_IMAGE,
    SERVE,
)

SHORT_NAME = fault(
    "RC-423",
    "The image's name does not say its registry",
    said_by(
        "Podman", r"short-name .*did not resolve to an alias", r"short-name resolution enforced", versions="3.4 to 5.4"
    ),
    cause="Podman does not guess the registry of a short name, and nothing on the node says which one is meant.",
    remedy="Write the whole name, such as registry.example.com/team/image:tag, into image_uri",
    source="containers-registries.conf(5), short-name aliasing; podman#9390",
    causes=NO_IMAGE,
    cleared_by=SERVE,
)
NOT_LOCAL = fault(
    "RC-379",
    "An image under localhost/ is not in this host's store",
    said_by(
        "Podman", r"localhost/\S+: image not known", r"pinging container registry localhost: ", versions="3.4 to 5.4"
    ),
    cause="The prefix localhost/ is Podman's name for images that were never in a registry, and each account has a store of"
    " its own.",
    remedy="Push the image to a registry and name it from there, or build it on this host as the Ray user with image_build",
    source="ray-project/ray#50257",
    question=IMAGES,
    causes=NO_IMAGE,
)
NOT_STORED = fault(
    "RC-580",
    "An image of the Serve config is not in the Ray user's store",
    said_by("Podman", r"Error: (?:inspecting object: )?[\w.:/@-]+: image not known", versions="3.4 to 5.4"),
    cause="Its replicas pull it when they start, which takes them longer than Ray waits, or cannot be done at all.",
    remedy="Run the site again: ray.containers.app_images pulls what is missing",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py; this collection, module app_images",
    severity="warning",
    question=IMAGES,
    healed="app_images pulls it",
)
ARCHITECTURE = fault(
    "RC-427",
    "The image is made for another processor",
    said_by("kernel", r"[Ee]xec format error"),
    said_by(
        "Podman",
        r"image platform \(\S+\) does not match the expected platform",
        r"no image found in (?:manifest list|image index) for architecture",
        versions="3.4 to 5.4",
    ),
    cause="The image's architecture differs from the node's, or its index lists other architectures only.",
    remedy="Build and push the image for the node's architecture",
    source="podman troubleshooting 27; podman#16392; containers/image manifest choose.go",
    causes=NO_IMAGE,
    cleared_by=SERVE,
)
NO_PYTHON = fault(
    "RC-428",
    "The image has no program python",
    said_by("crun", r"executable file [`'\"]python[`'\"]? not found in \$PATH"),
    said_by("runc", r"exec:? \"?python\"?: (?:executable file not found|not found|no such file)"),
    cause="Ray starts every container with --entrypoint python, which the PATH of the image (or a PATH in env_vars) must find.",
    remedy="Link python to the interpreter with Ray in a directory of the image's PATH, and set no PATH in env_vars",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py; ray#27734",
    causes=("RC-405", "RC-412", *NO_IMAGE),
    cleared_by=SERVE,
)
ENTRYPOINT = fault(
    "RC-429",
    "The image's ENTRYPOINT conflicts with Ray's command",
    said_by(
        "Ray",
        r"Worker path file not created when getting worker path for image",
        r"Invalid worker path inferred in image",
        versions="2.49 to 2.60",
    ),
    cause="Ray first asks the image where its worker program lies, and that question runs through the image's ENTRYPOINT.",
    remedy="Build the image with ENTRYPOINT []",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py _create_impl",
    causes=NO_IMAGE,
    cleared_by=SERVE,
)
NO_RAY = fault(
    "RC-430",
    "The image's python has no Ray",
    said_by("Python", r"No module named 'ray(?:\.[\w.]+)?'"),
    cause="The python that the image's PATH finds first is not the one that Ray was installed for.",
    remedy="Install ray[serve] of the node's version for the image's python",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py",
    causes=("RC-405", "RC-412", *NO_IMAGE),
    cleared_by=SERVE,
)
NO_MODULE = fault(
    "RC-431",
    "The image lacks a Python module",
    said_by("Python", r"(?:ModuleNotFoundError|ImportError): "),
    said_by("Ray", r"RaySystemError: System error: No module named"),
    cause="The application's import_path, or something that it imports, is not in the image. Where the caller shows it, an"
    " object of that module left the image.",
    remedy="Install the module in the image, put the application's code into the image's PYTHONPATH, and return plain data"
    " to callers outside the image",
    source="ray#44349, ray#44633",
    causes=("RC-412", "RC-481", "RC-483", "RC-484"),
    cleared_by=SERVE,
    certain=False,
)
FIRST_CONTAINER = fault(
    "RC-432",
    "Podman could not run Ray's first container of the image",
    said_by("Ray", r"RuntimeError: Podman command failed: cmd=", versions="2.49 to 2.60"),
    cause="Ray asks every image where its worker program lies before it starts a worker; Podman's own words are in stderr.",
    remedy="Run the command that is shown as the Ray user on this node and correct what Podman says",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py _create_impl",
    causes=("RC-407", "RC-483", "RC-484"),
    cleared_by=CONTAINERS,
    generic=True,
)

FAULTS = listed(globals())
