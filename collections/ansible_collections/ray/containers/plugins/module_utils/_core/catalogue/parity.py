# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences between a node, the head, and the images of the node's applications (RC-300 to RC-329).

What makes a worker or a node fail is an error. What can make one fail later, with some applications only, is a warning.

Ray stops a node or a driver whose versions differ, but for a worker it only publishes an error and lets it run
(Ray 2.60.0 _private/utils.py, check_version_info), so in a container a difference shows late and as something else.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

_GUIDE = "Ray's guide, Run Multiple Applications in Different Containers: versions must match exactly"

RAY_VERSION = Entry(
    "RC-300",
    "The image has another version of Ray than the node",
    "error",
    "Ray's processes speak to each other in the words of one version only",
    "Build the image with the node's version of Ray, or set ray_version to the image's for the whole cluster",
    _GUIDE,
)
RAY_COMMIT = Entry(
    "RC-301",
    "Ray was built from another commit than the node's",
    "warning",
    "two builds under one version number, such as a nightly and a release, can differ in what they say to each other",
    "Install the same build of Ray in both",
    "ray/_version.py, commit",
)
PYTHON_VERSION = Entry(
    "RC-302",
    "The image has another version of Python than the node",
    "error",
    "Ray moves pickled Python objects between processes and compares versions down to the patch number",
    "Build the image on the node's version of Python, or set ray_python_version to the image's for the whole cluster",
    f"{_GUIDE}, for Python down to the patch number; ray-project/ray#44063",
)
ARCHITECTURE = Entry(
    "RC-303",
    "The image is for another architecture than the node",
    "error",
    "the node's processor cannot run the image's programs",
    "Build the image for the node's architecture",
    "podman troubleshooting.md, 27",
)
USER_ID = Entry(
    "RC-304",
    "The image runs as a user that is not the Ray user on the node",
    "error",
    "the worker must write into the raylet's session directory, which only the Ray user may. Podman 4.3 and newer make the user "
    "id of the image the Ray user, whatever its number; an older Podman does so with the Ray user's own number alone, and "
    "nothing does with root's",
    "Build the image with a USER that is not root or without USER; where Podman is older than 4.3, with the Ray user's id, or "
    "set ray_uid to the image's",
    "Ray's guide, section Troubleshooting; podman-run(1), --userns=keep-id:uid=",
)
NO_RAY = Entry(
    "RC-305",
    "The image's python has no Ray",
    "error",
    "the python that the image's PATH finds first is not one that Ray is installed for",
    "Install ray[serve] of the node's version for the python that comes first in the image's PATH",
    "Ray 2.60.0 _private/runtime_env/image_uri.py runs `python`",
)
ENTRYPOINT = Entry(
    "RC-306",
    "The image's ENTRYPOINT does not run Ray's first command",
    "error",
    "Ray asks the image where its worker lies through the image's ENTRYPOINT, which must run `python -c ...`",
    'Build the image with ENTRYPOINT [], or let its script end with exec "$@"',
    "Ray 2.60.0 _private/runtime_env/image_uri.py, _create_impl",
)
NO_SERVE = Entry(
    "RC-307",
    "The image's Ray has no Serve",
    "error",
    "the replica imports ray.serve, whose requirements come with the extra serve",
    "Install ray[serve] and not only ray in the image",
    "Ray 2.60.0 serve/_private/build_app.py runs in the image",
)
NO_PYTHON = Entry(
    "RC-308",
    "The image has no program python",
    "error",
    "Ray starts every worker with --entrypoint python, found in the image's PATH",
    "Link python to the interpreter that has Ray, in a directory of the image's PATH",
    "ray-project/ray#27734",
)
NO_ANSWER = Entry(
    "RC-309",
    "The image's python could not be asked",
    "error",
    "the container that Ray would start does not start or ends with an error",
    "Run the shown command as the Ray user on the node and mend what it says",
    "this collection, module version_parity_info",
)
NO_RUNTIME = Entry(
    "RC-310",
    "The node has no Ray to compare images with",
    "error",
    "there is no virtual environment with Ray at runtime_path",
    "Run the module ray_runtime first, or correct runtime_path",
    "this collection, module version_parity_info",
)
NO_IMAGE = Entry(
    "RC-311",
    "An image to compare is not on the node",
    "error",
    "the Ray user's store does not hold it",
    "Run the module app_images first",
    "this collection, module version_parity_info",
)

