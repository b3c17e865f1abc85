# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What rules of sudo, doas and polkit, units and tables say about an account, and the findings that follow."""

from __future__ import annotations

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.privileges import rules
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.findings import Powers, findings
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.programs import of_table, of_unit
from ansible_collections.ray.containers.plugins.module_utils._core.privileges.refusal import check_powers

LISTED = """Matching Defaults entries for ubuntu on node1:
    env_reset, mail_badpass, use_pty

User ubuntu may run the following commands on node1:
    (ALL : ALL) ALL
    (ALL) NOPASSWD: ALL
"""


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (LISTED, ("(ALL : ALL) ALL", "(ALL) NOPASSWD: ALL")),
        ("User ray is not allowed to run sudo on node1.\n", ()),
        ("", ()),
        (
            "User ray may run the following commands on node1:\n    (root) NOPASSWD: /usr/bin/nvidia-smi\n",
            ("(root) NOPASSWD: /usr/bin/nvidia-smi",),
        ),
    ],
)
def test_what_sudo_lists(output: str, told: tuple[str, ...]) -> None:
    assert rules.sudo_listed(output) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ray ALL=NOPASSWD: ALL\n", ("NOPASSWD: ALL",)),
        ("ray\tALL=(ALL:ALL)\tNOPASSWD:ALL # for images\n", ("(ALL:ALL) NOPASSWD:ALL",)),
        ("ALL ALL = (root) /usr/bin/true\n", ("(root) /usr/bin/true",)),
        ("%ray ALL=(ALL) ALL\n", ("(ALL) ALL",)),
        ("#1000 ALL=(ALL) ALL\n", ("(ALL) ALL",)),
        ("bob , ray ALL=(ALL) ALL\n", ("(ALL) ALL",)),
        ("User_Alias OPS = bob, ray : DBS = eve\nOPS ALL=(ALL) ALL\n", ("(ALL) ALL",)),
        ("User_Alias A = B\nUser_Alias B = ray\nA ALL=(ALL) ALL\n", ("(ALL) ALL",)),
        ("ray ALL=(ALL) \\\n  NOPASSWD: ALL\n", ("(ALL) NOPASSWD: ALL",)),
        ("ALL, !ray ALL=(ALL) ALL\n", ()),
        ("User_Alias A = A\nA ALL=(ALL) ALL\n", ()),
        ("# ray ALL=NOPASSWD: ALL\n", ()),
        ("%sudo ALL=(ALL:ALL) ALL\nroot ALL=(ALL:ALL) ALL\n", ()),
        ("Defaults:ray !authenticate\nCmnd_Alias ray = /bin/x\nRunas_Alias ray = x\n", ()),
        ("rayner ALL=(ALL) ALL\n", ()),
        ("", ()),
    ],
)
def test_what_sudoers_says_of_an_account_that_is_yet_to_make(text: str, told: tuple[str, ...]) -> None:
    assert rules.sudoers_rules([text], "ray", 1000, ("ray",)) == told


def test_an_alias_of_one_file_counts_in_another() -> None:
    assert rules.sudoers_rules(["OPS ALL=(ALL) ALL", "User_Alias OPS = ray"], "ray", 1000, ()) == ("(ALL) ALL",)


def test_what_a_sudoers_file_includes() -> None:
    text = (
        '#includedir /etc/sudoers.d\n@include /etc/sudoers.local\n@includedir "/srv/more"\n# include x\n#1000 ALL=ALL\n'
    )
    assert rules.included(text) == (("/etc/sudoers.d", True), ("/etc/sudoers.local", False), ("/srv/more", True))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("permit nopass ray\n", ("permit nopass ray",)),
        ("permit persist keepenv :wheel as root\n", ("permit persist keepenv :wheel as root",)),
        ("permit setenv { PATH=/bin HOME } ray\n", ("permit setenv ray",)),
        ("permit nopass ray\ndeny ray\n", ()),
        ("deny ray\npermit ray cmd reboot\n", ("permit ray cmd reboot",)),
        ("permit nopass rayner\n# permit ray\ndeny :wheel\n", ()),
        ("nonsense\npermit\n", ()),
    ],
)
def test_what_doas_permits(text: str, told: tuple[str, ...]) -> None:
    assert rules.doas_rules(text, "ray", ("ray", "wheel")) == told


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('if (subject.user == "ray") { return polkit.Result.YES; }', True),
        ("if (subject.isInGroup('ray')) { return polkit.Result.YES; }", True),
        ("[x]\nIdentity=unix-user:ray;unix-user:bob\nAction=*\nResultAny=yes\n", True),
        ('if (subject.user == "ray") { return polkit.Result.NO; }', False),
        ('if (subject.isInGroup("sudo")) { return polkit.Result.YES; }', False),
        ('if (subject.user == "rayner") { return polkit.Result.YES; }', False),
    ],
)
def test_what_polkit_says(text: str, named: bool) -> None:
    assert rules.polkit_rules(text, "ray", ("ray",)) is named


