"""What a table's description says of its global table: the other replicas, the version, the witness.

What a replica inherits is absent. Its entry shows, as an override, what differs from the table that is described; so
each of two replicas shows the other one's (ack-api-quirks, DDB-TABLE-201, 229, 231, 250, 252, 259, 294 and 422,
October 2026).
"""

from typing import Any, cast

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.replicas import disassociation
from thermodynamo.api.operations.table_settings import encryption_definition
from thermodynamo_storage.tables.global_table import Replica
from thermodynamo_storage.tables.table import Table

Description = dict[str, Any]
VERSION = "2019.11.21"
MODE = "ENABLED_WITH_OVERRIDES"


def describe(namespace: Namespace, table: Table, now: float) -> Description:
    """The members of the description; none for a table that is no replica, nor was asked to become one."""
    global_table = table.global_table
    if global_table is None:
        return mode_of(table)
    others = list(global_table.others(table.region, now))
    if not others or global_table.find(table.region, now) is None:
        # A replica that the others show no more, and whose table is still there, shows nothing either (DDB-TABLE-228).
        return mode_of(table)
    described: Description = {
        "GlobalTableSettingsReplicationMode": MODE,
        "GlobalTableVersion": VERSION,
        **disassociation.describe(table, now),
        "Replicas": [replica(namespace, table, each, now) for each in others if each.is_shown(now)],
    }
    if global_table.is_strong:
        described["MultiRegionConsistency"] = "STRONG"
    witness = global_table.witness
    if witness is not None and witness.is_shown(now):
        status = witness.status(now, is_filled=True)
        described["GlobalTableWitnesses"] = [{"RegionName": witness.region, "WitnessStatus": status}]
    return described


def mode_of(table: Table) -> Description:
    """The mode that a table without replicas was told (DDB-TABLE-048)."""
    mode = table.schema.settings.get("GlobalTableSettingsReplicationMode")
    return {} if mode is None else {"GlobalTableSettingsReplicationMode": mode}


def replica(namespace: Namespace, table: Table, other: Replica, now: float) -> Description:
    """A ReplicaDescription: `other` as the region of `table` shows it."""
    its = namespace.database.catalog.by_id.get(other.table_id)
    if its is not None and not namespace.database.settle_table(its, now):
        its = None
    described: Description = {
        "GlobalTableSettingsReplicationMode": MODE,
        "RegionName": other.region,
        "ReplicaStatus": other.status(now, is_filled=its is None or not its.is_filling),
    }
    if its is not None:
        described |= _settings(namespace.peer(other.region), table, its)
    return dict(sorted(described.items()))


def _settings(peer: Namespace, table: Table, its: Table) -> Description:
    """The settings of a replica's table that its entry shows."""
    indexes = [_index(table, its, index.name) for index in its.schema.global_indexes]
    encryption = encryption_definition.of_schema(its.schema)
    settings: Description = {
        "GlobalSecondaryIndexes": indexes or None,
        "KMSMasterKeyId": encryption_definition.key_arn(peer, encryption),
        "ReplicaTableClassSummary": _class(its),
        "WarmThroughput": {**_warm(its, None), "Status": "ACTIVE"},
        **_overrides(table, its, None),
    }
    return {name: value for name, value in settings.items() if value is not None}


def _index(table: Table, its: Table, name: str) -> Description:
    warm = {**_warm(its, name), "Status": "ACTIVE"}
    return {"IndexName": name, **_overrides(table, its, name), "WarmThroughput": warm}


def _class(its: Table) -> Description | None:
    """A class that was chosen, with the time of its last change."""
    if its.schema.table_class is None:
        return None
    times = {} if its.class_changed_at is None else {"LastUpdateDateTime": round(its.class_changed_at, 3)}
    return {**times, "TableClass": its.schema.table_class}


def _warm(its: Table, owner: str | None) -> Description:
    warm = its.history(owner).warm
    return {"ReadUnitsPerSecond": warm.read_units, "WriteUnitsPerSecond": warm.write_units}


def _overrides(table: Table, its: Table, owner: str | None) -> Description:
    """The read units and the maximum of reads, where they differ."""
    found: Description = {}
    units = its.schema.throughputs[owner].read_units
    own = table.schema.throughputs.get(owner)
    if own is not None and own.read_units != units and its.schema.billing_mode == "PROVISIONED":
        found["ProvisionedThroughputOverride"] = {"ReadCapacityUnits": units}
    maximum = _maximum(its, owner)
    if maximum is not None and maximum != _maximum(table, owner):
        found["OnDemandThroughputOverride"] = {"MaxReadRequestUnits": maximum}
    return found


def _maximum(table: Table, owner: str | None) -> int | None:
    settings = (
        table.schema.settings
        if owner is None
        else next((index.settings for index in table.schema.indexes if index.name == owner), {})
    )
    return cast("dict[str, int]", settings.get("OnDemandThroughput", {})).get("MaxReadRequestUnits")
