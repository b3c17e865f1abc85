# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Digests from registries: every way of asking, and every way of being refused."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import threading
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._host.registry import connection
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import (
    RegistryApi,
    RegistryFailure,
    RegistryFault,
)
from ansible_collections.ray.containers.tests.unit.fakes.registry_server import INDEX, FakeRegistry


@pytest.fixture(autouse=True)
def quick_and_direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses between tries, and no proxy of the machine that runs the tests."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of localhost in one file, signed by itself."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    key, crt = path.with_suffix(".key"), path.with_suffix(".crt")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(crt)),
        ],
        check=True,
        capture_output=True,
    )
    path.write_text(key.read_text(encoding="utf-8") + crt.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def auth_json(path: Path, location: str, user: str = "alice", password: str = "hunter2", **more: str) -> str:
    entry = {"auth": base64.b64encode(f"{user}:{password}".encode()).decode(), **more}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"auths": {location: entry}}), encoding="utf-8")
    return str(path)


def ask(server: FakeRegistry, image: str, *, insecure: bool = True, auth_file: str = "", environ: t.Any = None) -> str:
    registries = (Registry(server.location, insecure, auth_file),)
    api = RegistryApi(registries, environ or {"HOME": "/nowhere"}, timeout=5)
    return api.digest(ImageReference.parse(f"{server.location}/{image}"))


def refusal(server: FakeRegistry, image: str, **options: t.Any) -> tuple[RegistryFault, str]:
    with pytest.raises(RegistryFailure) as caught:
        ask(server, image, **options)
    return caught.value.fault, caught.value.why.replace(server.location, "HOST")


def test_one_request_tells_the_digest() -> None:
    with FakeRegistry() as server:
        digest = server.push("team/whisper", "1.0")
        assert ask(server, "team/whisper:1.0") == digest
        assert server.paths() == ["HEAD /v2/team/whisper/manifests/1.0"]


def test_a_tag_that_is_not_written_is_latest_and_an_index_is_as_good() -> None:
    with FakeRegistry() as server:
        server.push("whisper", "1.0")
        digest = server.push("whisper", "latest", INDEX)
        assert ask(server, "whisper") == digest


@pytest.mark.parametrize("options", [{"answers_head": False}, {"tells_digest": False}])
def test_registries_that_make_it_harder(options: t.Any) -> None:
    with FakeRegistry(**options) as server:
        digest = server.push("whisper", "1.0")
        assert ask(server, "whisper:1.0") == digest
        assert server.paths() == ["HEAD /v2/whisper/manifests/1.0", "GET /v2/whisper/manifests/1.0"]


@pytest.mark.parametrize(
    ("image", "said"),
    [("whisper:2.0", "manifest unknown"), ("whisker:1.0", "repository name not known to registry")],
)
def test_what_does_not_exist(image: str, said: str) -> None:
    with FakeRegistry() as server:
        server.push("whisper", "1.0")
        assert refusal(server, image) == (RegistryFault.MISSING, f"HOST has no such image ({said})")


def test_an_anonymous_token() -> None:
    with FakeRegistry(authentication="token") as server:
        digest = server.push("whisper", "1.0")
        assert ask(server, "whisper:1.0") == digest
        assert server.paths()[1] == "GET /token?service=fake&scope=repository%3Awhisper%3Apull"
        assert [request[2] for request in server.requests] == ["", "", "Bearer token-0"]


@pytest.mark.parametrize("authentication", ["token", "basic"])
def test_credentials_of_the_named_file(authentication: str, tmp_path: Path) -> None:
    with FakeRegistry(authentication, {"alice": "hunter2"}) as server:
        digest = server.push("whisper", "1.0")
        right = auth_json(tmp_path / "right.json", server.location)
        assert ask(server, "whisper:1.0", auth_file=right) == digest
        wrong = auth_json(tmp_path / "wrong.json", server.location, password="guess")
        fault, why = refusal(server, "whisper:1.0", auth_file=wrong)
        assert fault is RegistryFault.UNAUTHORIZED
        assert why.endswith("refuses access (authentication required) with the credentials found")


