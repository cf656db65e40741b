"""The requests that make the tables of a scenario: those of the trace, changed; or new ones, where it makes none."""

from typing import Any

from thermodynamo.foresight.scenarios.scenario import AutoScaling, Index, PlannedTable
from thermodynamo.foresight.traces.trace_error import TraceError

CREATE_TABLE = "DynamoDB_20120810.CreateTable"
UPDATE_TABLE = "DynamoDB_20120810.UpdateTable"
DELETE_TABLE = "DynamoDB_20120810.DeleteTable"
SCALING = "AnyScaleFrontendService."
UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")
CAPACITY = ("BillingMode", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput")
Request = dict[str, Any]


def created(request: Request, planned: PlannedTable) -> Request:
    """A request of CreateTable as the scenario has it."""
    made = dict(request)
    mode = planned.mode or ("provisioned" if planned.read_units or planned.write_units else None)
    if mode == "on-demand":
        _refuse_units(planned)
        made.pop("ProvisionedThroughput", None)
        made["BillingMode"] = "PAY_PER_REQUEST"
    elif mode == "provisioned":
        given = request.get("ProvisionedThroughput", {})
        units = planned.read_units or given.get(UNITS[0]), planned.write_units or given.get(UNITS[1])
        scaled = tuple(
            value or (scaling.least if scaling is not None else None)
            for value, scaling in zip(units, (planned.read_scaling, planned.write_scaling), strict=True)
        )
        if None in scaled:
            raise TraceError(f"table {planned.table} is provisioned: give read_units and write_units")
        made.pop("OnDemandThroughput", None)
        made["BillingMode"] = "PROVISIONED"
        made["ProvisionedThroughput"] = dict(zip(UNITS, scaled, strict=True))
    _set_maxima(made, planned)
    _set_indexes(made, planned)
    made["TableName"] = planned.table
    return made


def _refuse_units(planned: PlannedTable) -> None:
    """Raises TraceError for what an on-demand table does not have."""
    for member in ("read_units", "write_units", "read_scaling", "write_scaling"):
        if getattr(planned, member) is not None:
            raise TraceError(f"table {planned.table} is on demand, and {member} is of provisioned ones: leave one out")


def _set_maxima(made: Request, planned: PlannedTable) -> None:
    maxima = {"MaxReadRequestUnits": planned.read_units_max, "MaxWriteRequestUnits": planned.write_units_max}
    if any(maxima.values()):
        made["OnDemandThroughput"] = {name: units for name, units in maxima.items() if units}
    if planned.warm_read_units or planned.warm_write_units:
        warm = planned.warm_read_units or 12_000, planned.warm_write_units or 4_000
        made["WarmThroughput"] = dict(zip(("ReadUnitsPerSecond", "WriteUnitsPerSecond"), warm, strict=True))


def _set_indexes(made: Request, planned: PlannedTable) -> None:
    is_provisioned = made.get("BillingMode", "PROVISIONED") == "PROVISIONED"
    kept = []
    for index in made.get("GlobalSecondaryIndexes", ()):
        if index["IndexName"] in planned.without_indexes:
            continue
        one = dict(index)
        if not is_provisioned:
            one.pop("ProvisionedThroughput", None)
        elif "ProvisionedThroughput" not in one:
            one["ProvisionedThroughput"] = made["ProvisionedThroughput"]
        kept.append(one)
    kinds = {each["AttributeName"]: each["AttributeType"] for each in made.get("AttributeDefinitions", ())}
    for index in planned.indexes:
        kept.append(_index(index, made, is_provisioned))
        for key in (index.partition, index.sort):
            if key is not None:
                name, kind = split_key(key)
                kinds.setdefault(name, kind)
    used = {each["AttributeName"] for each in made["KeySchema"]}
    for index in [*kept, *made.get("LocalSecondaryIndexes", ())]:
        used |= {each["AttributeName"] for each in index["KeySchema"]}
    made["AttributeDefinitions"] = [
        {"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items() if name in used
    ]
    made.pop("GlobalSecondaryIndexes", None)
    if kept:
        made["GlobalSecondaryIndexes"] = kept


def _index(index: Index, made: Request, is_provisioned: bool) -> Request:
    projection: Request = {"ProjectionType": index.projection}
    if index.include:
        projection["NonKeyAttributes"] = list(index.include)
    request: Request = {
        "IndexName": index.name,
        "KeySchema": key_schema(index.partition, index.sort),
        "Projection": projection,
    }
    if not is_provisioned and (index.read_units or index.write_units):
        raise TraceError(
            f"table {made['TableName']} is on demand, and the index {index.name} has units of provisioned ones: "
            "leave one out"
        )
    if is_provisioned:
        given = made["ProvisionedThroughput"]
        units = index.read_units or given[UNITS[0]], index.write_units or given[UNITS[1]]
        request["ProvisionedThroughput"] = dict(zip(UNITS, units, strict=True))
    return request


def new(planned: PlannedTable) -> Request:
    """A request of CreateTable for a table that the trace does not make. Raises TraceError."""
    if planned.key is None:
        raise TraceError(f"table {planned.table}: give key (and sort_key), the trace does not make the table")
    names = [split_key(key) for key in (planned.key, planned.sort_key) if key is not None]
    request = {
        "TableName": planned.table,
        "KeySchema": key_schema(planned.key, planned.sort_key),
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in names],
        "BillingMode": "PAY_PER_REQUEST",
    }
    return created(request, planned)


def updated(request: Request, planned: PlannedTable) -> Request | None:
    """A request of UpdateTable without what the scenario decides; None where nothing is left of it."""
    decides = any((planned.mode, planned.read_units, planned.write_units, planned.read_scaling, planned.write_scaling))
    made = {name: value for name, value in request.items() if not decides or name not in CAPACITY}
    gone = {*planned.without_indexes, *(index.name for index in planned.indexes)}
    updates = [
        each
        for each in made.pop("GlobalSecondaryIndexUpdates", ())
        if next(iter(each.values()))["IndexName"] not in gone and not (decides and "Update" in each)
    ]
    if updates:
        made["GlobalSecondaryIndexUpdates"] = updates
    return made if made.keys() - {"TableName", "AttributeDefinitions"} else None


def scaling(planned: PlannedTable) -> list[tuple[str, Request]]:
    """The target headers and requests that set auto scaling up."""
    made: list[tuple[str, Request]] = []
    both = (("Read", planned.read_scaling), ("Write", planned.write_scaling))
    for kind, given in both:
        if given is not None:
            made += _tracking(planned.table, kind, given)
    return made


def _tracking(table: str, kind: str, given: AutoScaling) -> list[tuple[str, Request]]:
    place = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": f"table/{table}",
        "ScalableDimension": f"dynamodb:table:{kind}CapacityUnits",
    }
    metric = {"PredefinedMetricType": f"DynamoDB{kind}CapacityUtilization"}
    tracking = {"PredefinedMetricSpecification": metric, "TargetValue": given.target}
    policy = {"PolicyName": f"{kind} units", "PolicyType": "TargetTrackingScaling"}
    return [
        (f"{SCALING}RegisterScalableTarget", {**place, "MinCapacity": given.least, "MaxCapacity": given.most}),
        (f"{SCALING}PutScalingPolicy", {**place, **policy, "TargetTrackingScalingPolicyConfiguration": tracking}),
    ]


def key_schema(partition: str, sort: str | None) -> list[Request]:
    names = [split_key(key)[0] for key in (partition, sort) if key is not None]
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


def split_key(key: str) -> tuple[str, str]:
    """The name and the type of a key attribute; a string where none is given."""
    name, separator, kind = key.rpartition(":")
    return (name, kind) if separator and kind in ("S", "N", "B") else (key, "S")
