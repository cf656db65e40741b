"""Makes copies of tables ahead, a few at a time: to copy ten thousand at once would hold up requests for a second.

Requests go on between two steps, and may change what was copied. So the steps go over the tables again until few are
left to be copied, and the definition copies those itself, at its instant. Where requests change tables faster than the
steps copy them, it copies more.
"""

from collections.abc import Callable, Iterator, Sequence

from thermodynamo_storage.changes.commit import Commit, TransactionCommit
from thermodynamo_storage.durability.journal import Durability
from thermodynamo_storage.tables import table_copy
from thermodynamo_storage.tables.catalog import Catalog
from thermodynamo_storage.tables.definition import Defined
from thermodynamo_storage.tables.snapshot import ReadyCopies, Scope, Snapshot
from thermodynamo_storage.tables.table import Table

TABLES_AT_ONCE = 32
"""Two milliseconds."""
ROUNDS_MAX = 16

Place = tuple[str, str, str]
"""An account, a region, and a table id."""


def keep(catalog: Catalog, ready: ReadyCopies, scope: Scope, now: Callable[[], float]) -> Iterator[None]:
    """Copies the tables of a scope, to be kept. `now` tells the time of each step."""
    for _ in range(ROUNDS_MAX):
        missing = [
            table for table in catalog.all() if scope.holds((table.account, table.region)) and not ready.holds(table)
        ]
        if len(missing) <= TABLES_AT_ONCE:
            break
        for number, table in enumerate(missing, start=1):
            if catalog.by_id.get(table.id) is table:
                ready.kept[table.id] = table, table_copy.kept(table, catalog, now())
            if number % TABLES_AT_ONCE == 0:
                yield
    yield  # To look for what is missing takes some milliseconds, too.


def enliven(catalog: Catalog, ready: ReadyCopies, snapshot: Snapshot) -> Iterator[None]:
    """Copies the tables of a snapshot, to be put in the place of what is there."""
    yield from _enliven(catalog, ready, snapshot.tables, lambda table: (table.account, table.region, table.id))


def fork(
    catalog: Catalog, ready: ReadyCopies, source: Scope, place: Callable[[Table], Place], now: Callable[[], float]
) -> Iterator[None]:
    """Copies the tables of a namespace, to be kept, and copies these, to be put where `place` says."""
    yield from keep(catalog, ready, source, now)
    yield from _enliven(catalog, ready, [kept for _, kept in ready.kept.values()], place)
    yield from keep(catalog, ready, source, now)
    yield from _enliven(catalog, ready, [kept for _, kept in ready.kept.values() if kept not in ready.live], place)


def _enliven(
    catalog: Catalog, ready: ReadyCopies, kept: Sequence[Table], place: Callable[[Table], Place]
) -> Iterator[None]:
    for number, table in enumerate(kept, start=1):
        ready.live[table] = yield from table_copy.live_in_steps(table, place(table), catalog)
        if number % TABLES_AT_ONCE == 0:
            yield


class Noting:
    """A sink that stands before another while copies are made: without any, a commit pays nothing for it."""

    def __init__(self, inner: Durability, ready: ReadyCopies) -> None:
        self.inner = inner
        self.ready = ready

    def record(self, commit: Commit) -> None:
        for change in commit.changes:
            self.ready.forget(change.table_id)
        if isinstance(commit, TransactionCommit):
            for table, _ in commit.held:
                self.ready.forget(table.id)
        self.inner.record(commit)

    def record_definitions(self, defined: Defined) -> None:
        for definition in defined.definitions:
            table_id = getattr(definition, "table_id", None)
            if table_id is not None:
                self.ready.forget(table_id)
        self.inner.record_definitions(defined)
