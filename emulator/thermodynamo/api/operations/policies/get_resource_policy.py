"""GetResourcePolicy: the policy of a table or a stream, as it shows by now."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.policies import policy_holder
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)


@dataclass(slots=True)
class GetResourcePolicy:
    """A checked request."""

    resource: str


def validate(request: dict[str, Any]) -> GetResourcePolicy:
    return GetResourcePolicy(request["ResourceArn"])


def execute(namespace: Namespace, request: GetResourcePolicy, now: float) -> dict[str, Any]:
    holder = policy_holder.find(namespace, policy_holder.named(namespace, request.resource), now)
    told = holder.policy.told(now) if holder.policy is not None else None
    if told is None:
        raise errors.policy_not_found(messages.POLICY_NOT_FOUND.format(request.resource))
    return {"Policy": told.text, "RevisionId": told.revision}
