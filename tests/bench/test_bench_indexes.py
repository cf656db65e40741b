"""The index benchmark measures what it says: puts that move entries, and queries that differ in the index alone."""

from bench.indexes import INDEXED, PUT_PLACES, get_bodies, put_bodies, query_bodies


def test_every_put_replaces_an_order_by_its_other_state() -> None:
    bodies = put_bodies(INDEXED)
    before, after = bodies[:PUT_PLACES], bodies[PUT_PLACES:]
    assert len({body["Item"]["PK"]["S"] + body["Item"]["SK"]["S"] for body in bodies}) == PUT_PLACES
    for one, other in zip(before, after, strict=True):
        changed = {name for name in one["Item"] if one["Item"][name] != other["Item"][name]}
        assert changed == {"status", "total"}


def test_the_two_queries_differ_in_nothing_but_the_index() -> None:
    for plain, indexed in zip(query_bodies(None), query_bodies("by-order"), strict=True):
        assert indexed == {**plain, "IndexName": "by-order"}


def test_gets_are_spread_over_the_table() -> None:
    assert len({body["Key"]["PK"]["S"] + body["Key"]["SK"]["S"] for body in get_bodies()}) > 900
