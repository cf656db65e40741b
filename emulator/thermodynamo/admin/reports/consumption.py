"""The capacity units that were used: the sums of what each keyspace has charged since it was made."""

from thermodynamo_storage.database import Database
from thermodynamo_storage.metering.metered import Metered


def half_units(database: Database) -> tuple[int, int]:
    """The half units of reads and of writes, of all tables that exist and their global indexes.

    Nothing is counted of what is not metered. What a dropped table had used is no longer in the sums.
    """
    reads = writes = 0
    for table in database.tables_of_all():
        keyspaces = [table.keyspace, *(index.keyspace for index in table.indexes.values() if index.schema.is_global)]
        for keyspace in keyspaces:
            admission = keyspace.admission
            if isinstance(admission, Metered):
                reads += admission.reads.total
                writes += admission.writes.total
    return reads, writes
