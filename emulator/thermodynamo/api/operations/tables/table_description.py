"""TableDescription: how a table and its indexes are shown in replies, members in the service's order, alphabetical.

Attribute definitions and projected names are sorted, indexes and keys keep the order in which they came:
ack-api-quirks, DDB-TABLE-125, October 2026, and a reply of 2017 in hashicorp/terraform issue 13243.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, cast

from thermodynamo.api.arn import TableArn
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.replicas import replica_description
from thermodynamo.api.operations.table_settings import encryption_definition, stream_definition
from thermodynamo.api.operations.table_settings.throughput_definition import ON_DEMAND
from thermodynamo_storage.capacity.throughput_history import warm_throughput
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.facets.jobs import Job, Kind
from thermodynamo_storage.tables.table import Table, TableStatus
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import KeySchema, Projection, VectorIndexSchema

if TYPE_CHECKING:
    from thermodynamo_storage.followers.vector_index import VectorIndex

Description = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reply shows besides the table itself, whose state it may be ahead of, or behind."""

    jobs: tuple[Job, ...] = ()
    """The jobs that the request began: the reply shows them as running, however short they are."""
    status: TableStatus | None = None
    """The status, where it is not the table's."""
    maxima: Mapping[str | None, dict[str, int]] = field(default_factory=dict)
    """The on-demand maxima of the request, by owner, which the reply repeats."""
    replicas: Mapping[str, Any] | None = None
    """What it shows of the global table, where that is not as it is now."""
    is_creation: bool = False
    """Whether the table is only being created by the request."""


NOTHING = Shown()
CREATED = Shown(status="CREATING", is_creation=True)
"""What the reply to a request shows that makes a table."""


class View:
    """A table with the jobs that are to be shown at `now`."""

    def __init__(self, table: Table, now: float, shown: Shown) -> None:
        self.table = table
        self.now = now
        self.shown = shown
        self.jobs = [job for job in table.jobs if job.is_running(now) or job in shown.jobs]
        self.status: TableStatus = shown.status or self._status()

    def _status(self) -> TableStatus:
        if self.table.transition in ("CREATING", "DELETING"):
            return self.table.transition
        return "UPDATING" if any(job.is_shown_by_table for job in self.jobs) else "ACTIVE"

    def find(self, kind: Kind, owner: str | None = None) -> Job | None:
        return next((job for job in self.jobs if job.kind == kind and job.owner == owner), None)


def describe(namespace: Namespace, table: Table, now: float, shown: Shown = NOTHING) -> Description:
    """The table as it is at `now`, or as the reply to a request shows it."""
    view = View(table, now, shown)
    schema = table.schema
    arn = str(namespace.arn(table))
    table.keyspace.admission.refresh(now)
    billing = billing_mode(view)
    described: Description = {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in sorted(schema.attribute_kinds.items())
        ],
        "BillingModeSummary": None if billing is None else {"BillingMode": schema.billing_mode, **billing},
        "CreationDateTime": timestamp(table.created_at),
        "DeletionProtectionEnabled": schema.is_deletion_protected,
        "GlobalSecondaryIndexes": [global_index(view, index.name, arn) for index in schema.global_indexes] or None,
        "ItemCount": table.keyspace.item_count,
        "KeySchema": key_schema(schema.key_schema),
        **stream_definition.describe(namespace, table, now),
        "LocalSecondaryIndexes": [local_index(table, index.name, arn) for index in schema.local_indexes] or None,
        "OnDemandThroughput": maxima_of(schema.settings, shown.maxima.get(None)),
        "ProvisionedThroughput": throughput(view, None),
        "RestoreSummary": restore_summary(table),
        "SSEDescription": encryption_definition.describe(
            namespace, encryption_definition.of_schema(schema), view.find("encryption"), now
        ),
        "TableArn": arn,
        "TableClassSummary": table_class(table),
        "TableId": table.id,
        "TableName": schema.name,
        "TableSizeBytes": table.keyspace.size_bytes,
        "TableStatus": view.status,
        "TableThroughputModeSummary": (
            None if billing is None else {**billing, "TableThroughputMode": schema.billing_mode}
        ),
        "VectorIndexes": [vector_index(view, index.name, arn) for index in schema.vector_indexes] or None,
        "WarmThroughput": warm_of_table(view),
        **(replica_description.describe(namespace, table, now) if shown.replicas is None else shown.replicas),
    }
    return {name: value for name, value in sorted(described.items()) if value is not None}


def describe_deleted(namespace: Namespace, table: Table, now: float) -> Description:
    """The table as DeleteTable shows it: what it was made of is gone already (API reference, DeleteTable).

    Its encryption is still shown (ack-api-quirks, DDB-TABLE-334, October 2026).
    """
    described = describe(namespace, table, now, Shown(status="DELETING"))
    names = (
        *("BillingModeSummary", "DeletionProtectionEnabled", "ItemCount", "ProvisionedThroughput", "SSEDescription"),
        *("TableArn", "TableId", "TableName", "TableSizeBytes", "TableStatus", "TableThroughputModeSummary"),
        *("GlobalTableVersion", "Replicas"),
    )
    return {name: value for name, value in described.items() if name in names}


