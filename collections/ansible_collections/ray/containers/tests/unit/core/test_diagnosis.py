# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of run-time faults by the lines that tell them, and what a diagnosis makes of whole logs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.faults import FAULTS
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.recognition import (
    Log,
    diagnose,
    recognised,
    sightings,
)

DATA = Path(__file__).parents[1] / "data" / "ray-2.60.0"
LATER = "2026-11-23T07:00:00"

#: Lines as Ray and Podman wrote them: from the guide, from issues, or seen.
LINES = [
    # The guide's three, in the words of old and of current Ray and Podman.
    ("RC-401", "Permission denied: '/tmp/ray/session_2023-11-28_15-27-22_167972_6026/ports_by_node.json.lock'"),
    (
        "RC-401",
        "PermissionError: [Errno 13] Permission denied: '/tmp/ray/session_2026-11-23_06-46-08_794989_21687/logs/events'",
    ),
    (
        "RC-401",
        "Unhandled exception: N8spdlog8spdlog_exE. what(): Failed opening file /tmp/ray/session_2026-11-23_06-46-08_794989_2168"
        "7/logs/events/event_CORE_WORKER_4424.log for writing: Permission denied",
    ),
    ("RC-401", "container 0123456789ab of image localhost/a:1 exited with status 134 and said nothing"),
    (
        "RC-402",
        "ERRO[0000] 'overlay' is not supported over overlayfs: backing file system is unsupported for this graph driver",
    ),
    (
        "RC-402",
        "Error: 'overlay' is not supported over overlayfs, a mount_program is required: backing file system is unsupported for"
        " this graph driver",
    ),
    ("RC-403", "cannot clone: Operation not permitted"),
    ("RC-459", "Error: cannot re-exec process"),
    # Versions
    ("RC-404", "RuntimeError: Version mismatch: The cluster was started with:"),
    ("RC-404", "default_worker.py: error: unrecognized arguments: --worker-id=00ff"),
    # Ray
    (
        "RC-405",
        "[2026-11-23 06:52:18,981 E 28915 28915] (raylet) worker_pool.cc:660: Some workers of the worker process(30577) have not"
        " registered within the timeout. The process is dead, probably it crashed during start.",
    ),
    (
        "RC-406",
        "[2026-11-23 06:52:18,981 E 28915 28915] (raylet) worker_pool.cc:660: Some workers of the worker process(30577) have not"
        " registered within the timeout. The process is still alive, probably it's hanging during start.",
    ),
    ("RC-407", "INFO runtime_env_agent.py:644 -- Runtime env already failed. Env: {}, err: [Node 192.0.2.2] Traceback"),
    ("RC-408", "Failed to install runtime_env within the timeout of 600 seconds. Consider increasing the timeout"),
    ("RC-409", "RAY_AUTH_TOKEN_PATH is set but file cannot be opened or is empty: /home/ray/.ray/auth_token"),
    ("RC-410", "bash: -c: line 1: unexpected EOF while looking for matching `''"),
    ("RC-411", "ValueError: The 'image_uri' field currently cannot be used together with other fields of runtime_env."),
    ("RC-412", "container 0123456789ab of image localhost/a:1 exited with status 1: Killed"),
    ("RC-413", "raylet.service is failed (failed, result exit-code, started again 0 times)"),
    ("RC-414", "Ray's dashboard does not answer at http://127.0.0.1:8265: the connection was refused"),
    ("RC-414", "Ray behind the dashboard at http://127.0.0.1:8265 is not ready: HTTP 503"),
    ("RC-414", "http://127.0.0.1:8265 does not answer like Ray's dashboard: GET / gave '<html>'"),
    ("RC-414", "The head's Ray has no Serve: the packages of ray[serve] are not installed"),
    ("RC-415", "cannot be read: no end after 10 seconds"),
    # Images and registries
    (
        "RC-420",
        "Error: initializing source docker://10.0.0.9:5000/beta:1: reading manifest 1 in 10.0.0.9:5000/beta: manifest unknown:"
        " manifest unknown",
    ),
    ("RC-421", "Error: reading manifest 1 in registry.example.com/a: unauthorized: authentication required"),
    (
        "RC-422",
        'pinging container registry 10.0.0.9:5000: Get "https://10.0.0.9:5000/v2/": http: server gave HTTP response to HTTPS'
        " client",
    ),
    ("RC-422", "tls: failed to verify certificate: x509: certificate signed by unknown authority"),
    (
        "RC-423",
        'Error: short-name "alice/a:1" did not resolve to an alias and no unqualified-search registries are defined',
    ),
    (
        "RC-424",
        "pinging container registry 10.0.0.9:5000: Get http://10.0.0.9:5000/v2/: dial tcp 10.0.0.9:5000: connect:"
        " connection refused",
    ),
    ("RC-425", "toomanyrequests: You have reached your pull rate limit."),
    ("RC-426", "write /var/tmp/container_images_storage1/1: no space left on device"),
    ("RC-427", "exec /usr/bin/python: exec format error"),
    (
        "RC-428",
        'Error: runc: exec: "python": executable file not found in $PATH: OCI runtime attempted to invoke a command',
    ),
    ("RC-428", "Error: crun: executable file `python` not found in $PATH: No such file or directory"),
    ("RC-429", "FileNotFoundError: Worker path file not created when getting worker path for image a"),
    ("RC-430", "ModuleNotFoundError: No module named 'ray'"),
    ("RC-431", "ModuleNotFoundError: No module named 'whisper_example'"),
    (
        "RC-432",
        "RuntimeError: Podman command failed: cmd=['podman'], returncode=125, stdout=, stderr=Error: something new",
    ),
    # Podman
    ("RC-440", "bash: line 0: exec: podman: not found"),
    ("RC-440", "FileNotFoundError: [Errno 2] No such file or directory: 'podman'"),
    ("RC-441", "Error: keep-id is only supported in rootless mode"),
    ("RC-442", 'XDG_RUNTIME_DIR directory "/run/user/1000" is not owned by the current user'),
    ("RC-442", "Error: creating events dirs: mkdir /run/user/1000: permission denied"),
    ("RC-443", "potentially insufficient UIDs or GIDs available in user namespace (requested 0:42 for /etc/shadow)"),
    ("RC-444", 'exec: "newuidmap": executable file not found in $PATH'),
    ("RC-444", "newuidmap: write to uid_map failed: Operation not permitted"),
    ("RC-445", 'invalid internal status, try resetting the pause process with "podman system migrate"'),
    ("RC-446", "crun: make `/home/ray/.local/share/containers/storage/overlay/ab/merged` private: Permission denied"),
    ("RC-447", 'User-selected graph driver "overlay" overwritten by graph driver "vfs" from database'),
    ("RC-448", "Error: containers not creating Cgroups must create a private PID namespace"),
    ("RC-449", "crun: cgroups in hybrid mode not supported, drop all controllers from cgroupv2"),
    ("RC-449", "crun: writing file `/sys/fs/cgroup/cgroup.procs`: Operation not supported"),
    ("RC-450", "crun: mount `proc` to `proc`: Operation not permitted: OCI permission denied"),
    ("RC-451", "runc: setrlimit `RLIMIT_NOFILE`: Operation not permitted: OCI permission denied"),
    ("RC-452", 'slirp4netns failed: "open(\\"/dev/net/tun\\"): Permission denied"'),
    ("RC-452", "pasta failed with exit code 1: Failed to open() /dev/net/tun: Permission denied"),
    ("RC-453", "fusermount3: mount failed: Operation not permitted"),
    ("RC-454", "cannot clone: No space left on device"),
    (
        "RC-445",
        'invalid internal status, try resetting the pause process with "podman system migrate": cannot re-exec process to join',
    ),
    ("RC-454", "unshare(CLONE_NEWUSER): Operation not permitted"),
    ("RC-455", "Error: allocating lock for new container: allocation failed; exceeded num_locks (2048)"),
    ("RC-456", "Error: setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=all"),
    ("RC-457", "Failed to initialize NVML: Insufficient Permissions"),
    ("RC-458", "podman does not answer: no end after 30 seconds"),
    # Serve
    ("RC-480", "Deployment 'Big' in application 'big' has 1 replicas that have taken more than 30s to be scheduled."),
    ("RC-481", "A replica failed to start with exception. Retrying 2 more time(s). Error:"),
    (
        "RC-482",
        "OSError: [Errno 98] error while attempting to bind on address ('127.0.0.1', 8000): address already in use",
    ),
    ("RC-483", "application whisper is UNHEALTHY (A replica's health check failed 3 times in a row)"),
    ("RC-483", "application whisper is DEPLOY_FAILED (KeyError: 'model')"),
    ("RC-484", "application whisper is DEPLOYING"),
    (
        "RC-484",
        "application whisper is RUNNING (deployment Model is UPSCALING (replicas: 1 RUNNING, 1 STARTING; wanted: 2))",
    ),
]

