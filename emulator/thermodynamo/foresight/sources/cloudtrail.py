"""Accesses out of CloudTrail's data events of DynamoDB: files as they are delivered, or one record on each line.

A record has its second, its key without types, and no sizes (DynamoDB developer guide, Understanding DynamoDB log file
entries). Pages are passed over that do not tell their key, and so are statements, whose key stands in their text.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from thermodynamo.foresight.sources import json_records, source_values
from thermodynamo.foresight.sources.asked_operation import asked
from thermodynamo.foresight.sources.key_names import TELL_KEY, KeyNames
from thermodynamo.foresight.sources.mapped_lines import ACCOUNT
from thermodynamo.foresight.sources.passed_over import Found, Passed
from thermodynamo.foresight.traces import location
from thermodynamo.foresight.traces.event import Event, Kind
from thermodynamo.foresight.traces.location import Location

SOURCE = "dynamodb.amazonaws.com"
CONDITION_FAILED, CANCELED = "ConditionalCheckFailedException", "TransactionCanceledException"
THROTTLING = frozenset(("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"))
IN_A_TRANSACTION: dict[str, Kind] = {
    **dict.fromkeys(("put", "update", "delete"), "transacted write"),
    "conditioncheck": "check",
    "get": "transacted read",
}  # fmt: skip
Record = Mapping[str, Any]


def read(path: Location, key_names: KeyNames, requests: Iterator[int]) -> Iterator[Found]:
    """The accesses of a file or of all files in a folder, with the numbers of `requests`. Raises TraceError."""
    for file in location.files(path):
        for place, record in json_records.read(file):
            yield from _found(record, place, key_names, next(requests))


def _found(record: Any, place: str, key_names: KeyNames, number: int) -> Iterator[Found]:
    if not isinstance(record, dict) or "eventName" not in record:
        yield Passed(place, "the record is none of CloudTrail")
        return
    name, error = str(record["eventName"]), str(record.get("errorCode") or "")
    if record.get("eventSource") != SOURCE or asked(name) is None:
        is_statement = "Statement" in name or name == "ExecuteTransaction"
        why = "a PartiQL statement tells its key in its text alone" if is_statement else "it asks nothing of items"
        yield Passed(place, why, name)
        return
    if error and error not in (CONDITION_FAILED, CANCELED) and error not in THROTTLING:
        yield Passed(place, "it was refused before it asked for an item", f"{name}: {error}")
        return
    parameters = record.get("requestParameters")
    given = _member(parameters, "requestItems") if isinstance(parameters, dict) else None
    for each in given if isinstance(given, list) else [parameters]:
        try:
            yield _event(record, each, key_names, number)
        except ValueError as wrong:
            yield Passed(place, str(wrong), name)


def _event(record: Record, each: Any, key_names: KeyNames, number: int) -> Event:
    """The event of one item. Raises ValueError with why there is none."""
    found = asked(str(record["eventName"]))
    assert found is not None
    table, key, index = (_member(each, name) for name in ("tableName", "key", "indexName"))
    if not isinstance(table, str):
        raise ValueError("the record does not tell the table of each item")
    table = table.rpartition("/")[2]
    if not isinstance(key, dict) or not key:
        raise ValueError("the record does not tell the key")
    names = key_names.get(table, ()) if index is None else ()
    if not names and len(key) > 1:
        raise ValueError(TELL_KEY)
    names = names or tuple((name, "S") for name in key)
    if names[0][0] not in key or (found.kind != "page" and any(name not in key for name, _ in names)):
        raise ValueError("the record lacks a key attribute of --key")
    values = [(kind, key[name]) for name, kind in names if name in key]
    kind, deletes, error = found.kind, found.deletes, str(record.get("errorCode") or "")
    operation = _member(each, "operation")
    if found.kind.startswith("transacted") and isinstance(operation, str):
        kind = IN_A_TRANSACTION.get(operation.lower(), found.kind)
        deletes = operation.lower() == "delete"
    if error == CONDITION_FAILED and kind == "write":
        kind, deletes = "failed", False
    if error == CANCELED and kind == "transacted write":
        kind, deletes = "check", False
    at = source_values.at_us(record.get("eventTime", ""), "s")
    region = str(record.get("awsRegion", "us-east-1"))
    reason = error if error in THROTTLING else None
    consistent = _member(each, "consistentRead")
    place = ACCOUNT, region, table, index if isinstance(index, str) else None
    sizes = None if not deletes else 0, None, None, consistent if isinstance(consistent, bool) else None
    return Event(at, number, kind, found.operation, *place, source_values.key_of(values), *sizes, None, reason)


def _member(each: Any, name: str) -> Any:
    """A member; the records of one transaction begin some names with a capital."""
    if not isinstance(each, dict):
        return None
    return each[name] if name in each else each.get(name[0].upper() + name[1:])