def describe_lost_reversal(namespace: Namespace, table: Table, now: float) -> Description:
    """The reply to what would undo a switch to PROVISIONED in progress: on demand, as the table never will be."""
    described = describe(namespace, table, now, Shown(status="UPDATING"))
    for summary, member in (
        ("BillingModeSummary", "BillingMode"),
        ("TableThroughputModeSummary", "TableThroughputMode"),
    ):
        if summary in described:
            described[summary] = {**described[summary], member: "PAY_PER_REQUEST"}
    units = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    described["ProvisionedThroughput"] = {**described["ProvisionedThroughput"], **units}
    return described


def restore_summary(table: Table) -> Description | None:
    """Where a table comes from that is being restored; once it is ACTIVE nothing tells it (DDB-TABLE-216)."""
    origin = table.origin
    if origin is None:
        return None
    source = str(TableArn(origin.region, origin.account, origin.table_name))
    described: Description = {
        "RestoreDateTime": timestamp(origin.instant),
        "RestoreInProgress": True,
        "SourceBackupArn": f"{source}/backup/{origin.backup_id}" if origin.backup_id is not None else None,
        "SourceTableArn": source,
    }
    return {member: value for member, value in described.items() if value is not None}


def global_index(view: View, name: str, table_arn: str) -> Description:
    """A GlobalSecondaryIndexDescription."""
    table = view.table
    index = table.indexes[name]
    index.catch_up(view.now)
    index.keyspace.admission.refresh(view.now)
    described: Description = {
        "Backfilling": view.find("index creation", name) is None if index.transition == "CREATING" else None,
        "IndexArn": f"{table_arn}/index/{name}",
        "IndexName": name,
        "IndexSizeBytes": index.keyspace.size_bytes,
        "IndexStatus": index_status(view, index) if table.origin is None else None,  # DDB-TABLE-282
        "ItemCount": index.keyspace.item_count,
        "KeySchema": key_schema(index.schema.key_schema),
        "OnDemandThroughput": maxima_of(index.schema.settings, view.shown.maxima.get(name)),
        "Projection": projection(index.schema.projection),
        "ProvisionedThroughput": throughput(view, name),
        "WarmThroughput": warm_of_index(view, name),
    }
    return {member: value for member, value in described.items() if value is not None}


def local_index(table: Table, name: str, table_arn: str) -> Description:
    """A LocalSecondaryIndexDescription: its entries live in the partitions of the table."""
    schema = table.indexes[name].schema
    entries = [partition.local[name] for partition in table.keyspace.partitions if name in partition.local]
    return {
        "IndexArn": f"{table_arn}/index/{name}",
        "IndexName": name,
        "IndexSizeBytes": sum(each.size_bytes for each in entries),
        "ItemCount": sum(map(len, entries)),
        "KeySchema": key_schema(schema.key_schema),
        "Projection": projection(schema.projection),
    }


def vector_index(view: View, name: str, table_arn: str) -> Description:
    """A VectorIndexDescription. Backfilling is told while it is true, and false before (VectorSearchWorkingWith).

    What it holds is counted while it can be searched; the service counts every six hours.
    """
    index = view.table.vector_indexes[name]
    index.catch_up(view.now)
    described: Description = {
        **vector_index_info(index.schema),
        "Backfilling": view.find("index creation", name) is None if index.transition == "CREATING" else None,
        "IndexArn": f"{table_arn}/index/{name}",
        "IndexSizeBytes": index.size_bytes if index.transition is None else 0,
        "IndexStatus": index_status(view, index),
        "ItemCount": index.item_count if index.transition is None else 0,
    }
    return {member: value for member, value in sorted(described.items()) if value is not None}


def vector_index_info(schema: VectorIndexSchema) -> Description:
    """A VectorIndexInfo: what the index was made as."""
    described: Description = {
        "Dimensions": schema.dimensions,
        "DistanceFunction": schema.distance,
        "IndexName": schema.name,
        "Projection": projection(schema.projection),
        "SearchSchema": [
            {
                "AttributeName": attribute.name,
                "SearchSchemaElementType": "HASH" if attribute == schema.partition else "INLINE_FILTER",
            }
            for attribute in schema.searched
        ],
        "VectorAttribute": {"AttributeName": schema.vector_name},
    }
    return {member: value for member, value in described.items() if value}


