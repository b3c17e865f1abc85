# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of the raylet's service, its session, its Ray, its ports, the network, and Serve."""

from __future__ import annotations

from tests.faults.made import Made
from tests.faults.of_accounts import TOKEN

UNIT = "/etc/systemd/system/raylet.service"
DROP_IN = "/etc/systemd/system/raylet.service.d/local.conf"
RELOAD = "systemctl daemon-reload"
RESTART = "systemctl restart raylet"
SESSION = "$(readlink -f /tmp/ray/session_latest)"
RAY = "$(sed -n 's|^ExecStart=\\(/[^ ]*\\)/bin/ray .*|\\1|p' " + UNIT + ")"
# As a directory that is there: a pattern of a file that was taken away fits nothing.
PACKAGES = f"$(echo {RAY}/lib/python3.*/site-packages/ray)"
WORKER, HEAD = "worker1", "head"
#: Until the service is not what it was.
NOT_ACTIVE = "! systemctl is-active --quiet raylet"
#: The head's and the worker's addresses, as the unit tells.
HEAD_ADDRESS = "$(sed -n 's|.*--address=\\([0-9.]*\\):.*|\\1|p' " + UNIT + ")"
PORT = "$(sed -n 's|.*--node-manager-port=\\([0-9]*\\).*|\\1|p' " + UNIT + ")"


def drop_in(name: str, setting: str, *, restart: bool = False, shown: str = "") -> Made:
    """A file that changes the service."""
    again = f" && {RESTART}" if restart else ""
    return Made(
        name,
        f"mkdir -p {DROP_IN.rpartition('/')[0]} && printf '[Service]\\n{setting}\\n' >{DROP_IN} && {RELOAD}{again}",
        "RC-520",
        f"rm -f {DROP_IN}; {RELOAD}{'; ' + RESTART if restart else ''}",
        "remedy" if restart else "undo",
        WORKER if restart else "",
        loud=restart,
        shown=shown,
    )


def taken(name: str, port: str, code: str, node: str, shown: str) -> Made:
    """A program that has a port before Ray comes to it."""
    listens = f"systemd-run --quiet --collect --unit=stranger python3 -m http.server {port}"
    return Made(
        name,
        f"systemctl stop raylet; {listens}; systemctl start --no-block raylet",
        code,
        f"systemctl stop stranger; {RESTART}",
        "undo",
        node,
        loud=True,
        shown=shown,
    )


