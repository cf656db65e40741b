"""A comparison is by rounds, and says when its target is missed."""

from bench.comparison import Compared, Measured
from bench.load import Load


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
