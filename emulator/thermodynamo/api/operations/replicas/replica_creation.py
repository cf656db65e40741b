"""Adding replicas: whether a region can have one, and what begins it.

A replica has the items, the indexes, the time to live, the billing and the class of its source, and a stream of the
same view type; tags, policies, recovery, insights and protection are its own (ack-api-quirks, DDB-TABLE-221, 225, 226,
230, 249, 288, 305 and 313, October 2026).
"""

from dataclasses import replace
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.replicas import members, replica_scaling, supported_regions
from thermodynamo.api.operations.replicas.replica_actions import Action, ReplicaActions
from thermodynamo.api.operations.table_settings import encryption_definition
from thermodynamo_storage.capacity.throughput_history import ThroughputHistory
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.followers.expiry import TimeToLive
from thermodynamo_storage.tables.definition import (
    Definition,
    ReplicaAdded,
    StreamEnabled,
    TableCreated,
    TimeToLiveSet,
    WitnessAdded,
)
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import TableSchema, Throughput

OWN_SETTINGS = ("GlobalTableSettingsReplicationMode", "DisassociationProtectionEnabled")
"""What a table has of its own: the mode ends with the first replica, and each new replica is protected."""


def check(namespace: Namespace, table: Table, actions: ReplicaActions, now: float) -> None:
    """Raises ValidationException for regions that cannot have a replica, ResourceInUseException for a busy table."""
    regions = [action["RegionName"] for action in actions.creates]
    if table.region in regions:
        raise errors.validation(messages.REPLICA_LOCAL)
    for region in (*regions, *actions.witness_creates):
        supported_regions.refuse_unknown(region)
    refuse_coming(table, regions, now)
    if actions.is_strong:
        check_strong(table, actions, now)
    elif table.global_table is not None and table.global_table.is_strong and table.is_replica(now):
        fixed = actions.consistency is not None
        raise errors.validation(messages.CONSISTENCY_FIXED if fixed else messages.STRONG_FROZEN)
    for region in regions:
        peer = namespace.peer(region)
        existing = peer.tables.get(table.schema.name)
        if existing is not None and peer.settle(existing, now) is not None:
            raise errors.validation(messages.REPLICA_EXISTS.format(table.schema.name))
    members.refuse_busy(table, now)
    transitions = [index.transition for index in table.indexes.values()]
    transitions += [index.transition for index in table.vector_indexes.values()]
    if any(transitions) or table.jobs:
        raise errors.resource_in_use(messages.RESOURCE_IN_USE)
    if table.id in namespace.written_in_bulk():
        # Developer guide, BulkPutItems.Considerations: such a table can be given no replica.
        raise errors.resource_in_use(messages.BULK_TABLE_IN_USE.format(table.schema.name))
    replica_scaling.refuse_unscaled_writes(namespace, table)
    for action in actions.creates:
        check_key(table, action)


def refuse_coming(table: Table, regions: list[str], now: float) -> None:
    """Raises ResourceInUseException for a replica that is shown, and still being created (DDB-TABLE-306)."""
    coming = table.global_table.coming(now) if table.global_table is not None else None
    if coming is not None and coming.region in regions:
        assert table.global_table is not None
        known = sorted([table.region, *(each.region for each in table.global_table.others(table.region, now))])
        raise errors.resource_in_use(messages.REPLICA_ADDED_ALREADY.format(table.schema.name, ", ".join(known)))


def check_strong(table: Table, actions: ReplicaActions, now: float) -> None:
    """A strongly consistent global table is made in one call: three regions, one of which may be a witness.

    Their number is looked at first, then what regions they are, then whether they differ (DDB-TABLE-202 and 257).

    Developer guide, multi-Region strong consistency: its table is empty, and has no local indexes nor time to live.
    """
    regions = [action["RegionName"] for action in actions.creates]
    if len(regions) + len(actions.witness_creates) != 2:
        raise errors.validation(messages.STRONG_COUNT)
    supported_regions.refuse_not_strong([*regions, *actions.witness_creates])
    if set(regions) & set(actions.witness_creates):
        raise errors.validation(messages.STRONG_SAME_REGION)
    if table.region in actions.witness_creates:
        raise errors.validation(messages.STRONG_WITNESS_LOCAL)
    if table.is_replica(now):
        raise errors.validation(messages.CONSISTENCY_FIXED)
    supported_regions.refuse_not_strong([table.region])
    if table.keyspace.item_count:
        raise errors.validation(messages.STRONG_NOT_EMPTY)
    if table.schema.local_indexes:
        raise errors.validation(messages.STRONG_LOCAL_INDEXES)
    if table.time_to_live is not None and table.time_to_live.is_enabled:
        raise errors.validation(messages.STRONG_EXPIRY)


