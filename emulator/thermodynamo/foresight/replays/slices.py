"""Slices of a trace: the load of some seconds, added up by second, table and key. Each slice is a task by itself.

Most partitions are far below their limits at all times. They are passed over: in each second only their sum is kept,
which is what the pool of their table needs to know. Of a partition that is asked in any second for as much as makes it
hot, every key is kept. What that is follows from the partitions that tables begin with: those that come of splits are
asked for less.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from thermodynamo.foresight.traces import columnar, location
from thermodynamo.foresight.traces.event import MICROSECONDS
from thermodynamo.foresight.traces.location import Location
from thermodynamo_storage.capacity.units import READ_UNIT_BYTES, WRITE_UNIT_BYTES
from thermodynamo_storage.partitions.keyspace import token_bound
from thermodynamo_storage.values import keys

ASKED = "('read', 'page', 'transacted read', 'write', 'transacted write', 'failed', 'check')"
WRITES = "('write', 'transacted write', 'failed', 'check')"
READ, CONSISTENT_READ, WRITE = 0, 1, 2
DIGITS = 6
LINES_AT_ONCE = 50_000
SAME_PLACE = (
    "event.account = places.account AND event.region = places.region AND event.table_name = places.table_name "
    "AND event.index_name IS NOT DISTINCT FROM places.index_name"
)
HALF_BITS = 4 * keys.TOKEN_BYTES
HALF_MASK = (1 << HALF_BITS) - 1
Place = tuple[str, str, str, str | None]
Keys = Sequence[tuple[int, bytes, bool, bytes, float]]
"""The place, a key, whether it is written, the key that it becomes, and the share of the load that goes there."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The partitions that a table or an index begins with, and from how much in one second on they are hot."""

    place: Place
    lows: tuple[bytes, ...]
    hot_read: float
    hot_write: float
    """Half units in one second. 0 is for a table of which every key is kept."""
    size_factor: float = 1.0
    item_bytes: int = 0
    """The size of an item where the trace does not say it."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one slice is made of."""

    path: str
    """A path or a URL."""
    first: int
    end: int
    """Seconds of the epoch: from `first` on, before `end`."""
    traffic: float
    bounds: tuple[Bounds, ...]
    drops_retries: bool = False
    keys: tuple[tuple[int, bytes, bool, bytes, float], ...] = ()
    """Where keys become others, those of the whole trace."""
    passes_over: bool = True
    is_laid_out: bool = False
    """Whether the file is one that was laid out on the tables: see `laid_out`."""
    indexes: int = 0
    """How many numbers the global indexes of a table have."""


class Cold(NamedTuple):
    """What all cold partitions of a place were asked for in one second."""

    second: int
    place: int
    kind: int
    half_units: int
    requests: int
    held: int = 0
    """Which indexes hold what is written, as bits."""
    entries: tuple[float, ...] = ()
    """The half units that the writes ask of each index."""


class Hot(NamedTuple):
    """What one key was asked for in one second."""

    second: int
    place: int
    key: bytes
    kind: int
    half_units: int
    requests: int
    held: int = 0
    shape: int = 0
    """What is the same for writes that change the same entries."""
    source: float = 0.0
    """Of an entry: the half units that its writes ask of the table."""
    entries: tuple[float, ...] = ()


@dataclass(slots=True)
class Slice:
    """The load of a slice, both in the order of time."""

    cold: list[Cold]
    hot: list[Hot]


def aggregate(task: Task) -> Slice:
    """Adds up a slice. Raises TraceError."""
    path = location.of(task.path)
    connection = columnar.connect(path)
    _fill(connection, task)
    located = _located_sql(task, _asked_sql(task, connection, path))
    groups, sums = _of_writes(task)
    added = ["cost", "share", *sums]
    summed = ", ".join(f"sum({name}) AS {name}" for name in added)
    # Parts of requests are rounded before they are rounded up, as their sum depends on the order.
    totals = [f"ceil(round(sum({name}) * {task.traffic}, {DIGITS}))::BIGINT" for name in added[:2]]
    more = [f"round(sum({name}) * {task.traffic}, {DIGITS})" for name in sums]
    by = ", ".join(["second", "place", "number", "kind", *groups[:1]])
    connection.execute(f"CREATE TEMP TABLE located AS SELECT {by}, {summed} FROM ({located}) GROUP BY {by}")
    connection.execute(
        f"CREATE TEMP TABLE hot AS SELECT DISTINCT place, number FROM (SELECT second, place, number, "
        f"{task.traffic} * coalesce(sum(cost) FILTER (kind < {WRITE}), 0) AS reads, "
        f"{task.traffic} * coalesce(sum(cost) FILTER (kind = {WRITE}), 0) AS writes "
        "FROM located GROUP BY ALL) JOIN bounds USING (place, number) WHERE reads >= hot_read OR writes >= hot_write"
    )
    if not task.passes_over:
        connection.execute("INSERT INTO hot SELECT place, number FROM bounds EXCEPT SELECT place, number FROM hot")
    by = ", ".join(["second", "place", "kind", *groups[:1]])
    cold = connection.execute(
        f"SELECT second, place, kind, {', '.join([*totals, *groups[:1], *more])} "
        f"FROM located ANTI JOIN hot USING (place, number) GROUP BY {by} ORDER BY {by}"
    ).fetchall()
    hot = []
    if connection.execute("SELECT count(*) FROM hot").fetchone()[0]:
        by = ", ".join(["second", "place", "key", "kind", *groups])
        hot = connection.execute(
            f"SELECT second, place, key, kind, {', '.join([*totals, *groups, *more])} "
            f"FROM ({located}) SEMI JOIN hot USING (place, number) GROUP BY {by} ORDER BY {by}"
        ).fetchall()
    connection.close()
    if not groups:
        return Slice([Cold(*each) for each in cold], [Hot(*each) for each in hot])
    # Of cold partitions, what entries come of is not told.
    cold = [(*each[:6], each[7:]) for each in cold]
    hot = [(*each[:9], each[9:]) for each in hot]
    return Slice([Cold(*each) for each in cold], [Hot(*each) for each in hot])


