"""Calls that meet throttles are followed from attempt to attempt, by what the SDKs say of them."""

from typing import Any

import pytest

from tests.throttling.world import World
from thermodynamo.api.call import perform
from thermodynamo.api.client_retries import (
    CLIENTS_MAX,
    COUNTS_MAX,
    GIVEN_UP_SECONDS,
    OPEN_MAX,
    STOPPED_CALLS,
    Headers,
    RetryCounts,
    attempt_of,
)
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations import NAMED

LIMITS = {"partition_write_units_max": 1}


def status(world: World, operation: str, request: dict[str, Any], headers: Headers) -> int:
    """The HTTP status of the answer to a request that comes with these headers."""
    caller = world.service.caller
    try:
        perform(world.service.namespace(caller), NAMED[operation], request, caller, world.now, headers)
    except ApiError as error:
        return error.status
    return 200


class Client:
    """An SDK in its own words: one call, attempt by attempt."""

    def __init__(self, world: World, name: bytes = b"sdk") -> None:
        self.world = world
        self.name = name
        self.calls = 0

    def attempt(self, id: str, number: int, most: int | None = 4, item: dict[str, Any] | None = None) -> int:
        """Puts an item of one partition key; returns the HTTP status."""
        told = f"ttl=20260101T000000Z; attempt={number}" + (f"; max={most}" if most is not None else "")
        headers = [
            (b"amz-sdk-invocation-id", id.encode()),
            (b"amz-sdk-request", told.encode()),
            (b"user-agent", self.name),
        ]
        return status(self.world, "PutItem", {"TableName": "load", "Item": item or {"pk": {"S": "k"}}}, headers)


def throttling() -> tuple[World, Client]:
    """A table that serves one write a second, which it has served."""
    world = World(**LIMITS)
    world.create()
    assert world.put("k") == "ok"
    return world, Client(world)


def counts(world: World) -> RetryCounts:
    (namespace,) = world.service.namespaces.values()
    (found,) = namespace.client_retries.of_tables(namespace.tables.values(), world.now)
    return found


def test_a_call_that_gets_through() -> None:
    world, client = throttling()
    assert client.attempt("a", 1) == 400
    assert counts(world).summary() == "1 call met a throttle, 1 may be tried again"
    assert client.attempt("a", 2) == 400
    world.pass_seconds(1)
    assert client.attempt("a", 3) == 200
    found = counts(world)
    assert (found.calls, found.retries, found.got_through, found.gave_up) == (1, 2, 1, 0)
    assert (found.seconds, found.seconds_max) == (1.0, 1.0)
    assert found.summary() == "1 call met a throttle, 1 got through after 2.0 retries on average"


def test_a_call_whose_last_attempt_is_throttled_is_given_up() -> None:
    world, client = throttling()
    for number in range(1, 5):
        client.attempt("a", number)
    found = counts(world)
    assert (found.calls, found.retries, found.got_through, found.gave_up, found.open) == (1, 3, 0, 1, 0)


def test_a_call_that_is_not_tried_again_is_given_up_after_a_while() -> None:
    world, client = throttling()
    client.attempt("a", 1, most=None)
    world.pass_seconds(GIVEN_UP_SECONDS - 1)
    assert counts(world).open == 1
    world.pass_seconds(1)
    assert counts(world).gave_up == 1


def test_calls_in_parallel_are_told_apart() -> None:
    world, client = throttling()
    for id in "abc":
        client.attempt(id, 1)
    world.pass_seconds(1)
    assert client.attempt("b", 2) == 200
    assert client.attempt("a", 2) == client.attempt("c", 2) == 400
    found = counts(world)
    assert (found.calls, found.got_through, found.open, found.retries) == (3, 1, 2, 3)


def test_a_failure_of_the_server_ends_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    world, client = throttling()
    client.attempt("a", 1)
    client.attempt("b", 1)
    with monkeypatch.context() as broken:
        broken.setattr(type(world.table.keyspace), "locate", fail)
        assert client.attempt("a", 2) == client.attempt("b", 2) == 500
        assert counts(world).open == 2
        assert client.attempt("b", 4) == 500, "of the third attempt nothing was seen"
    found = counts(world)
    assert (found.calls, found.retries, found.got_through, found.gave_up, found.open) == (2, 4, 0, 1, 1)
    world.pass_seconds(1)
    assert client.attempt("a", 3) == 200
    assert counts(world).summary() == "2 calls met a throttle, 1 got through after 2.0 retries on average, 1 gave up"


def fail(*given: Any) -> None:
    raise RuntimeError("broken")


def test_calls_that_meet_no_throttle_are_not_followed() -> None:
    world, client = throttling()
    world.pass_seconds(1)
    assert client.attempt("a", 1) == 200
    (namespace,) = world.service.namespaces.values()
    assert namespace.client_retries.open == {} and namespace.client_retries.counts == {}


