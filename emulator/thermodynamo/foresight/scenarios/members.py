"""What a file of scenarios may have: names, types, bounds and meanings; the JSON schema is made of it."""

from dataclasses import dataclass
from typing import Any

FACTOR_MAX = 1_000_000
SHARDS_MAX = 10_000
"""A read asks every shard."""
ATTEMPTS_MAX = 1_000
ITEM_BYTES_MAX = 400 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """A member by its type: integer, number, string, or an array or object of others."""

    kind: str
    meaning: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    members: "dict[str, Member] | None" = None
    """Of an object, or of the objects of an array; None for an array of strings."""
    is_required: bool = False


def _units(meaning: str) -> Member:
    return Member("integer", meaning, least=1)


SCALING = {
    "least": Member("integer", "the least units", least=1, is_required=True),
    "most": Member("integer", "the most units", least=1, is_required=True),
    "target": Member("number", "how much of the units is to be used, in percent (70)", least=20),
}
INDEX = {
    "name": Member("string", "the name", is_required=True),
    "partition": Member("string", "the attribute of its partition key, or NAME:N for a number", is_required=True),
    "sort": Member("string", "the attribute of its sort key"),
    "projection": Member("string", "what its entries hold", choices=("ALL", "KEYS_ONLY", "INCLUDE")),
    "include": Member("array", "the attributes that INCLUDE holds"),
    "read_units": _units("provisioned read units"),
    "write_units": _units("provisioned write units"),
}
TABLE = {
    "table": Member("string", "the name of the table in the trace", is_required=True),
    "mode": Member("string", "how it is billed", choices=("on-demand", "provisioned")),
    "read_units": _units("provisioned read units"),
    "write_units": _units("provisioned write units"),
    "read_units_max": _units("the maximum configured on demand"),
    "write_units_max": _units("the maximum configured on demand"),
    "warm_read_units": _units("warm throughput that is set for it"),
    "warm_write_units": _units("warm throughput that is set for it"),
    "read_scaling": Member("object", "auto scaling of its read units", members=SCALING),
    "write_scaling": Member("object", "auto scaling of its write units", members=SCALING),
    "indexes": Member("array", "global secondary indexes that are added", members=INDEX),
    "without_indexes": Member("array", "names of indexes that are left out"),
    "item_bytes": Member(
        "integer", "the size of an item where the trace does not say it", least=1, most=ITEM_BYTES_MAX
    ),
    "size_factor": Member("number", "how much larger each item is", least=0.001, most=FACTOR_MAX),
    "write_shards": Member("integer", "over how many partition keys each one is spread", least=1, most=SHARDS_MAX),
    "partition": Member("string", "another partition key: a template such as {tenant}#{month}"),
    "sort": Member("string", "another sort key: a template"),
    "key": Member("string", "the partition key's name, or NAME:N, of a table that the trace does not make"),
    "sort_key": Member("string", "the sort key's name, or NAME:N, of a table that the trace does not make"),
}
CLIENTS = {
    "retries": Member("string", "what clients do", choices=("recorded", "none", "legacy", "standard")),
    "attempts": Member("integer", "how often a call is tried", least=1, most=ATTEMPTS_MAX),
    "count": Member(
        "integer", "how many clients there are, each with a retry quota of its own", least=1, most=FACTOR_MAX
    ),
}
SETTINGS = {
    "profile": Member("string", "how limits behave", choices=("strict", "realistic")),
    "seed": Member("integer", "what chance starts from"),
    "split_after_seconds": Member("string", "how long a partition is hot before it is split: 120, or 300-720"),
    "index_buffer_megabytes": Member("string", "how much an index may owe"),
    "table_read_units_max": _units("the quota of an on-demand table"),
    "table_write_units_max": _units("the quota of an on-demand table"),
    "partition_read_units_max": _units("what one partition serves"),
    "partition_write_units_max": _units("what one partition serves"),
}
SCENARIO = {
    "name": Member("string", "what reports call it", is_required=True),
    "traffic": Member("number", "how many times as many requests come", least=0.0001, most=FACTOR_MAX),
    "keys": Member("integer", "over how many times as many partition keys they are spread", least=1, most=FACTOR_MAX),
    "items": Member(
        "integer",
        "over how many times as many items of each partition key, where a table has a sort key",
        least=1,
        most=FACTOR_MAX,
    ),
    "tables": Member("array", "how tables are to be", members=TABLE),
    "clients": Member("object", "what clients do about throttling", members=CLIENTS),
    "settings": Member("object", "settings of the simulation", members=SETTINGS),
    "sweep": Member("object", "one scenario for each value: a member of the scenario or TABLE.MEMBER, by its values"),
}
FILE = {"scenario": Member("array", "the scenarios, side by side", members=SCENARIO, is_required=True)}


def schema() -> dict[str, Any]:
    """The JSON schema of a file of scenarios."""
    made = _object(FILE)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "scenarios of thermodynamo", **made}


def _object(members: dict[str, Member]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _schema(member) for name, member in members.items()},
    }
    required = [name for name, member in members.items() if member.is_required]
    return {**made, "required": required} if required else made


def _schema(member: Member) -> dict[str, Any]:
    made: dict[str, Any] = {"description": member.meaning}
    if member.kind == "array":
        inner = _object(member.members) if member.members is not None else {"type": "string"}
        return {**made, "type": "array", "items": inner}
    if member.kind == "object":
        return {**made, **(_object(member.members) if member.members is not None else {"type": "object"})}
    made["type"] = member.kind
    if member.least is not None:
        made["minimum"] = member.least
    if member.most is not None:
        made["maximum"] = member.most
    if member.choices:
        made["enum"] = list(member.choices)
    return made
