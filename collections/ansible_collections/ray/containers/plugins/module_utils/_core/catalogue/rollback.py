# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-47n: why Serve cannot go back to a recorded config.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

NO_GOOD_CONFIG = Entry(
    code="RC-470",
    title="There is no good Serve config to go back to",
    severity="error",
    cause="A config is recorded on the head when all of its applications ran and answered right, and none ever did.",
    remedy="Deploy a Serve config that works",
    source="this collection: record of the module serve_config",
)
NO_EARLIER_CONFIG = Entry(
    code="RC-471",
    title="There is no Serve config before the last good one",
    severity="error",
    cause=(
        "The config before the last good one is kept until it is gone back to; what was gone back from is not kept, since it "
        "was not wanted."
    ),
    remedy=(
        "Choose one of the recorded deploys (-e list=true shows them, -e to=N goes back), or deploy the Serve config that you "
        "want"
    ),
    source="this collection: record of the module serve_config",
)
NO_SUCH_DEPLOY = Entry(
    code="RC-472",
    title="There is no recorded deploy of that number",
    severity="error",
    cause="The head keeps the last 20 deploys, and of those that were good the last three at least.",
    remedy="Choose one of those that are recorded: -e list=true shows them",
    source="this collection: number of the module serve_config",
)
NOT_GOOD = Entry(
    code="RC-473",
    title="That recorded deploy was not good",
    severity="error",
    cause="Its applications did not all run and answer right, so going back to it would fail again.",
    remedy="Choose a deploy that was good: -e list=true shows them",
    source="this collection: number of the module serve_config",
)
OTHER_RAY = Entry(
    code="RC-474",
    title="The recorded deploy ran on another version of Ray",
    severity="error",
    cause=(
        "An application image holds the Ray that it was made for, and must have the same version as the nodes. The images of a "
        "deploy from before an upgrade do not fit the nodes any more."
    ),
    remedy="Set ray_version to the version of the recorded deploy and run the site with its Serve config",
    source="Ray 2.60.0 _private/utils.py check_version_info",
)

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = (NO_GOOD_CONFIG, NO_EARLIER_CONFIG, NO_SUCH_DEPLOY, NOT_GOOD, OTHER_RAY)
