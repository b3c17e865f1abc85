# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What registries and Podman say of images that are not to be had, and what the wrong content of an image makes programs say."""

from __future__ import annotations

_HOST = "10.0.0.9:5000"
_PING = (
    f'Error: initializing source docker://{_HOST}/x:1: pinging container registry {_HOST}: Get "https://{_HOST}/v2/": '
)

#: Code, who says it, text.
WORDS = [
    ("RC-380", "Podman 4.3", "Error: open /etc/containers/policy.json: no such file or directory"),
    ("RC-380", "Podman 5.4", 'Error: no policy.json file found; paths tried: "/etc/containers/policy.json"'),
    ("RC-425", "Docker Hub", "toomanyrequests: You have reached your pull rate limit."),
    ("RC-425", "Docker Hub, Podman 5.4", "Error: reading manifest 1 in docker.io/a/b: 429 (Too Many Requests)"),
    ("RC-425", "Docker Hub", "You have reached your unauthenticated pull rate limit"),
    (
        "RC-420",
        "Podman 4.3",
        "Error: initializing source docker://10.0.0.9:5000/beta:1: reading manifest 1 in 10.0.0.9:5000/beta: manifest unknown:"
        " manifest unknown",
    ),
    (
        "RC-420",
        "Podman 3.4",
        "Error: reading manifest 1 in r.example/a: name unknown: repository name not known to registry",
    ),
    (
        "RC-420",
        "Podman 5.4",
        "Error: unable to copy from source docker://r/a:1: reading manifest 1 in r/a: StatusCode: 404",
    ),
    ("RC-420", "quay.io", "Error: repository alice/none does not exist in this registry"),
    (
        "RC-421",
        "Podman 4.3",
        "Error: reading manifest 1 in registry.example.com/a: unauthorized: authentication required",
    ),
    (
        "RC-421",
        "Docker Hub",
        "Error: reading manifest 1 in docker.io/a/b: errors:\ndenied: requested access to the resource is denied",
    ),
    ("RC-421", "Podman 3.4", "Error: unable to retrieve auth token: invalid username/password: unauthorized"),
    ("RC-421", "ECR", "Error: no basic auth credentials"),
    ("RC-421", "ghcr.io", "Error: reading manifest 1 in ghcr.io/a/b: denied"),
    ("RC-421", "GitLab", "Error: reading manifest 1 in gitlab.example/a: denied: access forbidden"),
    ("RC-421", "Podman 5.4", "Error: pinging container registry r.example: 403 (Forbidden)"),
    ("RC-421", "Podman 4.9", "Error: fetching blob: StatusCode: 403, <html>"),
    ("RC-422", "Podman 4.3", f"{_PING}http: server gave HTTP response to HTTPS client"),
    ("RC-422", "Go", f"{_PING}tls: first record does not look like a TLS handshake"),
    ("RC-373", "Podman 4.3", f"{_PING}x509: certificate signed by unknown authority"),
    (
        "RC-373",
        "Podman 5.4",
        f"{_PING}tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
    ),
    ("RC-373", "Go", f"{_PING}remote error: tls: handshake failure"),
    (
        "RC-375",
        "Podman 4.3",
        "Error: initializing source docker://no.such.host.invalid/x:1: pinging container"
        " registry"
        ' no.such.host.invalid: Get "https://no.such.host.invalid/v2/": dial tcp: lookup no.such.host.invalid on'
        " 192.0.2.53:53: no"
        " such host",
    ),
    (
        "RC-375",
        "Podman 5.4",
        "Error: dial tcp: lookup r.example on 192.0.2.53:53: read udp 10.0.0.1:1->192.0.2.53:53: i/o timeout",
    ),
    ("RC-375", "Podman 4.9", "Error: dial tcp: lookup r.example: server misbehaving"),
    ("RC-375", "glibc", "curl: Temporary failure in name resolution"),
    ("RC-375", "glibc", "socket.gaierror: [Errno -2] Name or service not known"),
    ("RC-424", "Podman 4.3", f"{_PING}dial tcp 10.0.0.9:5000: connect: connection refused"),
    ("RC-424", "Podman 3.4", f"{_PING}dial tcp 10.0.0.9:5000: connect: no route to host"),
    ("RC-424", "Podman 4.9", f"{_PING}dial tcp 10.0.0.9:5000: i/o timeout"),
    ("RC-424", "Podman 5.4", f"{_PING}EOF"),
    ("RC-424", "Podman 5.4", f"{_PING}net/http: TLS handshake timeout"),
    ("RC-424", "Podman 5.4", f"{_PING}read tcp 10.0.0.1:1->10.0.0.9:5000: read: connection reset by peer"),
    ("RC-424", "Podman 4.9", "Error: copying blob: read tcp 10.0.0.1:1->10.0.0.9:5000: read: connection timed out"),
    ("RC-424", "Podman 4.9", f"{_PING}context deadline exceeded (Client.Timeout exceeded while awaiting headers)"),
    ("RC-424", "Podman 4.3", "Error: context deadline exceeded while asking the registry"),
    (
        "RC-424",
        "Podman 5.4",
        "Error: pinging container registry r.example: received unexpected HTTP status: 503 Service Unavailable",
    ),
    ("RC-381", "this collection", "the image was not ready within 1800 seconds"),
    (
        "RC-423",
        "Podman 4.3",
        'Error: short-name "alice/a:1" did not resolve to an alias and no unqualified-search registries are'
        ' defined in "/etc/containers/registries.conf"',
    ),
    ("RC-423", "Podman 3.4", "Error: short-name resolution enforced but cannot prompt without a TTY"),
    ("RC-379", "Podman 4.3", "Error: localhost/x:1: image not known"),
    (
        "RC-379",
        "Podman 4.3",
        "Error: initializing source docker://localhost/x:1: pinging container registry localhost: Get"
        ' "https://localhost/v2/": dial tcp 127.0.0.1:443: connect: connection refused',
    ),
    ("RC-580", "Podman 4.9", "Error: quay.io/alice/a:1: image not known"),
    ("RC-427", "kernel", "exec /usr/bin/python: exec format error"),
    (
        "RC-427",
        "Podman 4.3",
        "WARNING: image platform (linux/arm64) does not match the expected platform (linux/amd64)",
    ),
    ("RC-427", "Podman 3.4", "Error: choosing image instance: no image found in manifest list for architecture arm64"),
    ("RC-427", "Podman 5.4", 'Error: choosing image: no image found in image index for architecture "arm64"'),
    (
        "RC-428",
        "runc 1.1",
        'Error: runc: exec: "python": executable file not found in $PATH: OCI runtime attempted to invoke a command',
    ),
    ("RC-428", "crun 1.8", "Error: crun: executable file `python` not found in $PATH: No such file or directory"),
    ("RC-429", "Ray 2.60", "FileNotFoundError: Worker path file not created when getting worker path for image a"),
    ("RC-429", "Ray 2.49", "ValueError: Invalid worker path inferred in image a: Hello"),
    ("RC-430", "Python 3.11", "ModuleNotFoundError: No module named 'ray'"),
    ("RC-430", "Python 3.8", "ModuleNotFoundError: No module named 'ray._private'"),
    ("RC-431", "Python 3.11", "ModuleNotFoundError: No module named 'whisper_example'"),
    ("RC-431", "Python 3.11", "ImportError: cannot import name 'app' from 'numerals'"),
    ("RC-431", "Ray 2.57", "ray.exceptions.RaySystemError: System error: No module named 'torch'"),
    (
        "RC-432",
        "Ray 2.60",
        "RuntimeError: Podman command failed: cmd=['podman'], returncode=125, stdout=, stderr=Error: something new",
    ),
]