def index_status(view: View, index: "SecondaryIndex | VectorIndex") -> str:
    """An index is created and deleted with its table, or changes on its own."""
    if view.status in ("CREATING", "DELETING"):
        return view.status
    if index.transition is not None:
        return index.transition
    is_updating = any(job.is_shown_by_index(index.schema.name) for job in view.jobs)
    return "UPDATING" if is_updating else "ACTIVE"


def billing_mode(view: View) -> Description | None:
    """What both billing summaries say besides the mode; None for a table that was never on demand, which has none.

    Recorded: the time of a switch appears once it is over; until then that of the last one is there (ack-api-quirks,
    DDB-TABLE-452). The reply to a creation has none.
    """
    switched = view.table.history(None).on_demand
    if not switched and view.table.schema.billing_mode == "PROVISIONED":
        return None
    if not switched or view.status == "CREATING":
        return {}
    return {"LastUpdateToPayPerRequestDateTime": timestamp(switched[-1])}


def table_class(table: Table) -> Description | None:
    """TableClassSummary, of a table whose class was ever chosen."""
    if table.schema.table_class is None:
        return None
    described: Description = {"TableClass": table.schema.table_class}
    if table.class_changed_at is not None:
        described["LastUpdateDateTime"] = timestamp(table.class_changed_at)
    return described


def key_schema(schema: KeySchema) -> list[Description]:
    return [
        *({"AttributeName": attribute.name, "KeyType": "HASH"} for attribute in schema.partition),
        *({"AttributeName": attribute.name, "KeyType": "RANGE"} for attribute in schema.sort),
    ]


def projection(projected: Projection) -> Description:
    if projected.kind == "INCLUDE":
        return {"NonKeyAttributes": sorted(projected.names), "ProjectionType": projected.kind}
    return {"ProjectionType": projected.kind}


def throughput(view: View, owner: str | None) -> Description:
    """A ProvisionedThroughputDescription: zero units for what is billed per request.

    A decrease in progress is shown by its time, and counted once it is over (ack-api-quirks, DDB-TABLE-184). So is, by
    its time alone, a switch to on-demand (DDB-TABLE-064).
    """
    history = view.table.history(owner)
    units = view.table.schema.throughputs[owner]
    changing = view.find("throughput", owner) or view.find("billing", owner)
    decreased_at = history.decreased_at
    if changing is not None and changing.kind == "billing" and units == ON_DEMAND:
        decreased_at = changing.began_at
    described: Description = {}
    if decreased_at is not None:
        described["LastDecreaseDateTime"] = timestamp(decreased_at)
    if history.increased_at is not None:
        described["LastIncreaseDateTime"] = timestamp(history.increased_at)
    uncounted = 1 if changing is not None and changing.is_decrease else 0
    described["NumberOfDecreasesToday"] = max(0, history.decreases_today(view.now) - uncounted)
    described["ReadCapacityUnits"] = units.read_units
    described["WriteCapacityUnits"] = units.write_units
    return described


def maxima_of(settings: dict[str, object], given: dict[str, int] | None) -> Description | None:
    """OnDemandThroughput, if there is any: the maxima that are set, and those that are `given`.

    Recorded in July 2026 (https://github.com/nubo-db/dynoxide/issues/159): one that is not set is left out.
    """
    maxima = {**cast("dict[str, int]", settings.get("OnDemandThroughput", {})), **(given or {})}
    members = ("MaxReadRequestUnits", "MaxWriteRequestUnits")
    return {member: maxima[member] for member in members if member in maxima} or None


def warm_of_table(view: View) -> Description | None:
    """While a table is being created, only warm throughput that was asked for is shown, as not there yet.

    Source: ack-api-quirks, DDB-TABLE-032 and 033, October 2026.
    """
    if view.status != "CREATING":
        return warm(view, None)
    by_itself = warm_throughput(view.table.schema.throughput)
    return warm(view, None, "UPDATING") if view.table.history(None).warm != by_itself else None


def warm_of_index(view: View, name: str) -> Description | None:
    """The reply to a creation has none; a description has it at once, as not there yet (DDB-TABLE-134 and 138)."""
    index = view.table.indexes[name]
    if view.status == "CREATING":
        return None if view.shown.is_creation else warm(view, name, "UPDATING")
    if index.transition == "CREATING":
        return None if view.shown.jobs else warm(view, name, "UPDATING")
    return warm(view, name)


def warm(view: View, owner: str | None, status: str | None = None) -> Description:
    """API reference: the status of an index's warm throughput is UPDATING or ACTIVE."""
    units = view.table.history(owner).warm
    if status is None:
        status = "UPDATING" if view.find("warm", owner) is not None else "ACTIVE"
        if owner is None and view.status == "DELETING":
            status = "DELETING"
    return {"ReadUnitsPerSecond": units.read_units, "Status": status, "WriteUnitsPerSecond": units.write_units}


def timestamp(time: float) -> float:
    """Seconds since the epoch to the millisecond, as the service writes times."""
    return round(time, 3)
