"""Reply bodies spliced from bytes: items are stored as wire JSON, so most replies need no serialising."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from thermodynamo.api import slices
from thermodynamo.api.slices import Slices

EMPTY = b"{}"
JOINED_BLOBS = 20_000
"""What a slice joins, in three milliseconds."""


class Pieces(list[bytes]):
    """JSON in pieces that are yet to be joined: a reply may have 16 MB, and each copy of it takes ten milliseconds."""


def body(members: Mapping[bytes, Any]) -> bytes:
    """A JSON object of the members that are not None. A bytes value is JSON already, anything else is serialised."""
    parts = [
        b'"' + name + b'":' + (value if type(value) is bytes else orjson.dumps(value))
        for name, value in members.items()
        if value is not None
    ]
    return b"{" + b",".join(parts) + b"}"


def long_body(members: Mapping[bytes, Any]) -> bytes:
    """As `body`, of members that may be long or in pieces: all of it is copied once."""
    return b"".join(pieces(members))


def sliced_body(members: Mapping[bytes, Any]) -> Slices[bytes]:
    """As `long_body`, in slices where it is very long: a batch of items that JSON escapes has 100 MB."""
    return (yield from slices.joined(pieces(members)))


def pieces(members: Mapping[bytes, Any]) -> Pieces:
    """As `body`, for a member of a `long_body`."""
    found = Pieces()
    before = b'{"'
    for name, value in members.items():
        if value is None:
            continue
        found += (before, name, b'":')
        before = b',"'
        if type(value) is Pieces:
            found += value
        else:
            found.append(value if type(value) is bytes else orjson.dumps(value))
    found.append(b"}" if found else EMPTY)
    return found


def array(blobs: Sequence[bytes]) -> Pieces:
    """A JSON array of what is JSON already, for a member of a `long_body`."""
    if not blobs:
        return Pieces([b"[]"])
    found = Pieces([b","] * (2 * len(blobs) + 1))
    found[1::2] = blobs
    found[0], found[-1] = b"[", b"]"
    return found


def array_of_pieces(members: Sequence[Pieces]) -> Pieces:
    """As `array`, of members in pieces."""
    found = Pieces()
    before = b"["
    for member in members:
        found.append(before)
        found += member
        before = b","
    found.append(b"]" if found else b"[]")
    return found


def long_array(blobs: Sequence[bytes]) -> Slices[Pieces]:
    """As `array`, in slices: a page may have 200,000 of the smallest items."""
    if len(blobs) <= JOINED_BLOBS:
        return array(blobs)
    joined: list[bytes] = []
    for first in range(0, len(blobs), JOINED_BLOBS):
        yield
        joined.append(b",".join(blobs[first : first + JOINED_BLOBS]))
    return array(joined)


def responses(blobs: Sequence[bytes | None]) -> Pieces:
    """A JSON array with an object for each item that was read, for a member of a `long_body`: empty where none was."""
    found = Pieces()
    before = b"["
    for blob in blobs:
        found += (before, EMPTY) if blob is None else (before, b'{"Item":', blob, b"}")
        before = b","
    found.append(b"]" if found else b"[]")
    return found