@pytest.mark.parametrize(
    ("text", "programs"),
    [
        ("[Service]\nExecStart=/opt/x/run --fast\n", ("/opt/x/run",)),
        ("[Service]\nUser=ray\nExecStart=/opt/x/run\n", ()),
        ("[Service]\nUser=ray\nExecStartPre=+/bin/sh -c 'x'\nExecStart=/opt/x/run\n", ("/bin/sh",)),
        ("[Service]\nUser = root\nExecStartPre=-@/srv/a\nExecStop=!/srv/b\n", ("/srv/a", "/srv/b")),
        (
            "[Service]\nExecStart=/usr/bin/python3 -u /home/ray/app.py --x /etc/y\n",
            ("/usr/bin/python3", "/home/ray/app.py"),
        ),
        ("[Service]\nExecStart=bash \\\n  /home/ray/run.sh\n", ("/home/ray/run.sh",)),
        ("[Service]\nExecStart=/bin/sh -c 'find /tmp/ray'\n", ("/bin/sh",)),
        ("[Service]\nExecStart=bash -ec /home/ray/x\n", ()),
        ("[Service]\nExecStart=/usr/bin/env A=b python3 -m x /home/ray/y\n", ("/usr/bin/env",)),
        ("[Service]\nExecStart=/usr/bin/env python3 /home/ray/y\n", ("/usr/bin/env", "/home/ray/y")),
        ("[Service]\nExecStart=podman run x\nExecReload=\n", ()),
    ],
)
def test_what_a_unit_runs_as_root(text: str, programs: tuple[str, ...]) -> None:
    assert of_unit(text) == programs


@pytest.mark.parametrize(
    ("text", "programs"),
    [
        ("*/5 * * * * root /home/ray/backup.sh >/dev/null\n", ("/home/ray/backup.sh",)),
        ("@reboot root /usr/bin/perl /srv/x.pl\n", ("/usr/bin/perl", "/srv/x.pl")),
        ("* * * * * ray /home/ray/x\n#* * * * * root /x\nPATH=/bin\n\n", ()),
    ],
)
def test_what_a_table_runs_as_root(text: str, programs: tuple[str, ...]) -> None:
    assert of_table(text) == programs


def told(powers: Powers) -> list[tuple[str, str]]:
    return [(finding.entry.code, finding.evidence) for finding in findings("ubuntu", powers)]


def test_an_account_of_its_own_has_no_findings() -> None:
    assert told(Powers(groups=("ray", "video", "render"))) == []


def test_the_first_account_of_a_cloud_image() -> None:
    powers = Powers(groups=("ubuntu", "adm", "sudo", "lxd"), sudo=("(ALL) NOPASSWD: ALL",))
    assert told(powers) == [
        ("RC-253", "sudo lets it run (ALL) NOPASSWD: ALL"),
        ("RC-254", "it is in the group sudo: it is the group of those who may use sudo"),
        ("RC-254", "it is in the group lxd: it may start containers with the host's files in them"),
        ("RC-256", "it is in the group adm"),
    ]


def test_every_other_way() -> None:
    powers = Powers(
        doas=("permit ray",),
        polkit=("/etc/polkit-1/rules.d/1.rules",),
        root_has_no_password=True,
        writable=("/usr/local/bin", "/etc/cron.d/x", "/etc/profile", "/etc/passwd"),
        services=("/run/docker.sock",),
        programs=(("backup.service", "/home/ray/b"),),
    )
    assert [code for code, _evidence in told(powers)] == ["RC-253"] * 3 + ["RC-255"] * 3
    assert told(powers)[3][1] == "it may change /usr/local/bin, /etc/cron.d/x, /etc/profile and 1 more"
    assert told(powers)[5][1] == "it may change /home/ray/b, which backup.service runs as root"


WAYS = (("RC-254", "it is in the group docker: x"), ("RC-256", "it is in the group adm"))


def test_who_can_become_root_is_refused_with_every_way() -> None:
    with pytest.raises(OperatorError) as raised:
        check_powers("ubuntu", "refuse", (("RC-253", "sudo lets it run ALL"), *WAYS))
    assert raised.value.code == "RC-253"
    assert raised.value.why == "sudo lets it run ALL; it is in the group docker: x"
    assert "ray_user_privileged" in raised.value.remedy


def test_what_is_allowed_or_only_told_stops_nothing() -> None:
    check_powers("ubuntu", "allow", WAYS)
    check_powers("ubuntu", "refuse", WAYS[1:])
    check_powers("ubuntu", "refuse", ())
