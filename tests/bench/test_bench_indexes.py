"""The index benchmark measures what it says: puts that move entries, and ratios against the base of the same round."""

from bench.indexes import INDEXED, PUT_PLACES, Compared, get_bodies, put_bodies, query_bodies
from bench.load import Load


def load(requests_per_second: float, p99_ms: float = 1.0) -> Load:
    return Load(requests_per_second, 0.5, p99_ms, 0, 1000)


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


def test_a_ratio_is_the_median_over_the_rounds() -> None:
    base = [load(1000), load(500), load(900)]
    assert Compared("", 2.5, base, [load(500), load(400), load(300)]).ratio() == 2.0
    during = [load(1, 3.0), load(1, 2.0), load(1, 9.0)]
    assert Compared("", 5, base, during, by_p99=True).ratio() == 3.0


def test_a_missed_target_is_said() -> None:
    assert Compared("put", 1.5, [load(1000)], [load(500)]).cells()[-1] == "1.5 (missed)"
    assert Compared("put", 2.5, [load(1000)], [load(500)]).cells()[-1] == "2.5"
