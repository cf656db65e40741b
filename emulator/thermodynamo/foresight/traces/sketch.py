"""A sketch of an item: what a replay needs to know of it, without its data.

JSON of an object by attribute name. A short string, number or binary is there as it is, as it may be a key of an index;
of anything else there are its size in bytes and a digest, which tells two values apart. `stand_in` makes an item of it
again that has the sizes and the keys of the one that was recorded.
"""

from collections.abc import Collection
from typing import Any
from zlib import crc32

import orjson

from thermodynamo_storage.values.item import Attributes, Item, encode, value_size

PLAIN_BYTES_MAX = 64
"""Longer values are not kept; keys of tables and indexes are, whatever their length."""
SCALARS = ("S", "N", "B")


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
