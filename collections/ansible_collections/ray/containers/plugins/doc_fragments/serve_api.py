# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of every module that talks to Ray's Serve REST interface, once."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation shared by the Serve modules of ray.containers."""

    DOCUMENTATION = r"""
options:
  dashboard_url:
    description: Where Ray's dashboard listens, seen from the node.
    type: str
    default: http://127.0.0.1:8265
  token_file:
    description:
      - A file on the node that holds the cluster's token, such as the Ray user's C(~/.ray/auth_token).
      - It is read as the Ray user, unless root alone could have put it there.
      - A file that is not there is the same as none; Ray then says whether it wants a token.
    type: path
    default: ""
"""
