# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The `podman` that raylets find first: run as installed, before a Podman that notes how it was called."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._host.podman import rays_podman
from ansible_collections.ray.containers.plugins.module_utils._host.podman.rays_podman import (
    rewritten,
    with_hidden_values,
)
from ansible_collections.ray.containers.plugins.module_utils._host.podman.rays_podman_file import (
    defect_of,
    program_text,
)

DATA = Path(__file__).resolve().parents[1] / "data" / "ray-2.60.0"

IMAGE = "registry.example.com:5000/whisper@sha256:" + "a" * 64
ID = "6e655996f7f918eb976bfe308d1b95134adcf5cb0e674848c9f6d46d9e5070b9"
TOP = "16820a132782d9b82d60edc99c18b435975fe257f13313d8bdb369a773002c05"

OF_THE_HOST = ("-v", "/tmp/ray:/tmp/ray", "--cgroup-manager=cgroupfs", "--network=host", "--pid=host", "--ipc=host")
KEEP_ID = "--userns=keep-id"
ENVIRONMENT = ("--env", "RAY_RAYLET_PID=28915", "--env", "RAY_JOB_ID=01000000")
WORKER = ("/opt/ray/default_worker.py", "--node-ip-address=10.0.0.1", "--raylet-name=/tmp/ray/sockets/raylet")


def recorded() -> list[str]:
    """Ray 2.60.0's own command, out of its log, as bash hands it over."""
    log = (DATA / "runtime_env_setup-01000000.log").read_text(encoding="utf-8")
    prefix = log[log.index("podman run ") :].splitlines()[0]
    told = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {prefix} \"$@\"", "bash", *WORKER],
        env={"RAY_JOB_ID": "01000000"},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.splitlines()[1:]


def ray_260(*options: str, image: str = IMAGE) -> list[str]:
    token = ("-v", "/home/ray/.ray/auth_token:/home/ray/.ray/auth_token:ro")
    return [
        *("run", *OF_THE_HOST, KEEP_ID, *token, *ENVIRONMENT, *options),
        *("--entrypoint", "python", image, *WORKER),
    ]


def ray_29(program: str) -> list[str]:
    """Ray 2.9 to 2.11, _private/runtime_env/container.py: no token, and `sh` for a program at first."""
    return ["run", *OF_THE_HOST, KEEP_ID, *ENVIRONMENT, "--entrypoint", program, IMAGE, *WORKER]


FIRST_COMMAND = ["run", "--rm", "-v", "/tmp/tmpabc:/shared:Z", IMAGE, "python", "-c", "import ray"]


@dataclass
class Host:
    """A directory with a Podman that writes down its words, and a home with a store."""

    root: Path

    @property
    def podman(self) -> Path:
        return self.root / "bin" / "podman"

    @property
    def called(self) -> list[list[str]]:
        log = self.root / "called"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def install(self, version: str = "4.3.1", inspected: str = "") -> None:
        """A Podman of this version. In its namespaces its user may enter layers; here that is nobody's business."""
        self.podman.parent.mkdir(exist_ok=True)
        self.podman.write_text(
            f"#!{sys.executable} -IS\n"
            "import json, signal, sys\n"
            f"open({str(self.root / 'called')!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n')\n"
            f"if sys.argv[1:] == ['--version']: print('podman version {version}')\n"
            f"elif sys.argv[1:3] == ['image', 'inspect']: sys.stdout.write({inspected!r})\n"
            f"if sys.argv[1:3] == ['image', 'inspect'] and not {inspected!r}: sys.exit(125)\n"
            "if sys.argv[1] == 'unshare': import os; os.execv(sys.argv[2], sys.argv[2:])\n"
        )
        self.podman.chmod(0o755)

    def store(self, user: str, *, passwd: t.Sequence[str | None] = (), image: str = IMAGE) -> None:
        """An image in the store.

        :param passwd: of its layers, the uppermost first; None for a layer without one.
        """
        store = self.root / "store"
        settings = self.root / ".config" / "containers" / "storage.conf"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(f'[storage]\ndriver = "overlay"\ngraphroot = "{store}"\n')
        records = [{"id": ID, "names": [image], "layer": TOP}, {"id": "b" * 64, "names": [], "layer": ""}]
        (store / "overlay-images" / ID).mkdir(parents=True)
        (store / "overlay-images" / "images.json").write_text(json.dumps(records))
        key = base64.b64encode(f"sha256:{ID}".encode()).decode()
        configuration = {"config": {"User": user} if user else {}}
        (store / "overlay-images" / ID / f"={key}").write_text(json.dumps(configuration))
        layers = []
        for number, text in enumerate(passwd):
            layers.append(store / "overlay" / f"{number}" / "diff")
            (layers[-1] / "etc").mkdir(parents=True)
            if text is not None:
                (layers[-1] / "etc" / "passwd").write_text(text)
        self.install(inspected=f"{user}\n{':'.join(map(str, layers))}:\n" if layers else "")


