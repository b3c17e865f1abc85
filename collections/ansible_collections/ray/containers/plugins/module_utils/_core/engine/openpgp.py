# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenPGP public keys: whose they are and how long they are valid, without a program that a bare node may lack.

Signatures are not verified here: apt does that, with the key that was recognised by its fingerprint. RFC 4880 and RFC 9580.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import typing as t
from dataclasses import dataclass

__all__ = ["PublicKey", "read_public_keys"]

_BEGIN = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"
_END = b"-----END PGP PUBLIC KEY BLOCK-----"

#: Packet tags (RFC 9580, section 5) and signature types (section 5.2.1).
_SIGNATURE, _PUBLIC_KEY, _USER_ID, _SUBKEY = 2, 6, 13, 14
_CERTIFICATIONS, _DIRECT_KEY, _KEY_REVOCATION = (0x10, 0x11, 0x12, 0x13), 0x1F, 0x20
#: Subpackets of a signature (section 5.2.3.7).
_CREATED, _KEY_EXPIRES, _ISSUER, _ISSUER_FINGERPRINT = 2, 9, 16, 33


@dataclass(frozen=True)
class PublicKey:
    """A primary key of version 4 with what is bound to it.

    :param fingerprint: 40 hexadecimal digits in upper case.
    :param created: seconds since the epoch.
    :param expires: seconds since the epoch, or None for a key that does not.
    :param revoked: whether its owner has withdrawn it.
    :param user_id: the first one, for an operator.
    :param packets: the key, its user ids, subkeys and signatures as they were read.
    """

    fingerprint: str
    created: int
    expires: int | None
    revoked: bool
    user_id: str
    packets: bytes

    @property
    def last_day(self) -> str:
        """The day on which it runs out, in UTC; empty for a key that does not."""
        return "" if self.expires is None else _day(self.expires)

    def armored(self) -> str:
        """The key as text, always the same for the same key."""
        body = base64.b64encode(self.packets).decode()
        lines = [body[start : start + 64] for start in range(0, len(body), 64)]
        checksum = base64.b64encode(_crc24(self.packets).to_bytes(3, "big")).decode()
        return "\n".join([_BEGIN.decode(), "", *lines, f"={checksum}", _END.decode(), ""])


@dataclass(frozen=True)
class _Signature:
    kind: int
    created: int
    lifetime: int | None
    issuer: bytes


def read_public_keys(data: bytes) -> tuple[PublicKey, ...]:
    """Every public key in *data*, which is armored text or the packets themselves.

    :raises ValueError: it holds no public key, or none that can be read; its text is the cause.
    """
    try:
        packets = list(_packets(_dearmored(data)))
        return tuple(_public_keys(packets))
    except IndexError:
        raise ValueError("it ends in the middle of a packet") from None


def _public_keys(packets: list[tuple[int, bytes, bytes]]) -> t.Iterator[PublicKey]:
    starts = [index for index, (tag, _body, _raw) in enumerate(packets) if tag == _PUBLIC_KEY]
    if not starts:
        raise ValueError("there is no OpenPGP public key in it")
    for start, end in zip(starts, [*starts[1:], len(packets)]):
        yield _public_key(packets[start:end])


def _public_key(packets: list[tuple[int, bytes, bytes]]) -> PublicKey:
    body = packets[0][1]
    if body[:1] != b"\x04":
        raise ValueError("it holds a key of another version than 4")
    # The fingerprint of version 4 is defined with SHA-1 (RFC 9580, section 5.5.4.2).
    fingerprint = hashlib.sha1(b"\x99" + len(body).to_bytes(2, "big") + body).digest()
    created = int.from_bytes(body[1:5], "big")
    user_ids = []
    own = []
    for tag, packet, _raw in packets[1:]:
        if tag == _SUBKEY:
            break
        if tag == _USER_ID:
            user_ids.append(packet.decode("utf-8", errors="replace"))
        if tag == _SIGNATURE and packet[:1] == b"\x04":
            signature = _signature(packet)
            if signature.issuer == fingerprint[-8:]:
                own.append(signature)
    return PublicKey(
        fingerprint=fingerprint.hex().upper(),
        created=created,
        expires=_expiry(created, own),
        revoked=any(signature.kind == _KEY_REVOCATION for signature in own),
        user_id=user_ids[0] if user_ids else "",
        packets=b"".join(raw for _tag, _body, raw in packets),
    )


