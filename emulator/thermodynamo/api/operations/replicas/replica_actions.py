"""ReplicaUpdates and GlobalTableWitnessUpdates: what an UpdateTable asks of a global table, and what goes together.

The rules here need no table. They are those of live probes (ack-api-quirks, DDB-TABLE-202, 223, 224, 257, 265 and 457,
October 2026).
"""

from dataclasses import field
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo_storage.values.dataclass import dataclass

Action = dict[str, Any]
KINDS = ("Create", "Update", "Delete", "Disassociate")


@dataclass(slots=True)
class ReplicaActions:
    """The checked actions of a request, all of one kind. `consistency` is what it says, if it does."""

    creates: list[Action] = field(default_factory=list)
    deletes: list[str] = field(default_factory=list)
    disassociates: list[str] = field(default_factory=list)
    updates: list[Action] = field(default_factory=list)
    witness_creates: list[str] = field(default_factory=list)
    witness_deletes: list[str] = field(default_factory=list)
    consistency: str | None = None

    @property
    def is_strong(self) -> bool:
        return self.consistency == "STRONG"


def of_request(request: dict[str, Any], others: frozenset[str]) -> ReplicaActions | None:
    """The actions; None for a request about something else. `others` are the other concerns that the request has."""
    elements = request.get("ReplicaUpdates")
    if not elements:
        return None
    witnesses = request.get("GlobalTableWitnessUpdates") or []
    consistency = request.get("MultiRegionConsistency")
    if others:
        is_about_strong = bool(witnesses) or consistency is not None
        raise errors.validation(messages.REPLICAS_AND_WITNESSES_ALONE if is_about_strong else messages.REPLICAS_ALONE)
    found = ReplicaActions(consistency=consistency)
    seen: set[tuple[str, str]] = set()
    for element in elements:
        _add(found, element, seen)
    for element in witnesses:
        found.witness_creates += [element["Create"]["RegionName"]] if "Create" in element else []
        found.witness_deletes += [element["Delete"]["RegionName"]] if "Delete" in element else []
    if sum(map(bool, (found.creates, found.deletes, found.updates, found.disassociates))) > 1:
        raise errors.validation(messages.REPLICA_ACTIONS_MIXED)
    _refuse_strong(found)
    if len(found.disassociates) > 1:
        raise errors.validation(messages.DISASSOCIATE_ALONE)
    if len(found.creates) > 1 and not found.is_strong:
        raise errors.validation(messages.REPLICA_ACTIONS_MANY)
    return found


def _add(found: ReplicaActions, element: dict[str, Any], seen: set[tuple[str, str]]) -> None:
    """Enters one action. Two of one kind on one region count as one: `seen` has those that were entered."""
    kinds = [kind for kind in KINDS if element.get(kind) is not None]
    if len(kinds) > 1:
        raise errors.validation(messages.REPLICA_ACTIONS_MIXED)
    if not kinds or (kinds == ["Update"] and not _says_something(element["Update"])):
        raise errors.validation(messages.REPLICA_ACTION_EMPTY)
    action = element[kinds[0]]
    if "RegionName" not in action:
        raise errors.validation(messages.GLOBAL_TABLE_NOTHING)
    region = action["RegionName"]
    if kinds == ["Disassociate"]:
        found.disassociates.append(region)
        return
    if (kinds[0], region) in seen:
        return
    seen.add((kinds[0], region))
    match kinds[0]:
        case "Delete":
            found.deletes.append(region)
        case "Create":
            found.creates.append(action)
        case _:
            found.updates.append(action)


def _says_something(update: Action) -> bool:
    indexes = update.get("GlobalSecondaryIndexes", ())
    overrides = ("ProvisionedThroughputOverride", "OnDemandThroughputOverride")
    return any(update.get(member) for member in ("KMSMasterKeyId", "TableClassOverride", *overrides)) or any(
        index.get(member) for index in indexes for member in overrides
    )


def _refuse_strong(found: ReplicaActions) -> None:
    """What multi-Region strong consistency asks of a request."""
    if found.witness_creates and not found.is_strong:
        raise errors.validation(messages.STRONG_WITNESS)
    if found.consistency is not None and not found.creates:
        raise errors.validation(messages.STRONG_CREATES_ONLY)
