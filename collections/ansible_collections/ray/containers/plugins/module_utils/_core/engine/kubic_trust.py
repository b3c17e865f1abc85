# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the kubic repository is to be trusted: its key, and what apt said when it tried the repository.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t
import urllib.parse

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue import kubic as catalogue
from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.error import error
from ansible_collections.ray.containers.plugins.module_utils._core.engine.kubic import LABEL, KubicDesired
from ansible_collections.ray.containers.plugins.module_utils._core.engine.openpgp import PublicKey, read_public_keys
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

__all__ = ["check_desired", "fetch_error", "known_key", "trial_error", "trusted_key"]

#: What nobody answered is said in many ways; all others are answers.
_NO_ANSWER = (
    "Could not connect",
    "Could not resolve",
    "Temporary failure",
    "Connection failed",
    "timed out",
    "Unable to connect",
)


def check_desired(desired: KubicDesired) -> None:
    """Refuse what would not be safe.

    :raises OperatorError: for a short fingerprint, and for a URL with a password in it.
    """
    if len(desired.fingerprint) != 40 or set(desired.fingerprint) - set("0123456789ABCDEF"):
        raise OperatorError(
            f"The fingerprint {desired.fingerprint} cannot tell one key from all others",
            why="only its 40 hexadecimal digits together do",
            remedy="Give the whole fingerprint in kubic_fingerprint",
        )
    for url in filter(None, (desired.url, desired.key_url)):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise OperatorError(f"{url} is no address of a repository", remedy="Give one that begins with https://")
        if parts.password is not None:
            raise OperatorError(
                f"The address of the repository on {parts.hostname} holds a password",
                why="every account of the host can read apt's sources",
                remedy="Put it into a file below /etc/apt/auth.conf.d, and name the address without it",
            )


def known_key(desired: KubicDesired, keyring: str | None, now: float) -> PublicKey | None:
    """The key that is on the host already, if it is the right one and valid still."""
    try:
        return trusted_key(desired, (keyring or "").encode(errors="surrogateescape"), now)
    except OperatorError:
        return None


def trusted_key(desired: KubicDesired, data: bytes, now: float) -> PublicKey:
    """The key with the desired fingerprint in what was given or fetched; other keys beside it are left out.

    :param now: seconds since the epoch.
    :raises OperatorError: there is none, it has run out, or was withdrawn.
    """
    try:
        keys = read_public_keys(data)
    except ValueError as unreadable:
        raise error(
            catalogue.KEY_UNREADABLE,
            f"The key of the kubic repository, from {desired.key_origin}, cannot be read",
            why=str(unreadable),
        ) from None
    key = next((key for key in keys if key.fingerprint == desired.fingerprint), None)
    if key is None:
        found = " and ".join(f"{key.fingerprint} ({key.user_id})" for key in keys)
        raise error(
            catalogue.KEY_WRONG,
            f"The key from {desired.key_origin} is not the one of the kubic repository",
            why=f"its fingerprint is {found}, where {desired.fingerprint} was to be",
        )
    if key.revoked or (key.expires is not None and key.expires <= now):
        ended = "its owner has withdrawn it" if key.revoked else f"it expired on {key.last_day}"
        raise error(
            catalogue.KEY_EXPIRED,
            f"The key {key.fingerprint} of the kubic repository, from {desired.key_origin}, is not valid any more",
            why=f"{ended}, and apt takes nothing that it signed",
        )
    return key


def fetch_error(desired: KubicDesired, stderr: str) -> OperatorError:
    """The error for a key that could not be fetched; *stderr* is apt-helper's."""
    cause = (
        next((line[2:].strip() for line in stderr.splitlines() if line.startswith("E: Failed to fetch")), "") or stderr
    )
    if any(phrase in cause for phrase in _NO_ANSWER):
        return _unreachable(desired, cause)
    if " 404 " in f"{cause} " and desired.key_url.startswith(desired.address):
        return _missing(desired, cause)
    return error(
        catalogue.KEY_UNREADABLE, f"The key of the kubic repository cannot be fetched from {desired.key_url}", why=cause
    )


def trial_error(
    desired: KubicDesired, stderr: str, *, fetched: bool, label: str, offers: t.Mapping[str, str]
) -> OperatorError | None:
    """What stands against the repository after apt has tried it, or None.

    :param stderr: apt-get's words; it ends with status 0 also when nobody answered.
    :param fetched: whether it has fetched a signed Release and the list of packages.
    :param label: of the Release.
    :param offers: versions by package.
    """
    lines = [line[2:].strip() for line in stderr.splitlines() if line[:2] in ("E:", "W:")]
    signature = next((line for line in lines if "GPG error" in line or "sqv" in line), "")
    refused = next((line for line in lines if "is not signed" in line), "")
    if "does not have a Release file" in stderr:
        return _missing(desired, next(line for line in lines if "does not have a Release file" in line))
    if signature:
        what = f"apt does not accept the signature of the kubic repository at {desired.address}"
        if "EXPKEYSIG" in signature:
            return error(catalogue.KEY_EXPIRED, what, why=signature)
        return error(catalogue.SIGNATURE_WRONG, what, why=signature)
    if refused:
        return error(
            catalogue.UNSIGNED, f"The kubic repository at {desired.address} is not signed", why=catalogue.UNSIGNED.cause
        )
    if not fetched:
        return _unreachable(desired, next((line for line in lines if line.startswith("Failed to fetch")), "") or stderr)
    if label != LABEL:
        what = f"The repository at {desired.address} is not the kubic repository"
        return error(
            catalogue.NOT_KUBIC, what, why=f"its signed Release has the label {label or '(none)'} and not {LABEL}"
        )
    if "podman" in desired.packages and "podman" not in offers:
        return error(
            catalogue.NO_PODMAN,
            f"The kubic repository at {desired.address} offers no Podman",
            why=catalogue.NO_PODMAN.cause,
        )
    return None


def _unreachable(desired: KubicDesired, cause: str) -> OperatorError:
    return error(
        catalogue.UNREACHABLE, f"The kubic repository at {desired.address} does not answer", why=" ".join(cause.split())
    )


def _missing(desired: KubicDesired, cause: str) -> OperatorError:
    what = f"The kubic repository at {desired.url} has no directory {desired.directory} for this release"
    return error(catalogue.RELEASE_MISSING, what, why=" ".join(cause.split()))
