# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ray's Serve REST interface, as the dashboard on the head offers it.

Facts from Ray 2.60.0: ``dashboard/modules/serve/serve_head.py`` (applications), ``dashboard/modules/state/state_head.py``
(nodes, logs), ``dashboard/modules/reporter/reporter_head.py`` (room), ``_private/authentication`` (bearer token).

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import contextlib
import json
import time
import typing as t
import urllib.parse
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import deploys as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.diagnosis.log_text import shortened
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.api_answer import (
    last_of_traceback,
    missing_import,
    taken_address,
    unexpected,
)
from ansible_collections.ray.containers.plugins.module_utils._core.serve.room import UNKNOWN, Room
from ansible_collections.ray.containers.plugins.module_utils._host import files
from ansible_collections.ray.containers.plugins.module_utils._host.http_request import Answer, NoAnswer, Send, send
from ansible_collections.ray.containers.plugins.module_utils._host.user_files import files_of

__all__ = [
    "ApiDenied",
    "ApiError",
    "ApiNotReady",
    "ApiRefused",
    "ApiUnreachable",
    "RayNode",
    "ServeApi",
]

#: GET starts a Ray driver inside the dashboard the first time; PUT starts Serve itself (5 s seen on a busy machine).
GET_SECONDS = 30.0
PUT_SECONDS = 180.0
METRICS_SECONDS = 10.0

APPLICATIONS = "/api/serve/applications/"

#: Of a token, in bytes.
LONGEST_TOKEN = 4096

#: The longest pause between two tries, in seconds.
LONGEST_PAUSE = 1.0


class ApiError(OperatorError):
    """The interface did not do what it was asked."""


class ApiUnreachable(ApiError):
    """Nobody listens: the dashboard, and so most likely the head, is not running."""


class ApiNotReady(ApiError):
    """The dashboard answers, but Ray behind it does not: starting, or its control service (GCS) is down."""


class ApiDenied(ApiError):
    """The token is missing or wrong."""


class ApiRefused(ApiError):
    """The Serve config was refused.

    :param applied: whether Serve may have taken a part of it already; a config that breaks the schema is not touched.
    """

    def __init__(self, what: str, *, why: str, remedy: str, applied: bool, code: str = "") -> None:
        super().__init__(what, why=why, remedy=remedy, code=code)
        self.applied = applied


@dataclass(frozen=True)
class RayNode:
    """A node of the cluster as Ray names it."""

    node_id: str
    address: str


