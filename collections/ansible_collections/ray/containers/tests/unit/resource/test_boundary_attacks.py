# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an application can do to root from the Ray user's territory, tried: a real account, and real steps as root."""

from __future__ import annotations

import dataclasses
import os
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.parity.answer import NO_PATH
from ansible_collections.ray.containers.plugins.module_utils._core.parity.probe import MARK
from ansible_collections.ray.containers.plugins.module_utils._core.plan import Plan, Step
from ansible_collections.ray.containers.plugins.module_utils._core.raylet import leftovers as leftovers_plan
from ansible_collections.ray.containers.plugins.module_utils._core.raylet import plan as raylet
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.service import Service
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.rootless import plan as rootless
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.places import ACCOUNT_COMMENT
from ansible_collections.ray.containers.plugins.module_utils._host import records, user_files
from ansible_collections.ray.containers.plugins.module_utils._host.accounts import Account
from ansible_collections.ray.containers.plugins.module_utils._host.command import Completed
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import Answer
from ansible_collections.ray.containers.plugins.module_utils._host.podman.image_store import read_store
from ansible_collections.ray.containers.plugins.module_utils._host.ray import leftovers, logs, secret_files
from ansible_collections.ray.containers.plugins.module_utils._host.ray.serve_api import ServeApi
from ansible_collections.ray.containers.plugins.module_utils._host.ray.token_files import users_token
from ansible_collections.ray.containers.plugins.module_utils._resource.image_questions import ImageQuestions
from ansible_collections.ray.containers.plugins.module_utils._resource.lifecycle import Resource
from ansible_collections.ray.containers.tests.unit.fakes.host_commands import FakeCommands
from ansible_collections.ray.containers.tests.unit.fakes.hostile import Place, attacking, in_place, inventory

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to lose")

TOKEN = "t" * 64


class Carrier(Resource[None]):
    """Carries out steps, as every capability does."""

    def observe(self) -> None:
        return None

    def plan(self, observed: None) -> Plan:
        return Plan()


@pytest.fixture(name="place")
def a_place(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Place]:
    monkeypatch.setattr(user_files, "_known", {})
    with in_place() as place:
        yield place


def carried_out(steps: t.Iterable[Step]) -> list[OperatorError]:
    """Carry the steps out, also those after one that fails; each failure is a sentence with a remedy."""
    carrier, failures = Carrier(FakeCommands()), []
    for step in steps:
        for action in getattr(step.action, "writes", (step.action,)):
            try:
                carrier.apply(dataclasses.replace(step, action=action))
            except OperatorError as error:
                assert error.remedy and error.code in ("RC-330", "RC-391", "RC-392")
                failures.append(error)
    return failures


def owner(place: Place, comment: str = ACCOUNT_COMMENT) -> Account:
    return Account(place.user.pw_name, place.user.pw_uid, place.user.pw_gid, "nogroup", str(place.home), comment)


def token_steps(place: Place) -> tuple[Step, ...]:
    """What a site does where the token is missing."""
    spec = RayletSpec("worker", place.user.pw_name, "/opt/ray/x", "2.60.0", "192.0.2.1", auth_token=TOKEN)
    service = Service(place.user.pw_uid, "nogroup", str(place.home), (1024, 1024))
    found = raylet.RayletFound(service, None, None, None, False, False, 0, False, "")
    return tuple(step for step in raylet.plan_raylet(spec, found).steps if "token" in step.summary)


def configuration_steps(place: Place) -> tuple[Step, ...]:
    """What a site does where the Ray user's Podman has no configuration."""
    user = place.user
    desired = rootless.RootlessDesired(user.pw_name, user.pw_uid, home=str(place.home), auth='{"auths": {}}\n')
    observed = rootless.RootlessObserved(None, gid=user.pw_gid, home_mode=0o711, home_owner=str(user.pw_uid))
    steps = rootless.plan_rootless(desired, observed).steps
    return tuple(step for step in steps if getattr(step.action, "as_user", ""))


