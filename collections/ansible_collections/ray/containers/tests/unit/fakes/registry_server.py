# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry that remembers: it holds manifests, gives out tokens, and refuses what a real one refuses."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
import typing as t
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["INDEX", "MANIFEST", "FakeRegistry"]

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


@dataclass
class FakeRegistry:
    """An OCI distribution registry on a port of its own, as docker-registry 2.8 answers.

    :param authentication: ``none``, ``basic``, or ``token``: each request then needs what the scheme gives.
    :param accounts: user → password; with none of them, ``token`` gives out anonymous tokens.
    :param private: repositories that an anonymous token does not open.
    :param statuses: statuses that the next requests for manifests get, whatever they ask.
    :param certificate: a file with key and certificate: TLS, when there is one.
    """

    authentication: str = "none"
    accounts: dict[str, str] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)
    statuses: list[int] = field(default_factory=list)
    certificate: str = ""
    realm: str = ""
    redirect: str = ""
    answers_head: bool = True
    tells_digest: bool = True
    wrong_digest: str = ""
    is_web_page: bool = False
    meeting: threading.Barrier | None = None
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    user_agents: set[str] = field(default_factory=set)
    manifests: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    blobs: dict[tuple[str, str], bytes] = field(default_factory=dict)
    tokens: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def __enter__(self) -> FakeRegistry:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"registry": self}))
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def location(self) -> str:
        return f"localhost:{self._server.server_address[1]}"

    def push(self, repository: str, tag: str, media_type: str = MANIFEST) -> str:
        """Put a manifest there; its digest."""
        body = json.dumps({"schemaVersion": 2, "mediaType": media_type, "annotations": {"of": f"{repository}:{tag}"}})
        digest = f"sha256:{hashlib.sha256(body.encode()).hexdigest()}"
        self.manifests[repository, tag] = self.manifests[repository, digest] = (media_type, body.encode())
        return digest

    def push_image(self, repository: str, tag: str, variables: t.Sequence[str] | None) -> str:
        """Put an image with a configuration there; the digest of its manifest."""
        return self.push_configuration(repository, tag, {"architecture": "amd64", "config": {"Env": variables}})

    def push_configuration(self, repository: str, tag: str, document: t.Mapping[str, t.Any]) -> str:
        """Put an image with this configuration there; the digest of its manifest."""
        configuration = json.dumps(document).encode()
        digest = f"sha256:{hashlib.sha256(configuration).hexdigest()}"
        self.blobs[repository, digest] = configuration
        return self._put(repository, tag, MANIFEST, {"mediaType": MANIFEST, "config": {"digest": digest}})

    def push_index(self, repository: str, tag: str, manifests: t.Mapping[str, str]) -> str:
        """Put an index there: architecture → digest of the manifest."""
        listed = [
            {"digest": digest, "platform": {"os": "linux", "architecture": architecture}}
            for architecture, digest in manifests.items()
        ]
        return self._put(repository, tag, INDEX, {"mediaType": INDEX, "manifests": listed})

    def _put(self, repository: str, tag: str, media_type: str, document: t.Mapping[str, t.Any]) -> str:
        body = json.dumps({"schemaVersion": 2, **document}).encode()
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        self.manifests[repository, tag] = self.manifests[repository, digest] = (media_type, body)
        return digest

    def paths(self) -> list[str]:
        """What was asked, as ``METHOD path``."""
        return [f"{method} {path}" for method, path, _authorization in self.requests]

    def account_of(self, authorization: str) -> str | None:
        """The user that a header Authorization proves by its password."""
        scheme, _space, encoded = authorization.partition(" ")
        if scheme != "Basic":
            return None
        user, _colon, password = base64.b64decode(encoded).decode().partition(":")
        return user if user in self.accounts and self.accounts[user] == password else None

    def token_for(self, wanted: t.Mapping[str, list[str]], authorization: str) -> str | None:
        """A token for the scope asked for; None when the account is refused."""
        refreshed = wanted.get("refresh_token", [""])[0]
        known = refreshed in self.accounts.values() if refreshed else self.account_of(authorization) is not None
        if not known and (authorization or refreshed or (self.accounts and not self.private)):
            return None
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = (wanted["scope"][0], known)
        return token

    def admits(self, repository: str, authorization: str) -> bool:
        """Whether a request for this repository may pass."""
        if self.authentication == "basic":
            return self.account_of(authorization) is not None
        if self.authentication == "token":
            scope, known = self.tokens.get(authorization[len("Bearer ") :], ("", False))
            return scope == f"repository:{repository}:pull" and (known or repository not in self.private)
        return True


