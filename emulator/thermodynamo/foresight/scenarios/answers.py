"""What a trace can answer: a question that its source cannot answer is refused, with the reason."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from thermodynamo.foresight.scenarios import known_tables
from thermodynamo.foresight.scenarios.known_tables import KnownTable
from thermodynamo.foresight.scenarios.scenario import PlannedTable, Scenario
from thermodynamo.foresight.scenarios.table_requests import split_key
from thermodynamo.foresight.traces import origin
from thermodynamo.foresight.traces.columnar import quoted
from thermodynamo.foresight.traces.sketch import PLAIN_BYTES_MAX
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Summary, Trace

RECORD = "record with `--record`, or with `thermodynamo.foresight.recorder` in production"


def check(scenario: Scenario, summary: Summary, trace: Trace) -> list[str]:
    """Raises TraceError for what the trace does not know enough for. Returns notes on what it knows in part."""
    known = known_tables.found(trace)
    key_names = {name: table.key_names for name, table in known.items()}
    asked = {place[2] for place in trace.places()}
    notes: list[str] = []
    for planned in scenario.tables:
        place = f"scenario {scenario.name!r}, table {planned.table}"
        if planned.table not in asked:
            there = ", ".join(sorted(asked)) or "none"
            raise TraceError(
                f"scenario {scenario.name!r}: the trace asks nothing of a table {planned.table}; there is {there}"
            )
        if not summary.is_recording and planned.key is None and planned.table not in key_names:
            raise TraceError(f"{place}: the trace does not say what the table's key is; give key (and sort_key) there")
        if planned.key is not None and planned.table in key_names:
            raise TraceError(f"{place}: the trace makes the table with its key: leave key out")
        _refuse_attributes(planned, summary, place, key_names.get(planned.table, ()))
        notes += _notes_on_attributes(planned, trace, place, key_names.get(planned.table, ()))
        _refuse_indexes(planned, trace, place, known.get(planned.table))
        _refuse_reads(planned, summary, place)
        if planned.write_shards > 1 and not summary.knows_keys:
            raise TraceError(f"{place}: write_shards needs keys, which the trace does not have; {RECORD}")
        if planned.size_factor != 1 and not summary.knows_sizes and planned.item_bytes is None:
            raise TraceError(f"{place}: size_factor needs sizes, which the trace does not have; give item_bytes")
    _refuse_items(scenario, known, asked)
    if not summary.knows_units:
        unsized = [each.table for each in scenario.tables if each.item_bytes is None]
        if unsized or not scenario.tables:
            raise TraceError(
                f"scenario {scenario.name!r}: the trace has neither sizes nor units; give item_bytes for each table"
            )
    described = {planned.table for planned in scenario.tables if planned.key is not None} | known.keys()
    missing = sorted(asked - described)
    if not summary.is_recording and missing:
        raise TraceError(
            f"scenario {scenario.name!r}: the trace does not make the table {missing[0]}: describe it in the scenario"
        )
    return notes


def _refuse_items(scenario: Scenario, known: dict[str, KnownTable], asked: set[str]) -> None:
    """Raises TraceError for more items of a partition key, where no table has a sort key to tell them apart."""
    has_sort = any(len(known[name].key_names) > 1 for name in asked & known.keys())
    if scenario.items > 1 and not has_sort and all(each.sort_key is None for each in scenario.tables):
        raise TraceError(
            f"scenario {scenario.name!r}: items tells items of one partition key apart, and no table of the trace has "
            "a sort key; give keys"
        )


def _refuse_attributes(planned: PlannedTable, summary: Summary, place: str, key_names: tuple[str, ...]) -> None:
    source = origin.found(summary.origin)
    if summary.knows_attributes and (source is None or source.has_attributes):
        for index in planned.indexes:
            if source is not None and not source.knows_changes and index.projection != "ALL":
                raise TraceError(
                    f"{place}: the index {index.name} has some attributes alone, and an {source.name} does not tell "
                    f"which ones a write changes: plan it with ALL, or {RECORD}"
                )
        return
    if planned.indexes:
        name = planned.indexes[0].name
        raise TraceError(
            f"{place}: a new index ({name}) needs the attributes of items, which the trace does not have; {RECORD}"
        )
    wanted = [name for name in template_names(planned) if name not in key_names]
    if wanted:
        raise TraceError(
            f"{place}: the key template needs {wanted[0]}, and the trace has key attributes alone; {RECORD}"
        )


def _notes_on_attributes(planned: PlannedTable, trace: Trace, place: str, key_names: Sequence[str]) -> Iterator[str]:
    """Notes on attributes that some items lack. Raises TraceError for those that all items lack."""
    needs = [*_needs_of_templates(planned, key_names), *_needs_of_indexes(planned)]
    if not needs:
        return
    written, *having = trace.items_written(planned.table, [need.is_there for need in needs])
    for need, count in zip(needs, having, strict=True):
        if written and not count:
            raise TraceError(f"{place}: {need.what}, which no item that the trace writes has{need.hint}")
        if count < written:
            lacking = f"which {written - count:,} of {written:,} writes lack"
            yield f"table {planned.table}: {need.what}, {lacking}: {need.otherwise}"


class Need(NamedTuple):
    """An attribute that a planned table needs of items."""

    what: str
    otherwise: str
    """What becomes of items that lack it."""
    is_there: str
    """Whether a write has it, in SQL of its `detail`."""
    hint: str = ""


def _needs_of_templates(planned: PlannedTable, key_names: Sequence[str]) -> Iterator[Need]:
    own = {*key_names, *(split_key(key)[0] for key in (planned.key, planned.sort_key) if key is not None)}
    hint = f", or none of at most {PLAIN_BYTES_MAX} bytes"
    for name in dict.fromkeys(template_names(planned)):
        if name not in own:
            is_short = f"json_type(detail, {pointer(name)}) = 'OBJECT'"
            yield Need(f"the key template needs {name}", "they keep their keys", is_short, hint)


def _needs_of_indexes(planned: PlannedTable) -> Iterator[Need]:
    for index in planned.indexes:
        for name, kind in [split_key(key) for key in (index.partition, index.sort) if key is not None]:
            is_there = f"json_exists(detail, {pointer(name, kind)}) OR json_type(detail, {pointer(name)}) = 'ARRAY'"
            yield Need(f"the index {index.name} needs {name} of the type {kind}", "they are not in it", is_there)


def pointer(*names: str) -> str:
    """The JSON pointer of a member, as a literal of SQL."""
    return quoted("".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names))


def _refuse_indexes(planned: PlannedTable, trace: Trace, place: str, known: KnownTable | None) -> None:
    """Raises TraceError for an index that is to be left out, and that there is none of."""
    there = (known.indexes if known is not None else set()) | trace.indexes(planned.table)
    local = known.local_indexes if known is not None else set()
    for name in planned.without_indexes:
        if name in local:
            raise TraceError(f"{place}: the index {name} is a local one: without_indexes leaves out global ones")
        if name not in there:
            told = ", ".join(sorted(there)) or "none"
            raise TraceError(f"{place}: without_indexes names {name}, and the trace has no such index; there is {told}")


def _refuse_reads(planned: PlannedTable, summary: Summary, place: str) -> None:
    """Raises TraceError for what asks how reads fare, where the source has none.

    Provisioned read units are allowed, as a provisioned table must have some.
    """
    source = origin.found(summary.origin)
    if source is None or source.has_reads:
        return
    for member in ("read_scaling", "read_units_max"):
        if getattr(planned, member) is not None:
            raise TraceError(f"{place}: {member} needs reads, and a {source.name} has writes alone; {RECORD}")


def template_names(planned: PlannedTable) -> list[str]:
    """The attributes that a table's key templates name. Raises TraceError for a template that is none."""
    from string import Formatter

    names: list[str] = []
    for template in (planned.partition, planned.sort):
        try:
            parsed = list(Formatter().parse(template or ""))
            (template or "").format_map({name: "x" for _, name, _, _ in parsed if name})
        except (ValueError, LookupError, AttributeError, TypeError, MemoryError) as error:
            why = str(error) or type(error).__name__
            raise TraceError(f"table {planned.table}: {template!r} is no template: {why}") from None
        names += [name for _, name, _, _ in parsed if name]
        if template is not None and not any(name for _, name, _, _ in parsed):
            raise TraceError(f"table {planned.table}: {template!r} names no attribute: a template is as {{tenant}}#a")
    return names