@pytest.fixture(name="host")
def a_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "CONTAINERS_STORAGE_CONF", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    made = Host(tmp_path)
    made.install()
    return made


def mapped(words: t.Sequence[str], uid: int) -> list[str]:
    return [f"{KEEP_ID}:uid={uid},gid={uid}" if word == KEEP_ID else word for word in words]


@pytest.mark.parametrize(
    "words",
    [
        recorded(),
        ray_260(),
        ray_260("--env", "A=it's --entrypoint python x", "--env", "B=--userns=host"),
        ray_260("--device", "nvidia.com/gpu=all", "--shm-size=2g"),
        ray_260("--entrypoint", "sh"),
        ray_29("python"),
        ray_29("sh"),
        ["create", "--replace", "--name", "x", KEEP_ID, "--pull=never", "--entrypoint", "python", IMAGE, "-c", "1"],
    ],
    ids=["recorded", "2.60", "words in values", "run_options", "two entrypoints", "2.9", "2.9 sh", "layers"],
)
def test_the_raylets_user_is_the_images_in_rays_own_commands(words: list[str], host: Host) -> None:
    host.store("1000", image=next(word for word in words if "5000/" in word))
    assert rewritten(words, str(host.podman), 1001) == mapped(words, 1000)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--version"],
        ["ps", "--all", KEEP_ID],
        FIRST_COMMAND,
        ["run", KEEP_ID, IMAGE, "--entrypoint", "python", "-c"],
        ["run", KEEP_ID, "--entrypoint", "python"],
        ["run", "--userns", "keep-id", "--entrypoint", "python", IMAGE, "x"],
        ["run", "--userns=host", "--entrypoint", "python", IMAGE, "x"],
        ["run", f"{KEEP_ID}:uid=5", "--entrypoint", "python", IMAGE, "x"],
        ray_260("--userns=host"),
        ["--log-level=debug", *ray_260()],
    ],
)
def test_every_other_command_stays_as_it_is_and_costs_no_process(words: list[str], host: Host) -> None:
    host.store("1000")
    assert rewritten(list(words), str(host.podman), 1001) == words
    assert host.called == []


SECRETS = (
    "--env",
    "HF_TOKEN=hf_of a'hub",
    "--env",
    "DSN=two\nlines=here",
    "--env",
    "a.b-c=",
    "--env",
    "HF_TOKEN=the last",
)


PASSWD = "root:x:0:0:root:/root:/bin/bash\nray:x:1234:100::/home/ray:/bin/bash\nbroken\nsecond:x::1::/:\n"


