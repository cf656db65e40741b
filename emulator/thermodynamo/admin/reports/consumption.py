"""The capacity units that were used: the sums of what each keyspace has charged since it was made."""

from collections.abc import Iterable

from thermodynamo_storage.metering.metered import Metered
from thermodynamo_storage.tables.table import Table


def half_units(tables: Iterable[Table]) -> tuple[int, int]:
    """The half units of reads and of writes that tables and their global indexes have used.

    Nothing is counted of what is not metered.
    """
    reads = writes = 0
    for table in tables:
        indexes = (index.keyspace for index in table.indexes.values() if index.schema.is_global)
        for keyspace in (table.keyspace, *indexes):
            admission = keyspace.admission
            if isinstance(admission, Metered):
                reads += admission.reads.total
                writes += admission.writes.total
    return reads, writes
