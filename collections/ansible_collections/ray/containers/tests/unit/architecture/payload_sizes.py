# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what Ansible sends to a node for each module of the collection, in bytes, as JSON.

A program of its own, because Ansible's plugin loader takes over how the collection is imported.
"""

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path


def main(collection: Path) -> dict[str, int]:
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import init_plugin_loader
    from ansible.template import Templar

    init_plugin_loader([str(collection.parents[2])])
    templar = Templar(loader=DataLoader(), variables={})
    modules = [f"ray.containers.{path.stem}" for path in sorted((collection / "plugins" / "modules").glob("*.py"))]
    return {name: size_of(name, templar) for name in ["ansible.builtin.ping", *modules]}


def size_of(name: str, templar: t.Any) -> int:
    from ansible.executor.module_common import modify_module
    from ansible.plugins.loader import module_loader

    found = module_loader.find_plugin_with_context(name, collection_list=[])
    built = modify_module(
        module_name=found.resolved_fqcn,
        module_path=found.plugin_resolved_path,
        module_args={},
        templar=templar,
        task_vars={"ansible_python_interpreter": "/usr/bin/python3"},
        module_compression="ZIP_DEFLATED",
    )
    return len(built.b_module_data)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
