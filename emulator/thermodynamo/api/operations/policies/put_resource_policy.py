"""PutResourcePolicy: attaches a policy to a table or a stream, or puts another in its place."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts as OperationFacts
from thermodynamo.api.operations.policies import policy_change, policy_holder, policy_text
from thermodynamo.api.policies.evaluation import RESOURCE, Grants, PolicySet, decide
from thermodynamo.api.policies.facts import Facts, KnownFacts
from thermodynamo.api.policies.policy import Policy
from thermodynamo.api.policies.principals import Subject
from thermodynamo_storage.values.dataclass import dataclass

FACTS = OperationFacts(is_read=False)
ACTION = "dynamodb:PutResourcePolicy"


@dataclass(slots=True)
class PutResourcePolicy:
    """A checked request. `subject` and `facts` are there where access control knows who asks."""

    resource: str
    text: str
    expected_revision: str | None
    is_lockout_confirmed: bool
    subject: Subject | None = None
    facts: Facts | None = None


def validate(request: dict[str, Any]) -> PutResourcePolicy:
    return PutResourcePolicy(
        request["ResourceArn"],
        request["Policy"],
        request.get("ExpectedRevisionId"),
        request.get("ConfirmRemoveSelfResourceAccess", False),
    )


def execute(namespace: Namespace, request: PutResourcePolicy, now: float) -> dict[str, Any]:
    named = policy_holder.named(namespace, request.resource)
    text = policy_text.check(request.text, named.kind)
    holder = policy_holder.find(namespace, named, now)
    policy_change.refuse_other_revision(holder, request.expected_revision, now)
    last = holder.policy
    if last is not None and last.compared == text.compared:
        return {"RevisionId": last.revision}
    if holder.table.status(now) == "DELETING":
        raise errors.resource_in_use(messages.TABLE_BEING_DELETED.format(holder.table.schema.name))
    if not request.is_lockout_confirmed and locks_out(namespace, request, text.policy):
        raise errors.access_denied(messages.POLICY_LOCKS_OUT)
    policy_change.refuse_too_soon(namespace, holder, now)
    changed = policy_change.put(namespace, holder.table.id, holder.label, last, text, now)
    namespace.define(now, changed)
    return {"RevisionId": changed.policy.revision}


def locks_out(namespace: Namespace, request: PutResourcePolicy, policy: Policy) -> bool:
    """Whether the policy denies who asks the next PutResourcePolicy (DDB-TABLE-210).

    Where nothing is known of the caller, it is taken for the root of the account.
    """
    root = Subject(f"arn:aws:iam::{namespace.account}:root", namespace.account)
    subject = request.subject or root
    facts = request.facts or KnownFacts(
        {"aws:PrincipalAccount": [namespace.account], "aws:PrincipalArn": [subject.principal]}
    )
    denial = decide(
        Grants(subject, PolicySet(RESOURCE, ())), policy, namespace.account, ACTION, request.resource, facts
    )
    return denial.statement is not None and not denial.is_allowed
