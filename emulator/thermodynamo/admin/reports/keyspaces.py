"""The keyspaces that the admin API tells of, each with the table or the global index that it belongs to."""

from collections.abc import Iterator
from dataclasses import dataclass

from thermodynamo.api.namespace import Namespace
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import KeySchema


@dataclass(frozen=True, slots=True)
class Place:
    """A keyspace and what it belongs to: a table, or a global index of it."""

    table: Table
    index_name: str | None
    key_schema: KeySchema
    keyspace: Keyspace
    index: SecondaryIndex | None = None

    @property
    def name(self) -> str:
        name = self.table.schema.name
        return name if self.index_name is None else f"{name}/index/{self.index_name}"


def of_table(table: Table) -> Iterator[Place]:
    """The keyspaces of a table: its own first, then its global indexes' by name.

    Indexes may come and go between two of them: those that were there at first are told of.
    """
    indexes = list(table.indexes.items())
    yield Place(table, None, table.schema.key_schema, table.keyspace)
    for name, index in indexes:
        if index.schema.is_global:
            yield Place(table, name, index.schema.key_schema, index.keyspace, index)


def tables(namespace: Namespace, now: float) -> list[Table]:
    """All that exist, by name."""
    return [namespace.tables[name] for name in namespace.settled_names(now)]
