"""What a request needs to be allowed: actions on resources, each with its condition keys.

Every one must be allowed, or the whole request is refused: that of a batch is for one table, that of a transaction or
of a request with several statements for one member.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from thermodynamo.access import data_paths, owners, scaling
from thermodynamo.access.data_paths import DataPath
from thermodynamo.access.reach import Part
from thermodynamo.access.requirement import ItemRequirement, Requirement, StatementRequirement, Transport
from thermodynamo.api import arn
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.statements.statement import Bound
from thermodynamo.api.operations.streams import shard_iterator
from thermodynamo.api.partiql import compiled
from thermodynamo.api.partiql.compiled import Compiled
from thermodynamo.api.policies.actions import PREFIX, SCALING_PREFIX
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.item import Attributes
from thermodynamo_storage.values.resource_policy import ResourcePolicy
from thermodynamo_storage.values.schema import KeySchema

Request = dict[str, Any]


def of(
    operation: str, request: Request, namespace: Namespace, transport: Transport, checked: Any = None
) -> Iterable[Requirement]:
    """Everything that a request needs, in its order. The namespace is that of the resources.

    An operation of another service than DynamoDB is named with that service's prefix. `checked` is what the operation
    has made of the request, if it has: the values of a hundred statements are not looked at a second time.
    """
    if operation.startswith(SCALING_PREFIX):
        return scaling.of(operation, request, namespace, transport)
    asking = Asking(request, namespace, transport)
    path = data_paths.SINGLE.get(operation)
    if path is not None:
        return (asking.items(path, request, request["TableName"], request.get("IndexName"), None),)
    if operation in data_paths.BATCHES:
        return _of_batch(data_paths.BATCHES[operation], asking)
    if operation in data_paths.TRANSACTIONS:
        return _of_transaction(operation, asking)
    if operation in data_paths.STATEMENTS:
        return _of_statements(operation, asking, checked)
    return _of_resources(operation, asking)


class Asking:
    """Makes the requirements of one request."""

    __slots__ = ("namespace", "request", "transport")

    def __init__(self, request: Request, namespace: Namespace, transport: Transport) -> None:
        self.request = request
        self.namespace = namespace
        self.transport = transport

    def items(
        self, path: DataPath, part: Part, table_name: str, index_name: str | None, enclosing: str | None
    ) -> Requirement:
        """An action on the items of a table, or of an index."""
        table = self.table(table_name)
        resource = self.resource(table_name)
        schema = table.schema.key_schema if table is not None else None
        if index_name is not None:
            resource = f"{resource}/index/{index_name}"
            schema = _index_schema(table, index_name)
        attached = table.resource_policy if table is not None else None
        return ItemRequirement(
            path.action, resource, table, attached, self.transport, self.request, path, part, schema, enclosing
        )

    def statement(
        self, part: Part, statement: Compiled, values: Attributes, enclosing: str | None, number: int
    ) -> Requirement:
        """What a PartiQL statement needs, which is compiled, with the values of its placeholders."""
        source = statement.source
        table = self.table(source.table_name)
        resource = self.resource(source.table_name)
        schema = table.schema.key_schema if table is not None else None
        if source.index_name is not None:
            resource = f"{resource}/index/{source.index_name}"
            schema = _index_schema(table, source.index_name)
        return StatementRequirement(
            data_paths.STATEMENT_ACTIONS[type(statement.statement).__name__],
            resource,
            table,
            table.resource_policy if table is not None else None,
            self.transport,
            self.request,
            statement,
            values,
            schema,
            enclosing,
            part.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD",
            number,
        )

    def plain(self, action: str, resource: str, table: Table | None = None) -> Requirement:
        """An action that reaches no items by their keys."""
        attached = _attached(table, resource) if table is not None else None
        return Requirement(PREFIX + action, resource, table, attached, self.transport, self.request)

    def table(self, name: str) -> Table | None:
        namespace = self.namespace
        return namespace.tables.get(name) or namespace.tables.get(namespace.table_name(name))

    def resource(self, name: str) -> str:
        """The ARN of a table that a request names by its name or its ARN."""
        if arn.is_arn(name):
            return name
        return f"arn:aws:dynamodb:{self.namespace.region}:{self.namespace.account}:table/{name}"

    def everything(self) -> str:
        """What stands for all tables of the account where an operation names none."""
        return self.resource("*")


def _of_batch(path: DataPath, asking: Asking) -> Iterator[Requirement]:
    for name, part in asking.request["RequestItems"].items():
        yield asking.items(path, part if isinstance(part, dict) else _written(part), name, None, None)


def _written(members: list[Part]) -> Part:
    """The items and keys that the WriteRequests of a table name."""
    puts = [member["PutRequest"]["Item"] for member in members if member.get("PutRequest")]
    deletes = [member["DeleteRequest"]["Key"] for member in members if member.get("DeleteRequest")]
    return {"Items": puts, "Keys": deletes}


def _of_transaction(operation: str, asking: Asking) -> Iterator[Requirement]:
    paths = data_paths.TRANSACTIONS[operation]
    for member in asking.request["TransactItems"]:
        for kind, part in member.items():
            yield asking.items(paths[kind], part, part["TableName"], None, operation)


def _of_statements(operation: str, asking: Asking, checked: Any) -> Iterator[Requirement]:
    """What statements need. One that means nothing needs nothing, and gets its own error."""
    member = data_paths.STATEMENTS[operation]
    enclosing = operation if operation in data_paths.ENCLOSING else None
    parts = asking.request[member] if member is not None else (asking.request,)
    bounds: Iterable[Bound | ApiError | None] = itertools.repeat(None)
    if checked is not None:
        bounds = checked.bounds if member is not None else (checked.bound,)
    for number, (part, bound) in enumerate(zip(parts, bounds, strict=False)):
        if isinstance(bound, Bound):
            yield asking.statement(part, bound.statement, bound.values, enclosing, number)
        elif bound is None:
            try:
                statement = compiled.compile(part["Statement"])
                values = statement.bind(part.get("Parameters"))
            except ApiError:
                continue
            yield asking.statement(part, statement, values, enclosing, number)


def _attached(table: Table, resource: str) -> ResourcePolicy | None:
    """The policy that counts for a table, one of its indexes or one of its streams; a backup or an export has none."""
    kind, _, name = resource.partition("/")[2].partition("/")[2].partition("/")
    if kind == "stream":
        return next((stream.resource_policy for stream in table.streams if stream.label == name), None)
    return table.resource_policy if kind in ("", "index") else None


def _index_schema(table: Table | None, index_name: str) -> KeySchema | None:
    index = table.indexes.get(index_name) if table is not None else None
    return index.schema.key_schema if index is not None else None


def _of_resources(operation: str, asking: Asking) -> Iterator[Requirement]:
    """What an operation needs that shows no item by its key."""
    request = asking.request
    member = data_paths.RESOURCES.get(operation)
    if operation in data_paths.RESTORING:
        source = request.get(member or "") or asking.resource(request.get("SourceTableName") or "*")
        yield asking.plain(operation, source, asking.table(_table_arn(source)))
        target = request["TargetTableName"]
        if operation == "RestoreTableFromBackup":
            yield asking.plain(operation, asking.resource(target))
        yield from _of_copying(asking, target)
        return
    named = request.get(member) if member is not None else None
    if operation in data_paths.OWN_ONLY and not owners.is_own(named, asking.namespace.account):
        return  # The operation itself refuses what belongs to others.
    if isinstance(named, dict):
        named = named.get("TableName")
    if named is None:
        yield asking.plain(operation, asking.everything())
        return
    if member == "GlobalTableName":
        yield asking.plain(operation, f"arn:aws:dynamodb::{asking.namespace.account}:global-table/{named}")
        return
    if member == "ShardIterator":
        named = shard_iterator.parse(named).stream_arn
    table, resource = asking.table(_table_arn(named)), asking.resource(named)
    if operation == "UpdateContributorInsights" and request.get("IndexName"):
        resource = f"{resource}/index/{request['IndexName']}"
    yield asking.plain(operation, resource, table)
    if operation in data_paths.DEFINING:
        yield from _of_definition(operation, asking, named, resource, table)


def _table_arn(resource: str) -> str:
    """The table's part of the ARN of what belongs to a table; any other text as it is."""
    parts = resource.split("/")
    return "/".join(parts[:2]) if arn.is_arn(resource) else resource


