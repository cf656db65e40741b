"""All tables of all namespaces, the commit sequence, and the durability sink.

A namespace is an (account, region) pair; table names are unique within one.
"""

from storage.commit import Change, Commit, apply
from storage.durability import Durability, NoDurability
from storage.errors import TableInUse, TableNotFound
from storage.schema import TableSchema
from storage.table import Table

Namespace = tuple[str, str]


class Database:
    """The tables by namespace and name."""

    def __init__(self, durability: Durability | None = None) -> None:
        self.namespaces: dict[Namespace, dict[str, Table]] = {}
        self.durability = durability or NoDurability()
        self.sequence = 0

    def tables(self, namespace: Namespace) -> dict[str, Table]:
        """The tables of a namespace by name, in no order. The mapping is live."""
        return self.namespaces.setdefault(namespace, {})

    def create_table(self, namespace: Namespace, id: str, schema: TableSchema, now: float) -> Table:
        """Adds an empty table. Raises TableInUse when the name is taken."""
        tables = self.tables(namespace)
        if schema.name in tables:
            raise TableInUse(schema.name)
        account, region = namespace
        table = tables[schema.name] = Table(account, region, id, schema, now)
        return table

    def drop_table(self, namespace: Namespace, name: str) -> None:
        """Removes a table with all its items. Raises TableNotFound."""
        if self.tables(namespace).pop(name, None) is None:
            raise TableNotFound(name)

    def commit(self, changes: list[Change], now: float) -> None:
        """Makes the changes happen, all of them at one point of the sequence: the sink first, then the tables."""
        self.sequence += 1
        commit = Commit(self.sequence, now, changes)
        self.durability.record(commit)
        apply(commit)

    def check(self) -> None:
        """Asserts the invariants of every table."""
        for tables in self.namespaces.values():
            for table in tables.values():
                table.keyspace.check()
