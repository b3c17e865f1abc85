# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Container registries over HTTP: what a tag means, asked without pulling.

The OCI distribution API (https://github.com/opencontainers/distribution-spec, v1.1) with the token authentication of
https://distribution.github.io/distribution/spec/auth/token. Runs on the controller, as the account of the operator.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import concurrent.futures
import email.message
import enum
import hashlib
import http.client
import json
import os
import socket
import ssl
import time
import typing as t
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images import registry as api
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import (
    Challenge,
    Credentials,
    Registry,
)
from ansible_collections.ray.containers.plugins.module_utils._host.bounded_http import Deadline
from ansible_collections.ray.containers.plugins.module_utils._host.bounded_opener import fetch
from ansible_collections.ray.containers.plugins.module_utils._host.registry.connection import (
    authorities_in,
    certificates_for,
    make_opener,
)
from ansible_collections.ray.containers.plugins.module_utils._host.registry.credentials import (
    AuthFileUnreadable,
    Helper,
    find_credentials,
)
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import UserFiles, own_files

__all__ = ["RegistryApi", "RegistryFailure", "RegistryFault"]

_Result = t.TypeVar("_Result")

_LARGEST = 4 * 1024 * 1024  # of a manifest, as containers/image has it (internal/iolimits)
_WORTH_ANOTHER_TRY = (500, 502, 503, 504)
_PLAIN_HTTP = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG")


class RegistryFault(enum.Enum):
    """Why a registry did not tell the digest of an image."""

    MISSING = "missing"
    UNAUTHORIZED = "unauthorized"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    REFUSED = "refused"
    CREDENTIALS = "credentials"


class RegistryFailure(OperatorError):
    """An image whose digest the registry did not tell."""

    def __init__(self, fault: RegistryFault, reference: ImageReference, why: str) -> None:
        super().__init__(f"The digest of {reference} is not known", why=why)
        self.fault = fault
        self.reference = reference


class _Unreached(Exception):
    """No HTTP answer came."""

    def __init__(self, fault: RegistryFault, why: str) -> None:
        super().__init__(why)
        self.fault = fault
        self.why = why


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: email.message.Message
    body: bytes

    @property
    def reason(self) -> str:
        """What the registry says went wrong: ``manifest unknown``; its status line when it says nothing."""
        try:
            errors = json.loads(self.body)["errors"]
            return str(errors[0].get("message") or errors[0]["code"])
        except (ValueError, LookupError, TypeError, AttributeError):
            return f"{self.status} {http.client.responses.get(self.status, '')}".strip()


@dataclass
class RegistryApi:
    """Asks registries.

    :param registries: those that need more than an anonymous pull over TLS.
    :param environ: where the account's own credentials and certificates are looked for (containers-auth.json(5),
        containers-certs.d(5)).
    :param files: reads them, as the account whose they are.
    :param helper: asks a program for credentials that a file of theirs names; without it they are passed over.
    :param timeout: seconds that a registry may be silent; all that is asked about an image is over after three times as many.
    """

    registries: tuple[Registry, ...] = ()
    environ: t.Mapping[str, str] = field(default_factory=lambda: os.environ)
    timeout: float = 20.0
    files: UserFiles = field(default_factory=own_files)
    helper: Helper | None = None
    _openers: dict[tuple[bool, str], urllib.request.OpenerDirector] = field(default_factory=dict, repr=False)

    def digests(self, references: t.Iterable[ImageReference]) -> dict[ImageReference, str | RegistryFailure]:
        """`digest` of each, side by side; a failure stands in the place of the digest."""
        asked = list(dict.fromkeys(references))
        if not asked:
            return {}
        with concurrent.futures.ThreadPoolExecutor(max_workers=min(8, len(asked))) as pool:
            return dict(zip(asked, pool.map(self._digest_or_failure, asked)))

    def digest(self, reference: ImageReference) -> str:
        """The digest that the reference's tag has now; of the index when the image has several architectures.

        :raises RegistryFailure: the registry does not tell it.
        """
        return self._answered(reference, _Exchange.digest)

    def manifest(self, reference: ImageReference) -> bytes:
        """The manifest, or the index, that the registry holds under the reference, as it sent it.

        :raises RegistryFailure: the registry does not tell it.
        """
        return self._answered(reference, _Exchange.manifest)

    def blob(self, reference: ImageReference, digest: str) -> bytes:
        """A small blob of the reference's repository, such as an image's configuration.

        :raises RegistryFailure: the registry does not tell it.
        """
        return self._answered(reference, lambda exchange, scheme: exchange.blob(scheme, digest))

    def _answered(self, reference: ImageReference, question: t.Callable[[_Exchange, str], _Result]) -> _Result:
        registry = api.registry_of(reference, self.registries)
        try:
            credentials = find_credentials(reference, registry, self.environ, self.files, self.helper)
        except AuthFileUnreadable as error:
            raise RegistryFailure(RegistryFault.CREDENTIALS, reference, str(error)) from error
        certificates = certificates_for(reference.normalised.registry, self.environ, self.files)
        opener = self._opener(registry.insecure, certificates)
        exchange = _Exchange(reference, registry, credentials, opener, self.timeout)
        if registry.insecure:
            # As Podman does it: TLS that need not be trusted first, then plain http.
            try:
                return question(exchange, "https")
            except _Unreached:
                pass
        try:
            return question(exchange, "http" if registry.insecure else "https")
        except _Unreached as failure:
            raise RegistryFailure(failure.fault, reference, failure.why) from failure

    def _opener(self, insecure: bool, certificates: str) -> urllib.request.OpenerDirector:
        # Reading the system's certificates costs more than a request on a local network: once is enough.
        key = (insecure, certificates)
        if key not in self._openers:
            self._openers[key] = make_opener(insecure, authorities_in(certificates, self.files) if certificates else ())
        return self._openers[key]

    def _digest_or_failure(self, reference: ImageReference) -> str | RegistryFailure:
        try:
            return self.digest(reference)
        except RegistryFailure as failure:
            return failure


class _Exchange:
    """The requests about one image."""

    def __init__(
        self,
        reference: ImageReference,
        registry: Registry,
        credentials: Credentials | None,
        opener: urllib.request.OpenerDirector,
        timeout: float,
    ) -> None:
        self.reference = reference
        self.registry = registry
        self.credentials = credentials
        self.timeout = timeout
        self.deadline = Deadline(3 * timeout, timeout)
        self.opener = opener

    def digest(self, scheme: str) -> str:
        """The digest, asked over http or https.

        :raises _Unreached: no answer came.
        :raises RegistryFailure: the answer is no digest.
        """
        address = f"{scheme}://{api.api_address(self.reference)}{api.manifest_path(self.reference)}"
        authorization = ""
        answer = self._manifest("HEAD", address, authorization)
        if answer.status == 401:
            authorization = self._authorization(answer, scheme)
            answer = self._manifest("HEAD", address, authorization)
        if answer.status != 200 or not answer.headers.get("Docker-Content-Digest"):
            # HEAD carries no words about a failure, and some registries answer it without a digest.
            answer = self._manifest("GET", address, authorization)
        if answer.status != 200:
            raise self._failure(answer)
        digest = answer.headers.get("Docker-Content-Digest") or self._computed(answer)
        try:
            self.reference.pinned(digest)
        except OperatorError:
            why = f"{self.registry.location} answers with {digest!r}, which is no digest"
            raise RegistryFailure(RegistryFault.REFUSED, self.reference, why) from None
        return digest

    def manifest(self, scheme: str) -> bytes:
        """The manifest, asked over http or https; raises as `digest` does."""
        return self._fetched(scheme, api.manifest_path(self.reference))

    def blob(self, scheme: str, digest: str) -> bytes:
        """A blob, asked over http or https; raises as `digest` does."""
        return self._fetched(scheme, api.blob_path(self.reference, digest))

    def _fetched(self, scheme: str, path: str) -> bytes:
        address = f"{scheme}://{api.api_address(self.reference)}{path}"
        answer = self._manifest("GET", address, "")
        if answer.status == 401:
            answer = self._manifest("GET", address, self._authorization(answer, scheme))
        if answer.status != 200:
            raise self._failure(answer)
        return answer.body

    def _computed(self, answer: _Answer) -> str:
        """The digest of the manifest that was answered, when a manifest it is and not some web page."""
        content_type = answer.headers.get_content_type()
        if content_type not in api.ACCEPT:
            why = f"{self.registry.location} answers with {content_type} where a registry answers with a manifest"
            raise RegistryFailure(RegistryFault.REFUSED, self.reference, why)
        return f"sha256:{hashlib.sha256(answer.body).hexdigest()}"

    def _manifest(self, method: str, address: str, authorization: str) -> _Answer:
        request = urllib.request.Request(address, method=method, headers={"Accept": ", ".join(api.ACCEPT)})
        return self._ask(request, authorization)

    def _authorization(self, refusal: _Answer, scheme: str) -> str:
        """What the registry wants to see in the header Authorization."""
        for challenge in api.challenges(", ".join(refusal.headers.get_all("WWW-Authenticate") or [])):
            if challenge.scheme == "bearer":
                return f"Bearer {self._token(challenge)}"
            if challenge.scheme == "basic" and self.credentials:
                return self.credentials.basic
        raise self._failure(refusal)

    def _token(self, challenge: Challenge) -> str:
        realm = challenge.parameters.get("realm", "")
        scheme = urllib.parse.urlsplit(realm).scheme
        if scheme != "https" and not (scheme == "http" and self.registry.insecure):
            why = f"{self.registry.location} wants credentials to be sent to {realm or 'nowhere'}, which is not https"
            raise RegistryFailure(RegistryFault.TLS, self.reference, why)
        wanted = {
            "service": challenge.parameters.get("service", ""),
            "scope": challenge.parameters.get("scope") or f"repository:{self.reference.repository}:pull",
        }
        answer = self._ask(*self._token_request(realm, {key: value for key, value in wanted.items() if value}))
        if answer.status != 200:
            raise self._failure(answer, f"its token service {urllib.parse.urlsplit(realm).netloc}")
        try:
            body = json.loads(answer.body)
            return str(body.get("token") or body["access_token"])
        except (ValueError, LookupError, AttributeError):
            why = f"the token service {realm} of {self.registry.location} answers without a token"
            raise RegistryFailure(RegistryFault.REFUSED, self.reference, why) from None

    def _token_request(self, realm: str, wanted: dict[str, str]) -> tuple[urllib.request.Request, str]:
        """The request for a token, and its header Authorization."""
        if self.credentials and self.credentials.identity_token:
            form = {
                **wanted,
                "client_id": "ray.containers",
                "grant_type": "refresh_token",
                "refresh_token": self.credentials.identity_token,
            }
            return urllib.request.Request(realm, data=urllib.parse.urlencode(form).encode(), method="POST"), ""
        joint = "&" if urllib.parse.urlsplit(realm).query else "?"
        request = urllib.request.Request(f"{realm}{joint}{urllib.parse.urlencode(wanted)}")
        return request, self.credentials.basic if self.credentials else ""

    def _ask(self, request: urllib.request.Request, authorization: str) -> _Answer:
        if authorization:
            # Unredirected: a blob store behind the registry must not see the credentials.
            request.add_unredirected_header("Authorization", authorization)
        answer = self._send(request)
        if answer.status in _WORTH_ANOTHER_TRY:
            time.sleep(1)
            answer = self._send(request)
        return answer

    def _send(self, request: urllib.request.Request) -> _Answer:
        try:
            return _Answer(*fetch(self.opener, request, self.deadline, _LARGEST))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _unreached(error, request, self.timeout) from error

    def _failure(self, answer: _Answer, who: str = "") -> RegistryFailure:
        location = self.reference.registry
        speaker = who or location
        if answer.status == 404 and not who:
            why = f"{location} has no such image ({answer.reason})"
            return RegistryFailure(RegistryFault.MISSING, self.reference, why)
        if answer.status in (401, 403):
            tried = "the credentials found" if self.credentials else "no credentials, for none were found"
            why = f"{speaker} refuses access ({answer.reason}) with {tried}"
            return RegistryFailure(RegistryFault.UNAUTHORIZED, self.reference, why)
        why = f"{speaker} answers {answer.status} ({answer.reason})"
        return RegistryFailure(RegistryFault.REFUSED, self.reference, why)


def _unreached(error: Exception, request: urllib.request.Request, timeout: float) -> _Unreached:
    cause: object = error.reason if isinstance(error, urllib.error.URLError) else error
    host = request.host
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _Unreached(RegistryFault.TLS, f"the certificate of {host} is not trusted: {cause.verify_message}")
    if isinstance(cause, ssl.SSLError):
        said = "it speaks plain http" if cause.reason in _PLAIN_HTTP else str(cause.reason or cause)
        return _Unreached(RegistryFault.TLS, f"{host} does not speak TLS: {said}")
    return _Unreached(RegistryFault.UNREACHABLE, _unreachable(cause, host, timeout))


def _unreachable(cause: object, host: str, timeout: float) -> str:
    if isinstance(cause, socket.gaierror):
        return f"the name {host.rsplit(':', 1)[0]} does not resolve"
    if isinstance(cause, ConnectionRefusedError):
        return f"nothing listens at {host} (connection refused)"
    if isinstance(cause, (TimeoutError, socket.timeout)):
        return f"{host} gave no answer within {timeout:.0f} seconds"
    if isinstance(cause, OSError) and cause.strerror:
        return f"{host}: {cause.strerror}"
    return f"{host}: {str(cause) or type(cause).__name__}"
