"""What a design asks for: each access of it as a pattern, on keys and items that stand for those there will be.

An item is there whenever it is asked for, and has the size that the access has. A write changes the entries of those
indexes that it is to change, each time. As many keys of an index are there as keys of its table.
"""

from typing import NamedTuple

import orjson

from thermodynamo.foresight.arrivals import modelled_keys, popularity
from thermodynamo.foresight.arrivals.designs import Design, DesignedAccess, DesignedIndex, DesignedTable
from thermodynamo.foresight.arrivals.model import Always, ByRate, Model, Pattern, Target, creation
from thermodynamo.foresight.arrivals.popularity import Popularity
from thermodynamo.foresight.arrivals.rates import Course
from thermodynamo.foresight.sources.asked_operation import Asked, asked
from thermodynamo.foresight.traces.origin import COST_MODEL
from thermodynamo.foresight.traces.sketch import CHANGES, REMAINS
from thermodynamo_storage.capacity.units import read_half_units, write_half_units
from thermodynamo_storage.values.item import item_size

ACCOUNT = "000000000000"
REST_BYTES_MIN = 8
"""So much tells changes apart."""


class KeyCounts(NamedTuple):
    """How many keys a model has."""

    partition_keys_max: int
    items_per_key: int = 1


def model(design: Design, course: Course, region: str, keys: KeyCounts, exponent: float) -> Model:
    """The model of a design, whose keys are as popular as Zipf's law says. Raises TraceError."""
    made = Model(COST_MODEL, course.start, course.seconds)
    for table in design.tables.values():
        made.calls.append(creation((ACCOUNT, region), table.request(), course.start))
    for access in design.accesses:
        table = design.tables[access.table]
        count = min(keys.partition_keys_max, table.item_count or keys.partition_keys_max)
        found = asked(access.operation)
        assert found is not None
        items = targets(table, access, found, count, keys.items_per_key)
        shares = popularity.zipf(count, exponent)
        each = len(items) // count
        spread = Popularity([share / each for share in shares for _ in range(each)])
        place = ACCOUNT, region, access.table, access.index
        is_consistent = access.is_consistent if found.kind in ("read", "page") else None
        rate = course.rate(access.average, access.peak)
        per_request = access.items_per_request if found.kind != "page" else 1
        made.patterns.append(
            Pattern(
                found.kind, access.operation, place, Always(items, spread), ByRate(rate, per_request), is_consistent
            )
        )
        if access.failed_share and found.kind == "write":
            made.patterns.append(_failed(made.patterns[-1], access))
    return made


def _failed(pattern: Pattern, access: DesignedAccess) -> Pattern:
    """The writes whose condition is false, which come on top."""
    assert isinstance(pattern.loads, ByRate)
    rate = pattern.loads.rate
    cost = write_half_units(access.item_bytes, 0)
    loads = ByRate(lambda second: rate(second) * access.failed_share, access.items_per_request, cost)
    return Pattern("failed", pattern.operation, pattern.place, pattern.keys, loads)


def targets(
    table: DesignedTable, access: DesignedAccess, found: Asked, count: int, items_per_key: int = 1
) -> list[Target]:
    """The keys that an access asks for, with what each costs. Raises TraceError."""
    size, kind = access.item_bytes, found.kind
    if kind == "page":
        index = table.index(access.index) if access.index is not None else None
        named = (index.names if index is not None else table.names)[:1]
        half_units = read_half_units(size * access.items_per_request, access.is_consistent)
        return [each._replace(half_units=half_units) for each in modelled_keys.unnamed(count, named)]
    made = modelled_keys.unnamed(count, table.names, items_per_key)
    each_key = len(made) // count
    if kind in ("read", "transacted read"):
        twice = 2 if kind == "transacted read" else 1
        half_units = twice * read_half_units(size, access.is_consistent or kind == "transacted read")
        return [each._replace(half_units=half_units) for each in made]
    return [
        each._replace(
            size=0 if found.deletes else size,
            old_size=size,
            detail=detail(table, access, place // each_key + 1, place % each_key + 1),
        )
        for place, each in enumerate(made)
    ]


def detail(table: DesignedTable, access: DesignedAccess, number: int, sort_number: int) -> str:
    """The sketch of an item: its keys, those of its entries, and what an entry has besides, changed or not."""
    made: dict[str, object] = {
        name: {kind: modelled_keys.value_of(kind, (number, sort_number)[place])}
        for place, (name, kind) in enumerate(table.names)
    }
    for index in table.indexes:
        for name, kind in index.names:
            made.setdefault(name, {kind: modelled_keys.value_of(kind, number)})
    for index in table.indexes:
        is_changed = access.changed_indexes is None or index.name in access.changed_indexes
        made[index.rest] = [_rest_bytes(table, index, made), CHANGES if is_changed else REMAINS]
    return orjson.dumps(made).decode()


def _rest_bytes(table: DesignedTable, index: DesignedIndex, attributes: dict[str, object]) -> int:
    """How large the rest of an entry is, so that the entry has its size."""
    named = {name: attributes[name] for name, _ in (*table.names, *index.names)}
    keys_bytes = item_size({name: value for name, value in named.items() if isinstance(value, dict)})
    return max(REST_BYTES_MIN, index.entry_bytes - keys_bytes - len(index.rest.encode()))