def _of_writes(task: Task) -> tuple[list[str], list[str]]:
    """What else tells accesses apart, and what else of them is added up, where there are indexes."""
    if not task.indexes:
        return [], []
    return ["held", "shape"], ["source", *(f"entries{number}" for number in range(1, task.indexes + 1))]


def _fill(connection: Any, task: Task) -> None:
    connection.execute(
        "CREATE TEMP TABLE places (place INTEGER, account VARCHAR, region VARCHAR, table_name VARCHAR, "
        "index_name VARCHAR, factor DOUBLE, item_bytes BIGINT, parts UBIGINT)"
    )
    connection.execute(
        "CREATE TEMP TABLE bounds (place INTEGER, number INTEGER, low BLOB, hot_read DOUBLE, hot_write DOUBLE)"
    )
    for place, each in enumerate(task.bounds):
        connection.execute(
            "INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [place, *each.place, each.size_factor, each.item_bytes, len(each.lows)],
        )
        bounds = [(place, number, low, each.hot_read, each.hot_write) for number, low in enumerate(each.lows)]
        _insert(connection, "bounds", ("INTEGER", "INTEGER", "BLOB", "DOUBLE", "DOUBLE"), bounds)
    if task.keys:
        connection.execute(
            "CREATE TEMP TABLE keys (place INTEGER, key BLOB, is_written BOOLEAN, becomes BLOB, part DOUBLE)"
        )
        _insert(connection, "keys", ("INTEGER", "BLOB", "BOOLEAN", "BLOB", "DOUBLE"), task.keys)


def _insert(connection: Any, table: str, kinds: Sequence[str], lines: Sequence[tuple[Any, ...]]) -> None:
    """Puts lines into a table of DuckDB, many at once: one by one took thirty times as long."""
    lists = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
    for begin in range(0, len(lines), LINES_AT_ONCE):
        some = lines[begin : begin + LINES_AT_ONCE]
        connection.execute(f"INSERT INTO {table} SELECT {lists}", [list(each) for each in zip(*some, strict=True)])


def _located_sql(task: Task, asked: str) -> str:
    """What each access asked for, with the number of its partition.

    A join finds it by the bounds. It sorts all accesses for that, which takes most of the time of a slice, so where the
    partitions divide the tokens evenly the number is computed. Partition i of n begins with the token i * 2^64 // n,
    thus a token is in the partition ((token + 1) * n - 1) // 2^64, here in two halves of 32 bits that do not overflow.
    """
    groups, sums = _of_writes(task)
    told = ", ".join(["key", "kind", "cost", "share", *groups, *sums])
    if not all(_is_even(each.lows) for each in task.bounds):
        return (
            f"SELECT second, asked.place, number, {told} "
            f"FROM ({asked}) AS asked ASOF JOIN bounds ON asked.place = bounds.place AND asked.key >= bounds.low"
        )
    zeros = "\\x00" * keys.TOKEN_BYTES
    token = f"(key || '{zeros}'::BLOB)[:{keys.TOKEN_BYTES}]::BIT::UBIGINT"
    # A key that is shorter than a token comes before the one that it is filled up to.
    before = f"CASE WHEN octet_length(key) < {keys.TOKEN_BYTES} THEN greatest({token}, 1) - 1 ELSE {token} END"
    number = f"((token >> {HALF_BITS}) * parts + (((token & {HALF_MASK}) * parts + parts - 1) >> {HALF_BITS}))"
    return (
        f"SELECT second, place, ({number} >> {HALF_BITS})::INTEGER AS number, {told} "
        f"FROM (SELECT *, ({before})::UBIGINT AS token FROM ({asked})) JOIN places USING (place)"
    )


def _is_even(lows: Sequence[bytes]) -> bool:
    return all(low == token_bound(index, len(lows)) for index, low in enumerate(lows))


