# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option of every module that asks registries from the controller, once."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation shared by the modules that read a Serve config on the controller."""

    DOCUMENTATION = r"""
options:
  registries:
    description: Registries that need more than an anonymous request over TLS.
    type: list
    elements: dict
    default: []
    suboptions:
      location:
        description: The registry as it stands in image references, for instance V(registry.example.com:5000).
        type: str
        required: true
      insecure:
        description:
          - Whether the registry speaks plain http, or has a certificate that the controller does not know.
          - TLS without trust is tried first, and plain http when there is no TLS, as Podman does it.
          - A certificate is known that lies in C(/etc/containers/certs.d) or another directory of C(containers-certs.d(5\)), too.
        type: bool
        default: false
      auth_file:
        description:
          - A file with credentials for the registry, as C(podman login --authfile) writes it.
          - A relative path is sought like that of the Serve config.
          - Without it the files of the controller's own account are used, in the order of C(containers-auth.json(5\)).
        type: path
"""