@pytest.mark.parametrize("authentication", ["token", "basic"])
def test_no_credentials(authentication: str) -> None:
    with FakeRegistry(authentication, {"alice": "hunter2"}, private={"whisper"}) as server:
        server.push("whisper", "1.0")
        fault, why = refusal(server, "whisper:1.0")
        assert fault is RegistryFault.UNAUTHORIZED
        assert why.startswith("HOST refuses access (")
        assert why.endswith(") with no credentials, for none were found")


def test_an_identity_token_is_sent_in_the_body(tmp_path: Path) -> None:
    with FakeRegistry("token", {"alice": "refresh-me"}) as server:
        digest = server.push("whisper", "1.0")
        auth_file = auth_json(tmp_path / "a.json", server.location, "0000", "", identitytoken="refresh-me")
        assert ask(server, "whisper:1.0", auth_file=auth_file) == digest
        assert "POST /token" in server.paths()
        assert "refresh-me" not in str(server.requests)


@pytest.mark.parametrize(
    ("file", "environ"),
    [
        ("chosen.json", {"REGISTRY_AUTH_FILE": "chosen.json", "HOME": "."}),
        ("run/containers/auth.json", {"XDG_RUNTIME_DIR": "run", "HOME": "."}),
        (".config/containers/auth.json", {"HOME": "."}),
        ("conf/containers/auth.json", {"XDG_CONFIG_HOME": "conf", "HOME": "."}),
        (".docker/config.json", {"HOME": "."}),
    ],
)
def test_credentials_of_the_account(file: str, environ: dict[str, str], tmp_path: Path) -> None:
    with FakeRegistry("basic", {"alice": "hunter2"}) as server:
        digest = server.push("whisper", "1.0")
        auth_json(tmp_path / file, server.location)
        places = {name: str(tmp_path / value) for name, value in environ.items()}
        assert ask(server, "whisper:1.0", environ=places) == digest
        (tmp_path / file).write_text("not JSON", encoding="utf-8")
        assert refusal(server, "whisper:1.0", environ=places)[0] is RegistryFault.UNAUTHORIZED


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file or directory"), ("{", "it is not an auth.json"), ("[]", "not an auth.json")],
)
def test_a_named_file_that_is_no_use(content: str | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "auth.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with FakeRegistry() as server:
        server.push("whisper", "1.0")
        fault, why = refusal(server, "whisper:1.0", auth_file=str(path))
        assert fault is RegistryFault.CREDENTIALS
        assert why.startswith(f"{path}, auth_file of HOST: ") and said in why
        assert server.requests == []


def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        location = f"127.0.0.1:{unused.getsockname()[1]}"
        for insecure in (True, False):
            api = RegistryApi((Registry(location, insecure),), {}, timeout=5)
            with pytest.raises(RegistryFailure, match=f"nothing listens at {location}") as caught:
                api.digest(ImageReference.parse(f"{location}/whisper"))
            assert caught.value.fault is RegistryFault.UNREACHABLE


def test_a_name_that_does_not_resolve() -> None:
    with pytest.raises(RegistryFailure, match=r"the name registry\.invalid does not resolve") as caught:
        RegistryApi((), {}, timeout=5).digest(ImageReference.parse("registry.invalid/whisper"))
    assert caught.value.fault is RegistryFault.UNREACHABLE


def test_a_silent_registry() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        location = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(RegistryFailure, match="gave no answer within 0 seconds") as caught:
            RegistryApi((), {}, timeout=0.2).digest(ImageReference.parse(f"{location}/whisper"))
        assert caught.value.fault is RegistryFault.UNREACHABLE


def test_plain_http_needs_a_word() -> None:
    with FakeRegistry() as server:
        server.push("whisper", "1.0")
        fault, why = refusal(server, "whisper:1.0", insecure=False)
        assert (fault, why) == (RegistryFault.TLS, "HOST does not speak TLS: it speaks plain http")


def test_a_certificate_that_nobody_signed_needs_a_word(certificate: Path) -> None:
    with FakeRegistry(certificate=str(certificate)) as server:
        digest = server.push("whisper", "1.0")
        fault, why = refusal(server, "whisper:1.0", insecure=False)
        assert fault is RegistryFault.TLS
        assert why.startswith("the certificate of HOST is not trusted: self")
        assert ask(server, "whisper:1.0", insecure=True) == digest


@pytest.mark.parametrize("where", ["home/.config/containers/certs.d", "etc/containers/certs.d"])
def test_a_certificate_that_lies_where_podman_looks_for_it(
    where: str, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "CERTIFICATES", (str(tmp_path / "etc/containers/certs.d"),))
    with FakeRegistry(certificate=str(certificate)) as server:
        digest = server.push("whisper", "1.0")
        directory = tmp_path / where / server.location
        directory.mkdir(parents=True)
        (directory / "broken.crt").write_text("none", encoding="utf-8")
        environ = {"HOME": str(tmp_path / "home")}
        assert refusal(server, "whisper:1.0", insecure=False, environ=environ)[0] is RegistryFault.TLS
        shutil.copy(certificate.with_suffix(".crt"), directory / "ca.crt")
        assert ask(server, "whisper:1.0", insecure=False, environ=environ) == digest


def test_a_certificate_of_one_registry_is_not_anothers(certificate: Path, tmp_path: Path) -> None:
    with FakeRegistry(certificate=str(certificate)) as one, FakeRegistry(certificate=str(certificate)) as other:
        directory = tmp_path / ".config/containers/certs.d" / one.location
        directory.mkdir(parents=True)
        shutil.copy(certificate.with_suffix(".crt"), directory)
        one.push("whisper", "1.0")
        other.push("whisper", "1.0")
        api = RegistryApi((), {"HOME": str(tmp_path)}, timeout=5)
        assert api.digest(ImageReference.parse(f"{one.location}/whisper:1.0"))
        with pytest.raises(RegistryFailure, match="is not trusted"):
            api.digest(ImageReference.parse(f"{other.location}/whisper:1.0"))


def test_a_trusted_registry_with_token(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    with FakeRegistry("token", certificate=str(certificate)) as server:
        digest = server.push("whisper", "1.0")
        assert ask(server, "whisper:1.0", insecure=False) == digest


@pytest.mark.parametrize("realm", ["http://localhost:1/token", "file:///etc/passwd", ""])
def test_credentials_go_to_https_only(
    realm: str, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    with FakeRegistry("token", certificate=str(certificate), realm=realm or "nowhere") as server:
        server.push("whisper", "1.0")
        auth_file = auth_json(tmp_path / "a.json", server.location)
        fault, why = refusal(server, "whisper:1.0", insecure=False, auth_file=auth_file)
        assert (fault, why.endswith("which is not https")) == (RegistryFault.TLS, True)


def test_a_redirect_does_not_carry_credentials(tmp_path: Path) -> None:
    with FakeRegistry() as target, FakeRegistry("basic", {"alice": "hunter2"}) as server:
        digest = target.push("whisper", "1.0")
        auth_file = auth_json(tmp_path / "a.json", server.location)
        server.redirect = f"http://{target.location}"
        assert ask(server, "whisper:1.0", auth_file=auth_file) == digest
        assert any(request[2].startswith("Basic ") for request in server.requests)
        assert {request[2] for request in target.requests} == {""}


def test_a_trusted_registry_does_not_redirect_to_plain_http(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    with FakeRegistry() as target, FakeRegistry(certificate=str(certificate)) as server:
        target.push("whisper", "1.0")
        server.redirect = f"http://{target.location}"
        fault, why = refusal(server, "whisper:1.0", insecure=False)
        assert (fault, why) == (RegistryFault.REFUSED, "HOST answers 307 (307 Temporary Redirect)")
        assert target.requests == []


def test_a_passing_fault_is_asked_again() -> None:
    with FakeRegistry(statuses=[503]) as server:
        digest = server.push("whisper", "1.0")
        assert ask(server, "whisper:1.0") == digest
        assert server.paths() == ["HEAD /v2/whisper/manifests/1.0"] * 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"statuses": [429] * 9}, "HOST answers 429 (toomanyrequests: slow down)"),
        ({"statuses": [500] * 9}, "HOST answers 500 (toomanyrequests: slow down)"),
        ({"is_web_page": True}, "HOST answers with text/html where a registry answers with a manifest"),
        ({"wrong_digest": "md5:1"}, "HOST answers with 'md5:1', which is no digest"),
    ],
)
def test_answers_of_no_use(options: t.Any, said: str) -> None:
    with FakeRegistry(**options) as server:
        server.push("whisper", "1.0")
        assert refusal(server, "whisper:1.0") == (RegistryFault.REFUSED, said)


