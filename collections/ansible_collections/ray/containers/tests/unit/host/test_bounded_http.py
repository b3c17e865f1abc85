# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever is asked over HTTP, nobody is waited for beyond the time, and no answer fills the memory. Real sockets."""

from __future__ import annotations

import platform
import resource
import shutil
import socket
import subprocess
import threading
import time
import typing as t
import zipfile
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.pip_configuration import PackageIndex
from ansible_collections.ray.containers.plugins.module_utils._host import http_request
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import NoAnswer, send
from ansible_collections.ray.containers.plugins.module_utils._host.python import index
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import ApiUnreachable, ServeApi
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import RegistryApi, RegistryFailure
from ansible_collections.ray.containers.tests.unit.fakes.hostile_server import (
    BROKEN,
    ENDLESS,
    OK,
    TRICKLES,
    HostileServer,
    Talk,
)

SECONDS = 0.5
#: What a slow machine may take on top.
PATIENCE = 5.0


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> str:
    if not shutil.which("openssl"):
        pytest.skip("needs openssl")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost"
    key, crt = path.with_suffix(".key"), path.with_suffix(".crt")
    argv = ["openssl", *words.split(), "-keyout", str(key), "-out", str(crt)]
    subprocess.run(argv, check=True, capture_output=True)
    path.write_text(key.read_text() + crt.read_text())
    return str(path)


def asked_serve(talk: Talk) -> str:
    with HostileServer(talk) as server, pytest.raises(NoAnswer) as none:
        send("GET", f"http://{server.location}/", timeout=SECONDS)
    return str(none.value)


def asked_registry(talk: Talk) -> str:
    with HostileServer(talk) as server:
        api = RegistryApi((Registry(server.location, insecure=True),), {}, timeout=SECONDS / 3)
        with pytest.raises(RegistryFailure) as failure:
            api.manifest(ImageReference.parse(f"{server.location}/whisper"))
    return failure.value.why.replace(server.location, "HOST")


def asked_index(talk: Talk, path: Path) -> str:
    with HostileServer(talk) as server, pytest.raises(OperatorError) as failure:
        index.fetch_uv(PackageIndex(index_url=f"http://{server.location}/simple"), str(path / "uv"))
    assert not (path / "uv").exists()
    return failure.value.why