def test_another_answer_ends_a_call_too() -> None:
    world, client = throttling()
    client.attempt("a", 1)
    assert client.attempt("a", 2, item={"nokey": {"S": "k"}}) == 400
    found = counts(world)
    assert (found.got_through, found.retries, found.open) == (1, 1, 0)


def test_a_client_that_stops_retrying_is_noticed() -> None:
    """As botocore does once its retry quota is spent: only first attempts come, although more are allowed."""
    world, client = throttling()
    for number in range(1, 5):
        client.attempt("a", number)
    for call in range(STOPPED_CALLS):
        client.attempt(f"b{call}", 1, most=None)
    world.pass_seconds(GIVEN_UP_SECONDS)
    assert counts(world).summary() == "6 calls met a throttle, 6 gave up; this client has stopped retrying"
    other = Client(world, b"another")
    world.put("k")
    other.attempt("c", 1)
    other.attempt("c", 2)
    assert counts(world).summary().endswith("; 1 of 2 clients has stopped retrying")
    client.attempt("d", 1)
    client.attempt("d", 2)
    assert "stopped" not in counts(world).summary()


QUOTA = 20
"""Retries that a client has in all until calls succeed, as those of botocore have 100."""
CALLS, THREADS, MOST = 40, 12, 4


def spend_quota(threads: int, quota: int = QUOTA) -> tuple[World, list[int]]:
    """Calls on a drained table, from a client with a retry quota: the world, and how often each call was retried.

    Each thread makes one call after the other, and waits 3, 9 and 27 steps of time before its retries. It takes from
    the quota before it waits; so with threads, retries still come when most calls are left already.
    """
    world, client = throttling()
    for partition in world.table.keyspace.partitions:
        partition.write_bucket.set_tokens(-1_000, world.now)
    waiting, retried = [0] * threads, [0] * CALLS
    calls: list[int | None] = [None] * threads
    unmade = list(range(CALLS))
    while unmade or any(call is not None for call in calls):
        for thread in range(threads):
            call = calls[thread]
            if call is None:
                if not unmade:
                    continue
                call = calls[thread] = unmade.pop(0)
            elif waiting[thread] > 1:
                waiting[thread] -= 1
                continue
            assert client.attempt(f"call {call}", retried[call] + 1, MOST) == 400
            if retried[call] + 1 < MOST and quota > 0:
                quota -= 1
                retried[call] += 1
                waiting[thread] = 3 ** retried[call]
            else:
                calls[thread] = None
        world.pass_seconds(0.01)
    return world, retried


@pytest.mark.parametrize("threads", [1, THREADS])
def test_a_client_whose_quota_has_run_out_is_noticed(threads: int) -> None:
    """Alone, it leaves calls at their first attempt; with threads, also calls in between."""
    world, retried = spend_quota(threads)
    assert sum(retried) == QUOTA and retried.count(0) >= STOPPED_CALLS
    assert any(0 < each < MOST - 1 for each in retried), "some are left after a retry"
    assert "stopped" not in counts(world).summary(), "they may still be tried again"
    world.pass_seconds(GIVEN_UP_SECONDS)
    found = counts(world)
    assert (found.calls, found.retries, found.gave_up) == (CALLS, QUOTA, CALLS)
    assert found.summary() == f"{CALLS} calls met a throttle, {CALLS} gave up; this client has stopped retrying"


@pytest.mark.parametrize("threads", [1, THREADS])
def test_a_client_that_always_retries_to_its_last_attempt_has_not_stopped(threads: int) -> None:
    world, retried = spend_quota(threads, quota=CALLS * MOST)
    assert set(retried) == {MOST - 1}
    world.pass_seconds(GIVEN_UP_SECONDS)
    assert counts(world).summary() == f"{CALLS} calls met a throttle, {CALLS} gave up"


def test_calls_left_after_a_retry_are_left_too() -> None:
    world, client = throttling()
    for number in (1, 2):
        for call in range(STOPPED_CALLS):
            client.attempt(f"a{call}", number)
    world.pass_seconds(GIVEN_UP_SECONDS)
    assert counts(world).summary().endswith("; this client has stopped retrying")


def test_a_client_that_leaves_a_call_now_and_then_has_not_stopped() -> None:
    world, client = throttling()
    for call in range(2 * STOPPED_CALLS):
        client.attempt(f"left {call}", 1)
        for number in range(1, 5):
            client.attempt(f"tried {call}", number)
    world.pass_seconds(GIVEN_UP_SECONDS)
    assert "stopped" not in counts(world).summary()


