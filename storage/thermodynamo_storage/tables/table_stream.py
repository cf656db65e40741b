"""The stream of a table: begun and ended. A table has one that is enabled at most, and follows its splits with it."""

from dataclasses import replace

from thermodynamo_storage.followers.stream import Stream, StreamLimits
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import ViewType


def enable(
    table: Table, view_type: ViewType, label: str, now: float, limits: StreamLimits, settled_at: float | None = None
) -> Stream:
    """Begins a stream, which is ENABLING until `settled_at`. The table must have none enabled."""
    assert table.stream is None
    schema, partitions = table.schema, table.keyspace.partitions
    stream = Stream(
        table.id, schema.name, schema.key_schema, view_type, label, partitions, now, limits, table.discards, settled_at
    )
    table.schema = replace(schema, stream_view_type=view_type)
    table.streams.append(stream)
    table.followers = (*table.followers, stream)
    table.keyspace.followers = (stream,)
    return stream


def disable(table: Table, now: float, settled_at: float) -> None:
    """Ends the enabled stream, if there is one; it stays readable for a day."""
    stream = table.stream
    if stream is not None:
        stream.disable(now, settled_at)
        table.schema = replace(table.schema, stream_view_type=None)
        table.followers = tuple(follower for follower in table.followers if follower is not stream)
        table.keyspace.followers = ()
