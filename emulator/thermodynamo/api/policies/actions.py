"""The actions that statements name: those of DynamoDB, its streams and auto scaling; and what a pattern matches.

An action is an operation's name after the service's prefix, but for PartiQL, ConditionCheckItem and the actions that
are permissions only (service authorization reference, list_amazondynamodb). IAM takes actions in any case.
"""

import functools
import re
from collections.abc import Callable

from thermodynamo.api.model import service
from thermodynamo.api.policies import patterns
from thermodynamo.api.policies.policy_error import Place, PolicyError

PREFIX = "dynamodb:"
SCALING_PREFIX = "application-autoscaling:"
GET_CALLER_IDENTITY = "sts:GetCallerIdentity"
WITHOUT_OPERATION = (
    "AssociateTableReplica",
    "ConditionCheckItem",
    "CreateGlobalTableWitness",
    "CreateTableReplica",
    "DeleteGlobalTableWitness",
    "DeleteTableReplica",
    "DescribeReservedCapacity",
    "DescribeReservedCapacityOfferings",
    "DisassociateTableReplica",
    "GetAbacStatus",
    "InjectError",
    "PartiQLDelete",
    "PartiQLInsert",
    "PartiQLSelect",
    "PartiQLUpdate",
    "PurchaseReservedCapacityOfferings",
    "ReadDataForReplication",
    "ReplicateSettings",
    "RestoreTableFromAwsBackup",
    "StartAwsBackupJob",
    "UpdateAbacStatus",
    "UpdateGlobalTableVersion",
    "WriteDataForReplication",
)
_SPELLED = re.compile(r"[A-Za-z0-9_*?-]+:[A-Za-z0-9_*?-]+").fullmatch
Matches = Callable[[str], object]


@functools.cache
def known() -> frozenset[str]:
    """Every action that a request to this server can need, in lower case."""
    names = [*service.dynamodb().inputs, *service.streams().inputs, *WITHOUT_OPERATION]
    scaling = service.autoscaling().inputs
    known = [f"{PREFIX}{name}" for name in names] + [f"{SCALING_PREFIX}{name}" for name in scaling]
    return frozenset(action.lower() for action in (*known, GET_CALLER_IDENTITY))


def read(written: str, place: Place) -> Matches | None:
    """What tells whether a pattern matches an action, given in lower case; None where it matches none that is known.

    Raises PolicyError for what is no pattern, and for one of DynamoDB's that matches none of its actions.
    """
    if written != "*" and not _SPELLED(written):
        raise PolicyError(place, f"{written!r} is no action: one is a service's prefix, a colon and a name")
    pattern = written.lower()
    matches = patterns.glob(pattern)
    if any(matches(action) for action in known()):
        return matches
    if pattern.startswith(PREFIX):
        raise PolicyError(place, f"{written} matches no action of DynamoDB")
    return None
