# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done about a raylet, and why one does not come up."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.plan import MakeDirectory, Remove, WriteFile
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.environment_file import (
    ENVIRONMENT_PATH,
    environment_text,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.failure import (
    cause_of,
    failure,
    unreachable,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.plan import (
    AwaitRaylet,
    Configure,
    EnableUnit,
    ForgetUnit,
    LeaveRunning,
    RayletFound,
    RemoveTempDir,
    StartUnit,
    StopUnit,
    TokenFile,
    plan_raylet,
    restart_deferred,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.service import Service
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.temp_directory import (
    ABSENT,
    ANOTHERS,
    OPEN,
    TMPFILES,
)
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.unit import raylet_unit
from ansible_collections.ray.containers.plugins.module_utils._core.rootless.process_limits import open_files

TOKEN = "0123456789abcdef"
SPEC = RayletSpec("worker", "ray", "/opt/ray/2.60.0-py3.11.2", "2.60.0", "192.0.2.1", auth_token=TOKEN)
SERVICE = Service(uid=1000, group="ray", home="/home/ray", open_files=(65536, 524288))
WELL = RayletFound(
    service=SERVICE,
    unit=raylet_unit(SPEC, SERVICE),
    tmpfiles=TMPFILES.format(user="ray"),
    token=TokenFile(TOKEN, private=True),
    active=True,
    enabled=True,
    main_pid=812,
    restart_due=False,
    ill="",
    state_directories=("/tmp/ray",),
)
BARE = RayletFound(SERVICE, None, None, None, False, False, 0, False, "")


def actions(spec: RayletSpec, found: RayletFound) -> list[t.Any]:
    """The plan's actions; of a Configure, the paths that it writes."""
    listed: list[t.Any] = []
    for step in plan_raylet(spec, found).steps:
        action = step.action
        listed.append(tuple(write.path for write in action.writes) if isinstance(action, Configure) else action)
    return listed


TOKEN_FILES = ("/home/ray/.ray", "/home/ray/.ray/auth_token")
UNIT_FILE = ("/etc/systemd/system/raylet.service",)


def test_a_bare_node_gets_everything_in_order() -> None:
    assert actions(SPEC, BARE) == [
        TOKEN_FILES,
        ("/etc/tmpfiles.d/raylet.conf",),
        UNIT_FILE,
        EnableUnit(),
        StartUnit(),
        AwaitRaylet(),
    ]


def test_a_raylet_that_is_well_is_left_alone() -> None:
    assert plan_raylet(SPEC, WELL).steps == ()


@pytest.mark.parametrize("state", [OPEN, ANOTHERS, ABSENT])
def test_a_raylet_whose_directory_others_may_use_is_started_anew(state: str) -> None:
    plan = plan_raylet(SPEC, dataclasses.replace(WELL, temp_dir=state))
    assert [step.action for step in plan.steps] == [Configure(()), StartUnit(), AwaitRaylet()]
    assert plan.summaries[0] == "Close /tmp/ray to all accounts of the host but ray, when Ray starts"


@pytest.mark.parametrize(("state", "told"), [(OPEN, True), (ANOTHERS, False), (ABSENT, False)])
def test_before_the_first_start_only_a_directory_of_the_users_own_is_told_of(state: str, told: bool) -> None:
    steps = plan_raylet(SPEC, dataclasses.replace(BARE, temp_dir=state)).summaries
    assert any(step.startswith("Close /tmp/ray") for step in steps) is told


def test_a_changed_unit_restarts_it_and_the_steps_say_what_changed() -> None:
    plan = plan_raylet(dataclasses.replace(SPEC, num_cpus=4), WELL)
    assert [type(step.action) for step in plan.steps] == [Configure, StartUnit, AwaitRaylet]
    assert "num-cpus: nothing -> 4" in plan.summaries[0]


def test_another_token_is_written_for_the_ray_user_alone_and_restarts_it() -> None:
    found = dataclasses.replace(WELL, token=TokenFile("another", private=True))
    plan = plan_raylet(SPEC, found)
    directory, file = plan.steps[0].action.writes
    assert directory == MakeDirectory("/home/ray/.ray", mode=0o700, as_user="ray")
    assert file == WriteFile("/home/ray/.ray/auth_token", TOKEN, mode=0o600, as_user="ray", secret=True)
    assert isinstance(plan.steps[1].action, StartUnit)


def test_no_token_is_shown() -> None:
    for found in (BARE, WELL, dataclasses.replace(WELL, token=TokenFile("another", private=True))):
        shown = f"{plan_raylet(SPEC, found).summaries} {plan_raylet(SPEC, found).diff()} {found!r}"
        assert TOKEN not in shown
        assert "'another'" not in shown


def test_a_token_that_others_can_read_is_written_again() -> None:
    assert actions(SPEC, dataclasses.replace(WELL, token=TokenFile(TOKEN, private=False)))[0] == TOKEN_FILES


def test_a_line_feed_at_the_tokens_end_is_no_change() -> None:
    assert plan_raylet(SPEC, dataclasses.replace(WELL, token=TokenFile(f"{TOKEN}\n", private=True))).steps == ()


def test_a_run_that_was_killed_before_its_restart_is_made_good() -> None:
    assert actions(SPEC, dataclasses.replace(WELL, restart_due=True)) == [StartUnit(), AwaitRaylet()]


def test_one_that_runs_but_does_not_answer_is_waited_for_and_not_touched() -> None:
    plan = plan_raylet(SPEC, dataclasses.replace(WELL, ill="no answer"))
    assert [step.action for step in plan.steps] == [AwaitRaylet()]
    assert not plan.changed


def test_one_that_does_not_start_at_boot_is_enabled_and_not_restarted() -> None:
    assert actions(SPEC, dataclasses.replace(WELL, enabled=False)) == [EnableUnit()]


def test_one_that_was_stopped_is_started() -> None:
    assert actions(SPEC, dataclasses.replace(WELL, active=False)) == [StartUnit(), AwaitRaylet()]


def test_restarted_restarts_always() -> None:
    assert actions(dataclasses.replace(SPEC, state="restarted"), WELL) == [StartUnit(), AwaitRaylet()]


WITH_VARIABLES = dataclasses.replace(SPEC, environment={"HTTPS_PROXY": "http://me:hunter2@proxy", "B": 'a b%c$d"e\\'})
VARIABLES_TEXT = environment_text(WITH_VARIABLES.environment)


def test_variables_are_written_for_root_alone_and_shown_nowhere() -> None:
    plan = plan_raylet(WITH_VARIABLES, WELL)
    assert [step.action for step in plan.steps[:1]] == [
        Configure((WriteFile(ENVIRONMENT_PATH, VARIABLES_TEXT, mode=0o600, secret=True),))
    ]
    assert isinstance(plan.steps[2].action, StartUnit)
    assert "hunter2" in VARIABLES_TEXT and "hunter2" not in f"{plan.summaries} {plan.diff()}"
    assert "HTTPS_PROXY added" in plan.summaries[0]
    assert "hunter2" not in raylet_unit(WITH_VARIABLES, SERVICE)


def test_they_are_quoted_as_systemd_reads_them() -> None:
    assert 'B="a b%c\\$d\\"e\\\\"' in VARIABLES_TEXT.splitlines()


def test_variables_that_are_there_are_left_alone_and_those_that_change_restart_it() -> None:
    found = dataclasses.replace(WELL, unit=raylet_unit(WITH_VARIABLES, SERVICE), environment=VARIABLES_TEXT)
    assert plan_raylet(WITH_VARIABLES, found).steps == ()
    other = dataclasses.replace(SPEC, environment={"B": "other", "C": "1"})
    plan = plan_raylet(other, found)
    assert [type(step.action) for step in plan.steps] == [Configure, StartUnit, AwaitRaylet]
    assert plan.summaries[0].endswith("B changed, C added, HTTPS_PROXY removed")
    assert restart_deferred(other, found, "in_turn")
    readable = dataclasses.replace(found, environment="")
    assert actions(WITH_VARIABLES, readable)[0] == (ENVIRONMENT_PATH,)
    assert Remove(ENVIRONMENT_PATH) in actions(SPEC, found)
    assert Remove(ENVIRONMENT_PATH) in actions(dataclasses.replace(SPEC, state="absent"), found)


def test_a_unit_of_an_earlier_release_is_shown_without_its_variables() -> None:
    unit = raylet_unit(SPEC, SERVICE)
    old = unit.replace(
        "[Install]", 'Environment=HTTPS_PROXY=http://me:hunter2@proxy\nEnvironment="X=hunter 2"\n[Install]'
    )
    for spec in (WITH_VARIABLES, SPEC, dataclasses.replace(SPEC, state="absent")):
        plan = plan_raylet(spec, dataclasses.replace(WELL, unit=old))
        shown = f"{plan.summaries} {plan.diff()}"
        assert "hunter" not in shown and "HTTPS_PROXY" in shown
    assert "Environment=RAY_AUTH_MODE=token" in str(
        plan_raylet(WITH_VARIABLES, dataclasses.replace(WELL, unit=old)).diff()
    )


@pytest.mark.parametrize("found", [WELL, BARE], ids=["with its unit", "after it"])
def test_a_teardown_takes_the_recorded_serve_configs(found: RayletFound) -> None:
    absent = dataclasses.replace(SPEC, state="absent")
    assert Remove("/var/lib/ray.containers/serve") in actions(absent, dataclasses.replace(found, serve_records=True))
    assert Remove("/var/lib/ray.containers/serve") not in actions(absent, found)


MORE_CPUS = dataclasses.replace(SPEC, num_cpus=4)


def test_in_turn_the_node_is_left_as_it_is() -> None:
    plan = plan_raylet(MORE_CPUS, dataclasses.replace(WELL, enabled=False), "in_turn")
    assert [step.action for step in plan.steps] == [LeaveRunning()]
    assert not plan.changed
    assert restart_deferred(MORE_CPUS, WELL, "in_turn")
    assert "until it is its turn" in plan.summaries[0]


def test_a_run_that_was_killed_before_its_restart_is_made_good_in_turn() -> None:
    assert restart_deferred(SPEC, dataclasses.replace(WELL, restart_due=True), "in_turn")


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (SPEC, WELL),
        (MORE_CPUS, dataclasses.replace(WELL, ill="no answer")),
        (MORE_CPUS, dataclasses.replace(WELL, active=False)),
        (MORE_CPUS, dataclasses.replace(WELL, restart_due=True, together=True)),
        (dataclasses.replace(SPEC, ray_version="2.61.0"), WELL),
        (dataclasses.replace(SPEC, runtime_path="/opt/ray/2.60.0-py3.11.4"), WELL),
        (dataclasses.replace(SPEC, head_address="192.0.2.2"), WELL),
        (dataclasses.replace(SPEC, port=6400), WELL),
        (dataclasses.replace(SPEC, auth_token="another"), WELL),
    ],
    ids=["well", "ill", "stopped", "killed", "ray", "python", "head", "port", "token"],
)
def test_nothing_waits_where_waiting_keeps_nothing_up(spec: RayletSpec, found: RayletFound) -> None:
    assert not restart_deferred(spec, found, "in_turn")
    assert plan_raylet(spec, found, "in_turn") == plan_raylet(spec, found)


def test_nothing_waits_that_was_not_asked_to() -> None:
    assert not restart_deferred(MORE_CPUS, WELL, "at_once")


def test_stopped_stops_what_runs_or_would_at_boot() -> None:
    spec = dataclasses.replace(SPEC, state="stopped")
    assert actions(spec, WELL) == [StopUnit()]
    assert actions(spec, dataclasses.replace(WELL, active=False)) == [StopUnit()]
    assert actions(spec, dataclasses.replace(WELL, active=False, enabled=False)) == []


def test_absent_removes_what_was_made_and_the_unit_last() -> None:
    spec = dataclasses.replace(SPEC, state="absent")
    assert actions(spec, WELL) == [
        StopUnit(),
        RemoveTempDir("/tmp/ray", "ray"),
        Remove("/home/ray/.ray/auth_token", as_user="ray"),
        Remove("/etc/tmpfiles.d/raylet.conf"),
        Remove("/etc/systemd/system/raylet.service"),
        ForgetUnit(),
    ]


def test_absent_leaves_alone_what_is_not_ours() -> None:
    spec = dataclasses.replace(SPEC, state="absent")
    foreign = dataclasses.replace(BARE, token=TokenFile(TOKEN, private=True), state_directories=("/tmp/ray",))
    assert actions(spec, foreign) == []


@pytest.mark.parametrize(
    ("hard", "capabilities", "limits"),
    [
        (1024 * 1024, 1 << 24, (65536, 524288)),
        (20000, 0, (20000, 20000)),
        (20000, 1 << 24, (65536, 524288)),
        (None, 0, (65536, 524288)),
        (100000, 0, (65536, 100000)),
    ],
)
def test_the_limit_of_open_files_is_one_that_the_host_grants(
    hard: int | None, capabilities: int, limits: tuple[int, int]
) -> None:
    assert open_files(hard, capabilities) == limits


#: What `ray start` of Ray 2.60.0 said, on two nodes.
MISMATCH = """
    raise RuntimeError(error_message)
RuntimeError: Version mismatch: The cluster was started with:
    Ray: 2.60.0
    Python: 3.11.2
This process on node 10.98.0.32 was started with:
    Ray: 2.59.0
    Python: 3.11.4
"""
WRONG_TOKEN = (
    "ray.exceptions.AuthenticationError: RPC error: InvalidAuthToken: Authentication token is missing or incorrect. "
    "Ensure that the token for the cluster is available in a local file (e.g., ~/.ray/auth_token or via "
    "RAY_AUTH_TOKEN_PATH) or as the `RAY_AUTH_TOKEN` environment variable.\n"
)
NO_HEAD = """[2026-11-23 07:11:04,339 W 355 355] rpc_client.h:153: Failed to connect to GCS at address 192.0.2.1:6379 within 5 seconds.
[2026-11-23 07:11:39,350 W 355 355] gcs_client.cc:210: Failed to get cluster ID from GCS server: TimedOut: Timed out while waiting for GCS to become available.
"""  # noqa: E501
BAD_PORT = "    raise ValueError(\nValueError: ray_client_server_port must be an integer between 1024 and 65535.\n"

NO_OPTION = "Usage: ray start [OPTIONS]\nTry 'ray start --help' for help.\n\nError: No such option: --no-such\n"
BUSY = "Exception: The current node timed out during startup. This could happen because some of the raylet failed to\n"


@pytest.mark.parametrize(
    ("log", "said", "restarts"),
    [
        (MISMATCH, "the head runs Ray 2.60.0 on Python 3.11.2, and this node Ray 2.59.0 on Python 3.11.4", 1),
        (WRONG_TOKEN, "the head at 192.0.2.1:6379 does not take this node's token", 2),
        (NO_HEAD, "nobody answers as the head at 192.0.2.1:6379", None),
        (
            BUSY,
            "the host is too busy: Ray gives its agents 15 s to start (Ray 2.60.0 raylet/node_manager.cc), and they "
            "took longer",
            None,
        ),
        (BAD_PORT, "ray_client_server_port must be an integer between 1024 and 65535.", 3),
        (NO_OPTION, "No such option: --no-such", 3),
    ],
)
def test_rays_own_words_are_recognised(log: str, said: str, restarts: int | None) -> None:
    cause = cause_of(SPEC, f"something before\n{log}")
    assert cause is not None
    assert cause.why == said
    assert cause.restarts == restarts


def test_what_nobody_knows_is_shown_with_its_last_lines() -> None:
    assert cause_of(SPEC, "Ray runtime started.\n") is None
    error = failure("node1", SPEC, None, symptom="no answer (after 5 s)", lines=["\x1b[36mone\x1b[39m", "two"])
    assert str(error).startswith(
        "Ray's worker on node1 does not come up: no answer (after 5 s); it said last: one / two."
    )


def test_a_head_that_cannot_be_reached_says_how_to_look() -> None:
    error = failure("node1", SPEC, unreachable(SPEC, "Connection refused"), symptom="", lines=())
    assert "192.0.2.1:6379 cannot be reached from here: Connection refused" in str(error)
    assert "port 6379" in error.remedy
