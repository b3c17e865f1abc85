# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries: what stands between a node and the images that it is to pull.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.faults.fault import fault, listed, said_by
from ansible_collections.ray.containers.plugins.module_utils._core.faults.questions import (
    CONTAINERS,
    IMAGES,
    NO_IMAGE,
    REGISTRIES,
)

POLICY = fault(
    "RC-380",
    "Podman has no signature policy",
    said_by(
        "Podman",
        r"open \S*policy\.json: no such file or directory",
        r"no policy\.json file found",
        versions="3.4 to 5.4",
    ),
    cause="Neither /etc/containers/policy.json nor one of the account's own is there.",
    remedy="Install the package that brings it (golang-github-containers-common, or containers-common), or run the module podman",
    source="containers-policy.json(5)",
    cleared_by=CONTAINERS,
    causes=NO_IMAGE,
)
RATE_LIMIT = fault(
    "RC-425",
    "The registry allows no more pulls for now",
    said_by("registry", r"toomanyrequests", r"pull rate limit", r"429 \(?Too Many Requests"),
    cause="Docker Hub counts pulls by address and by account; every node and every retry of Ray and of Podman is one.",
    remedy="Wait, pull with credentials (auth_file in ray_registries), or push the images to a registry of your own",
    source="docs.docker.com/docker-hub/usage/pulls; hub-feedback#2505",
    causes=NO_IMAGE,
    cleared_by=IMAGES,
    certain=False,
)
UNKNOWN = fault(
    "RC-420",
    "The registry does not have the image",
    said_by("registry", r"manifest unknown", r"name unknown", r"repository name not known to registry"),
    said_by(
        "Podman",
        r"reading manifest .*: (?:not found|StatusCode: 404)",
        r"repository .* does not exist in",
        versions="3.4 to 5.4",
    ),
    cause="There is no such tag or digest in this repository, or the repository's name is another.",
    remedy="Correct image_uri, or push the image (ray.containers.image_push)",
    source="OCI distribution specification 1.1, error codes MANIFEST_UNKNOWN and NAME_UNKNOWN",
    question=REGISTRIES,
    causes=NO_IMAGE,
    cleared_by=IMAGES,
)
UNAUTHORIZED = fault(
    "RC-421",
    "The registry wants credentials that the Ray user does not have",
    said_by(
        "registry",
        r"unauthorized: ",
        r"authentication required",
        r"requested access to the resource is denied",
        r"denied: (?:requested|access|permission|authentication|The |Your )",
        r"no basic auth credentials",
    ),
    said_by(
        "Podman",
        r"unable to retrieve auth token",
        r"reading manifest .*: (?:denied|authentication|StatusCode: 40[13]|unexpected status from GET request.*: 40[13])",
        r"StatusCode: 403\b",
        r"(?:pinging|reading|fetching) .*403 \(?Forbidden",
        versions="3.4 to 5.4",
    ),
    cause="Credentials belong to an account: Podman reads those of the account that Ray runs as, and tokens of cloud"
    " registries expire.",
    remedy="Give the registry an auth_file in ray_registries, made by `podman login --authfile FILE REGISTRY`",
    source="containers-auth.json(5); ray#21617, ray#45056",
    question=REGISTRIES,
    causes=NO_IMAGE,
    cleared_by=IMAGES,
)
PLAIN_HTTP = fault(
    "RC-422",
    "The registry speaks plain http",
    said_by(
        "Podman",
        r"server gave HTTP response to HTTPS client",
        r"tls: first record does not look like a TLS handshake",
        versions="3.4 to 5.4",
    ),
    cause="Podman asks registries over TLS unless registries.conf calls them insecure.",
    remedy="Give the registry TLS, or add it to ray_registries with insecure: true",
    source="podman troubleshooting 4; containers-registries.conf(5)",
    question=REGISTRIES,
    causes=NO_IMAGE,
    cleared_by=IMAGES,
)
CERTIFICATE = fault(
    "RC-373",
    "The registry's certificate is not trusted",
    said_by("Podman", r"x509: ", r"tls: (?:failed to verify|handshake failure|bad certificate|unknown certificate)"),
    cause="No authority that this host trusts has signed it, it has expired, or it is for another name.",
    remedy="Put the authority's certificate into /etc/containers/certs.d/HOST:PORT/ca.crt, or add the registry to"
    " ray_registries with insecure: true",
    source="containers-certs.d(5)",
    question=REGISTRIES,
    causes=NO_IMAGE,
    cleared_by=IMAGES,
)
UNRESOLVED = fault(
    "RC-375",
    "The registry's name does not resolve",
    said_by("Podman", r"lookup \S+.*: (?:no such host|server misbehaving|.*i/o timeout)", versions="3.4 to 5.4"),
    said_by("C library", r"Temporary failure in name resolution", r"Name or service not known"),
    cause="This host's name service does not know it, or does not answer.",
    remedy="Correct the name, or let this host resolve it (/etc/resolv.conf, /etc/hosts)",
    source="podman-pull(1)",
    question=REGISTRIES,
    causes=NO_IMAGE,
    cleared_by=IMAGES,
    certain=False,
)
UNREACHABLE = fault(
    "RC-424",
    "The registry is not reached from this node",
    said_by(
        "Podman",
        r"dial tcp:? .*(?:connection refused|i/o timeout|no route to host|network is unreachable|connection timed out)",
        r"pinging container registry .*: Get \S+: (?:EOF|context deadline exceeded|net/http: TLS handshake timeout)",
        r"pinging container registry .*(?:Client\.Timeout exceeded|connection reset by peer|TLS handshake timeout)",
        r"read tcp \S+: (?:read: )?connection (?:reset|timed out)",
        r"context deadline exceeded.*registry",
        r"pinging container registry .*: (?:received unexpected HTTP status: 5\d\d|StatusCode: 5\d\d)",
        versions="3.4 to 5.4",
    ),
    cause="Nothing listens there, or a firewall, a proxy or a missing route is in between.",
    remedy="Start the registry, or open the way to it from this node; `curl -v` shows where it ends",
    source="containers/image docker client; podman-pull(1)",
    question=REGISTRIES,
    causes=NO_IMAGE,
    cleared_by=IMAGES,
    certain=False,
)
SLOW = fault(
    "RC-381",
    "The image did not arrive in time",
    said_by("this collection", r"^the image was not ready within \d+ seconds"),
    cause="The registry or the network is too slow for its size.",
    remedy="Raise timeout, or bring the registry nearer",
    source="this collection, module app_images",
    causes=NO_IMAGE,
    cleared_by=IMAGES,
    certain=False,
)

LATER = fault(
    "RC-583",
    "A registry cannot be used, and nothing needs it now",
    cause="The node has the images that it needs; a replica of a new image, or a node that comes, will not get them.",
    remedy="Start the registry, or open the way to it from this node, before the next deploy",
    source="this collection: podman manifest inspect as the Ray user",
    severity="warning",
    question=REGISTRIES,
)

FAULTS = listed(globals())
