# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application `numerals` with what the `fault` of its args says is wrong with it; nothing is when it says nothing."""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
import typing as t

import roman
from ray import serve
from starlette.requests import Request

GIB = 2**30


@serve.deployment(name="Numerals", ray_actor_options={"num_cpus": 0.2})
class Faulty:
    """Answers with the numeral, unless."""

    def __init__(self, fault: str) -> None:
        self._fault, self._began = fault, time.monotonic()
        if fault == "raises":
            raise RuntimeError("the model's file is damaged")
        if fault == "hangs":
            threading.Event().wait()
        if fault == "memory":
            resource.setrlimit(resource.RLIMIT_AS, (8 * GIB, 8 * GIB))
            self._model = bytearray(64 * GIB)
        if fault == "killed":
            # As the kernel ends what takes too much memory.
            os.kill(os.getpid(), signal.SIGKILL)

    def check_health(self) -> None:
        """What Serve asks it."""
        if self._fault == "sick" and time.monotonic() - self._began > 2:
            raise RuntimeError("the model's device is gone")

    async def __call__(self, request: Request) -> dict[str, t.Any]:
        number = int(request.query_params.get("number", "2026")) + (self._fault == "wrong")
        return {"application": "numerals", "answer": roman.toRoman(number), "version": "faulty"}


def app(args: dict[str, str]) -> t.Any:
    """What Serve builds."""
    return Faulty.bind(args.get("fault", ""))