HARMLESS = [
    "2026-11-23 06:51:03,014 INFO image_uri.py:40 -- Pulling image 10.0.0.9:5000/alpha:1",
    "[2026-11-23 06:52:18,981 I 28915 28915] (raylet) worker_pool.cc:500: Starting worker process with pid 30577",
    "2026-11-23 06:53:53,613 INFO runtime_env_agent.py:446 -- Runtime env {} removed from env-level cache.",
    "",
]


@pytest.mark.parametrize(("code", "line"), LINES, ids=[f"{code}-{index}" for index, (code, line) in enumerate(LINES)])
def test_a_line_tells_its_fault(code: str, line: str) -> None:
    fault = recognised(line)
    assert fault is not None
    assert fault.entry.code == code


@pytest.mark.parametrize("line", HARMLESS)
def test_a_harmless_line_tells_none(line: str) -> None:
    assert recognised(line) is None


@pytest.mark.parametrize(
    "said",
    [
        "/session_a",
        "'/tmp/ray/session_a/events/sockets/",
        "Failed opening file logs/events/",
        "stat /run/user/1",
        "Unhandled exception: spdlog_ex",
        "writing cgroup.procs",
    ],
)
def test_a_long_line_takes_no_longer_than_its_length(said: str) -> None:
    # 4 kB of the first took half a minute, when the pattern was tried at every letter and gave back every part of it.
    assert recognised(said * (120_000 // len(said))) is None
    assert recognised(said[:1] + said[1:].replace(" ", "") * 400) is None


def test_a_long_line_is_known_by_its_beginning_and_its_end() -> None:
    beginning = recognised(f"Runtime env already failed. Env: {'x' * 10_000}")
    end = recognised(f"cmd={'x' * 10_000}, stderr=Error: keep-id is only supported in rootless mode")
    assert [fault.entry.code for fault in (beginning, end) if fault] == ["RC-407", "RC-441"]


def test_the_words_around_a_namespace_are_told_by_their_cause() -> None:
    logs = {
        "RC-403": "cannot clone: Operation not permitted",
        "RC-454": "cannot clone: No space left on device",
    }
    for code, line in logs.items():
        (told,) = diagnose([Log("podman ps", (line, "Error: cannot re-exec process"), LATER)], "2026").current
        assert (told.fault.entry.code, told.evidence) == (code, line)
    remedy = recognised(logs["RC-403"])
    assert remedy
    assert "--privileged" in remedy.entry.remedy
    assert "user.max_user_namespaces" in remedy.entry.remedy
    assert "kernel.apparmor_restrict_unprivileged_userns" in remedy.entry.remedy


def test_every_fault_has_a_line() -> None:
    assert {code for code, line in LINES} == {fault.entry.code for fault in FAULTS}


def recorded(name: str, *, time_follows: bool = False) -> Log:
    return Log(f"logs/{name}", tuple((DATA / name).read_text().splitlines()), "2026-11-23T06:53:10", time_follows)


def test_a_recorded_session_tells_what_happened_in_it() -> None:
    logs = [
        recorded("raylet.err", time_follows=True),
        recorded("runtime_env_agent.log"),
        recorded("runtime_env_setup-01000000.log"),
    ]
    told = diagnose(logs, since="2026-11-23T06:51:00")
    assert [(each.fault.entry.code, each.time, each.where) for each in told.current] == [
        ("RC-441", "2026-11-23T06:53:10", "logs/raylet.err"),
        # Podman's words stand in raylet.err without a time; the agent's log has them with theirs.
        ("RC-420", "2026-11-23T06:52:00", "logs/runtime_env_agent.log"),
    ]
    assert told.current[0].evidence == "Error: keep-id is only supported in rootless mode"
    assert told.past == ()


def test_what_is_older_is_past() -> None:
    told = diagnose([recorded("runtime_env_agent.log")], since=LATER)
    assert told.current == ()
    assert [each.fault.entry.code for each in told.past] == ["RC-420"]


def test_podmans_word_before_rays_is_the_evidence_of_an_unknown_death() -> None:
    lines = ("Segmentation fault", LINES[10][1])
    seen = sightings(Log("raylet.err", lines, LATER, time_follows=True))
    assert [each.fault.entry.code for each in seen] == ["RC-405"]
    assert seen[0].evidence.startswith("Segmentation fault | [2026")
    assert seen[0].time == "2026-11-23T06:52:18"


def test_the_general_is_told_only_where_the_particular_is_not_known() -> None:
    general = Log("a", (LINES[10][1],), LATER)
    assert [each.fault.entry.code for each in diagnose([general], "2026").current] == ["RC-405"]
    particular = Log("b", ("Error: keep-id is only supported in rootless mode",), LATER)
    assert [each.fault.entry.code for each in diagnose([general, particular], "2026").current] == ["RC-441"]


def test_evidence_shows_no_secret() -> None:
    line = "RuntimeError: Podman command failed: cmd=['podman'] --env HF_TOKEN='hf_very_secret' --env RAY_NODE_ID='ab' rc=1"
    seen = sightings(Log("a", (line,), LATER))
    assert "hf_very_secret" not in seen[0].evidence
    assert "RAY_NODE_ID='ab'" in seen[0].evidence


def test_one_fault_is_not_told_over_and_over() -> None:
    lines = tuple(f'Error: short-name "image{letter}" did not resolve to an alias' for letter in "abcdefgh") * 2
    assert len(diagnose([Log("a", lines, LATER)], "2026").current) == 4
