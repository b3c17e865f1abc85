# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to go back to: the recorded config in the place of the one that a deploy would be given.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import rollback as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import ServeConfig
from ansible_collections.ray.containers.plugins.module_utils._core.serve.difference import Record
from ansible_collections.ray.containers.plugins.module_utils._host import files

__all__ = ["recorded"]


def recorded(parameters: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The parameters of a deploy of the recorded config that ``state`` means: ``last_good`` or ``earlier``.

    :raises OperatorError: there is none.
    """
    record = Record.read(files.read_text(parameters["record"]))
    if record is None:
        raise _nothing(catalogue.NO_GOOD_CONFIG, f"{parameters['record']} holds none")
    config = record.config if parameters["state"] == "last_good" else record.earlier
    if config is None:
        names = ", ".join(application.name for application in ServeConfig.read(record.config).applications)
        raise _nothing(catalogue.NO_EARLIER_CONFIG, f"the one that is recorded has {names or 'no application'}")
    names_there = {application.name for application in ServeConfig.read(config).applications}
    queries = [query for query in parameters["queries"] if query["application"] in names_there]
    return {**parameters, "config": config, "queries": queries}


def _nothing(entry: Entry, why: str) -> OperatorError:
    return OperatorError(entry.title, why=why, remedy=entry.remedy, code=entry.code)
