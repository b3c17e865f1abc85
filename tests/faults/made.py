# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fault that is really made on a node, as data."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EITHER", "HOST", "Made"]

#: On whichever node: the fault is made on one of them by turns, beside another one on the other.
EITHER = ""
#: On the machine that the nodes are containers of.
HOST = "host"


@dataclass(frozen=True)
class Made:
    """How a fault is made, what the first finding must be, and how it is gone again.

    :param name: what was done, as a reader of the table would say it.
    :param make: a command of the node's shell, as root; `undo` takes it back, and may be run when nothing is left of it.
    :param code: of the first finding on that node.
    :param healed: ``remedy``: what the finding tells to do is a command, and is run; ``site``: a run of the site mends it;
        ``undo``: somebody has to take back what was done.
    :param node: where it is made.
    :param loud: whether processes of Ray's end with it, so that the cluster needs time to come back.
    :param shown: a command that succeeds as soon as the fault can be seen.
    :param others: codes that findings of other nodes may have beside it.
    """

    name: str
    make: str
    code: str
    undo: str = ""
    healed: str = "undo"
    node: str = EITHER
    loud: bool = False
    shown: str = ""
    others: tuple[str, ...] = ()