def test_a_retry_decided_before_calls_were_left_proves_nothing() -> None:
    """It comes later than they do, as the client waits before it."""
    world, client = throttling()
    client.attempt("waits", 1)
    for call in range(STOPPED_CALLS):
        client.attempt(f"left {call}", 1)
    client.attempt("waits", 2)
    world.pass_seconds(GIVEN_UP_SECONDS)
    assert counts(world).summary().endswith("; this client has stopped retrying")


def test_without_a_maximum_a_retry_may_have_been_the_last() -> None:
    world, client = throttling()
    for number in (1, 2):
        for call in range(STOPPED_CALLS):
            client.attempt(f"a{call}", number, most=None)
    world.pass_seconds(GIVEN_UP_SECONDS)
    assert "stopped" not in counts(world).summary()


def test_a_client_that_never_retried_has_not_stopped() -> None:
    world, client = throttling()
    for call in range(STOPPED_CALLS):
        client.attempt(f"b{call}", 1)
    world.pass_seconds(GIVEN_UP_SECONDS)
    assert counts(world).summary().endswith("; this client has not retried")
    world, client = throttling()
    for call in range(STOPPED_CALLS):
        client.attempt(f"b{call}", 1, most=1)
    assert counts(world).summary() == "5 calls met a throttle, 5 gave up", "it was told not to"


def test_requests_that_say_nothing_are_counted_apart() -> None:
    world, client = throttling()
    world.put("k")
    assert counts(world).summary() == "1 throttled request without the id of a call"
    client.attempt("a", 1)
    assert counts(world).summary().endswith("; 1 throttled request without the id of a call")


def test_headers_may_be_anything() -> None:
    world, _ = throttling()
    for told in (b"", b"attempt=", b"attempt=x; max=y", b"attempt=99999999999", b"\xff\xff", b"max=3"):
        headers = [(b"amz-sdk-invocation-id", b"a"), (b"amz-sdk-request", told)]
        assert status(world, "PutItem", {"TableName": "load", "Item": {"pk": {"S": "k"}}}, headers) == 400
    assert counts(world).unmarked == 6


def test_what_is_kept_is_bounded() -> None:
    world, _ = throttling()
    (namespace,) = world.service.namespaces.values()
    retries, table = namespace.client_retries, world.table
    for number in range(OPEN_MAX + 10):
        told = [
            (b"amz-sdk-invocation-id", b"%d" % number),
            (b"amz-sdk-request", b"attempt=1"),
            (b"user-agent", b"agent %d" % number),
        ]
        retries.throttle(told, "PutItem", [table], world.now)
    assert len(retries.open) == OPEN_MAX
    assert counts(world).gave_up == 10
    world.pass_seconds(GIVEN_UP_SECONDS)
    assert counts(world).gave_up == OPEN_MAX + 10 and retries.open == {}
    assert len(counts(world).clients) == CLIENTS_MAX
    for number in range(COUNTS_MAX + 10):
        retries.throttle([], f"operation {number}", [table], world.now)
    assert len(retries.counts) == COUNTS_MAX


def test_a_batch_counts_for_each_of_its_tables() -> None:
    world, _ = throttling()
    puts = [{"PutRequest": {"Item": {"pk": {"S": "k"}}}}]
    headers = [(b"amz-sdk-invocation-id", b"a"), (b"amz-sdk-request", b"attempt=1; max=2")]
    assert status(world, "BatchWriteItem", {"RequestItems": {"load": puts}}, headers) == 400
    assert (counts(world).operation, counts(world).calls) == ("BatchWriteItem", 1)


def test_a_dropped_table_takes_its_counts_along() -> None:
    world, client = throttling()
    client.attempt("a", 1)
    world.call("DeleteTable", {"TableName": "load"})
    (namespace,) = world.service.namespaces.values()
    world.create()
    assert namespace.client_retries.of_tables(namespace.tables.values(), world.now) == []
    assert namespace.client_retries.counts == {}


@pytest.mark.parametrize(
    ("value", "attempt"),
    [
        (b"attempt=2; max=5", 2),
        (b"ttl=20260101T000000Z; attempt=3; max=3", 3),
        (b"attempt=1", 1),
        (b"attempt=x", None),
        (b"", None),
    ],
)
def test_the_attempt_is_the_one_that_the_client_names(value: bytes, attempt: int | None) -> None:
    assert attempt_of([(b"host", b"localhost"), (b"amz-sdk-request", value)]) == attempt
    assert attempt_of([]) is None


def test_a_refusal_tells_its_attempt() -> None:
    world, client = throttling()
    assert client.attempt("a", 1) == client.attempt("a", 2) == 400
    assert world.put("k") != "ok"
    (namespace,) = world.service.namespaces.values()
    assert [refusal.attempt for refusal in namespace.throttles.last] == [1, 2, None]