def _of_definition(
    operation: str, asking: Asking, name: str, resource: str, table: Table | None
) -> Iterator[Requirement]:
    """What CreateTable and UpdateTable need besides, for some of their members."""
    request = asking.request
    if operation == "CreateTable":
        if request.get("Tags"):
            yield asking.plain("TagResource", resource, table)
        if request.get("ResourcePolicy"):
            yield asking.plain("PutResourcePolicy", resource, table)
        if request.get("GlobalTableSourceArn"):
            yield asking.plain("AssociateTableReplica", request["GlobalTableSourceArn"])
        return
    for members, kind in (("ReplicaUpdates", "TableReplica"), ("GlobalTableWitnessUpdates", "GlobalTableWitness")):
        updates = request.get(members) or ()
        if any(update.get("Create") for update in updates):
            yield asking.plain(f"Create{kind}", resource, table)
            yield from _of_copying(asking, name)
        if any(update.get("Delete") for update in updates):
            yield asking.plain(f"Delete{kind}", resource, table)
        if any(update.get("Disassociate") for update in updates):
            yield asking.plain(f"Disassociate{kind}", resource, table)


def _of_copying(asking: Asking, target: str) -> Iterator[Requirement]:
    resource = asking.resource(target)
    for action in data_paths.ITEM_ACTIONS:
        yield asking.plain(action, resource, asking.table(target))
