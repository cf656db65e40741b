"""The vector indexes of a table: made, looked at by writes, dropped.

They need numpy, which is imported where the first one is made: a server without them starts as fast as without it.
"""

from collections.abc import Generator, Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.values.errors import VectorsUnavailable
from thermodynamo_storage.values.item import Attributes, Item, decode
from thermodynamo_storage.values.schema import KeySchema, TableSchema, VectorIndexSchema

if TYPE_CHECKING:
    from thermodynamo_storage.followers.vector_index import VectorIndex

Indexes = Mapping[str, "VectorIndex"]
MISSING = "vector indexes need numpy, which is not installed: pip install 'thermodynamo[vectors]'"

FILLED_BYTES = 512 * 1024
"""Of the JSON of items that one step fills indexes with: some milliseconds."""
FILLED_ITEM_BYTES = 1_024
"""What an item takes besides, in such bytes."""


def are_available() -> bool:
    """Whether numpy is installed."""
    return find_spec("numpy") is not None


def make(schema: VectorIndexSchema, key_schema: KeySchema) -> "VectorIndex":
    """An empty index of a table with these keys. Raises VectorsUnavailable."""
    if not are_available():
        raise VectorsUnavailable(MISSING)
    index: VectorIndex = import_module("thermodynamo_storage.followers.vector_index").VectorIndex(schema, key_schema)
    return index


def make_all(schema: TableSchema) -> "dict[str, VectorIndex]":
    """The empty indexes of a table, by name. Raises VectorsUnavailable."""
    return {
        each.name: make(each, schema.key_schema) for each in sorted(schema.vector_indexes, key=lambda each: each.name)
    }


def make_hollow(schema: TableSchema) -> "dict[str, VectorIndex]":
    """The indexes of a table that is not in use: they are filled where it comes into use. Raises VectorsUnavailable."""
    indexes = make_all(schema)
    for index in indexes.values():
        index.is_hollow = True
    return indexes


def refuse(indexes: Indexes, item: Item | None) -> None:
    """Raises where an item that is about to be written cannot be indexed; see `VectorIndex.entry`."""
    if item is not None:
        refuse_image(indexes, decode(item), item)


def refuse_image(indexes: Indexes, attributes: Attributes, item: Item) -> None:
    """Raises as `refuse` does, for whom has decoded the item already."""
    for index in indexes.values():
        if index.transition != "DELETING":
            index.refuse(attributes, item)


def look(indexes: Indexes, attributes: Attributes) -> None:
    """Raises where the attributes of an item cannot be indexed, for who looks at them before the item is there."""
    for index in indexes.values():
        if index.transition != "DELETING":
            index.entry(attributes)


def check(indexes: Indexes) -> None:
    """Asserts the invariants of each."""
    for index in indexes.values():
        index.check()


def fill_hollow(indexes: Iterable["VectorIndex"], keyspace: Keyspace) -> Generator[None]:
    """Gives the indexes of a table that was loaded all its items, in steps: 100,000 vectors take seconds.

    Nothing may write the table meanwhile.
    """
    hollow = [index for index in indexes if index.is_hollow]
    if not hollow:
        return
    size_bytes = 0
    for key, item in keyspace.range(b"", None):
        for index in hollow:
            index.put(key, item)
            size_bytes += FILLED_ITEM_BYTES + len(item[0])
        if size_bytes >= FILLED_BYTES:
            size_bytes = 0
            yield
    for index in hollow:
        index.is_hollow = False
