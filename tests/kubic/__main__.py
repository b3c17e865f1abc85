# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m tests.kubic`: have the archive of an inventory's test nodes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.kubic.archive import Archive
from tests.nodes.errors import NodesError


def main() -> int:
    """Make the archive when it is not there; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.kubic", description="A kubic repository for test nodes.")
    parser.add_argument("--inventory", type=Path, required=True, help="directory with hosts.yml")
    parser.add_argument("--address", required=True, help="of the archive, in the inventory's network")
    options = parser.parse_args()
    try:
        made = Archive.of(options.inventory, options.address).up()
    except NodesError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print("made" if made else "nothing to do")
    return 0


if __name__ == "__main__":
    sys.exit(main())
