"""One event of a trace: what one access asked of a table or an index. This is the format that all sources become.

Times are whole microseconds of the epoch. `request` counts requests: the events of one request stand together and
happen at one time. A trace of our own recording begins with the event `settings`, and holds each request that is about
tables as a `call`, so that the tables come to be in the replay as they did.
"""

from typing import Any, Literal, NamedTuple, get_args

Kind = Literal[
    "settings", "read", "page", "write", "failed", "transacted read", "transacted write", "check", "call", "due",
    "split", "scaling", "expiry", "reset", "reads", "source",
]  # fmt: skip
"""read              one item, by its key
page              what a Query or a Scan reads; `detail` lists [lowest key of the partition, key asked for, 4 KB blocks]
write             an item put, changed or, with a `size` of 0, deleted; `detail` is its sketch
failed            a write whose condition is false
transacted ...    one item of a transaction
check             an item that a writing transaction looks at, or would have written had it not been cancelled
call              a request that is about tables; `detail` is its JSON
due               a request that asked for nothing, but before which splits were carried out that were due
split             a partition split by hand; `detail` lists its lowest key and the key to split at
scaling           auto scaling looked at its alarms
expiry            an item removed by time to live
reset             all tables are others from here on
reads             what reads of a table found since it was made, by shape; of several for one table the last counts
settings          the settings of the server that was recorded, as JSON
source            where a trace comes from that is no recording; `operation` is the name of its origin"""

KINDS: tuple[str, ...] = get_args(Kind)
BETWEEN = frozenset(("settings", "call", "due", "split", "scaling", "expiry", "reset", "reads", "source"))
"""The kinds that are no access: nothing is asked for by them."""


class Event(NamedTuple):
    """One access. What a source does not know is None."""

    at_us: int
    """Microseconds of the epoch."""
    request: int
    kind: str
    operation: str
    account: str
    region: str
    table_name: str | None = None
    index_name: str | None = None
    key: bytes | None = None
    """The key bytes: the token, then the partition and the sort key (`thermodynamo_storage.values.keys`)."""
    size: int | None = None
    """The bytes of the item: of a write, the new image; 0 of a deletion."""
    old_size: int | None = None
    """The bytes of the item that a write replaces; none where there was none."""
    half_units: int | None = None
    """What the access costs the table, or the index that it reads."""
    is_consistent: bool | None = None
    attempt: int | None = None
    """Which attempt of its client at its call this was, from 1."""
    reason: str | None = None
    """Why a limit refused it, such as TableWriteKeyRangeThroughputExceeded."""
    detail: str | None = None
    """JSON, by kind."""
    times: int | None = None
    """How many requests it stands for, spread evenly over the second that begins with it; one where it is None.

    A model of arrivals has such events: by second, key and kind.
    """


TYPES: dict[str, str] = {
    "at_us": "BIGINT",
    "request": "BIGINT",
    "kind": "VARCHAR",
    "operation": "VARCHAR",
    "account": "VARCHAR",
    "region": "VARCHAR",
    "table_name": "VARCHAR",
    "index_name": "VARCHAR",
    "key": "BLOB",
    "size": "BIGINT",
    "old_size": "BIGINT",
    "half_units": "BIGINT",
    "is_consistent": "BOOLEAN",
    "attempt": "INTEGER",
    "reason": "VARCHAR",
    "detail": "VARCHAR",
    "times": "BIGINT",
}
"""The SQL type of each member. In JSON lines the key is written in hexadecimal digits."""
assert tuple(TYPES) == Event._fields
LATER_MEMBERS = frozenset(("times",))
"""Members that a Parquet file of an earlier version does not have."""

MICROSECONDS = 1_000_000


def seconds(at_us: int) -> float:
    """The time of an event as the storage takes it."""
    return at_us / MICROSECONDS


def microseconds(now: float) -> int:
    """The time of an event at `now`; `seconds` of it may be a fraction of a microsecond earlier."""
    return int(now * MICROSECONDS)


def as_line(event: Event) -> dict[str, Any]:
    """The event as a JSON object, without what is not known."""
    line = {name: value for name, value in zip(Event._fields, event, strict=True) if value is not None}
    if event.key is not None:
        line["key"] = event.key.hex()
    return line
