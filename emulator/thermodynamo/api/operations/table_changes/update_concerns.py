"""One concern a call: which members of an UpdateTable request go together, and which is blamed where they do not.

The rules look at the request alone, so that nothing of a refused one is applied. A setting of throughput without
members counts as absent here (ack-api-quirks, DDB-TABLE-456, October 2026). The order of the rules is that of the
messages of requests with several faults: encryption, class, protection, warm throughput (DDB-TABLE-433).
"""

from typing import Any

from thermodynamo.api import errors, messages

EXCLUSIVE = (
    ("SSESpecification", "Server-Side Encryption modification"),
    ("TableClass", "TableClass modification"),
    ("DeletionProtectionEnabled", "DeletionProtection modification"),
    ("DisassociationProtectionEnabled", "DisassociationProtection modification"),
    ("GlobalTableSettingsReplicationMode", "GlobalTableSettingsReplicationMode modification"),
)
"""What goes with nothing else, in the order in which it is blamed, and what the service calls it. The names of the last
two are not recorded; that the first of them goes alone is the API reference's."""
CONCERNS = (
    *("ProvisionedThroughput", "BillingMode", "StreamSpecification", "GlobalSecondaryIndexUpdates"),
    *("SSESpecification", "TableClass", "DeletionProtectionEnabled", "OnDemandThroughput", "WarmThroughput"),
    *("VectorIndexUpdates", "DisassociationProtectionEnabled", "GlobalTableSettingsReplicationMode"),
)
EMPTY_COUNTS_AS_ABSENT = ("GlobalSecondaryIndexUpdates", "VectorIndexUpdates", "OnDemandThroughput", "WarmThroughput")
REGIONAL = frozenset({"DeletionProtectionEnabled", "StreamSpecification"})
"""What each replica of a global table has of its own (ack-api-quirks, DDB-TABLE-230 and 296, October 2026)."""
REQUIRED = (
    *("ProvisionedThroughput", "BillingMode", "UpdateStreamEnabled", "GlobalSecondaryIndexUpdates"),
    *("SSESpecification", "ReplicaUpdates", "MultiAccountReplicaReady", "ReplicaTransitRoleArn"),
    *("MultiRegionConsistency", "DeletionProtectionEnabled", "OnDemandThroughput", "WarmThroughput"),
)
"""What the service lists when a request asks for nothing; three of these are no members of the published request."""


def given(request: dict[str, Any]) -> frozenset[str]:
    """The concerns that the request has."""
    return frozenset(
        member for member in CONCERNS if member in request and (request[member] or member not in EMPTY_COUNTS_AS_ABSENT)
    )


def is_bare(request: dict[str, Any]) -> bool:
    """Whether a setting of throughput without members is all that the request asks for."""
    return not given(request) and any(request.get(member) == {} for member in EMPTY_COUNTS_AS_ABSENT)


def refuse_nothing(request: dict[str, Any]) -> None:
    """Refuses a request that asks for nothing, whether there is its table or not.

    A member that is there and is not enough alone is not listed (ack-api-quirks, DDB-TABLE-449, October 2026).
    """
    if given(request) or request.get("ReplicaUpdates") or is_bare(request):
        return
    listed = [member for member in REQUIRED if not request.get(member)]
    raise errors.validation(messages.UPDATE_EMPTY.format(", ".join(listed)))


def refuse_combination(request: dict[str, Any], creates: bool, deletes: bool) -> None:
    """Raises ValidationException for concerns that do not go together.

    `creates` and `deletes` say what the request does to global indexes, besides changing some.
    """
    concerns = given(request)
    for member, name in EXCLUSIVE:
        if member in concerns and len(concerns) > 1:
            raise errors.validation(messages.ONLY_OPERATION.format(name))
    if "VectorIndexUpdates" in concerns and concerns - {"VectorIndexUpdates", "GlobalSecondaryIndexUpdates"}:
        # No reply of the service to this is at hand. With a change of global indexes it is one index too many.
        raise errors.validation(messages.ONLY_OPERATION.format("VectorIndexUpdates"))
    if "WarmThroughput" in concerns and len(concerns) > 1:
        # DDB-TABLE-382 and 433 report the next message but one for warm throughput with on-demand maxima, and the
        # order of precedence that both give has this one.
        raise errors.validation(
            messages.WARM_WITH_NEW_INDEX if creates else messages.ONLY_OPERATION.format("WarmThroughput")
        )
    if "OnDemandThroughput" in concerns and concerns - {"OnDemandThroughput", "BillingMode"}:
        raise errors.validation(messages.MAXIMA_WITH_OTHERS)
    if "ProvisionedThroughput" in concerns and "StreamSpecification" in concerns:
        raise errors.validation(messages.STREAM_WITH_THROUGHPUT)
    if creates or deletes:
        if "ProvisionedThroughput" in concerns:
            raise errors.validation(messages.INDEX_WITH_THROUGHPUT)
        if "StreamSpecification" in concerns:
            raise errors.validation(messages.INDEX_WITH_STREAM)