@pytest.mark.parametrize(
    "trick",
    [
        'ln -s "$1" .ray',
        'ln -s "$1/secret" .ray',
        'mkdir .ray; ln -s "$1/secret" .ray/auth_token',
        'mkdir -p a; ln -s "$1" a/b; ln -s a/b .ray',
        "mkfifo .ray",
        "mkdir -p .ray/auth_token/x",
        "ln -s .ray .ray",
        "ln -s /proc/1/root/etc .ray",
    ],
)
def test_1_the_token_is_written_for_the_user_and_nowhere_else(place: Place, trick: str) -> None:
    place.does(trick, str(place.victim))
    before = inventory(place.victim), os.stat("/etc")
    failures = carried_out(token_steps(place))
    assert failures or (place.home / ".ray" / "auth_token").stat().st_uid == place.user.pw_uid
    assert (inventory(place.victim), os.stat("/etc")) == before


def test_1_the_token_replaces_whatever_file_stands_there(place: Place) -> None:
    place.does('mkdir .ray; ln "$1/open" .ray/auth_token || ln -s "$1/open" .ray/auth_token', str(place.victim))
    before = inventory(place.victim)
    assert carried_out(token_steps(place)) == []
    written = place.home / ".ray" / "auth_token"
    assert (written.read_text(), written.stat().st_mode & 0o777, written.stat().st_uid) == (
        TOKEN,
        0o600,
        place.user.pw_uid,
    )
    assert inventory(place.victim) == before


@pytest.mark.parametrize("name", [".config", ".config/containers", ".config/containers/containers.conf.d"])
def test_2_no_drop_in_appears_in_the_systems_directories(place: Place, name: str) -> None:
    place.does('mkdir -p "$(dirname "$2")"; ln -s "$1" "$2"', str(place.victim), name)
    before = inventory(place.victim)
    assert carried_out(configuration_steps(place))
    assert inventory(place.victim) == before


#: As attack 3 of the issue, by polling: it needs no inotify to win.
SWAPS = """
import os, sys
os.makedirs(".ray", exist_ok=True)
print(flush=True)
while True:
    for name in os.listdir(".ray"):
        if name != "auth_token":
            try:
                os.rename(f".ray/{name}", "taken"); os.symlink(sys.argv[1], f".ray/{name}")
            except OSError:
                pass
"""


def test_3_a_swapped_temporary_file_changes_nothing_of_roots(place: Place) -> None:
    before = inventory(place.victim)
    steps = token_steps(place)
    with attacking(place, SWAPS, str(place.secret)):
        for _time in range(60):
            carried_out(steps)
    assert inventory(place.victim) == before


class Entrypoint:
    """Podman, and an image whose ENTRYPOINT does what it wants with the directory that it is given."""

    def __init__(self, place: Place, script: str) -> None:
        self.place, self.script = place, script

    def inspect(self, *_images: str) -> list[dict[str, t.Any]]:
        architecture = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
        return [{"Id": "a" * 64, "Architecture": architecture, "Config": {"Entrypoint": ["x"], "User": "x"}}]

    def attempt(self, *words: str, **_options: t.Any) -> Completed:
        shared = next((word.partition(":")[0] for word in words if word.endswith(":/shared:Z")), "")
        if shared:
            self.place.does(f'cd "$2"; {self.script}', str(self.place.secret), shared)
            return Completed(words, 0, "", "")
        answer = '{"imports": {}, "worker_path": "/w.py", "ray_version": "2.60.0", "home": "/"}'
        return Completed(words, 0, f"{MARK}{answer}\n", "")


@pytest.mark.parametrize(
    ("script", "path"),
    [
        ('ln -s "$1" worker_path.txt', NO_PATH),
        ("ln -s /etc/shadow worker_path.txt", NO_PATH),
        ("ln -s /etc/passwd worker_path.txt", NO_PATH),
        ("mkfifo worker_path.txt", NO_PATH),
        ("mkdir worker_path.txt", NO_PATH),
        ("ln -s /dev/zero worker_path.txt", NO_PATH),
        ("truncate -s 10G worker_path.txt", NO_PATH),
        ("ln -s worker_path.txt worker_path.txt", NO_PATH),
        ("printf '/w\\033]52;c;eA==\\007' > worker_path.txt", NO_PATH),
        ("echo /other.py > worker_path.txt", "/other.py"),
    ],
)
def test_4_of_what_an_image_writes_only_a_path_is_kept(place: Place, script: str, path: str) -> None:
    podman: t.Any = Entrypoint(place, script)
    questions = ImageQuestions(podman, owner(place), 60.0, ask_gpus=False)
    questions.scratch = str(place.home)
    before = inventory(place.victim)
    ((_image, facts),) = list(questions.ask({"a" * 64: "r:5000/a:1"}, {}))
    assert (facts.first_path, facts.takes_commands) == (path, True)
    assert list(place.home.iterdir()) == []
    assert inventory(place.victim) == before