@pytest.fixture(params=["serve", "registry", "index"])
def ask(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> t.Callable[[Talk], str]:
    """Asks as one of the three does, and gives what it says."""
    monkeypatch.setattr(index, "SECONDS", SECONDS)
    asking = {"serve": asked_serve, "registry": asked_registry, "index": lambda talk: asked_index(talk, tmp_path)}
    chosen: t.Callable[[Talk], str] = asking[request.param]
    return chosen


@pytest.mark.parametrize("kind", TRICKLES)
def test_an_answer_that_trickles_is_given_up(ask: t.Callable[[Talk], str], kind: str) -> None:
    began = time.monotonic()
    said = ask(TRICKLES[kind])
    assert time.monotonic() - began < SECONDS + PATIENCE
    assert "time" in said or "no answer within" in said


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_without_an_end_does_not_fill_the_memory(
    ask: t.Callable[[Talk], str], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LONGEST_PAGE", "LONGEST_WHEEL"):
        monkeypatch.setattr(index, name, 4 * 2**20)
    monkeypatch.setattr(http_request, "LONGEST", 4 * 2**20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    said = ask(ENDLESS[kind])
    assert time.monotonic() - began < SECONDS + PATIENCE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
    assert "longer than 4 MiB" in said or "in time" in said or "no answer within" in said or "header" in said


@pytest.mark.parametrize("kind", BROKEN)
def test_half_an_answer_is_none(ask: t.Callable[[Talk], str], kind: str) -> None:
    assert ask(BROKEN[kind])


def test_what_follows_an_answer_is_not_read() -> None:
    with HostileServer(lambda client: client.sendall(OK + b"Content-Length: 2\r\n\r\n{}" + b"x" * 10_000)) as server:
        assert send("GET", f"http://{server.location}/", timeout=PATIENCE).text == "{}"


def test_packed_answers_are_not_unpacked() -> None:
    bomb = b"\x1f\x8b\x08\x00" + b"\x00" * 100
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    with HostileServer(lambda client: client.sendall(head + bomb)) as server:
        assert len(send("GET", f"http://{server.location}/", timeout=PATIENCE).text) == len(
            bomb.decode(errors="replace")
        )


@pytest.mark.parametrize("kind", ["a body", "headers", "chunks"])
def test_tls_changes_nothing(kind: str, certificate: str) -> None:
    began = time.monotonic()
    with HostileServer(TRICKLES[kind], certificate) as server, pytest.raises(NoAnswer, match="in time"):
        send("GET", f"https://{server.location}/", timeout=SECONDS)
    with HostileServer(TRICKLES[kind], certificate) as server, pytest.raises(RegistryFailure):
        api = RegistryApi((Registry(server.location, insecure=True),), {}, timeout=SECONDS / 3)
        api.manifest(ImageReference.parse(f"{server.location}/whisper"))
    assert time.monotonic() - began < 3 * SECONDS + PATIENCE


def test_a_handshake_that_is_never_over_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(NoAnswer, match="in time"):
        send("GET", f"https://127.0.0.1:{listener.getsockname()[1]}/", timeout=SECONDS)


def test_a_request_that_nobody_reads_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(NoAnswer, match="in time"):
        send("PUT", f"http://127.0.0.1:{listener.getsockname()[1]}/", body="x" * 2**25, timeout=SECONDS)


def redirecting(place: t.Callable[[], str], body: bytes = b"") -> Talk:
    def talk(client: socket.socket) -> None:
        head = f"HTTP/1.1 302 There\r\nLocation: {place()}\r\n"
        client.sendall(head.encode() + (b"Content-Length: 0\r\n\r\n" if not body else b"\r\n"))
        while body:
            client.sendall(body)

    return talk


@pytest.mark.parametrize("body", [b"", b"x" * 2**20], ids=["in a circle", "with an endless body"])
def test_redirects_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setattr(index, "SECONDS", 2 * SECONDS)

    def again() -> str:
        return f"http://{server.location}/again"

    with HostileServer(redirecting(again, body)) as server:
        began = time.monotonic()
        with pytest.raises(OperatorError):
            index.fetch_uv(PackageIndex(index_url=f"http://{server.location}/simple"), str(tmp_path / "uv"))
        with pytest.raises(RegistryFailure):
            api = RegistryApi((Registry(server.location, insecure=True),), {}, timeout=SECONDS / 3)
            api.manifest(ImageReference.parse(f"{server.location}/whisper"))
        assert time.monotonic() - began < 3 * SECONDS + PATIENCE


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/html,x"])
def test_a_redirect_leads_to_http_and_nowhere_else(tmp_path: Path, place: str) -> None:
    with HostileServer(redirecting(lambda: place)) as server, pytest.raises(OperatorError):
        index.fetch_uv(PackageIndex(index_url=f"http://{server.location}/simple"), str(tmp_path / "uv"))


def test_a_dashboard_that_trickles_is_no_dashboard() -> None:
    with HostileServer(TRICKLES["a body"]) as server, pytest.raises(ApiUnreachable):
        ServeApi(f"http://{server.location}", "", sender=in_time).details()


def in_time(method: str, url: str, **options: t.Any) -> t.Any:
    return send(method, url, **{**options, "timeout": SECONDS})


def test_a_proxy_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with HostileServer(TRICKLES["headers"]) as proxy:
        monkeypatch.setenv("https_proxy", f"http://{proxy.location}")
        began = time.monotonic()
        with pytest.raises(RegistryFailure):
            RegistryApi((), {}, timeout=SECONDS / 3).digest(ImageReference.parse("registry.example/whisper"))
        assert time.monotonic() - began < SECONDS + PATIENCE
        assert proxy.requests[0].startswith("CONNECT registry.example:443 ")


@pytest.mark.parametrize("kind", ["bomb", "lies about its size", "no program", "no zip"])
def test_a_wheel_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(index, "LARGEST_PROGRAM", 2**20)
    wheel = tmp_path / "uv-9.9.9-py3-none-manylinux_2_17_x86_64.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        if kind != "no program":
            archive.writestr("uv-9.9.9.data/scripts/uv", b"\0" * 2**24)
    content = wheel.read_bytes()
    if kind == "lies about its size":
        content = content.replace((2**24).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    wheel.write_bytes(content if kind != "no zip" else b"no zip at all")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    with pytest.raises((OperatorError, zipfile.BadZipFile)):
        index.fetch_uv(PackageIndex(find_links=(str(tmp_path),), no_index=True), str(tmp_path / "bin" / "uv"))
    assert list((tmp_path / "bin").glob("*")) == []


def test_threads_do_not_share_a_deadline() -> None:
    """Eight images are asked for side by side, each in its own time."""
    with HostileServer(TRICKLES["a body"]) as server:
        api = RegistryApi((Registry(server.location, insecure=True),), {}, timeout=SECONDS / 3)
        began = time.monotonic()
        answers = api.digests([ImageReference.parse(f"{server.location}/image{number}") for number in range(8)])
        assert all(isinstance(answer, RegistryFailure) for answer in answers.values())
        assert time.monotonic() - began < 3 * SECONDS + PATIENCE
    assert threading.active_count() < 100
