# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer of Serve's REST interface means that is not the one that was hoped for.

Facts from Ray 2.60.0 ``dashboard/modules/serve/serve_head.py`` and ``dashboard/optional_utils.py``: 400 for what it refuses, 500
with a traceback for every exception. Other statuses come from somebody else: a reverse proxy, an older dashboard, another server.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re

__all__ = ["last_of_traceback", "missing_import", "taken_address", "unexpected"]

#: A module that is not there, or a name in one, as the last line of a traceback tells it.
_IMPORT = re.compile(
    r"^(?:[\w.]+\.)?(?:(?:ModuleNotFoundError|ImportError)\S*: (?P<import>.+)"
    r"|AttributeError: (?P<name>module \S+ has no attribute .+))$",
    re.MULTILINE,
)
#: Ray 2.60.0 serve/_private/http_util.py start_asgi_http_server; grpc says it otherwise.
_BIND = re.compile(r"^\S*Error: (?P<bind>Failed to bind to address .+|.*[Aa]ddress already in use.*)$", re.MULTILINE)

#: What an operator does about a status, by the status; the others are told as they are.
_CAUSES: dict[int, tuple[str, str]] = {
    404: (
        "there is no Serve REST interface at this address",
        "Correct dashboard_url: it is the address of the head's dashboard alone, without a path",
    ),
    405: (
        "what listens there takes no such requests",
        "Correct dashboard_url: something else than Ray's dashboard answers there",
    ),
    413: (
        "the Serve config is larger than a reverse proxy in front of the dashboard accepts",
        "Let dashboard_url name the dashboard itself, or raise that limit (client_max_body_size in nginx)",
    ),
    429: (
        "a reverse proxy in front of the dashboard accepts no more requests",
        "Let dashboard_url name the dashboard itself",
    ),
}


def last_of_traceback(text: str) -> str:
    """What an error body says: pydantic's whole list, or the last line of a traceback."""
    if "validation error" in text.partition("\n")[0]:
        lines = [line.strip() for line in text.splitlines()[1:] if "errors.pydantic.dev" not in line]
        return "; ".join(line.partition(" [type=")[0] for line in lines if line)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def missing_import(text: str) -> str:
    """What could not be imported, from a traceback; empty when that is not what went wrong."""
    found = list(_IMPORT.finditer(text))
    return (found[-1]["import"] or found[-1]["name"]) if found else ""


def taken_address(text: str) -> str:
    """The address at which a proxy could not listen, from a traceback, in Ray's words; empty when that is not what went wrong."""
    found = list(_BIND.finditer(text))
    return found[-1]["bind"] if found else ""


def unexpected(status: int, reason: str, location: str = "") -> tuple[str, str]:
    """Cause and remedy for a status that Ray does not answer with.

    :param location: where a redirect leads.
    """
    said = f"the answer is {status} {reason}".rstrip()
    if 300 <= status < 400:
        return (
            f"{said}, which leads to {location or 'nowhere'}: there is a reverse proxy in front of the dashboard",
            f"Let dashboard_url name the dashboard itself{f', or {location}' if location else ''}",
        )
    cause, remedy = _CAUSES.get(
        status, ("Ray's dashboard does not answer so", "Look what listens at dashboard_url, and correct it")
    )
    return f"{said}: {cause}", remedy