@pytest.mark.parametrize(
    ("trick", "name"),
    [
        ('mkdir .ray; ln -s "$1/secret" .ray/auth_token', "auth_token"),
        ('ln -s "$1" .ray', "secret"),
        ("mkdir .ray; mkfifo .ray/auth_token", "auth_token"),
    ],
)
def test_5_no_file_of_roots_is_sent_as_a_token(place: Place, trick: str, name: str) -> None:
    place.does(trick, str(place.victim))
    sent: list[t.Any] = []

    def send(*words: t.Any, **options: t.Any) -> Answer:
        sent.append((words, options))
        return Answer(200, "OK", "{}")

    api = ServeApi("http://127.0.0.1:1", f"{place.home}/.ray/{name}", user=place.user.pw_name, sender=send)
    with pytest.raises(OperatorError) as raised:
        api.details()
    assert raised.value.code == "RC-391"
    assert sent == []


def test_5_the_users_own_token_is_sent(place: Place) -> None:
    place.does(f"mkdir .ray; echo {TOKEN} > .ray/auth_token")
    sent: list[t.Any] = []

    def send(*_words: t.Any, **options: t.Any) -> Answer:
        sent.append(options["headers"])
        return Answer(200, "OK", "{}")

    ServeApi("http://127.0.0.1:1", f"{place.home}/.ray/auth_token", user=place.user.pw_name, sender=send).details()
    assert sent == [{"Authorization": f"Bearer {TOKEN}"}]


def leave_by_the_host(place: Place, monkeypatch: pytest.MonkeyPatch) -> list[Step]:
    """The steps of a switch to raylets in containers."""
    monkeypatch.setattr(leftovers, "DIRECTORY", str(place.root / "records"))
    monkeypatch.setattr(leftovers, "_states", list)
    monkeypatch.setattr(leftovers, "MOUNT_UNIT_FILES", ())
    found = leftovers.left_by_the_host(owner(place), "")
    return list(leftovers_plan.removal(dataclasses.replace(found, lingering="")))


@pytest.mark.parametrize(
    "trick", ['ln -s "$1" .config', 'mkdir .config; ln -s "$1/containers" .config/containers', 'ln -s "$1" .local']
)
def test_6_a_switch_removes_nothing_of_roots(place: Place, monkeypatch: pytest.MonkeyPatch, trick: str) -> None:
    for name in ("containers", "cni", "share/containers"):
        (place.victim / name / "storage").mkdir(parents=True)
    place.does(trick, str(place.victim))
    before = inventory(place.victim)
    carried_out(leave_by_the_host(place, monkeypatch))
    assert inventory(place.victim) == before


