"""Bodies of replies: the JSON that they are, and how often what is long in them is copied."""

import json
import tracemalloc

import pytest

from thermodynamo.api.operations import reply

CAPACITY = [{"TableName": "a", "CapacityUnits": 0.5}]


@pytest.mark.parametrize("blobs", [[], [b"1"], [b"1", b'{"a":{"S":"b"}}', b"{}"]])
def test_arrays_and_objects_in_pieces_are_the_json_of_their_members(blobs: list[bytes]) -> None:
    members = {b"A": None, b"B": reply.array(blobs), b"C": CAPACITY, b"D": None, b"E": b"{}"}
    values = {"B": list(map(json.loads, blobs)), "C": CAPACITY, "E": {}}
    assert json.loads(reply.long_body(members)) == values
    nested = {b"First": reply.pieces(members), b"Last": 1}
    assert json.loads(reply.long_body(nested)) == {"First": values, "Last": 1}


@pytest.mark.parametrize("blobs", [[], [None], [b"{}", None], [None, b'{"a":{"S":"b"}}']])
def test_responses_have_an_object_for_each_read(blobs: list[bytes | None]) -> None:
    expected = [{} if blob is None else {"Item": json.loads(blob)} for blob in blobs]
    assert json.loads(reply.long_body({b"Responses": reply.responses(blobs)})) == {"Responses": expected}


@pytest.mark.parametrize("members", [{}, {b"A": None}, {b"A": 1}, {b"A": b"[]", b"B": CAPACITY}])
def test_a_long_body_is_what_a_short_one_is(members: dict[bytes, object]) -> None:
    assert reply.long_body(members) == reply.body(members)


def test_a_long_body_is_copied_once() -> None:
    blobs = [b'"' + b"x" * 400_000 + b'"' for _ in range(10)]
    tracemalloc.start()
    try:
        long = reply.long_body({b"Responses": reply.pieces({b"table": reply.array(blobs)}), b"UnprocessedKeys": {}})
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(long) > 4_000_000 and peak_bytes < 1.1 * len(long)
