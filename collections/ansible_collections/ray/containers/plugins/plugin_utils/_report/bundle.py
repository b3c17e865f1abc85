# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One archive for a bug report: the logs of all nodes, and the report of the run that read them.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import time
import typing as t

from ansible_collections.ray.containers.plugins.plugin_utils._report.outcome import Outcome

__all__ = ["Logs", "archive", "logs_of"]

#: What a name in the archive may hold: the names of logs come from nodes, and from applications on them.
_ODD = re.compile(r"[^\w.@+=-]")
#: Of one part of a name.
_LONGEST = 100


class Logs(t.NamedTuple):
    """What a host has told of its logs."""

    host: str
    logs: t.Sequence[t.Mapping[str, t.Any]]
    left_out: t.Sequence[t.Mapping[str, t.Any]]
    warnings: t.Sequence[str]


def logs_of(outcomes: t.Iterable[Outcome]) -> list[Logs]:
    """The logs of the hosts that have told of them; none in a run that reads no logs."""
    return [
        Logs(outcome.host, outcome.result["logs"], outcome.result["left_out"], outcome.result.get("warnings") or ())
        for outcome in outcomes
        if outcome.ours and "logs" in outcome.result and "left_out" in outcome.result
    ]


def archive(name: str, report: t.Mapping[str, t.Any], nodes: t.Iterable[Logs], now: float) -> bytes:
    """A compressed tar archive whose files lie in the directory *name*, and are for their owner alone."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        told = json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False, default=str)
        _add(tar, f"{name}/report.json", f"{told}\n", now)
        for node in nodes:
            place = f"{name}/{_part(node.host)}"
            taken: set[str] = set()
            for log in node.logs:
                path = _unique(_path(str(log["path"])), taken)
                _add(tar, f"{place}/{path}", str(log["text"]), float(log["modified"]) or now)
            _add(tar, f"{place}/contents.txt", "".join(_contents(node)), now)
    return gzip.compress(packed.getvalue(), mtime=int(now))


def _contents(node: Logs) -> t.Iterator[str]:
    """What is there of a node, and what is not."""
    yield from (f"Warning: {each}\n" for each in node.warnings)
    for log in node.logs:
        at = float(log["modified"])
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)) if at else "just now"
        yield f"{log['path']}: {when}, {log['size']} bytes{', only its end' if str(log['text'])[:1] == '…' else ''}\n"
    yield from (f"{each['path']}: not here, {each['why']}\n" for each in node.left_out)


def _add(tar: tarfile.TarFile, name: str, text: str, modified: float) -> None:
    content = text.encode("utf-8", errors="replace")
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = len(content), int(modified), 0o600
    tar.addfile(entry, io.BytesIO(content))


def _path(path: str) -> str:
    return "/".join(_part(part) for part in path.split("/") if part)


def _part(name: str) -> str:
    """A name that leads nowhere else and that no program reads as an option."""
    plain = _ODD.sub("_", name)[:_LONGEST]
    return plain if plain.strip("._")[:1] not in ("", "-") else f"_{plain.lstrip('.-')}"


def _unique(path: str, taken: set[str]) -> str:
    chosen, number = path, 1
    while chosen in taken:
        number += 1
        chosen = f"{path}.{number}"
    taken.add(chosen)
    return chosen