def _asked_sql(task: Task, connection: Any, path: Location) -> str:
    """What each access asked for: second, place, key and kind, half units as the scenario has them, and how often."""
    asked = _laid_out_sql(task, path) if task.is_laid_out else _costs_sql(task, columnar.of_parquet(connection, path))
    if not task.keys:
        return asked
    groups, sums = _of_writes(task)
    parts = ", ".join([*groups, *(f"{name} * coalesce(part, 1) AS {name}" for name in ("cost", "share", *sums))])
    return (
        f"SELECT second, asked.place, coalesce(becomes, asked.key) AS key, kind, {parts} "
        f"FROM ({asked}) AS asked LEFT JOIN keys ON asked.place = keys.place "
        f"AND asked.key = keys.key AND (asked.kind = {WRITE}) = keys.is_written"
    )


def _laid_out_sql(task: Task, path: Location) -> str:
    """What each access asked for, in a file that was laid out, as `_asked_sql` gives it."""
    entries = "".join(f", coalesce(entries[{number}], 0) AS entries{number}" for number in range(1, task.indexes + 1))
    return (
        f"SELECT second, places.place, key, kind, held, shape, cost, share, source{entries} "
        f"FROM read_parquet({columnar.place(path)}) AS event JOIN places ON {SAME_PLACE} "
        f"WHERE second >= {task.first} AND second < {task.end}"
    )


def _costs_sql(task: Task, events: str) -> str:
    """What each access of a trace asked for as it is, as `_asked_sql` gives it.

    The sizes of a write are rounded up for each, as the service does, before they are added up.
    """
    is_write = f"kind IN {WRITES}"
    # As `scenarios.traffic.resized` has it, event by event.
    twice = "CASE WHEN kind IN ('transacted write', 'transacted read', 'check') THEN 2 ELSE 1 END"
    bytes_written = "greatest(coalesce(size, 0), coalesce(old_size, 0))"
    told = f"half_units * {WRITE_UNIT_BYTES // 2} / {twice}"
    sized = f"CASE WHEN {bytes_written} > 0 THEN {bytes_written} ELSE coalesce({told}, item_bytes) END"
    write = f"{_units(f'round(({sized}) * factor)')} * {twice}"
    looked_at = "coalesce(size, item_bytes)"
    blocks = f"greatest(1, ceil({looked_at} / {READ_UNIT_BYTES}.0))"
    per_block = "CASE WHEN is_consistent OR kind = 'transacted read' THEN 2 ELSE 1 END"
    look = f"CASE WHEN {is_write} THEN {_units(looked_at)} ELSE {blocks} * {per_block} END * {twice}"
    grain = "CASE WHEN is_consistent AND factor <> 1 THEN 2 ELSE 1 END"
    other = f"greatest(1, ceil(coalesce(half_units, {look}) * factor / {grain}) * {grain})"
    cost = f"CASE WHEN kind IN ('write', 'transacted write') THEN {write} ELSE {other} END"
    consistent = "is_consistent OR kind = 'transacted read'"
    kind = f"CASE WHEN {is_write} THEN {WRITE} WHEN {consistent} THEN {CONSISTENT_READ} ELSE {READ} END"
    # A Query whose key is not told reads somewhere: see `exact.by_chance`.
    anywhere = f"unhex(md5(request::VARCHAR)[:{2 * keys.TOKEN_BYTES}])"
    key = f"CASE WHEN event.key <> ''::BLOB THEN event.key WHEN operation = 'Query' THEN {anywhere} ELSE ''::BLOB END"
    retries = "AND coalesce(attempt, 1) = 1" if task.drops_retries else ""
    seconds = f"at_us >= {task.first * MICROSECONDS} AND at_us < {task.end * MICROSECONDS}"
    return (
        f"SELECT at_us // {MICROSECONDS} AS second, places.place, {key} AS key, "
        f"{kind} AS kind, ({cost})::DOUBLE * coalesce(times, 1) AS cost, coalesce(times, 1)::DOUBLE AS share "
        f"FROM (SELECT * FROM ({events}) WHERE {seconds} AND kind IN {ASKED} {retries}) "
        f"AS event JOIN places ON {SAME_PLACE}"
    )


def _units(size_bytes: str) -> str:
    """The half units of writing an item of this size, in SQL."""
    return f"2 * greatest(1, ceil(({size_bytes}) / {WRITE_UNIT_BYTES}.0))"


def parquet_of(path: Location, folder: Path) -> Location:
    """The trace as Parquet, which is read by slices: made in the folder of a trace of JSON lines. Raises TraceError."""
    if path.suffix == ".parquet":
        return path
    told = f"{path.absolute() if isinstance(path, Path) else path} {location.version(path)}"
    made = folder / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.parquet"
    if not made.exists():
        unfinished = made.with_suffix(".part")
        columnar.convert(path, unfinished)
        unfinished.rename(made)
    return made
