# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetching uv from an index, and reading runtimes, on a file system and a socket of the test's own."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import http.server
import io
import json
import os
import platform
import socket
import subprocess
import sys
import threading
import typing as t
import zipfile
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.pip_configuration import PackageIndex
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.uv_wheel import UV_VERSION
from ansible_collections.ray.containers.plugins.module_utils._host.python.environment import (
    find_interpreter,
    own_interpreter,
    read_environment,
)
from ansible_collections.ray.containers.plugins.module_utils._host.python.index import fetch_uv, read_package_index
from ansible_collections.ray.containers.plugins.module_utils._host.python.installation_lock import installation_lock
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands

WHEEL = f"uv-{UV_VERSION}-py3-none-manylinux_2_17_{platform.machine()}.whl"
OWN_VERSION = ".".join(map(str, sys.version_info[:3]))


def wheel_content() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("uv/__init__.py", "")
        archive.writestr(f"uv-{UV_VERSION}.data/scripts/uv", "#!/bin/sh\necho uv\n")
    return content.getvalue()


CONTENT = wheel_content()


class Index:
    """A package index on the loopback that wants a name and a password, and remembers who asked for what."""

    def __init__(self, sha256: str) -> None:
        self.asked: list[str] = []
        index = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.asked.append(self.path)
                wanted = "Basic " + base64.b64encode(b"me:p@ss").decode()
                page = f'<a href="../../files/{WHEEL}#sha256={sha256}">{WHEEL}</a>'.encode()
                answers = {"/simple/uv/": page, f"/files/{WHEEL}": CONTENT}
                if self.path.startswith("/simple") and self.headers.get("Authorization") != wanted:
                    self.send_error(401, "Unauthorized")
                elif self.path in answers:
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(answers[self.path])
                else:
                    self.send_error(404, "Not Found")

            def log_message(self, format: str, *args: t.Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def index() -> t.Iterator[Index]:
    served = Index(hashlib.sha256(CONTENT).hexdigest())
    yield served
    served.server.shutdown()


def test_uv_comes_from_an_index_with_its_credentials(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "uv" / "uv"
    assert fetch_uv(PackageIndex(index_url=f"http://me:p%40ss@{index.host}/simple"), str(path)) == UV_VERSION
    assert path.read_text() == "#!/bin/sh\necho uv\n"
    assert path.stat().st_mode & 0o777 == 0o755
    assert os.listdir(path.parent) == ["uv"]


def test_a_refused_index_is_named_without_its_credentials(index: Index, tmp_path: Path) -> None:
    with pytest.raises(OperatorError) as raised:
        fetch_uv(PackageIndex(index_url=f"http://me:wrong@{index.host}/simple"), str(tmp_path / "uv"))
    assert f"http://{index.host}/simple/uv/" in str(raised.value)
    assert "Unauthorized" in str(raised.value)
    assert "wrong" not in str(raised.value)


def test_an_extra_index_that_does_not_know_uv_is_no_failure(index: Index, tmp_path: Path) -> None:
    first = f"http://me:p%40ss@{index.host}/simple"
    fetch_uv(PackageIndex(index_url=first, extra_index_urls=(f"http://{index.host}/other",)), str(tmp_path / "uv"))
    assert "/other/uv/" in index.asked


def test_a_damaged_download_is_not_kept(tmp_path: Path) -> None:
    served = Index("0" * 64)
    with pytest.raises(OperatorError, match="damaged"):
        fetch_uv(PackageIndex(index_url=f"http://me:p%40ss@{served.host}/simple"), str(tmp_path / "uv"))
    assert os.listdir(tmp_path) == []
    served.server.shutdown()


def test_uv_comes_from_a_directory_when_there_is_no_index(tmp_path: Path) -> None:
    (tmp_path / WHEEL).write_bytes(CONTENT)
    for place in (str(tmp_path), f"file://{tmp_path}"):
        assert fetch_uv(PackageIndex(find_links=(place,), no_index=True), str(tmp_path / "uv")) == UV_VERSION


def test_without_any_wheel_the_machine_and_the_places_are_named(tmp_path: Path) -> None:
    with pytest.raises(OperatorError) as raised:
        fetch_uv(PackageIndex(find_links=(str(tmp_path),), no_index=True), str(tmp_path / "uv"))
    assert platform.machine() in str(raised.value)
    assert str(tmp_path) in str(raised.value)


def test_the_configuration_that_a_variable_names_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = tmp_path / "pip.conf"
    configuration.write_text("[global]\nindex-url = https://named.example/simple\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    assert read_package_index().index_url == "https://named.example/simple"


def runtime(path: Path, *, marker: str = '{"extras": ["serve"]}') -> Path:
    """A runtime as the module leaves it, on this test's own interpreter."""
    packages = path / "lib" / "python3.11" / "site-packages"
    (packages / "ray-2.60.0.dist-info").mkdir(parents=True)
    (packages / "ray").mkdir()
    (packages / "ray" / "_version.py").write_text('version = "2.60.0"\ncommit = "b7f4259e"\n')
    (path / "bin").mkdir()
    (path / "bin" / "ray").write_text("")
    (path / "bin" / "python").symlink_to(sys.executable)
    (path / "ray-runtime.json").write_text(marker)
    return path


def test_a_runtime_is_read_from_its_files_without_a_process(tmp_path: Path) -> None:
    commands = FakeCommands()
    environment = read_environment(str(runtime(tmp_path / "venv")), commands)
    assert environment is not None
    assert (environment.python_version, environment.ray_version) == (OWN_VERSION, "2.60.0")
    assert environment.ray_commit == "b7f4259e"
    assert environment.marker == {"extras": ["serve"]}
    assert commands.actions == []


@pytest.mark.parametrize("marker", ["", "{", "[]"])
def test_half_a_marker_is_none(tmp_path: Path, marker: str) -> None:
    environment = read_environment(str(runtime(tmp_path / "venv", marker=marker)), FakeCommands())
    assert environment is not None
    assert environment.marker == {}


def test_a_ray_that_says_it_is_another_is_no_ray(tmp_path: Path) -> None:
    path = runtime(tmp_path / "venv")
    packages = path / "lib" / "python3.11" / "site-packages"
    (packages / "ray" / "_version.py").write_text('version = "2.59.0"\ncommit = "b7f4259e"\n')
    environment = read_environment(str(path), FakeCommands())
    assert environment is not None
    assert environment.ray_version == ""


def test_two_rays_in_one_place_or_none_are_no_ray(tmp_path: Path) -> None:
    path = runtime(tmp_path / "venv")
    (path / "lib" / "python3.11" / "site-packages" / "ray-2.59.0.dist-info").mkdir()
    environment = read_environment(str(path), FakeCommands())
    assert environment is not None
    assert environment.ray_version == ""


def test_an_interpreter_that_is_gone_is_said(tmp_path: Path) -> None:
    path = runtime(tmp_path / "venv")
    (path / "bin" / "python").unlink()
    environment = read_environment(str(path), FakeCommands())
    assert environment is not None
    assert environment.python_version == ""


def test_nothing_there_is_nothing(tmp_path: Path) -> None:
    assert read_environment(str(tmp_path / "venv"), FakeCommands()) is None


def test_the_nodes_own_python_has_an_exact_version() -> None:
    commands = FakeCommands(answers={"/": f"{OWN_VERSION}\n"})
    assert own_interpreter(commands).version == OWN_VERSION


def test_a_python_that_uv_installed_is_found_by_its_exact_version(tmp_path: Path) -> None:
    program = tmp_path / "cpython-3.99.1-linux-x86_64-gnu" / "bin" / "python3.99"
    program.parent.mkdir(parents=True)
    program.write_text("")
    program.chmod(0o755)
    commands = FakeCommands(answers={str(program): "3.99.1\n"})
    found = find_interpreter("3.99.1", str(tmp_path), commands)
    assert found is not None
    assert found.program == str(program)
    assert find_interpreter("3.99.2", str(tmp_path), commands) is None


def test_one_installer_at_a_time(tmp_path: Path) -> None:
    """The lock is one between processes, so another process looks."""
    with installation_lock(str(tmp_path)):
        script = (
            "import fcntl, json\n"
            f"lock = open({json.dumps(str(tmp_path / '.lock'))}, 'w')\n"
            "try: fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
            "except OSError: print('taken')\n"
        )
        looked = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert looked.stdout == "taken\n"


#: An installer whose command calls when it has started, and goes on until that connection ends.
INSTALLER = """
import sys
from ansible_collections.ray.containers.plugins.module_utils._host.command import HostCommands
from ansible_collections.ray.containers.plugins.module_utils._host.python.installation_lock import installation_lock
writes = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1]))).recv(1)"
with installation_lock(sys.argv[1]) as lock:
    HostCommands().run([sys.executable, "-c", writes, sys.argv[2]], lock=lock)
"""


def test_what_a_killed_installer_has_started_goes_on_being_alone(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        argv = [sys.executable, "-c", INSTALLER, str(tmp_path), str(server.getsockname()[1])]
        with subprocess.Popen(argv, env=environment) as installer:
            writing, _address = server.accept()
            installer.kill()
    with open(tmp_path / ".lock", "w", encoding="utf-8") as lock:
        with writing, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(lock, fcntl.LOCK_EX)
