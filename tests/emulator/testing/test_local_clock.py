"""The clock of a DynamoDB in the process."""

from collections.abc import Callable

import pytest

from tests.emulator.testing.world import ITEM, TABLE
from thermodynamo.testing import ClockError, local_dynamodb

EXPIRING = {**TABLE, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "until"}}
START = "2027-01-01T00:00:00Z"


def test_time_passes_with_all_that_becomes_due() -> None:
    with local_dynamodb(tables=EXPIRING) as local:
        client, clock = local.client(), local.clock
        begun = clock.freeze()
        client.put_item(TableName="Music", Item={**ITEM, "until": {"N": str(int(begun) + 3600)}})
        assert clock.advance(minutes=30) == begun + 1800
        assert client.scan(TableName="Music")["Count"] == 1
        assert clock.advance(hours=1) == clock.now() == begun + 5400
        assert client.scan(TableName="Music")["Count"] == 0


def test_a_virtual_clock_begins_where_it_is_told_to() -> None:
    clock = local_dynamodb(clock="virtual", clock_start=START).clock
    assert (clock.now(), clock.rate()) == (1_798_761_600.0, 0.0)
    assert clock.set("2027-01-02T00:00:00Z") == 1_798_848_000.0
    assert clock.run(60) >= 1_798_848_000.0 and clock.rate() == 60
    clock.freeze()
    assert clock.now() == clock.now()


def test_what_a_clock_cannot_do_is_explained() -> None:
    clock = local_dynamodb(clock="virtual", clock_start=START).clock
    turns: list[tuple[Callable[[], float], str]] = [
        (lambda: clock.advance(-1), "advance is -1.* 0 or more"),
        (lambda: clock.advance(float("nan")), "advance is nan"),
        (lambda: clock.advance(days=10**9), "beyond the year 9999"),
        (lambda: clock.set("yesterday"), "set is 'yesterday': it must be epoch seconds or a date"),
        (lambda: clock.set(0), "time only goes forward"),
        (lambda: clock.run(-1), "rate is -1"),
    ]
    for turn, message in turns:
        with pytest.raises(ClockError, match=message):
            turn()
    assert clock.now() == 1_798_761_600.0
