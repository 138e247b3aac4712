"""The mail inside an S/MIME message that is signed in one piece (``smime.p7m``).

A walk over the outer levels of its BER (X.690) to the content of RFC 5652's SignedData; neither
signature nor certificates are read or checked. Nothing here raises.
"""

from typing import Literal, NamedTuple

Kind = Literal["signed", "encrypted", "compressed", "unknown"]
_OIDS: dict[bytes, Kind] = {
    bytes.fromhex("2a864886f70d010702"): "signed",
    bytes.fromhex("2a864886f70d010703"): "encrypted",
    bytes.fromhex("2a864886f70d0109100117"): "encrypted",
    bytes.fromhex("2a864886f70d0109100109"): "compressed",
}
_SEQUENCE, _OID, _EXPLICIT, _OCTETS, _OCTETS_IN_PIECES = 0x30, 0x06, 0xA0, 0x04, 0x24
_MAX_PIECES = 200_000
_MAX_DEPTH = 30


class Envelope(NamedTuple):
    """What kind of S/MIME message it is, and the mail inside when that can be read."""

    kind: Kind
    content: bytes = b""


class _Element(NamedTuple):
    """A tag and where its content stands; the end is that of all data when it is not told."""

    tag: int
    start: int
    end: int
    endless: bool


class _BadError(Exception):
    pass


def open_envelope(data: bytes) -> Envelope:
    """What stands in an ``application/pkcs7-mime`` part."""
    kind: Kind = "unknown"
    try:
        outer = _expect(data, 0, len(data), _SEQUENCE)
        oid = _expect(data, outer.start, outer.end, _OID)
        kind = _OIDS.get(data[oid.start : oid.end], "unknown")
        if kind != "signed":
            return Envelope(kind)
        explicit = _expect(data, oid.end, outer.end, _EXPLICIT)
        signed = _expect(data, explicit.start, explicit.end, _SEQUENCE)
        version = _element(data, signed.start, signed.end)
        digests = _element(data, version.end, signed.end)
        inner = _expect(data, _after(data, digests), signed.end, _SEQUENCE)
        name = _expect(data, inner.start, inner.end, _OID)
        held = _expect(data, name.end, inner.end, _EXPLICIT)
        return Envelope(kind, _octets(data, held.start, held.end))
    except _BadError:
        return Envelope(kind)


def _element(data: bytes, at: int, end: int) -> _Element:
    if at + 2 > end or data[at] & 0x1F == 0x1F:
        raise _BadError
    tag, length = data[at], data[at + 1]
    start = at + 2
    if length == 0x80:
        return _Element(tag, start, end, endless=True)
    if length > 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
        if size > 8:
            raise _BadError
    # What was cut off on the way is left out, the rest is read.
    return _Element(tag, start, min(start + length, end), endless=False)


def _expect(data: bytes, at: int, end: int, tag: int) -> _Element:
    found = _element(data, at, end)
    if found.tag != tag:
        raise _BadError
    return found


def _after(data: bytes, one: _Element) -> int:
    """Where the element behind ``one`` begins; one whose length is not told ends at two zeros."""
    if not one.endless:
        return one.end
    at, open_ones = one.start, 1
    for _ in range(_MAX_PIECES):
        if data[at : at + 2] == b"\0\0":
            open_ones -= 1
            at += 2
            if not open_ones:
                return at
            continue
        inner = _element(data, at, one.end)
        open_ones += inner.endless
        at = inner.start if inner.endless else inner.end
        if open_ones > _MAX_DEPTH:
            break
    raise _BadError


def _octets(data: bytes, at: int, end: int) -> bytes:
    """The content of an octet string, also one in pieces or pieces of pieces."""
    found: list[bytes] = []
    ends = [end]
    for _ in range(_MAX_PIECES):
        while ends and (at >= ends[-1] or data[at : at + 2] == b"\0\0"):
            if at < ends[-1]:
                at += 2
            ends.pop()
        if not ends or at + 2 > len(data):
            break
        one = _element(data, at, ends[-1])
        if one.tag == _OCTETS:
            found.append(data[one.start : one.end])
            at = one.end
        elif one.tag == _OCTETS_IN_PIECES and len(ends) < _MAX_DEPTH:
            ends.append(one.end)
            at = one.start
        else:
            break
        if len(ends) == 1 and one.tag == _OCTETS:
            break
    return b"".join(found)