WORKER_PATH = Entry(
    "RC-320",
    "Ray's two commands find different workers in the image",
    "error",
    "Ray asks for its worker through the image's ENTRYPOINT and, where the image names no user, as root; then it runs the "
    "path that it was told with the python of the image's PATH as the raylet's user",
    "Have one python with Ray in the image, first in ENV PATH, which every user may read",
    "Ray 2.60.0 _private/runtime_env/image_uri.py, _create_impl and _modify_context_impl",
)
NOT_WRITABLE = Entry(
    "RC-321",
    "The image's user cannot write below /tmp/ray",
    "error",
    "every worker writes its logs and sockets into the raylet's session directory, which Ray mounts at /tmp/ray",
    "Build the image without a volume, a mount or a policy that forbids writing below /tmp/ray",
    "Ray's guide, section Troubleshooting: Permission denied below /tmp/ray",
)
NO_HOME = Entry(
    "RC-322",
    "The image's user has no home that it can write to",
    "warning",
    "libraries keep what they download in the user's home, and fail or download it again for every replica",
    "Build the image with a home for the raylet's user id, or set HOME in the application's env_vars",
    "Podman takes the home from the image's /etc/passwd, and / for a user id that is not there",
)
IMPORT = Entry(
    "RC-323",
    "The application cannot be imported in its image",
    "error",
    "Ray imports import_path inside the image, with the application's env_vars",
    "Copy the module into the image to a directory of PYTHONPATH, with everything that it imports, or correct import_path",
    "Ray 2.60.0 serve/_private/application_state.py, build_serve_application",
)
LIBRARY = Entry(
    "RC-324",
    "A library that both sides exchange objects with differs in the image",
    "warning",
    "objects that one side pickles with such a library the other may not be able to read",
    "Install the node's major version of the library in the image",
    "cloudpickle's README: for objects between the same versions only; protobuf and pydantic: no promise across major versions",
)
NO_GPU = Entry(
    "RC-325",
    "The application asks for GPUs, and CUDA sees none in its container",
    "error",
    "image_uri gives a container no device of its own accord, so that Ray reserves a GPU that the application cannot use",
    'Give the Ray user\'s containers the devices: devices = ["nvidia.com/gpu=all"] in containers.conf, with a CDI '
    "specification of the node",
    "ray-project/ray#58399",
)
CUDA = Entry(
    "RC-326",
    "The application asks for GPUs, and its image does not fit the node's CUDA",
    "warning",
    "a library that was built without CUDA, or for a newer one than the driver's, runs on the processor or not at all",
    "Build the image with libraries for a version of CUDA that the node's driver runs",
    "NVIDIA, CUDA Compatibility: a driver runs applications of its own and of older major versions",
)
HEAD_VERSIONS = Entry(
    "RC-327",
    "The node has another Ray or Python than the head",
    "error",
    "Ray on the node compares both with the head's, Python down to the patch number, and does not join",
    "Set the same ray_version and ray_python_version for every host of the cluster",
    "Ray 2.60.0 _private/utils.py, check_version_info",
)
HEAD_ADMISSION = Entry(
    "RC-328",
    "The node has another way to the head than the head itself",
    "error",
    "a node finds the head by its port and is let in with its token only",
    "Set the variable for the group ray_cluster, and for no single host",
    "Ray 2.60.0 scripts/scripts.py, start --address; RAY_AUTH_MODE=token: Unauthenticated",
)
HEAD_SETTING = Entry(
    "RC-329",
    "The node is configured in another way than the head",
    "warning",
    "a replica may start on any node: what it finds there should not depend on which one it is",
    "Set the variable for the group ray_cluster, unless the node really is to differ",
    "Ray 2.60.0 _private/runtime_env/image_uri.py gives a container the node's own RAY_ variables",
)

ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in globals().values() if isinstance(value, Entry)), key=lambda entry: entry.code)
)
