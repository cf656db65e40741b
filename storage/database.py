"""All tables of all namespaces, the commit sequence, and the durability sink.

A namespace is an (account, region) pair; table names are unique within one.
"""

from storage import splitting
from storage.commit import Change, Commit, apply
from storage.durability import Durability, NoDurability
from storage.errors import CannotSplit, TableInUse, TableNotFound
from storage.keyspace import Keyspace
from storage.metered import DueSplit, Limits
from storage.partition import Partition
from storage.schema import TableSchema
from storage.table import Table

Namespace = tuple[str, str]


class Database:
    """The tables by namespace and name."""

    def __init__(self, durability: Durability | None = None, limits: Limits | None = None) -> None:
        """Without `limits` nothing is metered."""
        self.limits = limits
        self.due: list[DueSplit] = limits.due if limits is not None else []
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
        table = tables[schema.name] = Table(account, region, id, schema, now, self.limits)
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

    def split(
        self, table: Table, keyspace: Keyspace, partition: Partition, at: bytes, reason: str, now: float
    ) -> tuple[Partition, Partition]:
        """Splits a partition of a table or of one of its global indexes; returns the two that take its place."""
        _, children = keyspace.split(partition, at, now, reason)
        return children

    def carry_out_splits(self, now: float) -> None:
        """Carries out what is due, before a request looks at any partition."""
        due, self.due[:] = list(self.due), []
        for split in due:
            if split.partition is None:
                self._split_all(split, now)
            else:
                self._split_one(split, split.partition, now)

    def _split_all(self, due: DueSplit, now: float) -> None:
        for partition in list(due.keyspace.partitions):
            self._split_one(due, partition, now)

    def _split_one(self, due: DueSplit, partition: Partition, now: float) -> None:
        if due.keyspace.locate(partition.low) is not partition:
            return
        keeps_collections = bool(partition.local)
        try:
            if due.reason == "heat":
                at = splitting.by_load(partition, keeps_collections)
            elif due.reason == "size":
                at = splitting.by_size(partition, keeps_collections)
            else:
                at = splitting.by_range(partition, keeps_collections)
        except CannotSplit as why:
            if partition.meter is not None:
                partition.meter.unsplit = str(why)
            return
        self.split(due.table, due.keyspace, partition, at, due.reason, now)

    def check(self) -> None:
        """Asserts the invariants of every table."""
        for tables in self.namespaces.values():
            for table in tables.values():
                table.keyspace.check()
