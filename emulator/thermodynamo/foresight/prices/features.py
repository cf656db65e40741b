"""What a table has beside items and capacity that AWS asks for money for."""

from dataclasses import dataclass

from thermodynamo_storage.database import Database
from thermodynamo_storage.tables.table import Table


@dataclass(frozen=True, slots=True)
class Features:
    """Of one table; an index has none of its own."""

    replicas: int = 0
    """Those in other regions."""
    has_recovery: bool = False
    """Whether recovery to points in time is on."""
    backups: int = 0
    exports: int = 0
    """Those of the whole table that were asked for, in the time that was looked at."""
    has_kinesis: bool = False
    """Whether its changes are sent to a Kinesis stream."""
    stream_reads: int = 0
    """GetRecords requests on its streams, where they are counted."""
    vector_indexes: int = 0


NONE = Features()


def of_table(database: Database, table: Table, now: float) -> Features:
    """What a table has at `now`; its exports are those since it was made."""
    space = (table.account, table.region)
    backups = database.catalog.backups.get(space, {})
    transfers = database.catalog.transfers.get(space, {}).values()
    return Features(
        sum(1 for _ in table.global_table.others(table.region, now)) if table.global_table is not None else 0,
        table.recovery is not None,
        sum(name == table.schema.name for name, _ in backups),
        sum(each.kind == "export" and each.table_id == table.id and each.items_at is not None for each in transfers),
        any(each.is_live(now) for each in table.destinations.values()),
        sum(latency.count for stream in table.streams if (latency := stream.tally.latencies.get("GetRecords"))),
        len(table.vector_indexes),
    )
