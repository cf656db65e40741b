"""What becomes of Contributor Insights when CloudWatch has no room for their rules, and what does not.

Expected: ack-api-quirks, DDB-TABLE-337 to 339 and 341, October 2026.
"""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, key
from thermodynamo.settings.config import Config

FAILURE = {
    "ExceptionName": "LimitExceededException",
    "ExceptionDescription": "Amazon CloudWatch Contributor Insights rule limit reached. Please disable Contributor "
    "Insights for other tables/indexes OR disable other CloudWatch Contributor Insights rules before retrying.",
}
NAMES = [f"table-{number:02}" for number in range(24)]


def turn(service: Service, name: str, action: str = "ENABLE", **members: Any) -> str:
    reply = service.call("UpdateContributorInsights", TableName=name, ContributorInsightsAction=action, **members)
    return str(reply["ContributorInsightsStatus"])


def described(service: Service, name: str) -> dict[str, Any]:
    found: dict[str, Any] = service.call("DescribeContributorInsights", TableName=name)
    return found


def status(service: Service, name: str) -> str:
    return str(described(service, name)["ContributorInsightsStatus"])


@pytest.fixture
def full() -> Service:
    """A service that has 98 rules: four for each of 24 tables with a sort key, two for one without."""
    service = Service(Config(table_delay_seconds=2.0))
    for name in (*NAMES, "last"):
        service.create(name, AttributeDefinitions=definitions("pk", "sk"), KeySchema=key("pk:HASH", "sk:RANGE"))
    service.create()
    service.clock.time += 2
    for name in (*NAMES, "Music"):
        turn(service, name)
    service.clock.time += 2
    return service


def test_what_does_not_fit_fails_after_a_reply_that_tells_nothing_of_it(full: Service) -> None:
    assert turn(full, "last") == "ENABLING"
    assert status(full, "last") == "ENABLING"
    full.clock.time += 2
    failed = described(full, "last")
    assert failed["ContributorInsightsStatus"] == "FAILED"
    assert failed["FailureException"] == FAILURE
    assert failed["ContributorInsightsMode"] == "ACCESSED_AND_THROTTLED_KEYS"
    assert "ContributorInsightsRuleList" not in failed
    listed = full.call("ListContributorInsights", TableName="last")["ContributorInsightsSummaries"]
    assert [each["ContributorInsightsStatus"] for each in listed] == ["FAILED"]


def test_a_failed_attempt_takes_no_room(full: Service) -> None:
    turn(full, "last")
    turn(full, "Music", "DISABLE")
    turn(full, "Music")
    full.clock.time += 2
    assert status(full, "Music") == "ENABLED"


def test_it_stays_failed_when_there_is_room_until_it_is_enabled_again(full: Service) -> None:
    turn(full, "last")
    full.clock.time += 2
    assert turn(full, "last") == "ENABLING"
    full.clock.time += 2
    assert status(full, "last") == "FAILED"
    turn(full, NAMES[0], "DISABLE")
    full.clock.time += 45
    assert status(full, "last") == "FAILED"
    turn(full, "last")
    full.clock.time += 2
    found = described(full, "last")
    assert found["ContributorInsightsStatus"] == "ENABLED"
    assert len(found["ContributorInsightsRuleList"]) == 4
    assert "FailureException" not in found


def test_to_disable_it_shows_the_failure_until_that_is_over(full: Service) -> None:
    turn(full, "last")
    full.clock.time += 2
    assert turn(full, "last", "DISABLE") == "DISABLING"
    assert described(full, "last")["FailureException"] == FAILURE
    full.clock.time += 2
    found = described(full, "last")
    assert found["ContributorInsightsStatus"] == "DISABLED"
    assert "FailureException" not in found
    assert full.call("ListContributorInsights", TableName="last")["ContributorInsightsSummaries"] == []


def test_fewer_rules_fit_where_all_are_taken(full: Service) -> None:
    turn(full, "last", ContributorInsightsMode="THROTTLED_KEYS")
    full.clock.time += 2
    assert status(full, "last") == "ENABLED"
    assert turn(full, NAMES[0]) == "ENABLED"
    before = described(full, NAMES[1])["ContributorInsightsRuleList"]
    assert turn(full, NAMES[1], ContributorInsightsMode="THROTTLED_KEYS") == "ENABLING"
    full.clock.time += 2
    found = described(full, NAMES[1])
    assert found["ContributorInsightsStatus"] == "ENABLED"
    assert set(found["ContributorInsightsRuleList"]) < set(before)
