"""One thing that a request needs: an action on a resource, with its condition keys.

A condition key is computed when a policy asks for it, and then kept. Those of DynamoDB depend on how the action reaches
data: `ItemRequirement` is for a path of `data_paths`, `StatementRequirement` for PartiQL, `Requirement` for all else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from thermodynamo.access import reach
from thermodynamo.access.data_paths import DataPath
from thermodynamo.access.reach import Part
from thermodynamo.access.signatures.signed_request import Headers
from thermodynamo.api.errors import ApiError
from thermodynamo.api.partiql.compiled import Compiled
from thermodynamo.api.partiql.plan import InsertPlan, Plan, SelectPlan, WritePlan, bound_key, key_conditions
from thermodynamo.api.policies.facts import NEVER, Values
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.resource_policy import ResourcePolicy
from thermodynamo_storage.values.schema import KeySchema

OWN_PREFIX = "dynamodb:"
FINE_GRAINED = ("dynamodb:attributes", "dynamodb:select")
"""Condition keys that tell attributes apart, besides those of `POSITIONS`, which tell keys apart."""
POSITIONS = {
    "dynamodb:leadingkeys": 0,
    "dynamodb:firstpartitionkeyvalues": 0,
    "dynamodb:secondpartitionkeyvalues": 1,
    "dynamodb:thirdpartitionkeyvalues": 2,
    "dynamodb:fourthpartitionkeyvalues": 3,
}
"""Which attribute of the partition key a condition key is about."""


@dataclass(slots=True)
class Transport:
    """What is known of a request before it is read. `account` and `region` are those of the resource."""

    known: Mapping[str, Sequence[str]]
    """The keys that the caller gives."""
    account: str
    region: str
    now: float
    headers: Headers = ()
    source_ip: str | None = None
    is_secure: bool = False

    def header(self, name: bytes) -> str | None:
        """The value of a header, named in lower case."""
        return next((value.decode("latin-1") for each, value in self.headers if each == name), None)


@dataclass(slots=True)
class Requirement:
    """An action, such as dynamodb:GetItem, on a resource, which is an ARN.

    `table` is the one that the resource belongs to, or None where that does not exist. `request` is the whole request.
    """

    action: str
    resource: str
    table: Table | None
    attached: ResourcePolicy | None
    """The resource policy of the table, or of the stream where the resource is one."""
    transport: Transport
    request: Part
    kept: dict[str, Values] = field(default_factory=dict, init=False)

    def values(self, key: str) -> Values:
        """The values of a condition key, given in lower case."""
        kept = self.kept
        if key in kept:
            return kept[key]
        found = self._own(key) if key.startswith(OWN_PREFIX) else self._common(key)
        kept[key] = found
        return found

    def _own(self, key: str) -> Values:
        """The values of a key of DynamoDB."""
        return None

    def _common(self, key: str) -> Values:
        """The values of a key that every service has."""
        transport = self.transport
        known = transport.known.get(key)
        if known is not None:
            return known
        if key.startswith("aws:resourcetag/"):
            return tag_value(self.table.tags if self.table is not None else {}, key)
        if key.startswith("aws:requesttag/"):
            return tag_value(self._request_tags(), key)
        text: str | None
        match key:
            case "aws:tagkeys":
                return tuple(self._request_tags()) or tuple(self.request.get("TagKeys") or ()) or None
            case "aws:currenttime":
                text = datetime.fromtimestamp(transport.now, UTC).isoformat()
            case "aws:epochtime":
                text = str(int(transport.now))
            case "aws:requestedregion":
                text = transport.region
            case "aws:resourceaccount":
                text = transport.account
            case "aws:securetransport":
                text = str(transport.is_secure).lower()
            case "aws:sourceip":
                text = transport.source_ip
            case "aws:useragent":
                text = transport.header(b"user-agent")
            case "aws:referer":
                text = transport.header(b"referer")
            case "aws:viaawsservice":
                text = "false"
            case _:
                text = None
        return (text,) if text is not None else None

    def _request_tags(self) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.request.get("Tags") or ()}


def tag_value(tags: Mapping[str, str], key: str) -> Values:
    """The value of a tag, whose name a condition key spells in any case."""
    wanted = key.partition("/")[2]
    found = next((value for name, value in tags.items() if name.lower() == wanted), None)
    return (found,) if found is not None else None


@dataclass(slots=True)
class ItemRequirement(Requirement):
    """An action on items. `part` is the request, or what it has for one table or one member of a transaction.

    `schema` is that of the table or index; None where there is none.
    """

    path: DataPath
    part: Part
    schema: KeySchema | None
    enclosing: str | None

    def _own(self, key: str) -> Values:
        position = POSITIONS.get(key)
        if not self.path.is_fine_grained and (position is not None or key in FINE_GRAINED):
            return NEVER
        if position is not None:
            return reach.key_values(self.path, self.part, self.schema, position) if self.schema is not None else None
        text: str | None
        match key:
            case "dynamodb:attributes":
                return reach.attributes(self.path, self.part) or None
            case "dynamodb:select":
                text = reach.selected(self.path, self.part)
            case "dynamodb:returnvalues":
                text = reach.image_returned(self.path, self.part) if self.path.returns else None
            case "dynamodb:returnconsumedcapacity":
                text = self.request.get("ReturnConsumedCapacity") or "NONE"
            case "dynamodb:enclosingoperation":
                text = self.enclosing
            case _:
                text = None
        return (text,) if text is not None else None


@dataclass(slots=True)
class StatementRequirement(Requirement):
    """A PartiQL statement, with the values of its placeholders and its number in the request."""

    statement: Compiled
    bound_values: dict[str, Any]
    schema: KeySchema | None
    enclosing: str | None
    shows_item_on_failure: bool
    number: int

    def _own(self, key: str) -> Values:
        position = POSITIONS.get(key)
        if position is not None:
            return self._key_values(position)
        statement = self.statement
        text: str | None
        match key:
            case "dynamodb:attributes":
                return tuple(statement.attributes(self.bound_values)) or None
            case "dynamodb:select":
                text = self._selected() if statement.is_read else None
            case "dynamodb:returnvalues":
                text = self._image_returned()
            case "dynamodb:fulltablescan":
                plan = self._plan()
                is_scan = isinstance(plan, SelectPlan) and plan.key is None and not plan.chosen.partitions
                text = str(is_scan).lower() if statement.is_read and plan is not None else None
            case "dynamodb:enclosingoperation":
                text = self.enclosing
            case _:
                text = None
        return (text,) if text is not None else None

    def _plan(self) -> Plan | None:
        """What the statement does to its table; None where it cannot, as carrying it out will tell."""
        if self.schema is None:
            return None
        try:
            return self.statement.plan(self.schema)
        except ApiError:
            return None

    def _selected(self) -> str:
        if not self.statement.selects_everything:
            return "SPECIFIC_ATTRIBUTES"
        return "ALL_PROJECTED_ATTRIBUTES" if self.statement.source.index_name else "ALL_ATTRIBUTES"

    def _image_returned(self) -> str | None:
        if self.statement.is_read:
            return None
        returns = self.statement.returns
        return "ALL_OLD" if self.shows_item_on_failure and not returns.startswith("ALL") else returns

    def _key_values(self, position: int) -> Values:
        plan, schema = self._plan(), self.schema
        if plan is None or schema is None or position >= len(schema.partition):
            return None
        try:
            named = self._named(plan, schema, position)
        except ApiError:
            return None
        return tuple(dict.fromkeys(text for value in named for text in reach.scalar(value))) or None

    def _named(self, plan: Plan, schema: KeySchema, position: int) -> list[dict[str, Any]]:
        """The values of one attribute of the partition key that the statement names."""
        name = schema.partition[position].name
        if isinstance(plan, InsertPlan):
            item = self.statement.item(self.bound_values)
            return [item[name]] if name in item else []
        if plan.key is not None:
            return [bound_key(plan.key, self.bound_values)[name]]
        if isinstance(plan, WritePlan) or not plan.chosen.partitions:
            return []
        collections = key_conditions(plan.chosen, schema, self.bound_values)
        return [conditions[0].partition[position] for conditions in collections]
