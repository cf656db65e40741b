"""GlobalSecondaryIndexUpdates: what an UpdateTable asks for its global indexes, with all rules about it."""

from dataclasses import replace
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.table_changes.index_change import IndexUpdate
from thermodynamo.api.operations.table_settings import throughput_definition
from thermodynamo.api.operations.tables import (
    index_definition,
    key_definition,
    table_definition,
    vector_index_definition,
)
from thermodynamo.api.service_failures import ServiceFailure
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
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
    for element in request.get("GlobalSecondaryIndexUpdates", ()):
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
            if "AttributeDefinitions" not in request:
                raise errors.validation(messages.DEFINITIONS_REQUIRED_FOR_INDEX.format(name))
            found.creates.append(action)
        elif kinds[0] == "Delete":
            found.deletes.append(name)
        else:
            if action.get("WarmThroughput") == {}:
                raise errors.validation(messages.WARM_WITHOUT_MEMBERS.format(name))
            found.updates.append(action)
    return found


def refuse_unknown(found: GlobalIndexUpdates, table: Table) -> None:
    """Refuses what names no global index of the table (ack-api-quirks, DDB-TABLE-137 and 161, October 2026)."""
    known = {index.name: index.is_global for index in table.schema.indexes}
    for verb, actions in (("delete", [{"IndexName": name} for name in found.deletes]), ("update", found.updates)):
        for action in actions:
            name = action["IndexName"]
            if name not in known:
                if action.get("WarmThroughput"):
                    raise ServiceFailure.WARM_UNKNOWN_INDEX.error()
                raise errors.resource_not_found(messages.INDEX_OF_TABLE_NOT_FOUND.format(name, table.schema.name))
            if not known[name]:
                raise errors.validation(messages.INDEX_NOT_GLOBAL.format(verb, name))


def check(found: GlobalIndexUpdates, table: Table, mode: BillingMode, namespace: Namespace) -> None:
    """The rules that need the table, except for those of creation. `mode` is the billing mode the table will have."""
    for update in found.updates:
        name = update["IndexName"]
        settings = [each for each in ("OnDemandThroughput", "WarmThroughput") if update.get(each)]
        if mode == "PAY_PER_REQUEST" and ("ProvisionedThroughput" in update or not settings):
            raise errors.validation(messages.INDEX_ON_DEMAND_UPDATES.format(name))
        if "ProvisionedThroughput" not in update and not settings:
            # No reply of the service to this is at hand; it has these words for what is missing in a switch of mode.
            raise errors.validation(messages.THROUGHPUT_REQUIRED_FOR_INDEXES.format(name))
        throughput_definition.on_demand_maxima(update, mode, name, is_update=True)
        throughput_definition.raised_warm(update, name, table.history(name).warm)
        throughput_definition.check_quota(update, name, namespace)
    for create in found.creates:
        throughput_definition.check_quota(create, create["IndexName"], namespace)
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
        warm = throughput_definition.new_warm(action, new.name, new.throughput)
        used = table_definition.used_kinds(kinds, replace(schema, indexes=indexes))
        return IndexUpdate(new, None, used, warm)
    if found.deletes:
        name = found.deletes[0]
        return IndexUpdate(None, name, schema.without_index(name).attribute_kinds, None)
    return None


def define_new(
    action: dict[str, Any], table: Table, definitions: list[dict[str, Any]], mode: BillingMode
) -> IndexSchema:
    """The index to create; its key attributes must be defined in the same request.

    An attribute that the table's keys already use keeps its kind, whatever the request says: nubo-db/dynoxide pull
    request 132, by captures of the service. Definitions that no key uses are ignored (ack-api-quirks, DDB-TABLE-162).
    """
    existing = table.schema.attribute_kinds
    kinds = {name: existing.get(name, kind) for name, kind in key_definition.kinds_of(definitions).items()}
    if action["IndexName"] in table.schema.index_names:
        raise errors.validation(messages.INDEX_EXISTS)
    new = index_definition.define_global(action, kinds, mode, is_update=True)
    index_definition.refuse_projected_twice((new,))
    index_definition.refuse_too_many_projected((*table.schema.indexes, new))
    index_definition.refuse_one_more_global(len(table.schema.global_indexes))
    # No vector is a key (developer guide, VectorSearch.Requirements), whichever of the two indexes comes first.
    others = (*table.schema.indexes, new)
    vector_index_definition.check_together(table.schema.vector_indexes, table.schema.key_schema, mode, others)
    return new
