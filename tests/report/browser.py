# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium, spoken to by a pair of pipes (Chrome DevTools Protocol), so that nothing but Chromium is needed."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
import typing as t
from pathlib import Path

__all__ = ["Browser", "Page"]

Fields = dict[str, t.Any]

#: For one answer of the browser, in seconds. A machine that has much to do is slow.
PATIENCE = 120.0


class Browser:
    """Chromium as long as the context lasts.

    :param home: an empty directory for its profile.
    """

    def __init__(self, program: str, home: Path) -> None:
        to_child, self._send = os.pipe()
        self._receive, from_child = os.pipe()
        argv = [program, "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={home}", "--no-first-run"]
        argv += ["--disable-gpu", "--hide-scrollbars", "--disable-background-networking", "--disable-component-update"]
        if os.geteuid() == 0:
            # Chromium refuses to sandbox root; these pages are ours.
            argv.append("--no-sandbox")
        # The protocol's ends are descriptors 3 and 4 of the child.
        shell = ["sh", "-c", 'exec "$@" 3<&"$IN" 4>&"$OUT"', "sh", *argv]
        self._process = subprocess.Popen(
            shell,
            pass_fds=(to_child, from_child),
            env={**os.environ, "IN": str(to_child), "OUT": str(from_child), "HOME": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_child)
        os.close(from_child)
        self._waiting = b""
        self._number = 0
        self.events: list[Fields] = []

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self._send)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._receive)

    def page(self) -> Page:
        """A new tab."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, target, session)

    def call(self, method: str, session: str = "", **parameters: t.Any) -> Fields:
        """Ask, and wait for the answer; events that come meanwhile are kept."""
        self._number += 1
        message: Fields = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._write(json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return t.cast("Fields", answer["result"])
            self.events.append(answer)
        raise TimeoutError(method)

    def wait(self, method: str, session: str) -> None:
        """Until the event *method* has come."""
        deadline = time.monotonic() + PATIENCE
        while not any(event.get("method") == method and event.get("sessionId") == session for event in self.events):
            if time.monotonic() > deadline:
                raise TimeoutError(method)
            self.events.append(self._next())

    def _write(self, content: bytes) -> None:
        while content:
            content = content[os.write(self._send, content) :]

    def _next(self) -> Fields:
        while b"\0" not in self._waiting:
            part = os.read(self._receive, 1 << 20)
            if not part:
                raise RuntimeError(f"Chromium ended with status {self._process.wait()}")
            self._waiting += part
        message, self._waiting = self._waiting.split(b"\0", 1)
        return t.cast("Fields", json.loads(message))


class Page:
    """One tab."""

    def __init__(self, browser: Browser, target: str, session: str) -> None:
        self._browser, self._target, self._session = browser, target, session
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: t.Any) -> Fields:
        """Ask this tab."""
        return self._browser.call(method, self._session, **parameters)

    def open(self, url: str, *, width: int, height: int, dark: bool) -> None:
        """Show *url* in a window of this size, with the colours that the user prefers."""
        mobile = width < 600
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        self.media("screen", dark=dark)
        self._browser.events.clear()
        self.call("Page.navigate", url=url)
        self._browser.wait("Page.loadEventFired", self._session)

    def media(self, name: str, *, dark: bool) -> None:
        """Show it on this medium."""
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", media=name, features=features)

    def evaluate(self, expression: str) -> t.Any:
        """The value of some JavaScript, awaited; it is not bound by the page's policy."""
        told = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in told:
            raise RuntimeError(str(told["exceptionDetails"].get("exception", {}).get("description")))
        return told["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press a key and let it go."""
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)

    def events(self, method: str) -> list[Fields]:
        """What has happened since the page was opened."""
        return [event["params"] for event in self._browser.events if event.get("method") == method]

    def picture(self, path: Path) -> None:
        """The whole page as PNG."""
        told = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(told["data"]))

    def print(self, path: Path) -> None:
        """The page as PDF."""
        path.write_bytes(base64.b64decode(self.call("Page.printToPDF")["data"]))

    def close(self) -> None:
        """Close the tab."""
        self._browser.call("Target.closeTarget", targetId=self._target)
