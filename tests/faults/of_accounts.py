# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of the Ray user's account, its home, its ids and its files."""

from __future__ import annotations

from tests.faults.made import Made

STORE = "/home/ray/.local/share/containers/storage"
CONFIGURATION = "/home/ray/.config/containers"
RUNTIME = "/run/user/1000"
TOKEN = "/home/ray/.ray/auth_token"

#: Podman makes its namespace anew, with the ids as they are then.
FORGET = f"kill $(cat {RUNTIME}/libpod/tmp/pause.pid); rm -f {RUNTIME}/libpod/tmp/pause.pid"

FAULTS = (
    Made("the home belongs to root", "chown root: /home/ray", "RC-501", "chown ray: /home/ray", "remedy"),
    Made("the home is closed to its owner", "chmod 0 /home/ray", "RC-501", "chmod 0711 /home/ray", "remedy"),
    Made("/home is closed to others", "chmod 0700 /home", "RC-446", "chmod 0755 /home", "remedy"),
    Made(
        "the Ray user does not linger",
        "rm /var/lib/systemd/linger/ray",
        "RC-506",
        "touch /var/lib/systemd/linger/ray",
        "remedy",
    ),
    Made(
        "the runtime directory belongs to root",
        f"chown root: {RUNTIME}",
        "RC-442",
        f"chown ray: {RUNTIME}",
        "remedy",
    ),
    Made(
        "the runtime directory is closed to its owner",
        f"chmod 0 {RUNTIME}",
        "RC-442",
        f"chmod 0700 {RUNTIME}",
        "remedy",
    ),
    Made(
        "the subordinate ids were taken away",
        "cp /etc/subuid /root/subuid; cp /etc/subgid /root/subgid; sed -i /^ray:/d /etc/subuid /etc/subgid",
        "RC-443",
        f"cp /root/subuid /etc/subuid; cp /root/subgid /etc/subgid; {FORGET}",
        "site",
    ),
    Made(
        "the subordinate ids of groups were taken away",
        "cp /etc/subgid /root/subgid; sed -i /^ray:/d /etc/subgid",
        "RC-443",
        f"cp /root/subgid /etc/subgid; {FORGET}",
        "site",
    ),
    Made(
        "the token is missing", f"mv {TOKEN} /root/token", "RC-409", f"test ! -e /root/token || mv /root/token {TOKEN}"
    ),
    Made("the token is empty", f"cp -p {TOKEN} /root/token; : >{TOKEN}", "RC-409", f"cp -p /root/token {TOKEN}"),
    Made("the token belongs to root", f"chown root: {TOKEN}", "RC-409", f"chown ray: {TOKEN}", "remedy"),
    Made("the token can be read by everybody", f"chmod 0644 {TOKEN}", "RC-576", f"chmod 0600 {TOKEN}", "remedy"),
)
