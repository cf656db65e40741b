"""How changes reach an index: in order, after a delay, and as the index has units for them."""

from dataclasses import dataclass

from thermodynamo_storage.capacity.policy import Policy
from thermodynamo_storage.capacity.pool import Pool
from thermodynamo_storage.changes.propagation import CHANGES_AT_ONCE, Propagation
from thermodynamo_storage.partitions.admission import Admission
from thermodynamo_storage.partitions.keyspace import Keyspace

START = 1_000.0
KEY = b"\x00" * 9


@dataclass(frozen=True, slots=True)
class Change:
    name: str
    half_units: int = 2
    key: bytes = KEY


class Pooled(Admission):
    """An index of one write unit without a burst, whose entries wait for it."""

    def __init__(self) -> None:
        self.entries_pool: Pool | None = Pool(Policy().chance)
        self.entries_pool.bucket.set_rate(2.0, 2.0, START)
        self.entries_pool.bucket.set_tokens(2.0, START)


class Index:
    def __init__(self, is_buffered: bool = True) -> None:
        self.keyspace = Keyspace(1)
        self.keyspace.partitions[0].write_bucket.set_tokens(2_000, START)
        if is_buffered:
            self.keyspace.admission = Pooled()
        self.visible: list[str] = []
        self.propagation = Propagation[Change](self.keyspace, lambda change: self.visible.append(change.name))

    def write(self, name: str, half_units: int = 2, at: float = START) -> None:
        """Charges the index, then puts the change, as a commit does."""
        pool = self.keyspace.admission.entries_pool
        if pool is not None:
            pool.bucket.charge(half_units, at)
            pool.total += half_units
        self.keyspace.partitions[0].write_bucket.charge(half_units, at)
        self.propagation.put(Change(name, half_units), at)

    def seen(self, at: float) -> str:
        self.propagation.catch_up(at)
        return "".join(self.visible)


def test_without_a_buffer_changes_are_visible_at_once() -> None:
    index = Index(is_buffered=False)
    for name in "abc":
        index.write(name, half_units=800)
    assert index.visible == ["a", "b", "c"] and not index.propagation.pending


def test_each_change_waits_until_what_came_before_it_is_paid() -> None:
    """One unit is there, so the first is visible; each further one takes the unit of another second."""
    index = Index()
    for name in "abcd":
        index.write(name)
    assert [index.seen(START + seconds) for seconds in (0, 0.5, 1.5, 2.5, 3.5)] == ["a", "ab", "abc", "abcd", "abcd"]


def test_a_large_change_is_visible_before_it_is_paid_and_the_next_one_waits() -> None:
    index = Index()
    index.write("a", half_units=700)
    index.write("b")
    assert index.seen(START) == "a"
    assert index.seen(START + 348) == "a"
    assert index.seen(START + 350) == "ab"


def test_more_units_let_what_waits_through() -> None:
    index = Index()
    for name in "abcd":
        index.write(name)
    pool = index.keyspace.admission.entries_pool
    assert pool is not None
    pool.bucket.set_rate(20.0, 20.0, START)
    assert index.seen(START + 0.5) == "abcd"


def test_a_full_partition_holds_its_changes_up() -> None:
    index = Index()
    pool = index.keyspace.admission.entries_pool
    assert pool is not None
    pool.bucket.set_rate(100_000.0, 100_000.0, START - 10)
    pool.bucket.set_tokens(100_000, START)
    index.write("a", half_units=4_000)
    index.write("b", half_units=2_000)
    assert index.seen(START) == "a", "a second of debt"
    assert index.seen(START + 1) == "ab"


def test_a_change_does_not_overtake_another_one() -> None:
    index = Index(is_buffered=False)
    delays = iter([5.0, 1.0])
    index.propagation.delay = lambda: next(delays)
    index.write("a")
    index.write("b")
    assert [index.seen(START + seconds) for seconds in (1, 4.9, 5)] == ["", "", "ab"]


def test_the_age_is_that_of_the_oldest_change() -> None:
    index = Index()
    assert index.propagation.age_seconds(START) == 0
    for name in "ab":
        index.write(name, half_units=100)
    assert index.propagation.age_seconds(START + 7) == 7
    assert len(index.propagation.pending) == 1


def test_a_write_makes_a_bounded_number_of_changes_visible() -> None:
    index = Index()
    for number in range(100):
        index.write(str(number))
    pool = index.keyspace.admission.entries_pool
    assert pool is not None
    pool.bucket.set_tokens(2, START)
    before = len(index.visible)
    index.write("last")
    assert len(index.visible) == before + CHANGES_AT_ONCE
    index.seen(START)
    assert index.visible[-1] == "last"
