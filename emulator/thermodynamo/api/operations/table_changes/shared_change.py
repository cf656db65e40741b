"""What an UpdateTable of one replica does to the others: most settings are those of the whole global table.

Shared are throughput, billing, global indexes, the class, and whether a key of KMS encrypts the table; the key itself,
the stream and the protection are each replica's own (ack-api-quirks, DDB-TABLE-230, 251, 294, 295, 296 and 297, October
2026).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.replicas import members
from thermodynamo.api.operations.table_changes import update_concerns
from thermodynamo.api.operations.table_changes.update_request import Planned, UpdateTable
from thermodynamo.api.operations.table_settings import encryption_definition
from thermodynamo_storage.facets.change_times import CLASS_CHANGES_MAX, CLASS_DAYS
from thermodynamo_storage.tables.definition import Definition
from thermodynamo_storage.tables.table import Table

Plan = Callable[[Namespace, Table, UpdateTable, float], Planned]


def definitions(namespace: Namespace, table: Table, request: UpdateTable, plan: Plan, now: float) -> list[Definition]:
    """What the request does to the other replicas. Raises what the plan of any of them raises."""
    found: list[Definition] = []
    if request.is_regional:
        return found
    for peer, other in namespace.other_replicas(table, now):
        shared = request_for(other, request)
        if shared is not None:
            found += planned(peer, other, shared, plan, now)
        elif "DeletionProtectionEnabled" in request.request:
            found += members.busy_all(namespace, table, namespace.settled_at(now), now)
            break
    return found


def planned(peer: Namespace, other: Table, request: UpdateTable, plan: Plan, now: float) -> list[Definition]:
    """The plan for one replica, whose region is named where its class has changed too often."""
    try:
        return plan(peer, other, request, now).definitions
    except ApiError as error:
        if error.name == "LimitExceededException" and "TableClass" in request.request:
            text = messages.REPLICA_CLASS_SPENT.format(other.region, CLASS_CHANGES_MAX, CLASS_DAYS)
            raise errors.limit_exceeded(text) from None
        raise


def request_for(other: Table, request: UpdateTable) -> UpdateTable | None:
    """The shared part of a request, as far as it changes the other replica; None where nothing is left of it."""
    current = other.schema.throughputs
    is_switch = request.mode is not None and request.mode != other.schema.billing_mode
    throughputs = {
        owner: units for owner, units in request.throughputs.items() if is_switch or current.get(owner) != units
    }
    encryption = request.encryption
    if encryption is not None and is_own(other, encryption):
        encryption = None
    given: dict[str, Any] = {
        member: value for member, value in request.request.items() if member not in update_concerns.REGIONAL
    }
    if encryption is None:
        given.pop("SSESpecification", None)
    if not throughputs:
        given.pop("ProvisionedThroughput", None)
    shared = replace(request, throughputs=throughputs, encryption=encryption, request=given)
    return shared if update_concerns.given(given) else None


def is_own(other: Table, encryption: dict[str, Any]) -> bool:
    """Whether a change of the encryption is of one region's key, or changes nothing in another region."""
    if "KMSMasterKeyId" in encryption:
        return True
    enabled = encryption_definition.is_enabled(encryption_definition.of_schema(other.schema))
    return not enabled and not encryption_definition.is_enabled(encryption)
