"""A sketch of an item: what a replay needs to know of it, without its data.

JSON of an object by attribute name. A short string, number or binary is there as it is, as it may be a key of an index;
of anything else there are its size in bytes and a digest, which tells two values apart. `stand_in` makes an item of it
again that has the sizes and the keys of the one that was recorded.
"""

from collections.abc import Collection
from typing import Any
from zlib import crc32

import orjson

from thermodynamo_storage.values.item import Attributes, Item, decode, encode, value_size

PLAIN_BYTES_MAX = 64
"""Longer values are not kept; keys of tables and indexes are, whatever their length."""
SCALARS = ("S", "N", "B")
CHANGES, REMAINS = "@changes", "@remains"
"""The digests of values that each write of a model changes, and that a write of it leaves as they are."""
DIGEST_LETTERS = 8


def sketch(attributes: Attributes, key_names: Collection[str] = ()) -> str:
    """The sketch of an item, as JSON. `key_names` are kept whole."""
    made: dict[str, Any] = {}
    for name, value in attributes.items():
        ((kind, content),) = value.items()
        if kind in SCALARS and (len(content) <= PLAIN_BYTES_MAX or name in key_names):
            made[name] = value
        else:
            made[name] = [value_size(value), f"{crc32(orjson.dumps(value)):08x}"]
    return orjson.dumps(made).decode()


def is_modelled(text: str) -> bool:
    """Whether a sketch is one of a model, which says what a write changes."""
    return CHANGES in text or REMAINS in text


def changed(text: str, number: int, old: Item | None) -> str:
    """The sketch of a model for one write of what is there; `number` tells writes apart."""
    made: dict[str, Any] = orjson.loads(text)
    before = decode(old) if old is not None else {}
    for name, kept in made.items():
        if isinstance(kept, list) and kept[1] == CHANGES:
            kept[1] = f"{number:08x}"[::-1]
        elif isinstance(kept, list) and kept[1] == REMAINS and name in before:
            kept[1] = before[name].get("S", REMAINS)[:DIGEST_LETTERS]
    return orjson.dumps(made).decode()


def stand_in(text: str | None, size_bytes: int, padded: Collection[str] = ()) -> Item:
    """An item with the attributes of a sketch. `padded` are the attributes whose own sizes matter."""
    if text is None:
        return b"{}", size_bytes
    made: Attributes = {}
    for name, kept in orjson.loads(text).items():
        made[name] = kept if isinstance(kept, dict) else {"S": kept[1]}
        if name in padded and not isinstance(kept, dict):
            made[name] = {"S": kept[1].ljust(kept[0], ".")[: kept[0]]}
    return encode(made, size_bytes)
