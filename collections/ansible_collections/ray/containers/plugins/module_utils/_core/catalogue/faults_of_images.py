# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-420 to RC-439: images, what is in them, and the registries that they come from.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.fault import Fault, fault

__all__ = ["FAULTS_OF_IMAGES"]

FAULTS_OF_IMAGES: tuple[Fault, ...] = (
    fault(
        "RC-420",
        "The registry does not have the image",
        r"manifest unknown",
        r"name unknown",
        r"repository name not known to registry",
        r"reading manifest .*: (?:not found|StatusCode: 404)",
        r"Error: .*localhost/\S+: image not known",
        cause="There is no such tag or digest in this repository, or the repository's name is another.",
        remedy="Correct image_uri, or push the image (ray.containers.image_push)",
        source="Docker Registry HTTP API V2, error codes MANIFEST_UNKNOWN and NAME_UNKNOWN",
    ),
    fault(
        "RC-421",
        "The registry wants credentials that the Ray user does not have",
        r"unauthorized: ",
        r"authentication required",
        r"requested access to the resource is denied",
        r"unable to retrieve auth token",
        cause="Credentials belong to an account: Podman reads those of the account that Ray runs as, and tokens of"
        " cloud registries expire.",
        remedy="Give the registry an auth_file in ray_registries",
        source="containers-auth.json(5); ray#21617, ray#45056",
    ),
    fault(
        "RC-422",
        "The registry speaks plain http, or its certificate is not known",
        r"server gave HTTP response to HTTPS client",
        r"x509: ",
        r"tls: (?:failed to verify|handshake failure|first record does not look like a TLS handshake)",
        cause="Podman trusts only TLS with a certificate of a known authority, unless the registry is configured"
        " otherwise.",
        remedy="Set insecure: true for the registry in ray_registries, or install its authority's certificate on the"
        " node",
        source="podman troubleshooting 4; containers-registries.conf(5)",
    ),
    fault(
        "RC-423",
        "The image's name does not say its registry",
        r"short-name .* did not resolve to an alias",
        cause="Podman does not guess a registry, and nothing on the node says which one is meant.",
        remedy="Write the whole name, such as registry.example.com/team/image:tag, into image_uri",
        source="containers-registries.conf(5), short-name aliasing; podman#9390",
    ),
    fault(
        "RC-424",
        "The registry is not reached from this node",
        r"pinging container registry .*: (?:dial|Get)",
        r"dial tcp:? .*(?:connection refused|no such host|i/o timeout|no route to host|network is unreachable)",
        r"Temporary failure in name resolution",
        r"context deadline exceeded.*registry",
        cause="Name resolution, a firewall, a proxy, or the registry itself stands in the way.",
        remedy="Reach the registry from this node with curl, then correct what stands in the way",
        source="containers/image docker client",
        certain=False,
    ),
    fault(
        "RC-425",
        "The registry limits how often images are pulled",
        r"toomanyrequests",
        r"pull rate limit",
        cause="Every node, every retry of Ray and every retry of Podman is a pull of its own.",
        remedy="Pull with credentials (auth_file in ray_registries), or through a registry of your own",
        source="Docker Hub usage limits; hub-feedback#2505",
        certain=False,
    ),
    fault(
        "RC-426",
        "The disk is full",
        r"no space left on device",
        cause="Images need about twice their size: once in /var/tmp while they are pulled, and once in the Ray user's"
        " storage; the owner mapping of --userns=keep-id can copy them again.",
        remedy="Free space for the Ray user's storage and for /var/tmp, or prune images that are no longer used",
        source="podman#5960, podman#22342; ray#45056",
        certain=False,
    ),
    fault(
        "RC-427",
        "The image is made for another processor",
        r"exec format error",
        r"image platform \(\S+\) does not match the expected platform",
        cause="The image's architecture differs from the node's.",
        remedy="Build the image for the node's architecture",
        source="podman troubleshooting 27; podman#16392",
    ),
    fault(
        "RC-428",
        "The image has no program python",
        r"executable file [`'\"]python[`'\"]? not found in \$PATH",
        r"exec:? \"?python\"?: (?:executable file not found|not found)",
        cause="Ray starts every container with --entrypoint python, which the PATH of the image (or a PATH in"
        " env_vars) must find.",
        remedy="Link python to the interpreter with Ray in a directory of the image's PATH, and set no PATH in"
        " env_vars",
        source="Ray 2.60.0 _private/runtime_env/image_uri.py; ray#27734",
    ),
    fault(
        "RC-429",
        "The image's ENTRYPOINT stands in Ray's way",
        r"Worker path file not created when getting worker path for image",
        r"Invalid worker path inferred in image",
        cause="Ray first asks the image where its worker program lies, and that question runs through the image's"
        " ENTRYPOINT.",
        remedy="Build the image with ENTRYPOINT []",
        source="Ray 2.60.0 _private/runtime_env/image_uri.py _create_impl",
    ),
    fault(
        "RC-430",
        "The image's python has no Ray",
        r"No module named 'ray(?:\.[\w.]+)?'",
        cause="The python that the image's PATH finds first is not the one that Ray was installed for.",
        remedy="Install ray[serve] of the node's version for the image's python",
        source="Ray 2.60.0 _private/runtime_env/image_uri.py",
    ),
    fault(
        "RC-431",
        "The image lacks a Python module",
        r"(?:ModuleNotFoundError|ImportError): ",
        r"RaySystemError: System error: No module named",
        cause="The application's import_path, or something that it imports, is not in the image. Where the caller"
        " shows it, an object of that module left the image.",
        remedy="Install the module in the image, put the application's code into the image's PYTHONPATH, and return"
        " plain data to callers outside the image",
        source="ray#44349, ray#44633",
        certain=False,
    ),
    fault(
        "RC-432",
        "Podman could not run Ray's first container of the image",
        r"RuntimeError: Podman command failed: cmd=",
        cause="Ray asks every image where its worker program lies before it starts a worker; Podman's own words are"
        " in stderr.",
        remedy="Run the command that is shown as the Ray user on this node and correct what Podman says",
        source="Ray 2.60.0 _private/runtime_env/image_uri.py _create_impl",
        generic=True,
    ),
)
