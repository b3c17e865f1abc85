# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Public keys as GnuPG 2.2.40 exported them, read as GnuPG reads them."""

from __future__ import annotations

import pathlib

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.engine.openpgp import PublicKey, read_public_keys

DATA = pathlib.Path(__file__).parents[1] / "data" / "gnupg-2.2.40"
NAMES = sorted(path.stem for path in DATA.glob("*.asc"))


def exported(name: str) -> bytes:
    return (DATA / f"{name}.asc").read_bytes()


def key(name: str) -> PublicKey:
    (found,) = read_public_keys(exported(name))
    return found


def said_by_gnupg(name: str) -> tuple[str, int, int | None, bool]:
    """Fingerprint, creation, expiry and revocation from `gpg --with-colons --show-keys` (doc/DETAILS of GnuPG)."""
    rows = [line.split(":") for line in (DATA / f"{name}.colons").read_text().splitlines()]
    public = next(row for row in rows if row[0] == "pub")
    fingerprint = next(row[9] for row in rows if row[0] == "fpr")
    return fingerprint, int(public[5]), int(public[6]) if public[6] else None, public[1] == "r"


@pytest.mark.parametrize("name", NAMES)
def test_a_key_is_read_as_gnupg_reads_it(name: str) -> None:
    found = key(name)
    assert (found.fingerprint, found.created, found.expires, found.revoked) == said_by_gnupg(name)


@pytest.mark.parametrize("name", NAMES)
def test_armor_is_written_as_gnupg_writes_it(name: str) -> None:
    assert key(name).armored().encode() == exported(name)
    assert read_public_keys(key(name).packets) == (key(name),)


def test_what_the_samples_are() -> None:
    assert {name: (key(name).expires, key(name).revoked) for name in NAMES} == {
        "expired_2025": (1739534400, False),
        "never_expires": (None, False),
        "two_names_and_a_subkey": (1862049600, False),
        "withdrawn": (None, True),
    }
    assert key("expired_2025").user_id.startswith("devel:kubic OBS Project")


def test_several_keys_in_one_file() -> None:
    both = exported("never_expires") + exported("withdrawn").replace(b"\n", b"\r\n")
    assert read_public_keys(both) == (key("never_expires"), key("withdrawn"))


def test_a_renewed_key_keeps_to_its_newest_signature() -> None:
    renewed = key("expired_2025")
    # The last packet is the signature of 2022-12-01. An older one, of 2022-09-07 and without an end, stands behind it.
    head, signature = renewed.packets[:-343], renewed.packets[-343:]
    assert signature[:2] == b"\x89\x01"
    created, earlier = (0x0502 << 32 | moment for moment in (1669896000, 1662552000))
    older = signature.replace(created.to_bytes(6, "big"), earlier.to_bytes(6, "big")).replace(b"\x05\x09", b"\x05\x64")
    assert older != signature
    assert read_public_keys(head + older + signature)[0].expires == renewed.expires
    assert read_public_keys(head + signature + older)[0].expires == renewed.expires
    assert read_public_keys(head + older)[0].expires is None


def test_dates_of_a_stranger_do_not_count() -> None:
    two = key("two_names_and_a_subkey")
    stranger = two.packets.replace(bytes.fromhex(two.fingerprint[-16:]), b"stranger")
    assert read_public_keys(stranger)[0].expires is None


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no OpenPGP public key"),
        (b"<html>404 Not Found</html>", "no OpenPGP key"),
        (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n%%%%\n-----END PGP PUBLIC KEY BLOCK-----\n", "armor is broken"),
        (key("withdrawn").packets[:40], "middle of a packet"),
        (b"\xc6", "unknown length"),
        (b"\xc6\xc1", "middle of a packet"),
        (b"\xc6\x01\x06", "another version than 4"),
        (b"\xb4\x16nobody <n@example.org>", "no OpenPGP public key"),
    ],
)
def test_what_is_no_key_is_told(data: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_public_keys(data)
