# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every phase of the scenario looks at: whose territory is whose, what is planted, and what a run under attack must be."""

from __future__ import annotations

import time
import typing as t
from pathlib import Path

from tests.cluster import file_inventory, witness
from tests.cluster.site import Run, Site

__all__ = [
    "CONTENT_OF_OTHERS",
    "OWN_SECRET",
    "PLANTED",
    "RAY_IDS",
    "TERRITORY",
    "TO_BE_SEEN",
    "changed",
    "compared",
    "foreign",
    "heard",
    "secrets",
    "under_attack",
]

#: The Ray user's, and what is given to it.
TERRITORY = (
    *("/home/ray", "/tmp/ray", "/var/lib/containers/ray-user"),
    *("/var/lib/ray/gcs", "/var/lib/ray/2.60.0-container"),
)

#: The account's id and those that it may give away.
RAY_IDS = frozenset((1000, *range(100_000, 100_000 + 65_536 * 8)))

#: What the Serve config and the inventory hold that nobody else may see.
PLANTED = (
    *("hf_PlantedTokenOfAHub00112233445566", "planted-dsn-password", "planted-cookie-value"),
    *("planted-key-in-user-config", "planted-key-in-a-query", "planted-password-of-a-proxy"),
    *("planted-password-of-a-registry", "bWU6cGxhbnRlZC1wYXNzd29yZC1vZi1hLXJlZ2lzdHJ5"),
)

#: What root's own file holds that the Ray user is after.
OWN_SECRET = "planted-secret-of-root-alone"

#: Put on a command line by root on purpose: a witness that misses it is none.
TO_BE_SEEN = "planted-to-be-seen"

#: What accounts, packages and logs change; their owners and modes stay.
CONTENT_OF_OTHERS = (
    *("/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid", "/etc/ld.so.cache"),
    *("/etc/pam.d/common-session", "/var/cache/", "/var/lib/apt/", "/var/lib/dpkg/", "/var/lib/pam/", "/var/log/"),
)

#: Seconds in which a run ends, whatever an attacker does meanwhile.
ENDS_WITHIN = 300


def secrets(inventory: Path) -> list[str]:
    """Everything that is planted, and the token where there is one."""
    tokens = [path.read_text().strip() for path in sorted((inventory / ".secrets").glob("ray_auth_token*"))]
    return [*PLANTED, OWN_SECRET, TO_BE_SEEN, *tokens]


def under_attack(site: Site, *arguments: str, may_show: t.Collection[str] = ()) -> Run:
    """Run a playbook while something lies in its way: it ends, by itself, in sentences, and shows no secret."""
    began = time.monotonic()
    run = site.run("-vvvv", "--diff", *arguments)
    took = time.monotonic() - began
    assert took < ENDS_WITHIN, f"{site.playbook} took {took:.0f} s"
    hidden = [secret for secret in secrets(site.inventory) if secret not in may_show]
    shown = [secret for secret in hidden if secret in run.output or secret in str(run.report)]
    assert shown == [], f"{site.playbook} shows {shown}"
    assert "Traceback" not in run.output, run.output[-6000:]
    assert "MODULE FAILURE" not in run.output, run.output[-6000:]
    for failure in run.report.get("failures", []):
        assert failure["remedy"], failure
    assert run.rc == 0 or run.report.get("failures"), run.output[-6000:]
    assert "\x1b]52" not in run.output
    return run


def compared(hosts: t.Mapping[str, t.Any], before: str, after: str) -> dict[str, list[file_inventory.Difference]]:
    """By host, what is another outside of the territory than it was."""
    for host in hosts.values():
        assert file_inventory.take(host, after, TERRITORY) > 1000
    return {name: file_inventory.differences(host, before, after) for name, host in hosts.items()}


def changed(found: t.Mapping[str, t.Sequence[file_inventory.Difference]]) -> list[t.Any]:
    """What was there, and is gone or is another, but for the content of what the site and its packages change."""
    return [
        (name, *each)
        for name, differences in found.items()
        for each in differences
        if each[1] and not (each[0].startswith(CONTENT_OF_OTHERS) and each[2] and each[1][:3] == each[2][:3])
    ]


def foreign(found: t.Mapping[str, t.Sequence[file_inventory.Difference]]) -> list[t.Any]:
    """What belongs to the Ray user outside of its territory, by its owner or its group."""
    return [
        (name, path, after)
        for name, differences in found.items()
        for path, _before, after in differences
        if after and (after[1] in RAY_IDS or after[2] in RAY_IDS)
    ]


def heard(hosts: t.Mapping[str, t.Any], kind: str) -> list[dict[str, t.Any]]:
    """What the witnesses of all nodes have seen of one kind."""
    return [
        {"host": name, **each} for name, host in hosts.items() for each in witness.seen(host) if each["kind"] == kind
    ]