class _Handler(BaseHTTPRequestHandler):
    registry: FakeRegistry
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        """Tests print nothing."""

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = urllib.parse.urlsplit(self.path)
        self.registry.user_agents.add(self.headers.get("User-Agent", ""))
        self.registry.requests.append((self.command, self.path, self.headers.get("Authorization", "")))
        if path.path == "/token":
            self.give_token(path.query)
        elif self.registry.meeting and self.command == "HEAD":
            self.registry.meeting.wait(timeout=5)
            self.give_manifest(path.path)
        else:
            self.give_manifest(path.path)

    def give_token(self, query: str) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        wanted = urllib.parse.parse_qs(sent or query)
        token = self.registry.token_for(wanted, self.headers.get("Authorization", ""))
        if token is None:
            self.refuse(401, "UNAUTHORIZED", "authentication required")
        else:
            # The two names that token services use for one thing.
            name = "access_token" if sent else "token"
            self.send(200, json.dumps({name: token}).encode(), {"Content-Type": "application/json"})

    def give_manifest(self, path: str) -> None:
        kind = "/blobs/" if "/blobs/" in path else "/manifests/"
        repository, _kind, tag = path[len("/v2/") :].rpartition(kind)
        if self.registry.statuses:
            self.refuse(self.registry.statuses.pop(0), "TOOMANYREQUESTS", "toomanyrequests: slow down")
        elif self.registry.is_web_page:
            self.send(200, b"<html>Welcome</html>", {"Content-Type": "text/html"})
        elif not self.registry.admits(repository, self.headers.get("Authorization", "")):
            self.refuse(
                401, "UNAUTHORIZED", "authentication required", {"WWW-Authenticate": self.challenge(repository)}
            )
        elif self.registry.redirect:
            self.send(307, b"", {"Location": self.registry.redirect + path})
        elif self.command == "HEAD" and not self.registry.answers_head:
            self.refuse(405, "UNSUPPORTED", "The operation is unsupported.")
        elif (repository, tag) in self.registry.blobs:
            self.send(200, self.registry.blobs[repository, tag], {"Content-Type": "application/octet-stream"})
        elif not any(known == repository for known, _tag in self.registry.manifests):
            self.refuse(404, "NAME_UNKNOWN", "repository name not known to registry")
        elif (repository, tag) not in self.registry.manifests:
            self.refuse(404, "MANIFEST_UNKNOWN", "manifest unknown")
        else:
            self.give(*self.registry.manifests[repository, tag])

    def give(self, media_type: str, body: bytes) -> None:
        if media_type not in self.headers.get("Accept", ""):
            self.refuse(404, "MANIFEST_UNKNOWN", f"{media_type} is not among what the client accepts")
            return
        digest = self.registry.wrong_digest or f"sha256:{hashlib.sha256(body).hexdigest()}"
        told = {"Docker-Content-Digest": digest} if self.registry.tells_digest else {}
        self.send(200, body, {"Content-Type": media_type, **told})

    def challenge(self, repository: str) -> str:
        if self.registry.authentication == "basic":
            return 'Basic realm="Registry Realm"'
        scheme = "https" if self.registry.certificate else "http"
        realm = self.registry.realm or f"{scheme}://{self.registry.location}/token"
        return f'Bearer realm="{realm}",service="fake",scope="repository:{repository}:pull"'

    def refuse(self, status: int, code: str, message: str, headers: t.Mapping[str, str] | None = None) -> None:
        body = json.dumps({"errors": [{"code": code, "message": message, "detail": {}}]}).encode()
        self.send(status, body, {"Content-Type": "application/json", **(headers or {})})

    def send(self, status: int, body: bytes, headers: t.Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
