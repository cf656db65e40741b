"""GlobalSecondaryIndexUpdates: what an UpdateTable asks for its global indexes, with all rules about it."""

from dataclasses import dataclass
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.operations.table_settings import throughput_definition
from thermodynamo.api.operations.tables import index_definition, key_definition, table_definition
from thermodynamo.api.operations.tables.index_change import IndexUpdate
from thermodynamo.settings.config import Config
from thermodynamo_storage.capacity.throughput_history import warm_throughput
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import BillingMode, IndexSchema, Throughput


@dataclass(slots=True)
class GlobalIndexUpdates:
    """The actions of a request, by kind; each index appears in one of them at most."""

    creates: list[dict[str, Any]]
    deletes: list[str]
    updates: list[dict[str, Any]]

    @property
    def throughputs(self) -> dict[str | None, Throughput]:
        """The provisioned throughput that updates ask for, by index name."""
        return {
            update["IndexName"]: throughput_definition.provisioned(update["ProvisionedThroughput"])
            for update in self.updates
            if "ProvisionedThroughput" in update
        }


def of_request(request: dict[str, Any]) -> GlobalIndexUpdates:
    """The actions. Raises ValidationException for what is wrong whatever the table is."""
    found = GlobalIndexUpdates([], [], [])
    names: set[str] = set()
    for position, element in enumerate(request.get("GlobalSecondaryIndexUpdates", ()), start=1):
        kinds = [kind for kind in ("Update", "Create", "Delete") if kind in element]
        if len(kinds) != 1:
            raise errors.validation(messages.INDEX_UPDATE_NOT_ONE if kinds else messages.INDEX_UPDATE_EMPTY)
        action = element[kinds[0]]
        name = action["IndexName"]
        if name in names:
            raise errors.validation(messages.INDEX_UPDATED_TWICE.format(name))
        names.add(name)
        throughput_definition.check_bounds(action.get("ProvisionedThroughput"), name)
        if kinds[0] == "Create":
            found.creates.append(action)
        elif kinds[0] == "Delete":
            found.deletes.append(name)
        else:
            if not any(action.get(each) for each in ("ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput")):
                member = f"globalSecondaryIndexUpdates.{position}.member.update.provisionedThroughput"
                complaint = messages.CONSTRAINT.format("null", member, messages.NOT_NULL)
                raise errors.validation(messages.ONE_CONSTRAINT.format(complaint))
            found.updates.append(action)
    return found


def check(found: GlobalIndexUpdates, table: Table, mode: BillingMode, config: Config) -> None:
    """The rules that need the table, except for those of creation. `mode` is the billing mode the table will have."""
    existing = {index.name: index for index in table.schema.global_indexes}
    for name in found.deletes:
        if name not in existing:
            raise errors.resource_not_found(messages.INDEX_RESOURCE_NOT_FOUND.format(name))
    for update in found.updates:
        name = update["IndexName"]
        if name not in existing:
            raise errors.validation(messages.INDEX_UPDATE_BLOCKED)
        if mode == "PAY_PER_REQUEST" and "ProvisionedThroughput" in update:
            raise errors.validation(messages.UNITS_NOT_ALLOWED_FOR_INDEX.format(name))
        throughput_definition.on_demand_maxima(update, mode, f"index: {name}", is_update=True)
        throughput_definition.warm(update, f"index: {name}", table.history(name).warm)
        throughput_definition.check_quota(update, f"index: {name}", config)
    for create in found.creates:
        throughput_definition.check_quota(create, f"index: {create['IndexName']}", config)
    if len(found.creates) + len(found.deletes) > 1:
        raise errors.limit_exceeded(messages.ONE_INDEX_CHANGE)


def index_update(
    found: GlobalIndexUpdates, table: Table, definitions: list[dict[str, Any]], mode: BillingMode
) -> IndexUpdate | None:
    """The creation or deletion that is asked for, if any. Raises ValidationException for a bad new index."""
    schema = table.schema
    if found.creates:
        action = found.creates[0]
        new = define_new(action, table, definitions, mode)
        kinds = {**schema.attribute_kinds, **key_definition.kinds_of(definitions), **schema.attribute_kinds}
        indexes = (*schema.indexes, new)
        label = f"index: {new.name}"
        warm = throughput_definition.warm(action, label, warm_throughput(new.throughput))
        used = table_definition.used_kinds(kinds, schema.key_schema, indexes)
        return IndexUpdate(new, None, used, warm)
    if found.deletes:
        indexes = tuple(index for index in schema.indexes if index.name != found.deletes[0])
        used = table_definition.used_kinds(schema.attribute_kinds, schema.key_schema, indexes)
        return IndexUpdate(None, found.deletes[0], used, None)
    return None


def define_new(
    action: dict[str, Any], table: Table, definitions: list[dict[str, Any]], mode: BillingMode
) -> IndexSchema:
    """The index to create; its key attributes must be defined in the same request.

    An attribute that the table's keys already use keeps its kind, whatever the request says: nubo-db/dynoxide pull
    request 132, by captures of the service.
    """
    existing = table.schema.attribute_kinds
    kinds = {name: existing.get(name, kind) for name, kind in key_definition.kinds_of(definitions).items()}
    new = index_definition.define_global(action, kinds, mode, is_update=True)
    indexes = (*table.schema.indexes, new)
    if any(index.name == new.name for index in table.schema.indexes):
        raise errors.validation(messages.INDEX_EXISTS.format(new.name))
    index_definition.refuse_too_many_global(sum(1 for index in indexes if index.is_global))
    index_definition.refuse_projected_twice((new,))
    index_definition.refuse_too_many_projected(indexes)
    return new
