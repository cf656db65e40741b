"""Accesses out of OpenTelemetry's spans and logs, in the JSON of its protocol, one message on each line or in one text.

A span of DynamoDB has its operation, tables, index, consistency and consumed capacity under the names of the semantic
conventions (opentelemetry.io, Semantic conventions for AWS DynamoDB client operations); those of earlier versions are
read as well. No convention has the key: the client must set an attribute for it, which the map names. Of a log record
the map names all but the time. Values stand under the names of attributes, those of a resource after `resource.`, and
those of a log's body after `body.`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from thermodynamo.foresight.sources import json_records, mapped_lines
from thermodynamo.foresight.sources.mapped_lines import Map
from thermodynamo.foresight.sources.passed_over import Found, Passed
from thermodynamo.foresight.traces import location
from thermodynamo.foresight.traces.client_accesses import units
from thermodynamo.foresight.traces.event import Event
from thermodynamo.foresight.traces.location import Location

CONDITION_FAILED = "ConditionalCheckFailedException"
THROTTLING = frozenset(("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"))
TOLD = {
    member: f"({member})"
    for member in ("time", "table", "operation", "index", "consistent", "units", "region", "attempt")
}
"""Under which name each value of the conventions stands."""
OPERATION_NAMES = ("rpc.method", "db.operation.name", "db.operation")
SYSTEM_NAMES = ("db.system.name", "db.system")
SYSTEMS = ("aws.dynamodb", "dynamodb")
LISTS = (("resourceSpans", ("scopeSpans", "instrumentationLibrarySpans"), "spans"),
         ("resourceLogs", ("scopeLogs", "instrumentationLibraryLogs"), "logRecords"))  # fmt: skip
DEPTH_MAX = 30


def read(path: Location, given: Map, requests: Iterator[int]) -> Iterator[Found]:
    """The accesses of a file or of all files in a folder, with the numbers of `requests`. Raises TraceError."""
    for file in location.files(path):
        for place, message in json_records.texts(file):
            found = list(_lines(message))
            if not found:
                yield Passed(place, "the line has no spans and no log records of OpenTelemetry")
            for number, line in enumerate(found, 1):
                try:
                    yield _event(line, given, next(requests))
                except ValueError as wrong:
                    yield Passed(f"{place}, record {number}", str(wrong), str(line.get("name", "")))


def _event(line: Mapping[str, Any], given: Map, number: int) -> Event:
    """The event of a span or of a log record. Raises ValueError with why there is none."""
    if not line["is_log"] and not _is_of_dynamodb(line):
        raise ValueError("the span is none of DynamoDB")
    made = mapped_lines.event(line, given, number)
    error = str(line.get("error.type") or line.get("exception.type") or "").rpartition(".")[2].rpartition("#")[2]
    if error in THROTTLING:
        return made._replace(reason=error)
    if error == CONDITION_FAILED:
        return made._replace(kind="failed" if made.kind == "write" else made.kind, size=None, old_size=None)
    if error:
        raise ValueError("it was refused before it asked for an item")
    return made


def _is_of_dynamodb(line: Mapping[str, Any]) -> bool:
    if any(line.get(name) in SYSTEMS for name in SYSTEM_NAMES) or line.get("rpc.service") == "DynamoDB":
        return True
    return str(line.get("name", "")).startswith("DynamoDB.") or "aws.dynamodb.table_names" in line


def _lines(message: Any) -> Iterator[dict[str, Any]]:
    """Each span and log record of a message, its values by their names."""
    for resources, scopes, records in LISTS:
        for resource in _objects(message, resources):
            common = {f"resource.{name}": value for name, value in _attributes(resource.get("resource")).items()}
            for scope in (each for name in scopes for each in _objects(resource, name)):
                for record in _objects(scope, records):
                    yield _line(record, common, is_log=records == "logRecords")


def _line(record: Mapping[str, Any], common: Mapping[str, Any], is_log: bool) -> dict[str, Any]:
    made: dict[str, Any] = {**common, **_attributes(record), "name": record.get("name", ""), "is_log": is_log}
    if is_log:
        made["body"] = _body(record.get("body"))
        made[TOLD["time"]] = record.get("timeUnixNano") or record.get("observedTimeUnixNano")
        return made
    made[TOLD["time"]] = record.get("startTimeUnixNano")
    named = next((made[name] for name in OPERATION_NAMES if made.get(name)), record.get("name", ""))
    made[TOLD["operation"]] = str(named).replace("/", ".").rpartition(".")[2]
    tables = made.get("aws.dynamodb.table_names")
    made[TOLD["table"]] = tables[0] if isinstance(tables, list) and len(tables) == 1 else made.get("db.collection.name")
    made[TOLD["index"]] = made.get("aws.dynamodb.index_name")
    made[TOLD["consistent"]] = made.get("aws.dynamodb.consistent_read")
    made[TOLD["units"]] = _units(made.get("aws.dynamodb.consumed_capacity"))
    made[TOLD["region"]] = made.get("cloud.region") or made.get("resource.cloud.region")
    resent = made.get("http.request.resend_count")
    made[TOLD["attempt"]] = resent + 1 if isinstance(resent, int) else None
    return made


def _units(given: Any) -> float | None:
    """The units of the table itself, or of the index that was read: one member, each a JSON of ConsumedCapacity."""
    if not isinstance(given, list) or len(given) != 1:
        return None
    try:
        found = orjson.loads(str(given[0]))
        return units({"ConsumedCapacity": found})
    except (ValueError, TypeError, AttributeError):
        return None


def _body(value: Any) -> Any:
    """What a log record says; a text that is JSON as what it is of."""
    found = _value(value)
    if isinstance(found, str):
        try:
            return orjson.loads(found)
        except orjson.JSONDecodeError:
            return found
    return found


def _attributes(owner: Any) -> dict[str, Any]:
    return {str(each.get("key")): _value(each.get("value")) for each in _objects(owner, "attributes")}


def _value(given: Any, depth: int = 0) -> Any:
    """A value of the protocol (opentelemetry-proto, common.proto, AnyValue): integers are texts in its JSON."""
    if not isinstance(given, dict) or depth > DEPTH_MAX:
        return None
    if "intValue" in given:
        try:
            return int(given["intValue"])
        except (TypeError, ValueError):
            return None
    if "arrayValue" in given:
        return [_value(each, depth + 1) for each in _objects(given["arrayValue"], "values")]
    if "kvlistValue" in given:
        pairs = _objects(given["kvlistValue"], "values")
        return {str(each.get("key")): _value(each.get("value"), depth + 1) for each in pairs}
    return next(
        (given[name] for name in ("stringValue", "boolValue", "doubleValue", "bytesValue") if name in given), None
    )


def _objects(owner: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects of a list in an object; none where there is no such list."""
    found = owner.get(name) if isinstance(owner, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
