# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m tests.load --rate 50 "numerals=http://10.99.0.10:8000/numerals MMXXVI" sizes=http://...`: ask, and count.

Open loop: a request is sent when it is due, whatever became of others, on a connection of its own. SIGTERM ends the sending.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import resource
import signal
import time
import typing as t
from urllib.parse import urlsplit

from tests.load.figures import TimedRequest, figures, table


class Target(t.NamedTuple):
    """A URL that is asked under a name, and the text that its answers must hold."""

    name: str
    url: str
    expect: str

    @classmethod
    def read(cls, text: str) -> Target:
        name, _, rest = text.partition("=")
        return cls(name, *rest.partition(" ")[::2])


async def exchange(target: Target) -> str:
    """Send one request; what is wrong with its answer, empty when nothing is."""
    parts = urlsplit(target.url)
    path = target.url.partition(parts.netloc)[2] or "/"
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read(-1)
    finally:
        writer.close()
    status = answer.partition(b"\r\n")[0].split(b" ")[1:2]
    if status != [b"200"]:
        return f"HTTP {status[0].decode()}" if status else "connection closed without an answer"
    return "" if target.expect.encode() in answer else "wrong"


async def ask(target: Target, patience: float, log: t.TextIO) -> None:
    sent, began = time.time(), time.monotonic()
    try:
        outcome = await asyncio.wait_for(exchange(target), patience)
    except TimeoutError:
        outcome = f"no answer in {patience:.0f} s"
    except OSError as error:
        outcome = type(error).__name__
    log.write(json.dumps(TimedRequest(target.name, sent, time.monotonic() - began, outcome)) + "\n")


async def load(targets: t.Sequence[Target], rate: float, seconds: float, patience: float, log: t.TextIO) -> float:
    """Send for so long; returns by how many seconds a request was sent too late: the generator's own fault."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    began, late, tasks = time.monotonic(), 0.0, set()
    for count, target in enumerate(itertools.cycle(targets)):
        due = began + count / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        if ended.is_set() or count >= rate * seconds:
            break
        late = max(late, time.monotonic() - due)
        tasks.add(task := asyncio.create_task(ask(target, patience, log)))
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    return late


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("targets", nargs="+", type=Target.read, metavar="NAME=URL[ TEXT]")
    parser.add_argument("--rate", type=float, default=50, help="requests a second, over all targets in turn")
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--patience", type=float, default=30, help="seconds until a request counts as failed")
    parser.add_argument("--log", default="load.jsonl", help="gets a line for each request")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with open(options.log, "w+", buffering=1, encoding="utf-8") as log:
        late = asyncio.run(load(options.targets, options.rate, options.seconds, options.patience, log))
        log.seek(0)
        found = figures(TimedRequest(*json.loads(line)) for line in log)
    print("\n".join([*table(found), f"latest sending: {late:.2f} s after its time"]))
    return int(any(each.failed or each.wrong for each in found.values()))


if __name__ == "__main__":
    raise SystemExit(main())
