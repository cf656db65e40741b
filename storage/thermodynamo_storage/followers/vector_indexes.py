"""The vector indexes of a table: made, looked at by writes, dropped.

They need numpy, which is imported where the first one is made: a server without them starts as fast as without it.
"""

from collections.abc import Generator, Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from thermodynamo_storage.changes.commit import VectorChange
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.values.errors import VectorsUnavailable
from thermodynamo_storage.values.item import STEP_BYTES_MAX, Attributes, Item, decode
from thermodynamo_storage.values.long_images import Images
from thermodynamo_storage.values.long_items import finished
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


def changes(indexes: Indexes, key: bytes, old: Item | None, new: Item | None) -> dict[str, VectorChange]:
    """What a write does to each index, by name. Raises where `new` cannot be indexed; see `VectorIndex.entry`."""
    attributes = decode(new) if new is not None else None
    return {name: index.change(key, old, new, attributes) for name, index in indexes.items()}


def changes_in_steps(
    indexes: Indexes, key: bytes, images: Images, refuses: bool = True
) -> Generator[None, Any, dict[str, VectorChange]]:
    """As `changes`, of long items. What cannot be indexed is left out, if it is not to be refused."""
    found = {}
    for name, index in list(indexes.items()):
        yield
        found[name] = yield from index.change_in_steps(key, images, refuses)
    return found


def accepted(indexes: Indexes, key: bytes, images: Images) -> dict[str, VectorChange] | None:
    """What a write that nothing refuses does to each index; None where each index is to find that out by itself.

    A long item is decoded and measured once for all of them.
    """
    if images.new is None or images.new.item[1] < STEP_BYTES_MAX:
        return None
    return finished(changes_in_steps(indexes, key, images, refuses=False))


def look(indexes: Indexes, attributes: Attributes) -> None:
    """Raises where the attributes of an item cannot be indexed, for who looks at them before the item is there."""
    for index in indexes.values():
        if index.transition != "DELETING":
            index.look(attributes)


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