def _expiry(created: int, own: list[_Signature]) -> int | None:
    """As GnuPG decides: what the owner said last of the key itself, or else with one of its user ids."""
    direct = [signature for signature in own if signature.kind == _DIRECT_KEY and signature.lifetime is not None]
    said = direct or [signature for signature in own if signature.kind in _CERTIFICATIONS]
    newest = max(said, key=lambda signature: signature.created, default=None)
    return created + newest.lifetime if newest and newest.lifetime else None


def _signature(body: bytes) -> _Signature:
    hashed_end = 6 + int.from_bytes(body[4:6], "big")
    unhashed_end = hashed_end + 2 + int.from_bytes(body[hashed_end : hashed_end + 2], "big")
    hashed = dict(_subpackets(body[6:hashed_end]))
    # Who signed is no secret and often stands outside of what is signed; dates there would be anybody's.
    said = {**dict(_subpackets(body[hashed_end + 2 : unhashed_end])), **hashed}
    lifetime = hashed.get(_KEY_EXPIRES)
    return _Signature(
        kind=body[1],
        created=int.from_bytes(hashed.get(_CREATED, b""), "big"),
        lifetime=None if lifetime is None else int.from_bytes(lifetime, "big"),
        issuer=said.get(_ISSUER) or said.get(_ISSUER_FINGERPRINT, b"")[-8:],
    )


def _subpackets(area: bytes) -> t.Iterator[tuple[int, bytes]]:
    while area:
        length, area = _length(area, partial=0xFF)
        yield area[0] & 0x7F, area[1:length]
        area = area[length:]


def _packets(data: bytes) -> t.Iterator[tuple[int, bytes, bytes]]:
    """Tag, body, and the packet as it stands; new and old format (RFC 9580, section 4.2)."""
    while data:
        rest = data[1:]
        if not data[0] & 0x80:
            raise ValueError("it is no OpenPGP key")
        if data[0] & 0x40:
            tag = data[0] & 0x3F
            length, rest = _length(rest, partial=0xE0)
        else:
            tag = data[0] >> 2 & 0x0F
            octets = 1 << (data[0] & 3)
            if octets == 8:
                raise ValueError("it has a packet of unknown length")
            length, rest = int.from_bytes(rest[:octets], "big"), rest[octets:]
        if len(rest) < length:
            raise ValueError("it ends in the middle of a packet")
        yield tag, rest[:length], data[: len(data) - len(rest) + length]
        data = rest[length:]


def _length(data: bytes, *, partial: int) -> tuple[int, bytes]:
    """A variable length and what follows it; first octets from *partial* up to 254 have no fixed length."""
    first = data[0] if data else 0xE0
    if first < 192:
        return first, data[1:]
    if first < partial:
        return ((first - 192) << 8) + data[1] + 192, data[2:]
    if first == 255:
        return int.from_bytes(data[1:5], "big"), data[5:]
    raise ValueError("it has a packet of unknown length")


def _dearmored(data: bytes) -> bytes:
    if _BEGIN not in data:
        return data
    found = b""
    for block in data.split(_BEGIN)[1:]:
        text = block.partition(_END)[0].replace(b"\r\n", b"\n")
        lines = [line.strip() for line in text.partition(b"\n\n")[2].splitlines()]
        body = b"".join(line for line in lines if not line.startswith(b"="))
        try:
            found += base64.b64decode(body, validate=True)
        except binascii.Error:
            raise ValueError("its armor is broken") from None
    return found


def _crc24(data: bytes) -> int:
    """The checksum of armored text (RFC 9580, section 6.1.1)."""
    crc = 0xB704CE
    for octet in data:
        crc ^= octet << 16
        for _bit in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return crc


def _day(moment: int) -> str:
    """A moment (seconds since the epoch) as a day in UTC, by the civil calendar of Howard Hinnant's "date algorithms"."""
    days = moment // 86400 + 719468
    era, day_of_era = divmod(days, 146097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    return f"{era * 400 + year_of_era + (month <= 2)}-{month:02d}-{day:02d}"
