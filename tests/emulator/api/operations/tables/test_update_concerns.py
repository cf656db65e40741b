"""One concern a call: every pair of members of an UpdateTable, and which is blamed."""

from itertools import combinations
from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, index, units
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations.tables import update_concerns

PREFIX = "One or more parameter values were invalid: "
MEMBERS: dict[str, dict[str, Any]] = {
    "SSE": {"SSESpecification": {"Enabled": True}},
    "class": {"TableClass": "STANDARD"},
    "protection": {"DeletionProtectionEnabled": True},
    "warm": {"WarmThroughput": {"ReadUnitsPerSecond": 13_000}},
    "maxima": {"OnDemandThroughput": {"MaxReadRequestUnits": 5}},
    "units": {"ProvisionedThroughput": units(6, 6)},
    "stream": {"StreamSpecification": {"StreamEnabled": False}},
    "creation": {"GlobalSecondaryIndexUpdates": [{"Create": {}}]},
    "deletion": {"GlobalSecondaryIndexUpdates": [{"Delete": {}}]},
    "update": {"GlobalSecondaryIndexUpdates": [{"Update": {}}]},
    "mode": {"BillingMode": "PAY_PER_REQUEST"},
}
FIRST = {
    "SSE": "Server-Side Encryption modification must be the only operation in the request",
    "class": "TableClass modification must be the only operation in the request",
    "protection": "DeletionProtection modification must be the only operation in the request",
    "warm": "WarmThroughput must be the only operation in the request",
    "maxima": "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
}
"""In the order in which they are blamed."""
OTHERS = {
    ("warm", "creation"): "Create global secondary index cannot be specified when updating WarmThroughput",
    ("maxima", "mode"): None,
    ("units", "stream"): "You cannot modify stream status while updating table IOPS",
    ("units", "creation"): "You cannot create or delete index while updating table IOPS",
    ("units", "deletion"): "You cannot create or delete index while updating table IOPS",
    ("stream", "creation"): "You cannot create or delete index while changing stream status",
    ("stream", "deletion"): "You cannot create or delete index while changing stream status",
}


def blamed(*names: str) -> str | None:
    request: dict[str, Any] = {"TableName": "Music"}
    for name in names:
        request.update(MEMBERS[name])
    try:
        update_concerns.refuse_combination(request, "creation" in names, "deletion" in names)
    except ApiError as error:
        return error.message
    return None


@pytest.mark.parametrize(("one", "other"), list(combinations(MEMBERS, 2)))
def test_pairs(one: str, other: str) -> None:
    if set(MEMBERS[one]) == set(MEMBERS[other]):
        return
    expected = OTHERS[one, other] if (one, other) in OTHERS else FIRST.get(one)
    assert blamed(one, other) == (PREFIX + expected if expected is not None else None)


@pytest.mark.parametrize("name", MEMBERS)
def test_each_goes_alone(name: str) -> None:
    assert blamed(name) is None


def test_of_several_faults_the_first_of_the_order_is_told() -> None:
    assert blamed("units", "stream", "class", "SSE") == PREFIX + FIRST["SSE"]
    assert blamed("mode", "maxima", "stream", "warm") == PREFIX + FIRST["warm"]


def test_nothing_of_a_refused_request_is_applied(service: Service) -> None:
    service.create(ProvisionedThroughput=units(5, 5))
    before = service.describe()
    creation = [{"Create": index("new", "b:HASH", ProvisionedThroughput=units(1, 1))}]
    request = {"AttributeDefinitions": definitions("b"), "GlobalSecondaryIndexUpdates": creation}
    service.refusal("UpdateTable", TableName="Music", ProvisionedThroughput=units(6, 6), **request)
    assert service.describe() == before


def test_what_has_no_members_counts_as_absent(service: Service) -> None:
    """ack-api-quirks, DDB-TABLE-456, October 2026."""
    service.create()
    reply = service.call("UpdateTable", TableName="Music", DeletionProtectionEnabled=True, OnDemandThroughput={})
    assert reply["TableDescription"]["DeletionProtectionEnabled"]


def test_a_request_for_nothing_lists_what_it_could_have_asked_for(service: Service) -> None:
    """There need not even be such a table (DDB-TABLE-449)."""
    name, message = service.refusal("UpdateTable", TableName="None")
    assert name == "ValidationException" and message is not None
    assert message.startswith("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled,")
    assert message.endswith("OnDemandThroughput, WarmThroughput or TableClass is required")
