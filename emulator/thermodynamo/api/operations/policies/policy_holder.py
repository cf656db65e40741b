"""What a resource policy is attached to: a table, or a stream, which has a policy of its own."""

from thermodynamo.api import arn, errors, messages
from thermodynamo.api.arn import TableArn
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.policies.policy_text import Holder
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.resource_policy import ResourcePolicy

_INDEX, _STREAM = "index", "stream"
PARTITION = "arn:aws:"


@dataclass(frozen=True, slots=True)
class Named:
    """What the ARN of a request names. `label` is that of a stream."""

    resource: str
    table: TableArn
    label: str | None

    @property
    def kind(self) -> Holder:
        return "table" if self.label is None else "stream"


@dataclass(frozen=True, slots=True)
class PolicyHolder:
    """A table, or a stream of it where `stream` is given."""

    resource: str
    table: Table
    stream: Stream | None

    @property
    def policy(self) -> ResourcePolicy | None:
        return self.table.resource_policy if self.stream is None else self.stream.resource_policy

    @property
    def label(self) -> str | None:
        return self.stream.label if self.stream is not None else None

    @property
    def words(self) -> tuple[str, str]:
        """How errors call it: its kind, and its name or label."""
        return ("Table", self.table.schema.name) if self.stream is None else ("Stream", self.stream.label)


def named(namespace: Namespace, resource: str) -> Named:
    """What an ARN names. Raises ValidationException for one that no policy can be attached to.

    The order is that of DDB-TABLE-212 (ack-api-quirks, October 2026).
    """
    if not arn.is_arn(resource):
        raise errors.validation(messages.POLICY_ARN_REQUIRED.format(resource))
    table_text, _, rest = resource.partition("/")
    name, _, rest = rest.partition("/")
    kind, _, label = rest.partition("/")
    table = arn.parse_table(f"{table_text}/{name}")
    if table is None or kind not in ("", _INDEX, _STREAM) or (kind and (not label or "/" in label)):
        raise errors.validation(messages.POLICY_ARN_UNKNOWN.format(resource))
    if kind == _INDEX:
        raise errors.validation(messages.POLICY_ARN_OF_OTHERS.format(resource))
    if table.account != namespace.account:
        raise errors.validation(messages.POLICY_OWNER_ONLY)
    if table.region != namespace.region or not resource.startswith(PARTITION):
        raise errors.validation(messages.POLICY_ARN_ELSEWHERE.format(resource))
    return Named(resource, table, label or None)


def find(namespace: Namespace, wanted: Named, now: float) -> PolicyHolder:
    """Raises ResourceNotFoundException, for a table that is being created as well (DDB-TABLE-234)."""
    table = namespace.defined_table(wanted.table.table_name, now)
    name = table.schema.name
    if table.status(now) == "CREATING":
        raise errors.resource_not_found(messages.TABLE_NOT_FOUND.format(name))
    if wanted.label is None:
        return PolicyHolder(wanted.resource, table, None)
    stream = next((each for each in table.streams if each.label == wanted.label), None)
    if stream is None:
        raise errors.resource_not_found(messages.POLICY_STREAM_NOT_FOUND.format(wanted.label, name))
    return PolicyHolder(wanted.resource, table, stream)
