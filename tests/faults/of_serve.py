# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody does to Serve by hand."""

from __future__ import annotations

from tests.faults.made import Made

HEAD = "head"

#: Asks Serve's REST API with the token of its file, which must not stand on a command line: ``python3 - METHOD [APPLICATION]``.
SERVE = """python3 - <<'END'
import json, pathlib, urllib.request
def ask(method, config=None):
    token = pathlib.Path("/home/ray/.ray/auth_token").read_text().strip()
    request = urllib.request.Request(
        "http://127.0.0.1:8265/api/serve/applications/",
        data=json.dumps(config).encode() if config else None,
        headers={"Authorization": "Bearer " + token, "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()
%s
END"""

FAULTS = (
    Made(
        "an application was removed by hand",
        SERVE
        % """
record = json.loads(pathlib.Path("/var/lib/ray.containers/serve/last-good.json").read_text())["config"]
record["applications"] = record["applications"][:1]
ask("PUT", record)""",
        "RC-584",
        "true",
        "site",
        HEAD,
        loud=True,
    ),
    Made(
        "serve shutdown was run",
        SERVE % 'ask("DELETE")',
        "RC-582",
        "true",
        "site",
        HEAD,
        loud=True,
    ),
)
