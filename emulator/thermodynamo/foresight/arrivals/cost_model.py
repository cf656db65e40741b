"""Designs out of the input of AWS's cost calculators: rates and sizes of access patterns, and the tables they go to.

There are two. The DynamoDB MCP server (awslabs.dynamodb-mcp-server 2.1, tool compute_performances_and_costs) takes
`access_pattern_list` with `rps` and `item_size_bytes`, and `table_list`. The skill amazon-dynamodb of AWS's agent
toolkit (aws/agent-toolkit-for-aws, references/cost-model-schema.md) takes `access_patterns` with `peak_rps` and
`avg_rps`, and `tables` with key schemas and projections.
"""

from typing import Any

from thermodynamo.foresight.arrivals import design_values
from thermodynamo.foresight.arrivals.design_values import Given
from thermodynamo.foresight.arrivals.designs import ITEM_BYTES, Design, DesignedAccess, DesignedIndex, DesignedTable
from thermodynamo.foresight.arrivals.model import Names
from thermodynamo.foresight.sources import json_records
from thermodynamo.foresight.sources.asked_operation import NAMES, SINGLE_NAMES
from thermodynamo.foresight.sources.passed_over import Passed, PassedOver
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.trace_error import TraceError

PROJECTED_SHARES = {"ALL": 1.0, "INCLUDE": 0.3, "KEYS_ONLY": 0.1}
"""How much of its item an entry has, where that is not told: the ratios of the skill's calculator."""


def read(path: Location, names: Names, passed_over: PassedOver) -> Design:
    """The design of a file. Tables whose key is not told have these key attributes. Raises TraceError."""
    values = [value for _, value in json_records.texts(path)]
    given = values[0] if len(values) == 1 and isinstance(values[0], dict) else {}
    if "access_pattern_list" in given:
        return _of_server(given, path.name, names)
    if "access_patterns" in given:
        return _of_skill(given, path.name, names, passed_over)
    raise TraceError(
        f"{path} is no input of a cost calculator: it has neither access_pattern_list and table_list nor "
        "access_patterns and tables"
    )


def _of_server(given: Given, file: str, names: Names) -> Design:
    """The design of the MCP server's form."""
    made = Design()
    for number, table in enumerate(design_values.objects(given.get("table_list"), f"{file}: table_list"), 1):
        place = f"{file}, table {number}"
        item_bytes = design_values.size(table, "item_size_bytes", place)
        indexes = []
        for index in design_values.objects(table.get("gsi_list", []), f"{place}: gsi_list"):
            name = design_values.text(index, "name", place)
            entry_bytes = design_values.size(index, "item_size_bytes", f"{place}, index {name}")
            indexes.append(DesignedIndex(name, ((f"{name} key", "S"),), entry_bytes, entry_bytes >= item_bytes))
        name = design_values.text(table, "name", place)
        count = design_values.whole(table, "item_count", place)
        made.tables[name] = DesignedTable(name, names, item_bytes, count, tuple(indexes))
    for number, access in enumerate(design_values.objects(given["access_pattern_list"], f"{file}: the patterns"), 1):
        place = f"{file}, access pattern {number}"
        operation = design_values.text(access, "operation", place)
        if operation not in NAMES:
            raise TraceError(f"{place}: the operation {operation} is none of {', '.join(NAMES)}")
        count = 1 if operation in SINGLE_NAMES else design_values.whole(access, "item_count", place)
        made.accesses.append(
            DesignedAccess(
                str(access.get("pattern", number)), operation, *_place(made, access, "gsi", place),
                design_values.rate(access, "rps", place), None, design_values.size(access, "item_size_bytes", place),
                count, access.get("strongly_consistent") is True, _texts(access.get("gsi_list")),
            )
        )  # fmt: skip
    return made


def _of_skill(given: Given, file: str, names: Names, passed_over: PassedOver) -> Design:
    """The design of the skill's form."""
    made = Design()
    patterns = design_values.objects(given["access_patterns"], f"{file}: access_patterns")
    for number, table in enumerate(design_values.objects(given.get("tables"), f"{file}: tables"), 1):
        place = f"{file}, table {number}"
        name = design_values.text(table, "table_name", place)
        sizes = [_item_bytes(each, place) for each in patterns if each.get("table") == name]
        made.tables[name] = _table(table, name, place, names, max(sizes, default=ITEM_BYTES))
    for number, access in enumerate(patterns, 1):
        place = f"{file}, access pattern {number}"
        name, operation = str(access.get("pattern_id", number)), design_values.text(access, "operation", place)
        if operation not in NAMES:
            passed_over.add(Passed(place, f"{operation} is not modelled", name))
            continue
        owner, index = _place(made, access, "index", place)
        peak = design_values.rate(access, "peak_rps", place)
        average = design_values.rate(access, "avg_rps", place) if access.get("avg_rps") is not None else None
        changed = _changed(made.tables[owner], operation, access.get("attributes_written"))
        made.accesses.append(
            DesignedAccess(
                name, operation, owner, index, average, peak, _item_bytes(access, place),
                design_values.whole(access, "items_per_request", place, 1), access.get("consistency") == "strong",
                changed, design_values.share(access, "conditional_fail_rate", place),
            )
        )  # fmt: skip
    return made


