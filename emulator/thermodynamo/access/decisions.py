"""The decision on one thing that a request needs, by the policies of its caller and that of the resource."""

from functools import lru_cache

from thermodynamo.access.identity import Identity
from thermodynamo.access.requirement import Requirement
from thermodynamo.api.operations.policies import policy_text
from thermodynamo.api.policies import evaluation
from thermodynamo.api.policies.evaluation import Decision
from thermodynamo.api.policies.policy import Policy

POLICIES_MAX = 1024
"""Texts of resource policies that are kept compiled."""
ARN_PARTS = 6
ACCOUNT_PART = 4


def decide(identity: Identity, requirement: Requirement) -> Decision:
    """Whether an identity may do what is required, and which statement says so."""
    resource = requirement.resource
    parts = resource.split(":", ARN_PARTS - 1)
    owner = parts[ACCOUNT_PART] if len(parts) == ARN_PARTS else identity.account
    policy = resource_policy_of(requirement)
    return evaluation.decide(identity.grants, policy, owner, requirement.action, resource, requirement)


def resource_policy_of(requirement: Requirement) -> Policy | None:
    """The policy that is attached to the resource of a requirement, once a change of it shows."""
    attached = requirement.attached
    told = attached.told(requirement.transport.now) if attached is not None else None
    return _parsed(told.text) if told is not None else None


@lru_cache(maxsize=POLICIES_MAX)
def _parsed(text: str) -> Policy:
    return policy_text.parse(text)