@pytest.mark.parametrize(
    ("user", "passwd", "uid"),
    [
        ("1000", [], 1000),
        ("1000:100", [], 1000),
        ("1000:users", [], 1000),
        ("ray", [PASSWD], 1234),
        ("ray:users", [PASSWD], 1234),
        ("ray", [None, None, PASSWD], 1234),
        ("ray", ["ray:x:5:5::/:/bin/sh\n", PASSWD], 5),
        ("ray", [None], None),
        ("ray", ["other:x:5:5::/:/bin/sh\n", PASSWD], None),
        ("second", [PASSWD], None),
        ("", [PASSWD], None),
        ("0", [], None),
        ("0:0", [], None),
        ("root", [PASSWD], None),
        ("1001", [], None),
    ],
)
def test_the_user_is_resolved_in_the_image_and_is_never_root(
    user: str, passwd: list[str | None], uid: int | None, host: Host
) -> None:
    host.store(user, passwd=passwd)
    assert rewritten(ray_260(), str(host.podman), 1001) == (mapped(ray_260(), uid) if uid else ray_260())
    # Nothing is asked where the store's own files tell, and nothing is to be changed.
    if user.partition(":")[0].isdigit() or not user:
        assert host.called == ([["--version"]] if uid else [])


@pytest.mark.parametrize("option", [("--user", "1234"), ("--user=1234:5",), ("-u", "1234")])
def test_the_user_of_run_options_wins_over_the_images(option: tuple[str, ...], host: Host) -> None:
    host.store("1000")
    assert rewritten(ray_260(*option), str(host.podman), 1001) == mapped(ray_260(*option), 1234)


