"""Events out of a file, in their order and in bounded memory; lines that are no events are counted and passed over."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Any

from thermodynamo.foresight.traces import columnar
from thermodynamo.foresight.traces.batch import BATCH_EVENTS, Batch, Brief, Form, Forms
from thermodynamo.foresight.traces.event import BETWEEN, Event
from thermodynamo.foresight.traces.location import Location, of
from thermodynamo.foresight.traces.trace_error import TraceError

REQUESTS = "count(DISTINCT request) + coalesce(sum(times - 1), 0)::BIGINT"
"""How many requests events are of; an event that stands for several has a request of its own."""
CALLS = str(tuple(sorted(BETWEEN)))
"""The kinds that ask for nothing, in SQL."""

Told = Callable[[int], None]
"""Hears how many events of the trace are done."""


def untold(done: int) -> None:
    """Hears, and does nothing about it."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a trace has."""

    events: int
    accesses: int
    """How often a table or an index is asked for something."""
    bad_lines: int
    first_at: int | None
    last_at: int | None
    """Microseconds of the epoch."""
    knows_keys: bool
    knows_sizes: bool
    knows_units: bool
    knows_attributes: bool
    is_recording: bool
    """Whether it is one of a thermodynamo server, which has the calls that made the tables."""
    first_access_at: int | None
    knows_costs: bool
    """Whether each write has a size, and each other access half units."""
    origin: str | None = None
    """The name of its `Origin`."""
    has_times: bool = False
    """Whether events stand for several requests each, as a model of arrivals has them."""
    first_bad_line: int | None = None
    """The number of the first line that is no event, lines without anything aside."""