FAULTS = (
    drop_in("a drop-in takes HOME and XDG_RUNTIME_DIR away", "UnsetEnvironment=HOME XDG_RUNTIME_DIR"),
    drop_in("a drop-in takes the delegation away", "Delegate=no"),
    drop_in(
        "a drop-in takes HOME and XDG_RUNTIME_DIR away, and Ray was started with it",
        "UnsetEnvironment=HOME XDG_RUNTIME_DIR",
        restart=True,
    ),
    drop_in(
        "a drop-in starts another program",
        "ExecStart=\\nExecStart=/bin/false",
        restart=True,
        shown=NOT_ACTIVE,
    ),
    Made(
        "the service is masked",
        f"mv {UNIT} /root/unit && ln -s /dev/null {UNIT} && {RELOAD}",
        "RC-521",
        f"test ! -e /root/unit || mv /root/unit {UNIT}; {RELOAD}",
    ),
    Made(
        "the service is disabled",
        "systemctl disable --quiet raylet",
        "RC-522",
        "systemctl enable --quiet raylet",
        "remedy",
    ),
    Made("the unit was touched and systemd not told", f"touch {UNIT}", "RC-524", RELOAD, "remedy"),
    Made(
        "the unit was edited",
        f"cp {UNIT} /root/unit; sed -i 's/^\\[Service\\]/[Service]\\nEnvironment=LOCAL=1/' {UNIT}; {RELOAD}",
        "RC-525",
        f"test ! -e /root/unit || mv /root/unit {UNIT}; {RELOAD}; {RESTART}",
        "site",
        WORKER,
        loud=True,
    ),
    Made(
        "the raylet of the worker was stopped",
        "systemctl stop raylet",
        "RC-413",
        "systemctl start raylet",
        "site",
        WORKER,
        loud=True,
    ),
    Made(
        "the raylet of the head was stopped",
        "systemctl stop raylet",
        "RC-413",
        "systemctl start raylet",
        "remedy",
        HEAD,
        loud=True,
    ),
    Made("the raylet hangs", "pkill -STOP -x raylet", "RC-563", "pkill -CONT -x raylet", node=WORKER, loud=True),
    Made(
        "the head's dashboard hangs",
        "pkill -STOP -f 'dashboard/dashboard[.]py'",
        "RC-414",
        "pkill -CONT -f 'dashboard/dashboard[.]py'",
        node=HEAD,
    ),
    Made("the session belongs to root", f"chown root: {SESSION}", "RC-508", f"chown ray: {SESSION}"),
    Made(
        "the note of the running cluster belongs to root",
        "cp -p /tmp/ray/ray_current_cluster /root/cluster; chown root: /tmp/ray/ray_current_cluster",
        "RC-509",
        "chown ray: /tmp/ray/ray_current_cluster",
        "site",
        WORKER,
        loud=True,
    ),
    Made(
        "session_latest leads to another session",
        "readlink /tmp/ray/session_latest >/root/session; cd /tmp/ray;"
        " runuser -u ray -- mkdir session_other; runuser -u ray -- ln -sfn session_other session_latest",
        "RC-510",
        "cd /tmp/ray; runuser -u ray -- ln -sfn $(cat /root/session) session_latest; rmdir session_other",
    ),
    Made(
        "the raylet's socket was removed",
        f"rm {SESSION}/sockets/raylet*",
        "RC-511",
        RESTART,
        "remedy",
        WORKER,
        loud=True,
    ),
    Made("/tmp/ray was removed", "find /tmp/ray -mindepth 1 -delete", "RC-511", RESTART, "remedy", WORKER, loud=True),
    Made(
        "the node has another token",
        f"cp -p {TOKEN} /root/token; echo {'0' * 64} >{TOKEN}; {RESTART}",
        "RC-409",
        f"cp -p /root/token {TOKEN}; {RESTART}",
        "site",
        WORKER,
        loud=True,
    ),
    Made(
        "Ray's version file is another's",
        f"cp {PACKAGES}/_version.py /root/version; sed -i s/2.60.0/2.59.0/ {PACKAGES}/_version.py",
        "RC-570",
        f"cp /root/version {PACKAGES}/_version.py",
        "site",
        WORKER,
        loud=True,
    ),
    Made("ray may not be executed", f"chmod 0644 {RAY}/bin/ray", "RC-573", f"chmod 0755 {RAY}/bin/ray"),
    Made(
        "the raylet's program is gone",
        f"mv {PACKAGES}/core/src/ray/raylet/raylet /root/raylet",
        "RC-573",
        f"test ! -e /root/raylet || mv /root/raylet {PACKAGES}/core/src/ray/raylet/raylet",
    ),
    Made(
        "the Python of Ray's environment is gone",
        f"mv {RAY}/bin/python {RAY}/bin/python.away",
        "RC-573",
        f"test ! -e {RAY}/bin/python.away || mv {RAY}/bin/python.away {RAY}/bin/python",
    ),
    taken("another program has the port of Serve's proxy", "8000", "RC-482", HEAD, "sleep 20"),
    taken("another program has a port of the raylet", PORT, "RC-562", WORKER, NOT_ACTIVE),
    Made(
        "the worker has no way to the head",
        f"ip route add blackhole {HEAD_ADDRESS}",
        "RC-560",
        f"ip route del blackhole {HEAD_ADDRESS}",
        node=WORKER,
        loud=True,
        others=("RC-569",),
    ),
    Made(
        "somebody ran ray start as root",
        f"systemctl stop raylet; {RAY}/bin/ray start --head --port=6399 --include-dashboard=false;"
        " systemctl start --no-block raylet",
        "RC-508",
        f"{RAY}/bin/ray stop; rm -rf /tmp/ray; {RESTART}",
        "undo",
        WORKER,
        loud=True,
        shown="sleep 5",
    ),
)
