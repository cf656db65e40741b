"""What a trace can answer: a question that its source cannot answer is refused, with the reason."""

from thermodynamo.foresight.scenarios.scenario import PlannedTable, Scenario
from thermodynamo.foresight.traces import origin
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Summary

RECORD = "record with `--record`, or with `thermodynamo.foresight.recorder` in production"


def refuse(scenario: Scenario, summary: Summary, key_names: dict[str, tuple[str, ...]]) -> None:
    """Raises TraceError for what the trace does not know enough for.

    `key_names` are the names of the key attributes of each table that the trace makes.
    """
    for planned in scenario.tables:
        place = f"scenario {scenario.name!r}, table {planned.table}"
        if not summary.is_recording and planned.key is None and planned.table not in key_names:
            raise TraceError(f"{place}: the trace does not say what the table's key is; give key (and sort_key) there")
        if planned.key is not None and planned.table in key_names:
            raise TraceError(f"{place}: the trace makes the table with its key: leave key out")
        _refuse_attributes(planned, summary, place, key_names.get(planned.table, ()))
        _refuse_reads(planned, summary, place)
        if planned.write_shards > 1 and not summary.knows_keys:
            raise TraceError(f"{place}: write_shards needs keys, which the trace does not have; {RECORD}")
        if planned.size_factor != 1 and not summary.knows_sizes and planned.item_bytes is None:
            raise TraceError(f"{place}: size_factor needs sizes, which the trace does not have; give item_bytes")
    if not summary.knows_units:
        unsized = [each.table for each in scenario.tables if each.item_bytes is None]
        if unsized or not scenario.tables:
            raise TraceError(
                f"scenario {scenario.name!r}: the trace has neither sizes nor units; give item_bytes for each table"
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
        except ValueError as error:
            raise TraceError(f"table {planned.table}: {template!r} is no template: {error}") from None
        names += [name for _, name, _, _ in parsed if name]
        if template is not None and not any(name for _, name, _, _ in parsed):
            raise TraceError(f"table {planned.table}: {template!r} names no attribute: a template is as {{tenant}}#a")
    return names
