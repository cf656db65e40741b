"""The fingerprint of a statement with its values, by which a NextToken is known to be of the same request.

A request may have a million values. To write them all out at once keeps other threads waiting for a tenth of a second.
"""

from collections.abc import Mapping
from hashlib import blake2b
from itertools import islice
from typing import Any

import orjson

from thermodynamo_storage.values.item import AttributeValue

PIECE_MEMBERS = 4_096
"""So many values are written out at once: half a millisecond."""
DIGEST_BYTES = 9


def of(text: str, values: Mapping[str, AttributeValue]) -> str:
    """The fingerprint, the same for the same text and values."""
    digest = blake2b(orjson.dumps(text), digest_size=DIGEST_BYTES)
    _add_map(digest, values)
    return digest.hexdigest()


def _add(digest: Any, value: AttributeValue) -> None:
    ((kind, content),) = value.items()
    if _is_short(content):
        digest.update(orjson.dumps(value))
        return
    digest.update(f"{kind}{len(content)}".encode())
    if kind == "M":
        _add_map(digest, content)
        return
    for first in range(0, len(content), PIECE_MEMBERS):
        piece = content[first : first + PIECE_MEMBERS]
        if kind != "L" or all(map(_is_flat, piece)):
            digest.update(orjson.dumps(piece))
            continue
        for each in piece:
            _add(digest, each)


def _add_map(digest: Any, values: Mapping[str, AttributeValue]) -> None:
    left = iter(values.items())
    while piece := dict(islice(left, PIECE_MEMBERS)):
        if all(map(_is_flat, piece.values())):
            digest.update(orjson.dumps(piece))
            continue
        for name, value in piece.items():
            digest.update(orjson.dumps(name))
            _add(digest, value)


def _is_flat(value: AttributeValue) -> bool:
    """Whether a value has no members."""
    return all(type(content) is not list and type(content) is not dict for content in value.values())


def _is_short(content: Any) -> bool:
    """Whether a value's members are few, and have none themselves."""
    if type(content) is not list and type(content) is not dict:
        return True
    if len(content) > PIECE_MEMBERS:
        return False
    members = content.values() if type(content) is dict else content
    return all(type(each) is not dict or _is_flat(each) for each in members)
