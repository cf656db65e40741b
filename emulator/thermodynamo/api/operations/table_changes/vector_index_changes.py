"""VectorIndexUpdates: what an UpdateTable asks for its vector indexes, with all rules about it.

One vector index is created or deleted at a time, which counts together with global indexes (developer guide,
VectorSearchWorkingWith).
"""

from dataclasses import replace
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.operations.table_changes.index_change import IndexUpdate
from thermodynamo.api.operations.tables import key_definition, table_definition, vector_index_definition
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import BillingMode, VectorIndexSchema


@dataclass(slots=True)
class VectorIndexUpdates:
    """The actions of a request, by kind."""

    creates: list[dict[str, Any]]
    deletes: list[str]


def of_request(request: dict[str, Any]) -> VectorIndexUpdates:
    """The actions. Raises ValidationException for what is wrong whatever the table is."""
    found = VectorIndexUpdates([], [])
    names: set[str] = set()
    for element in request.get("VectorIndexUpdates", ()):
        kinds = [kind for kind in ("Create", "Delete") if kind in element]
        if len(kinds) != 1:
            raise errors.validation(messages.VECTOR_UPDATE_NOT_ONE)
        action = element[kinds[0]]
        name = action["IndexName"]
        if name in names:
            raise errors.validation(messages.INDEX_UPDATED_TWICE.format(name))
        names.add(name)
        if kinds[0] == "Create":
            found.creates.append(action)
        else:
            found.deletes.append(name)
    return found


def refuse_unknown(found: VectorIndexUpdates, table: Table) -> None:
    """Refuses to delete what is no vector index of the table, in the words for global indexes."""
    for name in found.deletes:
        if name not in table.vector_indexes:
            raise errors.resource_not_found(messages.INDEX_OF_TABLE_NOT_FOUND.format(name, table.schema.name))


def index_update(
    found: VectorIndexUpdates, table: Table, definitions: list[dict[str, Any]], mode: BillingMode
) -> IndexUpdate | None:
    """The creation or deletion that is asked for, if any. Raises ValidationException for a bad new index."""
    if len(found.creates) + len(found.deletes) > 1:
        raise errors.limit_exceeded(messages.ONE_INDEX_CHANGE)
    schema = table.schema
    if found.creates:
        new = define_new(found.creates[0], table, definitions, mode)
        kinds = {**key_definition.kinds_of(definitions), **schema.attribute_kinds}
        after = replace(schema, vector_indexes=(*schema.vector_indexes, new))
        return IndexUpdate(new, None, table_definition.used_kinds(kinds, after), None)
    if found.deletes:
        name = found.deletes[0]
        return IndexUpdate(None, name, schema.without_index(name).attribute_kinds, None)
    return None


def define_new(
    action: dict[str, Any], table: Table, definitions: list[dict[str, Any]], mode: BillingMode
) -> VectorIndexSchema:
    """The index to create. The elements of its search schema are defined in the same request.

    A user met in August 2026 that a definition which the table has for another index does not count (us-west-2, an
    inline filter). langgraph-checkpoint-aws 1.2.6, which is tried against the service, defines nothing and searches by
    the table's own partition key: the table's key attributes do count.
    """
    schema = table.schema
    existing = schema.attribute_kinds
    own = {name: existing[name] for name in schema.key_schema.names}
    given = {name: existing.get(name, kind) for name, kind in key_definition.kinds_of(definitions).items()}
    name = action["IndexName"]
    if name in schema.index_names:
        raise errors.validation(messages.INDEX_EXISTS)
    new = vector_index_definition.define(action, {**given, **own})
    all_indexes = (*schema.vector_indexes, new)
    vector_index_definition.check_together(all_indexes, schema.key_schema, mode, schema.indexes)
    return new
