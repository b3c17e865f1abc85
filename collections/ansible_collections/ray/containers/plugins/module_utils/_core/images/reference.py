# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image references: the names under which images are pulled, compared and deployed.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["DOCKER_HUB", "ImageReference"]

# The grammar of github.com/distribution/reference (regexp.go), which Podman uses.
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_REGISTRY = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-fA-F:.]+\])(?::[0-9]+)?")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_TRANSPORT = re.compile(r"(?:docker|docker-archive|docker-daemon|oci|oci-archive|dir|containers-storage|https?):")

LOCAL = "localhost"
DOCKER_HUB = "docker.io"


@dataclass(frozen=True)
class ImageReference:
    """``registry/repository:tag@digest``; registry, tag and digest may each be empty.

    :param registry: host with an optional port, as written (``docker.io``, ``10.0.0.1:5000``); empty for a short
        name, which Podman has to resolve by its own configuration.
    :param repository: the path below the registry, such as ``rayproject/ray``.
    :param tag: as written; empty when none was.
    :param digest: ``sha256:…``; empty when none was written.
    """

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @classmethod
    def parse(cls, text: str) -> ImageReference:
        """Read a reference as Podman does.

        :raises OperatorError: a sentence that says which part is wrong.
        """
        _refuse_foreign_forms(text)
        name, _at, digest = text.partition("@")
        if _at and not _DIGEST.fullmatch(digest):
            raise _malformed(
                text, f"{digest or 'nothing'} after the @ is not a digest such as sha256: and 64 hex digits"
            )
        registry, path = _split_registry(name)
        repository, colon, tag = path.partition(":")
        if colon and not _TAG.fullmatch(tag):
            raise _malformed(text, f"{tag or 'nothing'} after the colon is not a tag")
        if registry and not _REGISTRY.fullmatch(registry):
            raise _malformed(text, f"{registry} is not a registry's host and port")
        _check_repository(text, repository)
        return cls(registry, repository, tag, digest)

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.name}{tag}{digest}"

    @property
    def name(self) -> str:
        """Registry and repository, without tag and digest."""
        return f"{self.registry}/{self.repository}" if self.registry else self.repository

    @property
    def is_fully_qualified(self) -> bool:
        """Whether it names its registry. Podman without unqualified-search-registries refuses others."""
        return bool(self.registry)

    @property
    def is_local(self) -> bool:
        """Whether it lives under ``localhost/``: Podman's name for images that were never in a registry."""
        return self.registry == LOCAL

    @property
    def is_on_loopback(self) -> bool:
        """Whether its registry is one of the machine itself, whichever that is: ``localhost:5000``, ``127.0.0.1:5000``."""
        host = re.sub(r":\d+$", "", self.registry).strip("[]").lower()
        # Linux takes 0.0.0.0 for itself, too.
        own = host in ("::1", "::", "0.0.0.0") or host.startswith("127.") or host.endswith(".localhost")
        return not self.is_local and (own or host == LOCAL)

    @property
    def is_pinned(self) -> bool:
        """Whether it names its content by digest, and so means the same bytes for ever."""
        return bool(self.digest)

    @property
    def effective_tag(self) -> str:
        """The tag that a pull asks for: the written one, or ``latest``; empty when a digest is given."""
        return "" if self.digest else self.tag or "latest"

    @property
    def normalised(self) -> ImageReference:
        """The reference as Podman reads it: Docker Hub by one of its names, its official images below ``library``.

        containers/image docker/reference/normalize.go, splitDockerDomain.
        """
        registry = DOCKER_HUB if self.registry == f"index.{DOCKER_HUB}" else self.registry
        library = "library/" if registry == DOCKER_HUB and "/" not in self.repository else ""
        return replace(self, registry=registry, repository=library + self.repository)

    @property
    def stored_name(self) -> str:
        """``name@digest`` or ``name:tag``, as a store names the image."""
        return str(replace(self.normalised, tag=self.effective_tag))

    def pinned(self, digest: str) -> ImageReference:
        """The same repository at this digest, without the tag.

        The tag is dropped: containers/image takes a tag or a digest, not both (docker/docker_transport.go).

        :raises OperatorError: *digest* is not one.
        """
        if not _DIGEST.fullmatch(digest):
            raise _malformed(
                str(self), f"{digest or 'an empty text'} is not a digest such as sha256: and 64 hex digits"
            )
        return replace(self, tag="", digest=digest)

    def tagged(self, tag: str) -> ImageReference:
        """The same repository at this tag, without a digest."""
        return replace(self, tag=tag, digest="")


def _refuse_foreign_forms(text: str) -> None:
    if not text.strip():
        raise _malformed(text, "it is empty")
    if re.search(r"\s", text):
        raise _malformed(text, "it contains white space")
    transport = _TRANSPORT.match(text)
    if transport and (text[transport.end() :].startswith("/") or transport.group() == "docker-daemon:"):
        raise OperatorError(
            f"{text} is not an image reference that Ray can use",
            why=f"it starts with the transport {transport.group()}",
            remedy="Write the bare reference, such as docker.io/alice/whisper:1.0",
        )


def _split_registry(name: str) -> tuple[str, str]:
    """Registry and rest: the first component is a registry when it has a dot, a port, or is localhost."""
    first, slash, rest = name.partition("/")
    if slash and (first == LOCAL or first != first.lower() or any(mark in first for mark in ".:[")):
        return first, rest
    return "", name


def _check_repository(text: str, repository: str) -> None:
    if not repository:
        raise _malformed(text, "the repository is missing")
    if repository != repository.lower():
        raise _malformed(text, f"the repository {repository} must be in lower case")
    for component in repository.split("/"):
        if not _COMPONENT.fullmatch(component):
            raise _malformed(text, f"{component or 'an empty part'} is not a part of a repository's path")


def _malformed(text: str, why: str) -> OperatorError:
    shown = text if text.strip() else "An empty text"
    return OperatorError(
        f"{shown} is not an image reference",
        why=why,
        remedy="Write registry/repository:tag or registry/repository@sha256:…, such as docker.io/alice/whisper:1.0",
    )