def test_a_name_is_looked_for_once(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.store("ray", passwd=[PASSWD])
    kept: dict[str, str] = {}

    def readlink(path: str) -> str:
        if path not in kept:
            raise FileNotFoundError
        return kept[path]

    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1001")
    monkeypatch.setattr(os, "readlink", readlink)
    monkeypatch.setattr(os, "symlink", lambda text, path: kept.update({path: text}))
    for _worker in range(2):
        assert rewritten(ray_260(), str(host.podman), 1001) == mapped(ray_260(), 1234)
    assert [words[0] for words in host.called] == ["image", "unshare", "--version", "--version"]
    # Whoever changes what is kept does not become root by it.
    assert list(kept) == [f"/run/user/1001/ray.containers-{ID}-ray"]
    kept[f"/run/user/1001/ray.containers-{ID}-ray"] = "0"
    assert rewritten(ray_260(), str(host.podman), 1001) == ray_260()


def test_a_link_in_an_image_does_not_lead_out_of_it(host: Host) -> None:
    host.store("root", passwd=[None])
    layer = host.root / "store" / "overlay" / "0" / "diff"
    (host.root / "passwd").write_text("root:x:1000:1000::/:/bin/sh\n")
    (layer / "etc" / "passwd").symlink_to(host.root / "passwd")
    assert rewritten(ray_260(), str(host.podman), 1001) == ray_260()
    shutil.rmtree(layer / "etc")
    (layer / "etc").symlink_to(host.root)
    assert rewritten(ray_260(), str(host.podman), 1001) == ray_260()


@pytest.mark.parametrize(
    ("version", "changes"),
    [("3.4.4", False), ("4.2.1", False), ("4.3.0", True), ("4.9.4-rhel", True), ("5.0.0-dev", True), ("new", False)],
)
def test_a_podman_that_does_not_know_the_word_does_not_get_it(version: str, changes: bool, host: Host) -> None:
    host.store("1000")
    host.install(version)
    assert rewritten(ray_260(), str(host.podman), 1001) == (mapped(ray_260(), 1000) if changes else ray_260())


def test_podman_is_asked_where_the_stores_files_do_not_tell(host: Host) -> None:
    assert rewritten(ray_260(), str(host.podman), 1001) == ray_260()
    layer = host.root / "layer"
    (layer / "etc").mkdir(parents=True)
    (layer / "etc" / "passwd").write_text(PASSWD)
    host.install(inspected=f"ray\n:{host.root}/none:{layer}\n")
    assert rewritten(ray_260(), str(host.podman), 1001) == mapped(ray_260(), 1234)
    inspected = [words for words in host.called if words[:2] == ["image", "inspect"]]
    assert all(words[-1] == IMAGE for words in inspected)


@pytest.mark.parametrize("damage", ["{", "[]", json.dumps([{"id": 5, "names": [IMAGE]}]), "[1]"])
def test_a_damaged_store_stops_no_worker(damage: str, host: Host) -> None:
    host.store("1000")
    (host.root / "store" / "overlay-images" / "images.json").write_text(damage)
    assert rewritten(ray_260(), str(host.podman), 1001) == ray_260()


def test_roots_commands_stay_as_they_are(host: Host) -> None:
    host.store("1000")
    assert rewritten(ray_260(), str(host.podman), 0) == ray_260()
    assert host.called == []


@pytest.fixture(name="program")
def a_program(host: Host) -> Path:
    """The program as it is installed, in a directory of its own."""
    path = host.root / "first" / "podman"
    path.parent.mkdir()
    path.write_text(program_text())
    path.chmod(0o755)
    return path


def run(program: Path, *words: str, path: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["podman", *words],
        executable=shutil.which("podman", path=path),
        env={"HOME": os.environ["HOME"], "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_program_becomes_the_next_podman_of_the_path(program: Path, host: Host) -> None:
    path = f"{program.parent}:{host.podman.parent}:/usr/bin:/bin"
    shows = "import json, os, signal, sys; print(json.dumps([sys.argv[1:], os.getppid(), os.environ['A'], sys.stdin.read()]))"
    host.podman.write_text(f'#!/bin/sh\nexec {sys.executable} -c {json.dumps(shows)} "$@"\n')
    done = subprocess.run(
        [program, "info", "--format", "it's {{.}}"],
        env={"PATH": path, "A": "b", "PYTHONPATH": "/nowhere", "PYTHONSTARTUP": "/nowhere"},
        input="given",
        capture_output=True,
        text=True,
        check=True,
    )
    # The parent is this test: no process of the program is left between.
    assert json.loads(done.stdout) == [["info", "--format", "it's {{.}}"], os.getpid(), "b", "given"]


def test_the_program_passes_on_the_signals_status_and_errors(program: Path, host: Host) -> None:
    host.podman.write_text("#!/bin/sh\ngrep SigIgn /proc/self/status; echo said >&2; exit 125\n")
    done = run(program, "ps", path=f"{program.parent}:{host.podman.parent}:/usr/bin:/bin")
    assert (done.returncode, done.stderr) == (125, "said\n")
    assert int(done.stdout.split()[1], 16) & 1 << 12 == 0, "a closed pipe would no longer end Podman"


def test_without_a_podman_it_says_so_as_a_shell_does(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rays_podman, "SYSTEM_PATH", "")
    monkeypatch.setenv("PATH", f"{program.parent}::relative")
    assert rays_podman.real_podman(str(program)) == ""


def test_the_program_hands_rays_command_over(program: Path, host: Host) -> None:
    host.store("1000")
    done = run(program, *ray_260(*SECRETS), path=f"{program.parent}:{host.podman.parent}:/usr/bin:/bin")
    assert (done.returncode, done.stderr) == (0, "")
    words, _hidden = with_hidden_values(ray_260(*SECRETS))
    # Tests of a checkout mostly run as root, whose containers stay as they are.
    assert host.called[-1] == (words if os.geteuid() in (0, 1000) else mapped(words, 1000))


def test_what_is_wrong_with_the_installed_program_is_told(tmp_path: Path) -> None:
    path = tmp_path / "podman"
    assert defect_of(str(path)) == "missing"
    path.write_text(program_text("/opt/python/bin/python3"))
    path.chmod(0o775)
    assert "with mode 0775" in defect_of(str(path))
    path.chmod(0o755)
    assert defect_of(str(path)) == ("" if os.geteuid() == 0 else defect_of(str(path)))
    path.write_text(program_text().replace("uid=", "uid=0"))
    assert defect_of(str(path)) == "another program" or os.geteuid()
    path.unlink()
    path.symlink_to("/bin/true")
    assert defect_of(str(path)) != ""


def test_the_text_is_the_same_wherever_the_module_runs() -> None:
    text = program_text("/usr/bin/python3")
    assert text == program_text("/usr/bin/python3")
    assert text.startswith("#!/bin/sh\n") and "for python in /usr/bin/python3 python3" in text
    assert "ansible" not in text.partition("'''\n")[2]
