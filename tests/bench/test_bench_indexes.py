"""The index benchmark measures what it says: puts that move entries, and ratios against the base of the same round."""

from bench.indexes import INDEXED, PUT_PLACES, Compared, Measured, get_bodies, put_bodies, query_bodies
from bench.load import Load


def measured(cpu_us: float, p99_ms: float = 1.0) -> Measured:
    return Measured(Load(1000.0, 0.5, p99_ms, 0, 1000), cpu_us)


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
    base = [measured(10), measured(20), measured(10)]
    assert Compared("", 2.5, base, [measured(20), measured(25), measured(30)]).ratio() == 2.0
    during = [measured(1, 3.0), measured(1, 2.0), measured(1, 9.0)]
    assert Compared("", 5, base, during, by_p99=True).ratio() == 3.0


def test_a_missed_target_is_said() -> None:
    assert Compared("put", 1.5, [measured(10)], [measured(20)]).cells()[-1] == "1.5 (missed)"
    assert Compared("put", 2.5, [measured(10)], [measured(20)]).cells()[-1] == "2.5"