def test_6_a_switch_removes_what_is_the_users(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.does("mkdir -p .config/containers/x .local/share/containers/storage .config/cni; echo x > .config/other")
    assert carried_out(leave_by_the_host(place, monkeypatch)) == []
    assert sorted(path.name for path in place.home.rglob("*")) == [".config", "other"]


#: Renames a directory and puts a link in its place, in the middle of a removal as often as not.
RENAMES = """
import os, sys
print(flush=True)
while True:
    try:
        os.makedirs(".config/containers/deep/er", exist_ok=True)
        os.rename(".config/containers/deep", "away"); os.symlink(sys.argv[1], ".config/containers/deep")
        os.unlink(".config/containers/deep"); os.rename("away", ".config/containers/deep")
    except OSError:
        pass
"""


def test_6_a_busy_attacker_turns_no_removal_on_what_is_roots(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before = inventory(place.victim)
    place.does("mkdir -p .config/containers")
    with attacking(place, RENAMES, str(place.victim)):
        for _time in range(30):
            carried_out(leave_by_the_host(place, monkeypatch))
    assert inventory(place.victim) == before


HANGS = [
    "mkfifo raylet.err dashboard_ServeHead.err",
    "ln -s /dev/zero raylet.err; ln -s /dev/random gcs_server.err",
    "truncate -s 10G raylet.err; printf 'a\\nError: x\\n' >> raylet.err",
    "mkdir raylet.err; ln -s raylet.1.err raylet.1.err",
    "seq -f raylet.%g.err 20100 | xargs touch",
]


@pytest.mark.parametrize("trick", HANGS)
def test_7_a_look_at_the_logs_ends(place: Place, trick: str) -> None:
    place.does(f"mkdir -p s/logs; ln -s s session_latest; cd s/logs; {trick}")
    began = time.monotonic()
    territory = user_files.files_of(place.user.pw_name)
    session = logs.current_session(territory, str(place.home))
    assert session == str(place.home / "s")
    read = logs.session_logs(territory, session)
    assert sum(len(line) for log in read for line in log.lines) < 2 * logs.TAIL_BYTES
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "trick", ["mkfifo session_latest", "ln -s session_latest session_latest", "ln -s /root session_latest", ":"]
)
def test_7_there_is_no_session_where_none_can_be(place: Place, trick: str) -> None:
    place.does(trick)
    assert logs.current_session(user_files.files_of(place.user.pw_name), str(place.home)) == ""


@pytest.mark.parametrize(
    "trick",
    [
        "mkfifo images.json layers.json",
        "ln -s /dev/zero images.json; echo '[]' > layers.json",
        "ln -s /etc/shadow images.json; cp /dev/null layers.json",
    ],
)
def test_7_a_store_that_cannot_be_read_is_podmans_affair(place: Place, trick: str) -> None:
    place.does(
        "mkdir -p .local/share/containers/storage; cd .local/share/containers/storage; mkdir a; "
        f"ln -s a overlay-images; ln -s a overlay-layers; cd a; {trick}"
    )
    assert read_store(owner(place)) is None


@pytest.mark.parametrize(
    "trick", ["mkfifo .ray/auth_token", "mkdir .ray/auth_token", "truncate -s 10G .ray/auth_token"]
)
def test_7_whatever_stands_there_a_raylet_can_be_taken_off(place: Place, trick: str) -> None:
    place.does(f"mkdir .ray; {trick}")
    name, home = place.user.pw_name, str(place.home)
    with pytest.raises(OperatorError, match=r"cannot be read as"):
        users_token(home, name, read=True)
    there = users_token(home, name, read=False)
    assert there is not None and not there.content
    spec = RayletSpec("worker", name, "", "", "", state="absent")
    service = Service(place.user.pw_uid, "nogroup", home, (1024, 1024))
    found = raylet.RayletFound(service, "", None, there, False, False, 0, False, "")
    removal = [step for step in raylet.plan_raylet(spec, found).steps if "token" in step.summary]
    assert carried_out(removal) == []
    assert not (place.home / ".ray" / "auth_token").exists()


def test_what_holds_secrets_goes_with_the_raylet(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = place.root / "records"
    for module in (records, secret_files):
        monkeypatch.setattr(module, "DIRECTORY", str(kept))
    for name in ("CONTAINER_TOKEN", "CONTAINER_CONFIGURATION"):
        monkeypatch.setattr(secret_files, name, str(place.root / name.lower()))
        (place.root / name.lower()).mkdir()
    for path in (kept / "parity-ray.json", kept / "rootless-ray.proof"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (place.root / "container_configuration" / "auth.json").touch()
    place.does("mkdir -p .config/containers; echo own > .config/containers/auth.json")
    auth = place.home / ".config" / "containers" / "auth.json"
    # Of somebody's account its own credentials stay, and what the site has put there goes.
    found = secret_files.secret_files(owner(place, "Alice"))
    assert str(auth) not in [each.path for each in found]
    secret_files.note_credentials(str(auth), "own\n")
    assert (kept / "credentials.json").stat().st_mode & 0o777 == 0o600
    for comment in ("Alice", ACCOUNT_COMMENT):
        assert str(auth) in [each.path for each in secret_files.secret_files(owner(place, comment))]
    spec = RayletSpec("head", place.user.pw_name, "", "", "", state="absent")
    service = Service(place.user.pw_uid, "nogroup", str(place.home), (1024, 1024))
    there = raylet.RayletFound(service, None, None, None, False, False, 0, False, "")
    there = dataclasses.replace(there, secrets=secret_files.secret_files(owner(place)))
    assert carried_out(raylet.plan_raylet(spec, there).steps) == []
    left = [str(path.relative_to(place.root)) for path in place.root.rglob("*") if path.is_file()]
    assert sorted(left) == ["records/rootless-ray.proof", "victim/open", "victim/secret"]
    assert secret_files.secret_files(owner(place)) == ()
    assert Path(auth.parent).is_dir()
