# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The node's half of version_parity_info: what it asks images, once, and what it keeps of their answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.images.stored_image import parse_images
from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import Application, as_text
from ansible_collections.ray.containers.plugins.module_utils._core.parity.probe import START, facts_of, probe_input
from ansible_collections.ray.containers.plugins.module_utils._core.runtime.python_environment import Environment
from ansible_collections.ray.containers.plugins.module_utils._host import records
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.podman.client import Podman, PodmanFailed
from ansible_collections.ray.containers.plugins.module_utils._resource import image_questions, version_parity
from ansible_collections.ray.containers.tests.unit.fakes.podman import FakeImage, FakePodman, digest_of, id_of

ONE, TWO = (f"quay.io/a/image{number}@{digest_of(number)}" for number in (1, 2))
SAYS: dict[str, t.Any] = {
    "ray_version": "2.60.0",
    "ray_commit": "b7f4259",
    "python_version": "3.11.2",
    "user_id": 1000,
    "worker_path": "/w.py",
    "serves": True,
    "libraries": {"protobuf": "7.1"},
}


@pytest.fixture
def podman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePodman:
    """A node with Ray, and two images in the store of its Ray user."""
    fake = FakePodman(registry={name: FakeImage(number) for number, name in enumerate((ONE, TWO), start=1)})
    for reference, image in fake.registry.items():
        image.says = json.dumps(SAYS)
        fake.run(("podman", "pull", reference), check=False)
    fake.actions.clear()
    ray = Account("ray", 1000, 1000, "ray", str(tmp_path))
    monkeypatch.setattr(version_parity, "account", lambda name: ray if name == "ray" else None)
    monkeypatch.setattr(
        version_parity, "read_store", lambda account, **_options: parse_images(json.loads(fake._images([])[1]))
    )
    environment = Environment("3.11.2", "2.60.0", "b7f4259", {})
    monkeypatch.setattr(version_parity, "read_environment", lambda path, commands: environment)
    monkeypatch.setattr(version_parity, "installed_libraries", lambda path, names: {"protobuf": "7.1"})
    monkeypatch.setattr(version_parity, "gpus", lambda: 0)
    for module in (version_parity, image_questions):
        monkeypatch.setattr(module, "oci_architecture", lambda machine: "amd64")
    monkeypatch.setattr(records, "DIRECTORY", str(tmp_path / "records"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda path, uid, gid: None)
    return fake


def told(podman: FakePodman, *images: str, applications: t.Sequence[Application] = (), **parameters: t.Any) -> t.Any:
    """What the node tells."""
    defaults = {"user": "ray", "runtime_path": "/opt/ray/x", "timeout": 60, "raylet_image": "", "secrets": set()}
    asked = {**defaults, "images": list(images), "config": as_text(applications), **parameters}
    return version_parity.read(asked, podman)["contents"]


def test_an_image_is_asked_once(podman: FakePodman) -> None:
    first = told(podman, ONE)
    assert podman.verbs() == ["image", "run"]
    assert first["node"]["libraries"] == first["images"][ONE]["libraries"] == {"protobuf": "7.1"}
    podman.actions.clear()
    assert told(podman, ONE) == first
    assert podman.actions == []


def test_several_images_are_asked_in_a_container_each(podman: FakePodman) -> None:
    assert set(told(podman, ONE, TWO)["images"]) == {ONE, TWO}
    assert sorted(podman.verbs()) == ["image", "run", "run"]


def test_another_user_id_is_asked_anew(podman: FakePodman, monkeypatch: pytest.MonkeyPatch) -> None:
    told(podman, ONE)
    monkeypatch.setattr(version_parity, "account", lambda name: Account("ray", 1001, 1001, "ray", "/nowhere"))
    podman.actions.clear()
    assert told(podman, ONE)["node"]["user_id"] == 1001
    assert podman.verbs() == ["image", "run"]


def test_an_import_is_tried_once_for_its_path_and_environment(podman: FakePodman) -> None:
    application = Application("numerals", ONE, "numerals:app", {"KEY": "value"})
    assert told(podman, ONE, applications=[application])["images"][ONE]["imports"] == {"numerals": ""}
    podman.actions.clear()
    assert told(podman, ONE, applications=[application])["images"][ONE]["imports"] == {"numerals": ""}
    assert "imports" not in told(podman, ONE)["images"][ONE]
    assert podman.actions == []
    for other in (
        Application("numerals", ONE, "numerals:other", {"KEY": "value"}),
        Application("numerals", ONE, "numerals:app", {"KEY": "other"}),
    ):
        podman.actions.clear()
        told(podman, ONE, applications=[other])
        assert podman.verbs() == ["image", "run"]


def test_the_deployments_of_an_application_are_kept_with_its_import(podman: FakePodman) -> None:
    podman.registry[ONE].deployments = {
        "Numerals": {
            "needs": [{"CPU": 0.2}],
            "replicas": 1,
            **dict.fromkeys(("scales", "gang", "surges", "checks"), False),
        }
    }
    application = Application("numerals", ONE, "numerals:app")
    for _again in range(2):
        told_now = told(podman, ONE, applications=[application])["images"][ONE]
        assert told_now["deployments"] == {"numerals": podman.registry[ONE].deployments}
    podman.actions.clear()
    told(podman, ONE, applications=[Application("numerals", ONE, "numerals:app", args={"size": 2})])
    assert podman.verbs() == ["image", "run"]


BUILD = """
import types
def call_user_app_builder_with_args_if_necessary(found, arguments):
    return found(arguments) if callable(found) else found
def build_app(app, *, name):
    return types.SimpleNamespace(deployments=app)
"""
MODULE = """
import os, time, types
def deployment(name, *said, needs={"CPU": 1}, bundles=None, scaling=None, replicas=1):
    options = types.SimpleNamespace(autoscaling_config=scaling, num_replicas=replicas, user_configured_option_names=set(said))
    replica = types.SimpleNamespace(placement_group_bundles=bundles, resource_dict=needs)
    code = bundles and types.SimpleNamespace(check_health=print)
    return types.SimpleNamespace(name=name, _deployment_config=options, _replica_config=replica, func_or_class=code)
app = [deployment("A"), deployment("B", "max_surge_percent", bundles=[{"GPU": 1}, {"CPU": 2}], replicas=3)]
def builder(arguments):
    return [deployment(arguments["name"], scaling=types.SimpleNamespace(min_replicas=2))]
def raises(arguments):
    raise RuntimeError("Ray is not connected")
"""
STAGED = ("app", "builder", "raises")


def test_a_probe_tells_the_deployments_that_an_application_is_built_of(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (tmp_path / "bin" / "python").chmod(0o755)
    (private := tmp_path / "ray" / "serve" / "_private").mkdir(parents=True)
    for package in (tmp_path / "ray", tmp_path / "ray" / "serve", private):
        (package / "__init__.py").touch()
    for name in ("api", "build_app"):
        (private / f"{name}.py").write_text(BUILD)
    (tmp_path / "m.py").write_text(MODULE)
    applications = [Application(each, ONE, f"m:{each}", {}, False, {"name": "C"}) for each in STAGED]
    done = subprocess.run(
        (sys.executable, "-c", START),
        input=probe_input(applications, str(tmp_path), False, 600),
        env={**os.environ, "PATH": f"{tmp_path}/bin:/usr/bin:/bin", "PYTHONPATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    facts = facts_of("amd64", done.stdout, done.stderr)
    assert facts.imports == dict.fromkeys(STAGED, "")
    rest = dict.fromkeys(("scales", "gang", "checks"), False)
    assert facts.deployments == {
        "app": {
            "A": {"needs": [{"CPU": 1}], "replicas": 1, "surges": False, **rest},
            "B": {"needs": [{"GPU": 1}, {"CPU": 2}], "replicas": 3, "surges": True, **rest, "checks": True},
        },
        "builder": {"C": {"needs": [{"CPU": 1}], "replicas": 2, "surges": False, **rest, "scales": True}},
    }


LINES = "-----BEGIN KEY-----\nhunter2hunter2hunter2\nhunter3hunter3\n-----END KEY-----\n"
#: Its last character is quoted in another way by Python than by JSON.
QUOTED = "hunter2\\hunter2\nhunter2\x7f"
LONG = "sk-live-abcdefghijklmnop" + "0123456789" * 5 + "qrstuvwxyz"
#: A variable, what an import says of it, and what of that is told.
SAID = [
    ("hunter2-hunter2", "ValueError: bad token hunter2-hunter2", "ValueError: bad token ********"),
    ("hunter2-hunter2\n", "ValueError: bad token hunter2-hunter2", "ValueError: bad token ********"),
    (LINES, f"ValueError: no key: {LINES}", "ValueError: no key: ********"),
    (LINES, "ValueError: at hunter3hunter3", "ValueError: at ********"),
    (QUOTED, f"KeyError: {QUOTED!r}", "KeyError: '********'"),
    (QUOTED, f"OSError: {json.dumps(QUOTED)}", 'OSError: "********"'),
    ("hunter2-hunter2", f"OSError: {'x ' * 191}hunter2-hunter2 y", f"OSError: {'x ' * 191}******** "),
    (
        LONG,
        "ValidationError: 1 error for Settings\nkey\n"
        f"  Bad [type=int, input_value='{LONG[:24]}...{LONG[-11:]}', input_type=str]",
        "ValidationError: 1 error for Settings key Bad [type=int, input_value=********, input_type=str]",
    ),
    ("1", "ValueError: 1 is no number", "ValueError: 1 is no number"),
]


@pytest.mark.parametrize(("value", "says", "shown"), SAID)
def test_no_variable_stands_on_a_command_line_or_in_the_records(
    podman: FakePodman, tmp_path: Path, value: str, says: str, shown: str
) -> None:
    podman.registry[ONE].broken = {"numerals:app": says}
    application = Application("numerals", ONE, "numerals:app", {"TOKEN": value})
    answer = told(podman, ONE, applications=[application])
    assert answer["images"][ONE]["imports"] == {"numerals": shown}
    kept = (tmp_path / "records" / "parity-ray.json").read_text()
    output = json.dumps([podman.actions, answer, kept])
    assert "hunter" not in output and LONG[:6] not in output and LONG[-6:] not in output


def test_no_variable_leaves_the_container(tmp_path: Path) -> None:
    # Podman may log what a container prints, so that nothing done outside of it would be enough.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (tmp_path / "bin" / "python").chmod(0o755)
    (tmp_path / "ray").mkdir()
    for module in ("__init__", "serve"):
        (tmp_path / "ray" / f"{module}.py").touch()
    applications, shown = [], {}
    for number, (value, says, expected) in enumerate(SAID):
        kind, _colon, message = says.partition(": ")
        raised = f"class {kind}(Exception):\n    __str__ = lambda self: {message!r}\nraise {kind}"
        ended = f"import os\nos.write(2, {says!r}.encode())\nos._exit(3)"
        for name, source in ((f"raises{number}", raised), (f"ends{number}", ended)):
            (tmp_path / f"{name}.py").write_text(source)
            applications.append(Application(name, ONE, f"{name}:app", {"TOKEN": value}))
        shown[f"raises{number}"] = expected
    environment = {**os.environ, "PATH": f"{tmp_path}/bin:/usr/bin:/bin", "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        (sys.executable, "-c", START),
        input=probe_input(applications, str(tmp_path), False, 600),
        env={**environment, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    facts = facts_of("amd64", done.stdout, done.stderr)
    assert {name: said for name, said in facts.imports.items() if name in shown} == shown
    assert facts.imports["ends0"] == "it ended with status 3: ValueError: bad token ********"
    output = done.stdout + done.stderr
    assert "hunter" not in output and LONG[:6] not in output and LONG[-6:] not in output


def test_what_failed_is_not_kept(podman: FakePodman) -> None:
    application = Application("numerals", ONE, "numerals:app")
    podman.registry[ONE].broken = {"numerals:app": "ModuleNotFoundError: No module named 'roman'"}
    for _again in range(2):
        assert "roman" in told(podman, ONE, applications=[application])["images"][ONE]["imports"]["numerals"]
    podman.registry[ONE].broken = {}
    assert told(podman, ONE, applications=[application])["images"][ONE]["imports"] == {"numerals": ""}
    podman.registry[TWO].says = "Error: executable file `python` not found in $PATH"
    assert told(podman, TWO)["images"][TWO]["no_python"]
    podman.registry[TWO].says = json.dumps(SAYS)
    assert "failure" not in told(podman, TWO)["images"][TWO]


@pytest.mark.parametrize("bad", [{"writes": False}, {"home": ""}])
def test_what_a_full_disk_can_be_the_reason_of_is_not_kept(podman: FakePodman, bad: dict[str, t.Any]) -> None:
    podman.registry[ONE].says = json.dumps({**SAYS, **bad})
    for _again in range(2):
        facts = told(podman, ONE)["images"][ONE]
        assert bad.items() <= facts.items()
    podman.registry[ONE].says = json.dumps(SAYS)
    assert not bad.keys() & told(podman, ONE)["images"][ONE].keys()


FULL = "Error: creating container storage: no space left on device"


@pytest.mark.parametrize(
    ("entrypoint", "ends", "failure"),
    [
        ((), (125, f"{FULL}\n"), FULL[len("Error: ") :]),
        (("/exec-all",), (125, f"{FULL}\n"), FULL[len("Error: ") :]),
        ((), (124, "\nno end after 60 seconds"), "no end after 60 seconds"),
        ((), (137, ""), "it ended with status 137"),
        # An ENTRYPOINT that starts a server has no end, and one may be no program.
        (("/serve",), (124, "\nno end after 60 seconds"), ""),
        (("/none",), (127, "Error: crun: executable file `/none` not found: No such file or directory"), ""),
        (("/exec-all",), (137, ""), ""),
    ],
)
def test_an_entrypoint_is_blamed_for_what_it_can_be_blamed_for_and_not_for_ever(
    podman: FakePodman, entrypoint: tuple[str, ...], ends: tuple[int, str], failure: str
) -> None:
    image = podman.registry[ONE]
    image.user, image.entrypoint, image.first_ends = "", entrypoint, ends
    for _again in range(2):
        facts = told(podman, ONE)["images"][ONE]
        assert facts.get("failure", "") == failure and facts.get("takes_commands", True) is bool(failure)
    image.first_ends = (0, "")
    assert told(podman, ONE)["images"][ONE]["first_path"] == "/w.py"
    podman.actions.clear()
    facts = told(podman, ONE)["images"][ONE]
    assert "failure" not in facts and "takes_commands" not in facts and podman.actions == []


@pytest.mark.parametrize(
    ("user", "entrypoint", "verbs"),
    [
        ("ray", (), ["image", "run"]),
        ("ray", ("/exec-all",), ["image", "run", "run"]),
        # Without a user Ray's first command runs as the container's root, who may find another Ray.
        ("", (), ["image", "run", "run"]),
    ],
)
def test_rays_first_command_runs_where_it_can_tell_something_else(
    podman: FakePodman, user: str, entrypoint: tuple[str, ...], verbs: list[str]
) -> None:
    podman.registry[ONE].user, podman.registry[ONE].entrypoint = user, entrypoint
    facts = told(podman, ONE)["images"][ONE]
    assert podman.verbs() == verbs
    assert facts.get("first_path", "") == ("/w.py" if len(verbs) > 2 else "")
    assert "takes_commands" not in facts


def test_an_entrypoint_is_tried_and_not_judged_by_its_looks(podman: FakePodman) -> None:
    podman.registry[ONE].entrypoint = ("/swallow",)
    assert told(podman, ONE)["images"][ONE]["takes_commands"] is False
    podman.registry[TWO].entrypoint, podman.registry[TWO].first_path = ("/conda",), "/conda/w.py"
    assert told(podman, TWO)["images"][TWO]["first_path"] == "/conda/w.py"


def test_an_image_that_does_not_end_does_not_keep_others_from_being_asked(
    podman: FakePodman, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = Podman.attempt
    left: set[str] = set()

    def late(self: Podman, *arguments: str, **options: t.Any) -> Completed:
        if arguments[:2] == ("rm", "--force"):
            left.remove(arguments[2])
        if ONE in arguments:
            left.update(word[len("--name=") :] for word in arguments if word.startswith("--name="))
            assert left
            raise PodmanFailed(Completed(arguments, 124, "", "\nno end after 60 seconds"))
        return attempt(self, *arguments, **options)

    monkeypatch.setattr(Podman, "attempt", late)
    images = told(podman, ONE, TWO)["images"]
    assert images[ONE]["failure"] == "no end after 60 seconds" and not left
    assert "failure" not in images[TWO]


def test_an_image_of_another_architecture_is_not_run(podman: FakePodman) -> None:
    podman.registry[ONE].architecture = "arm64"
    assert told(podman, ONE)["images"][ONE]["architecture"] == "arm64"
    assert podman.verbs() == ["image"]


def test_devices_are_asked_for_again_when_what_gives_them_changes(
    podman: FakePodman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version_parity, "gpus", lambda: 2)
    monkeypatch.setattr(version_parity, "_gpu_setup", lambda account: "as it is")
    podman.registry[ONE].says = json.dumps({**SAYS, "gpus": 2})
    application = Application("whisper", ONE, "", gpus=True)
    assert told(podman, ONE, applications=[application])["images"][ONE]["gpus"] == 2
    assert '"gpus": true' in next(text for text in podman.stdin.values() if text)
    podman.actions.clear()
    told(podman, ONE, applications=[application])
    told(podman, ONE)
    assert podman.actions == []
    monkeypatch.setattr(version_parity, "_gpu_setup", lambda account: "another containers.conf")
    told(podman, ONE, applications=[application])
    assert podman.verbs() == ["image", "run"]


def test_devices_are_asked_for_though_another_images_were(podman: FakePodman, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version_parity, "gpus", lambda: 2)
    monkeypatch.setattr(version_parity, "_gpu_setup", lambda account: "as it is")
    podman.registry[TWO].says = json.dumps({**SAYS, "gpus": 2})
    whisper = Application("whisper", TWO, "", gpus=True)
    told(podman, ONE, TWO, applications=[Application("numerals", ONE, ""), whisper])
    podman.registry[ONE].says = json.dumps({**SAYS, "gpus": 0})
    podman.actions.clear()
    facts = told(podman, ONE, TWO, applications=[Application("numerals", ONE, "", gpus=True), whisper])["images"]
    assert (facts[ONE]["gpus"], facts[TWO]["gpus"]) == (0, 2)
    assert podman.verbs() == ["image", "run"]


def test_what_is_not_there_is_left_out(podman: FakePodman, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(podman, "quay.io/a/none:1")["images"] == {}
    monkeypatch.setattr(version_parity, "read_environment", lambda path, commands: None)
    answer = told(podman, ONE, user="nobody-yet")
    assert answer == {"node": {}, "images": {}}
    assert podman.actions == []


def test_records_of_images_that_are_gone_are_dropped(podman: FakePodman, tmp_path: Path) -> None:
    told(podman, ONE)
    del podman.store[id_of(1)]
    told(podman, TWO)
    assert set(json.loads((tmp_path / "records" / "parity-ray.json").read_text())) == {id_of(2)}