class ServeApi:
    """Asks and tells Serve. Every method may raise `ApiUnreachable`, `ApiNotReady` or `ApiDenied`.

    :param url: where the dashboard listens, such as ``http://127.0.0.1:8265``.
    :param token_file: holds the cluster's token; empty, or a file that is not there, for a cluster without one.
    :param user: the Ray user, who has it.
    """

    def __init__(
        self,
        url: str,
        token_file: str,
        *,
        user: str = "ray",
        sender: Send = send,
        clock: t.Callable[[], float] = time.monotonic,
        pause: t.Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.token_file = token_file
        self.user = user
        self._send = sender
        self._clock = clock
        self._pause = pause
        self._sent = ""

    @property
    def secrets(self) -> frozenset[str]:
        """The token, once it was sent."""
        return frozenset([self._sent] if self._sent else [])

    def details(self, *, everything: bool = False) -> dict[str, t.Any]:
        """ServeInstanceDetails of what was deployed by Serve configs; its parts are empty when Serve does not run.

        :param everything: of what programs have deployed, too.
        """
        return self._json(APPLICATIONS if everything else f"{APPLICATIONS}?api_type=declarative")

    def room(self) -> Room:
        """What is free on the nodes; nothing is known of it where the dashboard cannot tell."""
        try:
            return Room.read(self._json("/api/cluster_status"))
        except (ApiError, TypeError, ValueError):
            return UNKNOWN

    def ray_version(self) -> str:
        """The version of the head's Ray; empty where the dashboard does not tell it."""
        try:
            return str(self._json("/api/version").get("ray_version") or "")
        except ApiError:
            return ""

    def metrics(self) -> list[str]:
        """The pages of metrics that Ray's service discovery for Prometheus names; those that can be read."""
        try:
            groups = json.loads(self._call("GET", "/api/prometheus/sd").text)
            targets = [str(target) for group in groups for target in group["targets"]]
        except (ApiError, KeyError, TypeError, ValueError):
            return []
        pages = []
        for target in targets:
            with contextlib.suppress(NoAnswer):
                answer = self._send("GET", f"http://{target}/metrics", timeout=METRICS_SECONDS)
                pages.append(answer.text if answer.status == 200 else "")
        return pages

    def deploy(self, config: t.Mapping[str, t.Any]) -> None:
        """Make *config* the one that Serve strives for: returns when it is accepted, long before it runs.

        :raises ApiRefused: Ray does not accept it.
        """
        answer = self._request("PUT", APPLICATIONS, body=json.dumps(config), timeout=PUT_SECONDS)
        if answer.status == 400:
            raise ApiRefused(
                "Ray refuses the Serve config",
                why=last_of_traceback(answer.text),
                remedy="Correct the Serve config",
                applied="ServeDeploySchema" not in answer.text,
            )
        if answer.status >= 500:
            self._refuse_hopeless_start(answer.text)
        self._judge("PUT", APPLICATIONS, answer)

    @staticmethod
    def _refuse_hopeless_start(text: str) -> None:
        """Tell at once what no second try helps against: Serve starts with a PUT, and its proxies with it.

        :raises ApiRefused: it is that.
        """
        for entry, why in (
            (catalogue.NOT_IMPORTED, missing_import(text)),
            (catalogue.PROXY_NOT_HEALTHY, taken_address(text)),
        ):
            if why:
                raise ApiRefused(entry.title, why=why, remedy=entry.remedy, code=entry.code, applied=True)

    def stop(self) -> None:
        """End Serve with everything that it runs: returns when it has ended."""
        self._judge("DELETE", APPLICATIONS, self._request("DELETE", APPLICATIONS, timeout=PUT_SECONDS))

    def nodes(self) -> list[RayNode]:
        """The nodes that are alive, in no order."""
        rows = self._json("/api/v0/nodes?limit=1000")["data"]["result"]["result"]
        return [RayNode(row["node_id"], row["node_ip"]) for row in rows if row["state"] == "ALIVE"]

    def addresses(self) -> list[str]:
        """The addresses of the nodes that are alive; none where the dashboard cannot tell."""
        try:
            return sorted({str(node.address) for node in self.nodes()})
        except (ApiError, KeyError, TypeError):
            return []

    def log(self, node: RayNode, name: str, lines: int) -> list[str]:
        """The last *lines* lines of the log file *name* in the current session of *node*."""
        query = urllib.parse.urlencode({"node_id": node.node_id, "filename": name, "lines": lines})
        return self._call("GET", f"/api/v0/logs/file?{query}").text.splitlines()

    def newest_log(self, node: RayNode, name: str, ending: str, lines: int) -> list[str]:
        """The same of the log with the highest number: a raylet that is restarted in a session numbers its logs."""
        query = urllib.parse.urlencode({"node_id": node.node_id, "glob": f"{name}*.{ending}"})
        found = self._json(f"/api/v0/logs?{query}")["data"]["result"]
        names = [each for group in found.values() for each in group]
        return self.log(node, max(names, key=lambda each: (len(each), each)), lines) if names else []

    def newest_logs(
        self, name: str, ending: str, lines: int, of: t.Container[str] | None = None
    ) -> dict[RayNode, list[str]]:
        """The same of every node, as far as they can be asked: a log that cannot be read must not stop a deploy.

        :param of: the ids of the nodes to ask; all of them by default.
        """
        said = {}
        try:
            nodes = [node for node in self.nodes() if of is None or node.node_id in of]
        except (ApiError, KeyError, TypeError):
            return {}
        for node in nodes:
            try:
                said[node] = self.newest_log(node, name, ending, lines)
            except (ApiError, KeyError, TypeError):
                continue
        return said

    def patient(self, ask: t.Callable[[], t.Any], *, seconds: float, unreachable: bool = False) -> t.Any:
        """Ask until Ray is ready, for at most *seconds*.

        :param unreachable: wait for the dashboard to listen, too.
        """
        deadline = self._clock() + seconds
        wait_for = (ApiNotReady, ApiUnreachable) if unreachable else (ApiNotReady,)
        pause = 0.1
        while True:
            try:
                return ask()
            except wait_for:
                if self._clock() + pause > deadline:
                    raise
            self._pause(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _json(self, path: str) -> dict[str, t.Any]:
        answer = self._call("GET", path)
        try:
            document = json.loads(answer.text)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise ApiError(
                f"{self.url} does not answer like Ray's dashboard",
                why=f"GET {path} gave {shortened(answer.text, 120)!r}",
                remedy="Check dashboard_url",
            )
        return document

    def _call(self, method: str, path: str) -> Answer:
        """The answer, when it is a good one."""
        answer = self._request(method, path)
        self._judge(method, path, answer)
        return answer

    def _request(self, method: str, path: str, *, body: str = "", timeout: float = GET_SECONDS) -> Answer:
        """Whatever is answered to this request, but for a token that is not accepted."""
        token = self._sent = self._token()
        headers = {"Content-Type": "application/json"} if body else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            answer = self._send(method, self.url + path, body=body, headers=headers, timeout=timeout)
        except NoAnswer as error:
            raise ApiUnreachable(
                f"Ray's dashboard does not answer at {self.url}",
                why=str(error),
                remedy="Start the head (module ray.containers.raylet), or correct dashboard_url",
            ) from error
        if answer.status in (401, 403):
            raise self._denied(bool(token))
        return answer

    def _judge(self, method: str, path: str, answer: Answer) -> None:
        """Let nothing pass but a 2xx: whatever else answers, it is not Ray that has done what it was asked.

        :raises ApiError: it is none.
        """
        if answer.status == 501:
            raise ApiError(
                "The head's Ray has no Serve",
                why="the packages of ray[serve] are not installed",
                remedy="Install Ray with the extra serve on the head (module ray.containers.ray_runtime)",
            )
        if answer.status >= 500:
            raise ApiNotReady(
                f"Ray behind the dashboard at {self.url} is not ready",
                why=last_of_traceback(answer.text) or f"HTTP {answer.status}",
                remedy="Look at gcs_server.out and dashboard_ServeHead.log in /tmp/ray/session_latest/logs on the head",
            )
        if not 200 <= answer.status < 300:
            why, remedy = unexpected(answer.status, answer.reason, answer.headers.get("location", ""))
            raise ApiError(
                f"{method} {self.url}{path.partition('?')[0]} is not answered as by Ray's dashboard",
                why=why,
                remedy=remedy,
                code=catalogue.NOT_ACCEPTED.code,
            )

    def _denied(self, had_token: bool) -> ApiDenied:
        if not had_token:
            return ApiDenied(
                f"Ray's dashboard at {self.url} wants a token",
                why=f"{self.token_file} is empty or not there" if self.token_file else "no token_file is given",
                remedy="Name the Ray user's ~/.ray/auth_token in token_file",
            )
        return ApiDenied(
            f"Ray's dashboard at {self.url} does not accept the token",
            why=f"the one in {self.token_file} is not the one that the head was started with",
            remedy="Put the cluster's token into that file, or restart the head with the token of the file",
        )

    def _token(self) -> str:
        """The file's text, read as the user where it lies in that one's territory: a link there leads to nothing else of root's
        that whoever listens at *url* could be sent."""
        path = self.token_file
        if not path:
            return ""
        exposed = files.open_to_others(path)
        text = files_of(self.user).read_text(path, LONGEST_TOKEN) if exposed else files.read_text(path, LONGEST_TOKEN)
        return (text or "").strip()