def _item_bytes(access: Given, place: str) -> int:
    """The size of the item of an access; of a write the larger of before and after."""
    sizes = [
        design_values.size(access, name, place, ITEM_BYTES)
        for name in ("estimated_item_size_bytes", "previous_item_size_bytes")
        if name == "estimated_item_size_bytes" or access.get(name) is not None
    ]
    return max(sizes)


def _table(table: Given, name: str, place: str, names: Names, item_bytes: int) -> DesignedTable:
    kinds = _kinds(table, place)
    schema = table.get("key_schema")
    if isinstance(schema, dict):
        partition = design_values.text(schema, "partition_key", f"{place}: key_schema")
        sort = schema.get("sort_key")
        names = _typed([partition, *([sort] if sort else [])], kinds)
    indexes = []
    for index in design_values.objects(table.get("gsis", []), f"{place}: gsis"):
        index_name = design_values.text(index, "index_name", place)
        keys = [index.get("partition_key") or f"{index_name} key"]
        if index.get("sort_key"):
            keys.append(index["sort_key"])
        projection = index.get("projection") or {}
        kind = str(projection.get("type", "ALL") if isinstance(projection, dict) else projection)
        if kind not in PROJECTED_SHARES:
            wanted = ", ".join(PROJECTED_SHARES)
            raise TraceError(f"{place}, index {index_name}: the projection {kind} is none of {wanted}")
        told = projection.get("attributes") if isinstance(projection, dict) else None
        entry_bytes = max(1, round(item_bytes * PROJECTED_SHARES[kind]))
        indexes.append(DesignedIndex(index_name, _typed(keys, kinds), entry_bytes, kind == "ALL", _texts(told)))
    entities = design_values.objects(table.get("entities", []), f"{place}: entities")
    counts = [design_values.whole(each, "estimated_item_count", place, 100_000) for each in entities]
    return DesignedTable(name, names, item_bytes, sum(counts) or None, tuple(indexes))


def _kinds(table: Given, place: str) -> dict[str, str]:
    """The types of attributes by name; those of attribute_definitions go before those of entities."""
    made: dict[str, str] = {}
    told = [*design_values.objects(table.get("attribute_definitions", []), f"{place}: attribute_definitions")]
    for entity in design_values.objects(table.get("entities", []), f"{place}: entities"):
        told += design_values.objects(entity.get("attributes", []), f"{place}: attributes")
    for each in told:
        name, kind = each.get("attribute_name", each.get("name")), each.get("attribute_type", each.get("type"))
        made.setdefault(str(name), str(kind))
    return made


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _typed(names: list[Any], kinds: dict[str, str]) -> Names:
    """The key attributes with their types; a string where none is told that a key can have."""
    return tuple((str(name), kinds[str(name)] if kinds.get(str(name)) in ("S", "N", "B") else "S") for name in names)


def _changed(table: DesignedTable, operation: str, written: Any) -> tuple[str, ...] | None:
    """The indexes whose entries a write changes, by the attributes that it writes; None where they are not told."""
    if not isinstance(written, list):
        return None
    own = {name for name, _ in table.names}
    changed = []
    for index in table.indexes:
        keys = {name for name, _ in index.names} - own
        is_update = operation == "UpdateItem"
        touched = {*keys, *index.projected} if is_update else {index.names[0][0]} - own
        if (is_update and index.holds_all) or not touched or touched & set(map(str, written)):
            changed.append(index.name)
    return tuple(changed)


def _place(made: Design, access: Given, member: str, place: str) -> tuple[str, str | None]:
    """The table and the index of an access. Raises TraceError for one that there is not."""
    name = design_values.text(access, "table", place)
    table = made.tables.get(name)
    if table is None:
        raise TraceError(f"{place}: there is no table {name}; there is {', '.join(made.tables) or 'none'}")
    index = access.get(member)
    if index is not None and table.index(str(index)) is None:
        there = ", ".join(each.name for each in table.indexes) or "none"
        raise TraceError(f"{place}: the table {name} has no index {index}; there is {there}")
    return name, str(index) if index is not None else None