def test_many_images_are_asked_side_by_side_and_each_once() -> None:
    with FakeRegistry() as server:
        server.meeting = threading.Barrier(3)  # passes only when three requests are under way at once
        digests = {name: server.push(name, "1.0") for name in ("a", "b")}
        names = ["a:1.0", "b:1.0", "missing:1.0", "a:1.0"]
        references = [ImageReference.parse(f"{server.location}/{name}") for name in names]
        found = RegistryApi((Registry(server.location, insecure=True),), {}, timeout=5).digests(references)
        assert [found[reference] for reference in references[:2]] == [digests["a"], digests["b"]]
        failure = found[references[2]]
        assert isinstance(failure, RegistryFailure) and failure.fault is RegistryFault.MISSING
        assert sum(path.startswith("HEAD /v2/a/") for path in server.paths()) == 1


def test_a_registry_and_its_token_service_are_told_who_asks() -> None:
    with FakeRegistry("token") as server:
        server.push("whisper", "1.0")
        ask(server, "whisper:1.0")
        assert server.user_agents == {"ray.containers"}


@pytest.mark.parametrize(
    ("host", "no_proxy", "connects_to"),
    [
        ("10.99.0.2:5000", "", "proxy.example:3128"),
        ("10.99.0.2:5000", "example.com, 10.0.0.0/8", "10.99.0.2:5000"),
        ("10.99.0.2:5000", "10.99.0.7/8", "10.99.0.2:5000"),
        ("10.99.0.2:5000", "192.168.0.0/16,fd00::/8", "proxy.example:3128"),
        ("10.99.0.2:5000", "10.99.0.2", "10.99.0.2:5000"),
        ("[fd00::2]:5000", "10.0.0.0/8,fd00::/8", "fd00::2:5000"),
        ("registry.lan:5000", "10.0.0.0/8", "proxy.example:3128"),
        ("registry.lan:5000", ".lan", "registry.lan:5000"),
        ("127.0.0.7:5000", "", "127.0.0.7:5000"),
        ("localhost:5000", "", "localhost:5000"),
    ],
)
def test_the_proxy_is_left_out_where_podman_leaves_it_out(
    host: str, no_proxy: str, connects_to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int, **_options: t.Any) -> t.NoReturn:
        asked.append(f"{host}:{port}")
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", no_proxy)
    with pytest.raises(RegistryFailure):
        RegistryApi((Registry(host, insecure=True),), {}).digest(ImageReference.parse(f"{host}/whisper"))
    assert asked == [connects_to] * 2, "over https and over http"


def test_nothing_to_ask_is_no_request() -> None:
    assert RegistryApi().digests([]) == {}
