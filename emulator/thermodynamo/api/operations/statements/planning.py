"""The plans of a request's statements, compiled in slices before the request is carried out.

A statement compiles to a plan for the key schema of its table. One of 1.3 KB takes a millisecond and a half, and a
transaction has a hundred. So the request is set aside until they are compiled, as one whose writes are drafted is.
"""

from collections.abc import Iterable
from contextlib import suppress

from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.items.draft import Steps, Undrafted
from thermodynamo.api.operations.statements.statement import Bound
from thermodynamo.api.partiql.compiled import Compiled
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import KeySchema

PLANNED_LENGTH_MAX = 4_096
"""Of the texts that one slice compiles, in characters: about five milliseconds."""


class Planning:
    """The compiling of statements, each for a key schema. What it raises is raised again where the plan is needed."""

    def __init__(self, unplanned: Iterable[tuple[Compiled, KeySchema]]) -> None:
        self.unplanned = list(unplanned)

    def work(self) -> Steps:
        """Compiles all of them, in steps."""
        length = 0
        for statement, schema in self.unplanned:
            if length and length + len(statement.text) > PLANNED_LENGTH_MAX:
                yield
                length = 0
            length += len(statement.text)
            with suppress(ApiError):
                statement.plan(schema)


def require(namespace: Namespace, bounds: Iterable[Bound], with_indexes: bool = False) -> None:
    """Raises Undrafted where compiling the plans of these statements takes longer than a slice may.

    Of a statement on an index only policies want the plan.
    """
    statements = [bound.statement for bound in bounds]
    if sum(len(each.text) for each in statements) <= PLANNED_LENGTH_MAX:
        return
    unplanned: list[tuple[Compiled, KeySchema]] = []
    for each in statements:
        table = namespace.tables.get(namespace.table_name(each.source.table_name))
        place: Table | SecondaryIndex | None = table
        if table is not None and each.source.index_name is not None:
            place = table.indexes.get(each.source.index_name) if with_indexes else None
        if place is not None and not each.is_planned(place.schema.key_schema):
            unplanned.append((each, place.schema.key_schema))
    if sum(len(each.text) for each, _ in unplanned) > PLANNED_LENGTH_MAX:
        raise Undrafted([Planning(unplanned)])