def check_key(table: Table, action: Action) -> None:
    """The key of a replica is of the kind that the table's is, and of its own region."""
    encryption = encryption_definition.of_schema(table.schema)
    has_own_key = encryption_definition.is_enabled(encryption) and "KMSMasterKeyId" in (encryption or {})
    given = action.get("KMSMasterKeyId")
    if (given is None) == has_own_key:
        raise errors.validation(messages.REPLICA_KEY_REQUIRED)
    if given is None:
        return
    if given.endswith(encryption_definition.AWS_MANAGED_KEY):
        raise errors.validation(messages.REPLICA_KEYS_MIXED)
    parts = given.split(":")
    if len(parts) > 3 and parts[3] != action["RegionName"]:
        raise errors.validation(messages.REPLICA_KEY_REGION.format(action["RegionName"], parts[3]))


def begin(namespace: Namespace, table: Table, actions: ReplicaActions, now: float) -> list[Definition]:
    """What begins the replicas, as `check` has allowed. The table's stream is enabled if it has none."""
    settled_at = namespace.settled_at(now)
    shown_at = members.share(namespace, members.SHOWN_AFTER, now)
    ended = OWN_SETTINGS if not table.is_replica(now) else ()
    found: list[Definition] = [
        replace(
            members.busy(table, Job("replica", None, now, settled_at)),
            schema=replace(table.schema, settings=without(table.schema.settings, *ended)),
        ),
        *members.busy_all(namespace, table, settled_at, now),
    ]
    view_type = table.schema.stream_view_type or "NEW_AND_OLD_IMAGES"
    if table.stream is None:
        found.append(namespace.stream_enabled(table.id, view_type, now))
    for action in actions.creates:
        peer = namespace.peer(action["RegionName"])
        created = replica_table(peer, table, action, now)
        replica_scaling.copy_writes(namespace, peer, table, now)
        visible_at = members.share(namespace, members.VISIBLE_AFTER, now)
        stream = peer.stream_enabled(created.table_id, view_type, now)
        found += [created, StreamEnabled(created.table_id, view_type, stream.label, settled_at)]
        expiry = table.time_to_live
        if expiry is not None:
            setting = TimeToLive(expiry.attribute_name, expiry.is_enabled, now)
            found.append(TimeToLiveSet(created.table_id, setting))
        found.append(ReplicaAdded(table.id, created.table_id, shown_at, visible_at, settled_at, actions.is_strong))
    found += [WitnessAdded(table.id, region, shown_at, settled_at) for region in actions.witness_creates]
    return found


def replica_table(peer: Namespace, source: Table, action: Action, now: float) -> TableCreated:
    """The table of a new replica, with as many partitions as its source has."""
    histories = []
    for owner in source.schema.throughputs:
        history = ThroughputHistory(source.history(owner).warm)
        is_on_demand = owner is None and source.schema.billing_mode == "PAY_PER_REQUEST"
        histories.append((owner, history.with_on_demand(now) if is_on_demand else history))
    return TableCreated(
        table_id=peer.new_table_id(source.schema.name, now),
        account=peer.account,
        region=peer.region,
        schema=replica_schema(source.schema, action),
        histories=tuple(histories),
        partition_counts=tuple((owner, len(keyspace.partitions)) for owner, keyspace in source.keyspaces()),
        settled_at=peer.settled_at(now),
        tags={},
    )


def replica_schema(schema: TableSchema, action: Action) -> TableSchema:
    """The schema of a new replica: its source's with the overrides of the action.

    An override of an index that the table does not have is ignored, and so is one of provisioned throughput on an
    on-demand table (ack-api-quirks, DDB-TABLE-223 and 307, October 2026).
    """
    given = {index["IndexName"]: index for index in action.get("GlobalSecondaryIndexes", ())}
    settings = with_maximum(without(schema.settings, *OWN_SETTINGS), action)
    if "KMSMasterKeyId" in action:
        key = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": action["KMSMasterKeyId"]}
        settings = {**settings, "SSESpecification": key}
    units = {
        owner: read_units(throughput, action if owner is None else given.get(owner, {}))
        for owner, throughput in schema.throughputs.items()
    }
    return replace(
        schema.with_throughputs(units) if schema.billing_mode == "PROVISIONED" else schema,
        is_deletion_protected=False,
        stream_view_type=None,
        table_class=action.get("TableClassOverride", schema.table_class),
        settings=settings,
        indexes=tuple(
            replace(
                index,
                throughput=units.get(index.name, index.throughput),
                settings=with_maximum(index.settings, given.get(index.name, {})),
            )
            for index in schema.indexes
        ),
    )


def read_units(units: Throughput, action: dict[str, Any]) -> Throughput:
    """Units with the read units that an action gives a replica of its own."""
    override = action.get("ProvisionedThroughputOverride") or {}
    return replace(units, read_units=override.get("ReadCapacityUnits", units.read_units))


def without(settings: dict[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in settings.items() if name not in names}


def with_maximum(settings: dict[str, object], action: dict[str, Any]) -> dict[str, object]:
    """Settings with the maximum of read units that an action gives a replica of its own."""
    override = action.get("OnDemandThroughputOverride")
    if not override:
        return settings
    old = settings.get("OnDemandThroughput", {})
    assert isinstance(old, dict)
    return {**settings, "OnDemandThroughput": {**old, **override}}
