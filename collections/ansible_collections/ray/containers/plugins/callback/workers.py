# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the processes that Ansible forks for each task and host do without garbage collection."""

from __future__ import annotations

DOCUMENTATION = r"""
name: workers
type: notification
short_description: Let Ansible's workers do without garbage collection
version_added: 0.1.0
author:
  - The ray.containers authors (@ray-containers)
description:
  - Ansible forks a process for each task and host, which parses the sources of the module and of all that it imports, sends
    them, and ends. Python's search for reference cycles goes through all of that and through all that the parent has, again and
    again, for memory that the end of the process gives back anyway. Without it an unchanged run of the site takes an eighth less
    of the controller's processor time.
  - The process of C(ansible-playbook) itself collects as ever.
  - The playbooks of the collection enable it by themselves.
"""

import gc
import os

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Has no event of its own: that it is there is enough."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "ray.containers.workers"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_start(self, playbook: object) -> None:
        # Runs in processes that are forked to go on in Python; programs that are started have their own memory anyway.
        os.register_at_fork(after_in_child=gc.disable)
