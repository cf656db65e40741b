"""A comparison is by rounds, and says when its target is missed."""

from pathlib import Path
from unittest.mock import Mock

import pytest

from bench.comparison import Bench, Compared, Measured, in_turn, merged
from bench.load import Load
from bench.workload import WrongAnswer


def measured(cpu_us: float, p99_ms: float = 1.0) -> Measured:
    return Measured(Load(1000.0, 0.5, p99_ms, 0, 1000), cpu_us)


def test_a_ratio_is_the_median_over_the_rounds() -> None:
    base = [measured(10), measured(20), measured(10)]
    assert Compared("", 2.5, base, [measured(20), measured(25), measured(30)]).ratio() == 2.0
    during = [measured(1, 3.0), measured(1, 2.0), measured(1, 9.0)]
    assert Compared("", 5, base, during, by_p99=True).ratio() == 3.0


def test_a_missed_target_is_said() -> None:
    assert Compared("put", 1.5, [measured(10)], [measured(20)]).cells()[-1] == "1.5 (missed)"
    assert Compared("put", 2.5, [measured(10)], [measured(20)]).cells()[-1] == "2.5"


def test_what_pairs_of_servers_had_is_one_comparison_that_shows_how_far_they_lie_apart() -> None:
    pairs = [Compared("put", 1.5, [measured(10)] * 2, [measured(each)] * 2) for each in (16, 11, 14)]
    assert merged(pairs).ratio() == 1.4 and merged(pairs).cells()[-2:] == ["1.40 (3 pairs: 1.10 to 1.60)", "1.5"]


def test_two_are_measured_in_turn_after_a_round_that_is_not_counted() -> None:
    order: list[str] = []

    def measuring(name: str, cpu_us: float) -> Measured:
        order.append(name)
        return measured(cpu_us * len(order))

    compared = in_turn("get", 1.1, 2, lambda: measuring("base", 1), lambda: measuring("other", 10))
    assert order == ["other", "base", "base", "other", "other", "base"]
    assert [each.cpu_us for each in compared.base] == [3, 6]
    assert [each.cpu_us for each in compared.other] == [40, 50]


def test_a_round_without_an_answer_is_no_measurement() -> None:
    """A machine may be so busy that a generator gets nothing back in its second."""
    generator = Mock(measure=Mock(return_value=Load(0.0, 0.0, 0.0, 0, 0)))
    bench = Bench(Mock(cpu_seconds=Mock(return_value=1.0)), generator, Path(), 1, 1.0)
    with pytest.raises(WrongAnswer, match="PutItem: no request was answered in 1 s"):
        bench.measure("PutItem", Path())
