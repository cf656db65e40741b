"""DeleteResourcePolicy: detaches the policy of a table or a stream; where there is none, it does nothing."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.policies import policy_change, policy_holder
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class DeleteResourcePolicy:
    """A checked request."""

    resource: str
    expected_revision: str | None


def validate(request: dict[str, Any]) -> DeleteResourcePolicy:
    return DeleteResourcePolicy(request["ResourceArn"], request.get("ExpectedRevisionId"))


def execute(namespace: Namespace, request: DeleteResourcePolicy, now: float) -> dict[str, Any]:
    """The revision that was detached; after that, the deletion's own (ack-api-quirks, DDB-TABLE-205 and 346)."""
    holder = policy_holder.find(namespace, policy_holder.named(namespace, request.resource), now)
    policy_change.refuse_other_revision(holder, request.expected_revision, now)
    last = holder.policy
    if last is None:
        return {}
    if last.latest is not None:
        if holder.table.status(now) == "DELETING":
            raise errors.resource_in_use(messages.TABLE_BEING_DELETED.format(holder.table.schema.name))
        policy_change.refuse_too_soon(namespace, holder, now)
        namespace.define(now, policy_change.delete(namespace, holder, now))
    return {"RevisionId": last.revision}