class Trace:
    """One file of events: Parquet or JSON lines, the latter also compressed (`.gz`, `.zst`)."""

    def __init__(self, path: Location) -> None:
        """Raises TraceError where there is no such file, or it is none of events."""
        self.path = path
        try:
            is_file = path.is_file()
        except OSError as error:  # Its name is too long, or its folder may not be looked into.
            raise TraceError(f"{path}: {error.strerror or error}") from None
        if not is_file:
            unfinished = of(f"{path}.jsonl")
            hint = f"; its recording did not end: read {unfinished}" if unfinished.is_file() else ""
            raise TraceError(f"there is no file {path}{hint}")
        self.connection = columnar.connect(path)
        self.sql = columnar.of_parquet(self.connection, path) if path.suffix == ".parquet" else columnar.of_lines(path)

    def _execute(self, sql: str) -> Any:
        import duckdb

        try:
            return self.connection.cursor().execute(sql)
        except duckdb.Error as error:
            raise TraceError(f"{self.path} cannot be read: {str(error).splitlines()[0]}") from None

    def summary(self) -> Summary:
        """What the trace has. Raises TraceError."""
        is_access = f"at_us IS NOT NULL AND kind IS NOT NULL AND kind NOT IN {CALLS}"
        found = self._execute(
            f"SELECT count(at_us), coalesce(sum(coalesce(times, 1)) FILTER ({is_access}), 0)::BIGINT, "
            "count(*) FILTER (at_us IS NULL OR kind IS NULL), "
            "min(at_us) FILTER (kind NOT IN ('settings', 'source')), max(at_us) FILTER (kind <> 'reads'), "
            f"count(*) FILTER ({is_access} AND kind <> 'page' AND key IS NULL) = 0, "
            f"count(*) FILTER ({is_access} AND kind IN ('write', 'transacted write') AND size IS NULL) = 0, "
            f"count(*) FILTER ({is_access} AND half_units IS NULL AND size IS NULL) = 0, "
            "count(*) FILTER (kind IN ('write', 'transacted write') AND detail IS NOT NULL) > 0, "
            f"count(*) FILTER (kind = 'settings') > 0, min(at_us) FILTER ({is_access}), "
            f"count(*) FILTER ({is_access} AND CASE WHEN kind IN ('write', 'transacted write') "
            f"THEN size IS NULL ELSE half_units IS NULL END) = 0, "
            f"min(operation) FILTER (kind = 'source'), count(times) > 0 FROM ({self.sql})"
        ).fetchone()
        summary = Summary(*found)
        return replace(summary, first_bad_line=self._first_bad_line()) if summary.bad_lines else summary

    def _first_bad_line(self) -> int:
        found: int = self._execute(
            f"SELECT min(number) FROM (SELECT row_number() OVER () AS number, at_us, kind FROM ({self.sql})) "
            "WHERE at_us IS NULL OR kind IS NULL"
        ).fetchone()[0]
        return found

    @cached_property
    def forms(self) -> dict[int, Form]:
        """The forms of its events by their numbers in `briefs`."""
        return self._forms[1]

    @cached_property
    def _forms(self) -> tuple[str, dict[int, Form]]:
        """The SQL of the number of an event's form, and all forms by number.

        A number is a hash of the members, with a salt by which no two forms have the same.
        """
        members = ", ".join(Form._fields)
        for salt in count():
            number = f"hash({salt}, {members})"
            found = self._execute(
                f"SELECT DISTINCT {number}, {members} FROM ({self.sql}) WHERE at_us IS NOT NULL AND kind IS NOT NULL"
            ).fetchall()
            forms = {each[0]: Form(*each[1:]) for each in found}
            if len(forms) == len(found):
                break
        return number, forms

    def briefs(self, told: Told = untold) -> Iterator[list[Brief]]:
        """The events in the order of the file, some at a time, in brief."""
        found = self._execute(
            f"SELECT at_us, request, {self._forms[0]}, key, size, old_size, half_units, detail "
            f"FROM ({self.sql}) WHERE at_us IS NOT NULL AND kind IS NOT NULL"
        )
        yield from self._fetched(found, told)

    def batches(self, told: Told = untold) -> Iterator[Batch]:
        """The events in the order of the file, some at a time, in brief and with their forms."""
        forms = Forms(self.forms)
        for events in self.briefs(told):
            yield Batch(events, forms)

    def places(self) -> list[tuple[str, str, str]]:
        """The account, region and name of every table that is asked for something."""
        return sorted({place[:3] for place in self.keyspaces()})

    def keyspaces(self) -> list[tuple[str, str, str, str | None]]:
        """The account, region, table and index of all that is asked for something; a table comes before its indexes."""
        found = {
            (form.account, form.region, form.table_name, form.index_name)
            for form in self.forms.values()
            if form.table_name is not None and form.kind not in BETWEEN
        }
        return sorted(found, key=lambda place: (*place[:3], place[3] or ""))

    def calls(self) -> list[Event]:
        """The requests about tables, in the order of the file."""
        return [Event(*each) for each in self._execute(f"SELECT * FROM ({self.sql}) WHERE kind = 'call'").fetchall()]

    def busiest_second(self, place: tuple[str, str, str, str | None]) -> tuple[int, int]:
        """The most half units of reads and of writes that a place was asked for in one second, at the least."""
        write = "2 * greatest(1, ceil(greatest(coalesce(size, 0), coalesce(old_size, 0)) / 1024))"
        is_read = "kind IN ('read', 'page', 'transacted read')"
        found = self._execute(
            "SELECT coalesce(max(reads), 0)::BIGINT, coalesce(max(writes), 0)::BIGINT FROM (SELECT "
            f"sum(coalesce(half_units, 1) * coalesce(times, 1)) FILTER ({is_read}) AS reads, "
            f"sum({write} * coalesce(times, 1)) FILTER (NOT {is_read}) AS writes "
            f"FROM ({self.sql}) WHERE {self._is_of(place)} GROUP BY at_us // 1000000)"
        ).fetchone()
        return found[0], found[1]

    def transacted_half_units(self) -> int:
        """What all items of transactions ask for of their tables."""
        size = "greatest(coalesce(size, 0), coalesce(old_size, 0), 1)"
        found = self._execute(
            f"SELECT coalesce(sum(coalesce(half_units, 4 * ceil({size} / 1024))), 0)::BIGINT FROM ({self.sql}) "
            "WHERE kind IN ('transacted read', 'transacted write', 'check')"
        ).fetchone()
        half_units: int = found[0]
        return half_units

    def keys(self, place: tuple[str, str, str, str | None]) -> Iterator[bytes]:
        """All keys that a place was asked for."""
        found = self._execute(f"SELECT DISTINCT key FROM ({self.sql}) WHERE {self._is_of(place)} AND key IS NOT NULL")
        for some in self._fetched(found):
            yield from (each[0] for each in some)

    def indexes(self, table: str) -> set[str]:
        """The indexes of a table that are asked for something."""
        return {place[3] for place in self.keyspaces() if place[2] == table and place[3] is not None}

    def items_written(self, table: str, conditions: Sequence[str]) -> tuple[int, ...]:
        """How many writes of items a table has, and how many of them fulfil each condition, in SQL of `detail`."""
        counts = [f"coalesce(sum(coalesce(times, 1)) FILTER ({each}), 0)::BIGINT" for each in ("true", *conditions)]
        found = self._execute(
            f"SELECT {', '.join(counts)} FROM ({self.sql}) WHERE kind IN ('write', 'transacted write') "
            f"AND table_name = {columnar.quoted(table)} AND size IS DISTINCT FROM 0"
        ).fetchone()
        return tuple(found)

    def _is_of(self, place: tuple[str, str, str, str | None]) -> str:
        account, region, table, index = (columnar.quoted(name) if name is not None else "NULL" for name in place)
        return (
            f"kind NOT IN {CALLS} AND account = {account} AND region = {region} AND table_name = {table} "
            f"AND index_name IS NOT DISTINCT FROM {index}"
        )

    def operations(self) -> list[tuple[str, str, str, str, int]]:
        """The account, region and table, and how many requests of each operation ask for it or its indexes."""
        found = self._execute(
            f"SELECT account, region, table_name, operation, {REQUESTS} "
            f"FROM ({self.sql}) WHERE at_us IS NOT NULL AND table_name IS NOT NULL AND kind NOT IN {CALLS} "
            "GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        return [tuple(each) for each in found]

    def operations_of(
        self, place: tuple[str, str, str, str | None], key: bytes, end: bytes | None = None
    ) -> list[tuple[str, int]]:
        """The operations that ask for a key, or for any from it up to `end`, and in how many requests.

        The most frequent come first.
        """
        keys = f"= unhex('{key.hex()}')" if end is None else f"BETWEEN unhex('{key.hex()}') AND unhex('{end.hex()}')"
        found = self._execute(
            f"SELECT operation, {REQUESTS} FROM ({self.sql}) WHERE {self._is_of(place)} "
            f"AND key {keys} GROUP BY operation ORDER BY 2 DESC, 1"
        ).fetchall()
        return [tuple(each) for each in found]

    def reads(self) -> list[tuple[str, str, str, str]]:
        """The account, region and table, and what its reads found by shape: `detail` of the kind `reads`."""
        found = self._execute(
            f"SELECT account, region, table_name, detail FROM ({self.sql}) WHERE kind = 'reads' AND detail IS NOT NULL"
        ).fetchall()
        return [tuple(each) for each in found]

    def events(self, told: Told = untold) -> Iterator[list[Event]]:
        """The events in the order of the file, some at a time. Each is a tuple in the order of `Event`."""
        found = self._execute(f"SELECT * FROM ({self.sql}) WHERE at_us IS NOT NULL AND kind IS NOT NULL")
        yield from self._fetched(found, told)

    def _fetched(self, found: Any, told: Told = untold) -> Iterator[list[Any]]:
        """What a query gives, some at a time. Raises TraceError where the file ends before it should."""
        import duckdb

        done = 0
        while True:
            try:
                some = found.fetchmany(BATCH_EVENTS)
            except duckdb.Error as error:
                raise TraceError(f"{self.path} cannot be read: {str(error).splitlines()[0]}") from None
            if not some:
                return
            yield some
            done += len(some)
            told(done)

    def requests(self, target: str) -> list[str]:
        """The JSON of all requests about tables with a target header."""
        if not any(form.kind == "call" and form.operation == target for form in self.forms.values()):
            return []
        found = self._execute(
            f"SELECT detail FROM ({self.sql}) WHERE kind = 'call' AND operation = {columnar.quoted(target)}"
        )
        return [each[0] for each in found.fetchall()]

    def settings(self) -> dict[str, Any]:
        """The settings of the server that was recorded; nothing where it was none."""
        import orjson

        found = self._execute(f"SELECT detail FROM ({self.sql}) WHERE kind = 'settings' LIMIT 1").fetchone()
        kept: dict[str, Any] = orjson.loads(found[0]) if found is not None else {}
        return kept
