# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Building and pushing as another account: its files are read with its rights, and to an end, whatever they lead to."""

from __future__ import annotations

import base64
import json
import os
import time
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.images.reference import ImageReference
from ansible_collections.ray.containers.plugins.module_utils._core.images.registry import Registry
from ansible_collections.ray.containers.plugins.module_utils._host import user_files
from ansible_collections.ray.containers.plugins.module_utils._host.podman.build_input import (
    read_as,
    read_build_input,
)
from ansible_collections.ray.containers.plugins.module_utils._host.registry.api import RegistryApi, RegistryFailure
from ansible_collections.ray.containers.plugins.module_utils._host.registry.connection import (
    authorities_in,
    certificates_for,
)
from ansible_collections.ray.containers.plugins.module_utils._resource import image_push
from ansible_collections.ray.containers.tests.unit.fakes.hostile import Place, in_place
from ansible_collections.ray.containers.tests.unit.fakes.podman import FakePodman
from ansible_collections.ray.containers.tests.unit.fakes.registry_server import FakeRegistry

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to lose")

AUTH = ".config/containers/auth.json"


@pytest.fixture(name="place")
def a_place(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Place]:
    monkeypatch.setattr(user_files, "_known", {})
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with in_place() as place:
        yield place


def asked_as_the_account(place: Place, server: FakeRegistry) -> RegistryApi:
    """What `image_push` asks the registry with."""
    parameters: dict[str, t.Any] = {
        "reference": f"{server.location}/a/built:1",
        "destination": "",
        "tls_verify": False,
        "auth_file": "",
        "registries": [],
        "user": place.user.pw_name,
        "compression": "zstd",
        "timeout": 60,
    }
    api = image_push.build(parameters, FakePodman()).registry
    api.environ = {"HOME": str(place.home), "XDG_RUNTIME_DIR": str(place.home / "run")}
    return api


def credentials_of(server: FakeRegistry, password: str = "hunter2") -> str:
    entry = {"auth": base64.b64encode(f"alice:{password}".encode()).decode()}
    return json.dumps({"auths": {server.location: entry}})


@pytest.mark.parametrize("trick", ['ln -s "$1/secret" "$2"', 'rmdir "$(dirname "$2")"; ln -s "$1" "$(dirname "$2")"'])
def test_no_credentials_of_roots_are_sent_to_a_registry(place: Place, trick: str) -> None:
    """A link in the place of the account's auth.json, or in the middle of the path to it."""
    with FakeRegistry("basic", {"alice": "hunter2"}) as server:
        for name in ("secret", "auth.json"):
            (place.victim / name).write_text(credentials_of(server), encoding="utf-8")
            (place.victim / name).chmod(0o600)
        place.does(f'mkdir -p "$(dirname "$2")"; {trick}', str(place.victim), AUTH)
        api = asked_as_the_account(place, server)
        with pytest.raises(RegistryFailure):
            api.manifest(ImageReference.parse(f"{server.location}/a/built:1"))
        assert [request[2] for request in server.requests if request[2]] == []


@pytest.mark.parametrize(
    "trick",
    [
        'mkfifo "$2"',
        'ln -s /dev/zero "$2"',
        'truncate -s 10G "$2"',
        'mkdir "$2"',
        'ln -s auth.json "$2"',
        'python3 -c \'print("[" * 500000)\' > "$2"',
        """python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$2" """,
    ],
)
def test_whatever_stands_in_the_place_of_the_credentials_the_answer_comes(place: Place, trick: str) -> None:
    with FakeRegistry() as server:
        server.push("a/built", "1")
        place.does(f'mkdir -p "$(dirname "$2")"; {trick}', "", AUTH)
        began = time.monotonic()
        api = asked_as_the_account(place, server)
        assert api.manifest(ImageReference.parse(f"{server.location}/a/built:1"))
        assert time.monotonic() - began < 60


def test_the_accounts_own_credentials_are_sent(place: Place) -> None:
    with FakeRegistry("basic", {"alice": "hunter2"}) as server:
        server.push("a/built", "1")
        script = 'mkdir -p "$(dirname "$2")"; printf %s "$1" > "$2"; chmod 600 "$2"'
        place.does(script, credentials_of(server), AUTH)
        api = asked_as_the_account(place, server)
        assert api.manifest(ImageReference.parse(f"{server.location}/a/built:1"))


def test_a_file_of_roots_that_the_operator_names_is_read_as_the_account_too(place: Place) -> None:
    """Podman runs as the account, and could not read it either."""
    with FakeRegistry("basic", {"alice": "hunter2"}) as server:
        place.secret.write_text(credentials_of(server), encoding="utf-8")
        api = asked_as_the_account(place, server)
        api.registries = (Registry(server.location, insecure=True, auth_file=str(place.secret)),)
        with pytest.raises(RegistryFailure, match="Permission denied"):
            api.manifest(ImageReference.parse(f"{server.location}/a/built:1"))


@pytest.mark.parametrize(
    "trick",
    ["mkfifo a.crt", "ln -s /dev/zero a.crt", "truncate -s 10G a.crt", 'ln -s "$1/secret" a.crt', "mkdir a.crt"],
)
def test_certificates_are_the_accounts_to_read(place: Place, trick: str) -> None:
    own = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----"
    place.secret.write_text(own.replace("QUJD", "Uk9PVA=="), encoding="utf-8")
    place.does(
        f'mkdir -p .config/containers/certs.d/r:5000; cd .config/containers/certs.d/r:5000; {trick}; echo "$2" > b.crt',
        str(place.victim),
        own,
    )
    files, began = user_files.files_of(place.user.pw_name), time.monotonic()
    directory = certificates_for("r:5000", {"HOME": str(place.home)}, files)
    assert directory == f"{place.home}/.config/containers/certs.d/r:5000"
    assert authorities_in(directory, files) == (own,)
    assert time.monotonic() - began < 10


def test_a_context_is_read_with_the_rights_of_who_builds(place: Place) -> None:
    place.does("mkdir a; echo FROM x > a/Containerfile; echo y > a/b")
    context = str(place.home / "a")
    given = read_as(place.user.pw_name, context, f"{context}/Containerfile", 60)
    assert given is not None
    assert given == read_build_input(context, f"{context}/Containerfile")
    assert read_as(place.user.pw_name, context, f"{context}/None", 60) is None


@pytest.mark.parametrize(
    ("trick", "why"),
    [
        ('ln -s "$1/secret" Containerfile', "Permission denied"),
        ("mkfifo Containerfile", "it is a FIFO"),
        ("ln -s /dev/zero Containerfile", "it is a device"),
        ("truncate -s 10G Containerfile", "it holds more than"),
        ("echo FROM x > Containerfile; truncate -s 7E a || truncate -s 15T a", "no end after 1 seconds"),
    ],
)
def test_a_context_that_leads_elsewhere_or_has_no_end_is_refused(place: Place, trick: str, why: str) -> None:
    place.does(f"mkdir c; cd c; {trick}", str(place.victim))
    context, began = str(place.home / "c"), time.monotonic()
    with pytest.raises(OperatorError) as raised:
        read_as(place.user.pw_name, context, f"{context}/Containerfile", 1)
    assert why in raised.value.why
    assert raised.value.remedy
    assert time.monotonic() - began < 10
