# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enables ray.containers.report for the playbooks beside this directory, whatever the user's ansible.cfg says."""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.callback import report

#: By it Ansible finds the options of this one, too.
DOCUMENTATION = report.DOCUMENTATION


class CallbackModule(report.CallbackModule):
    """The callback itself; Ansible loads what lies beside a playbook."""

    CALLBACK_NEEDS_ENABLED = False
