"""Settings that one replica has of its own: read capacity, a maximum of reads, the table class.

Another replica sets them by UpdateTable; they take effect with a change of the replica's table (ack-api-quirks,
DDB-TABLE-250, 252, 294, 309 and 422, October 2026).
"""

from dataclasses import replace

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.replicas import members, replica_creation, replica_deletion
from thermodynamo.api.operations.replicas.replica_actions import Action, ReplicaActions
from thermodynamo.api.operations.table_settings import cooldowns
from thermodynamo_storage.facets.change_times import CLASS_CHANGES_MAX, CLASS_DAYS
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.tables.definition import Definition
from thermodynamo_storage.tables.table import Table


def check(namespace: Namespace, table: Table, actions: ReplicaActions, now: float) -> None:
    """Raises ValidationException, ResourceInUseException or LimitExceededException for settings that cannot be."""
    replica_deletion.refuse_strangers(table, [action["RegionName"] for action in actions.updates], now)
    members.refuse_busy(table, now)
    for action in actions.updates:
        check_action(namespace, table, action, now)


def check_action(namespace: Namespace, table: Table, action: Action, now: float) -> None:
    if action.get("KMSMasterKeyId"):
        # No key of a replica is changed from elsewhere, whatever the key (DDB-TABLE-309).
        raise errors.validation(messages.REPLICA_KEY_REQUIRED)
    is_on_demand = table.schema.billing_mode == "PAY_PER_REQUEST"
    for holder in (action, *action.get("GlobalSecondaryIndexes", ())):
        if is_on_demand and holder.get("ProvisionedThroughputOverride"):
            raise errors.validation(messages.REPLICA_UNITS_NOT_ALLOWED)
        if not is_on_demand and holder.get("OnDemandThroughputOverride"):
            raise errors.validation(messages.REPLICA_MAXIMUM_NOT_ALLOWED)
        name = holder.get("IndexName")
        if name is not None and name not in table.schema.throughputs:
            raise errors.resource_not_found(messages.INDEX_OF_TABLE_NOT_FOUND.format(name, table.schema.name))
    other = _table(namespace, table, action)
    if "TableClassOverride" in action and cooldowns.are_kept(namespace) and other.change_times.is_class_spent(now):
        spent = messages.REPLICA_CLASS_SPENT.format(other.region, CLASS_CHANGES_MAX, CLASS_DAYS)
        raise errors.limit_exceeded(spent)


def _table(namespace: Namespace, table: Table, action: Action) -> Table:
    return namespace.peer(action["RegionName"]).tables[table.schema.name]


def begin(namespace: Namespace, table: Table, actions: ReplicaActions, now: float) -> list[Definition]:
    """What gives replicas settings of their own, as `check` has allowed. What is so already takes as long."""
    ends_at = namespace.settled_at(now)
    found: list[Definition] = [members.busy(table, Job("replica", None, now, ends_at))]
    changed = {action["RegionName"]: action for action in actions.updates}
    for _, other in namespace.other_replicas(table, now):
        action = changed.get(other.region)
        if action is None:
            found.append(members.busy(other, Job("replica", None, now, ends_at)))
            continue
        jobs = [Job("replica", None, now, ends_at)]
        given = {index["IndexName"]: index for index in action.get("GlobalSecondaryIndexes", ())}
        for owner, holder in ((None, action), *given.items()):
            if holder.get("ProvisionedThroughputOverride"):
                units = holder["ProvisionedThroughputOverride"]["ReadCapacityUnits"]
                jobs.append(replace(members.with_read_units(other, owner, units), began_at=now, ends_at=ends_at))
        times = other.change_times
        if "TableClassOverride" in action:
            jobs.append(Job("class", None, now, ends_at, name=action["TableClassOverride"]))
            times = times.with_class(now)
        schema = replace(
            other.schema,
            settings=replica_creation.with_maximum(other.schema.settings, action),
            indexes=tuple(
                replace(index, settings=replica_creation.with_maximum(index.settings, given.get(index.name, {})))
                for index in other.schema.indexes
            ),
        )
        found.append(replace(members.busy(other, *jobs), schema=schema, change_times=times))
    return found
