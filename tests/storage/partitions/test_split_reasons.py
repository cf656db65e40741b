"""Why a partition is split or not: hot for long enough, full, and what is kept where no point was found."""

import pytest

from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT, Policy
from thermodynamo_storage.partitions.heat import HeatMeter
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.partitions.split_reasons import CALM, COOLING, UNSPLIT_SECONDS, SplitReason, SplitReasons

START = 1_000_000.0
POLICY = Policy(partition_bytes_max=1_000)
SPLIT_AFTER_SECONDS = 5
HOT = 2 * PARTITION_THROUGHPUT.write_units
READS = 2 * PARTITION_THROUGHPUT.read_units


class Loaded:
    """A partition that is asked for writes second by second."""

    def __init__(self, size_bytes: int = 0) -> None:
        self.partition = Partition(0, b"", None)
        if size_bytes:
            self.partition.put(b"key", None, (b"{}", size_bytes))
        self.meter: HeatMeter = self.partition.open_meter(START)
        self.now = START

    def split_after(self) -> float:
        return SPLIT_AFTER_SECONDS

    def second(self, half_units: int, seconds: int = 1) -> SplitReason | None:
        """One second of load, the end of which is noticed `seconds` after it began."""
        self.meter.write(b"key", half_units)
        self.now += seconds
        return self.partition.end_second(
            self.meter, PARTITION_THROUGHPUT, POLICY.partition_bytes_max, self.split_after, 0, self.now
        )

    def seconds_until_split(self, reads: int, eventual: int, is_refused: bool = False, writes: int = 0) -> int | None:
        """How many seconds of such half units it takes until a split is due; None for more than 20."""
        for second in range(1, 21):
            self.meter.eventual_half_units += eventual
            self.meter.read(b"key", reads + eventual)
            if is_refused:
                self.partition.note_crowded(is_write=False)
            if self.second(writes) == "heat":
                return second
        return None

    def why_unsplit(self) -> str | None:
        return self.partition.why_unsplit(PARTITION_THROUGHPUT, POLICY, self.now)


@pytest.mark.parametrize("meets", ["load near the limit", "reads near the limit", "a refusal", "its size", "no point"])
def test_a_partition_has_reasons_of_its_own_from_the_first_on(meets: str) -> None:
    loaded, calm = Loaded(2_000 if meets == "its size" else 0), Loaded()
    if meets == "a refusal":
        loaded.partition.note_crowded(is_write=True)
    elif meets == "no point":
        loaded.partition.note_unsplit("manual", "all items have one key")
    elif meets == "reads near the limit":
        loaded.meter.read(b"key", READS)
    due = [each.second(HOT if each is loaded and meets == "load near the limit" else 1) for each in (loaded, calm)]
    assert due == ["size" if meets == "its size" else None, None]
    assert loaded.partition.split_reasons is not CALM and calm.partition.split_reasons is CALM
    assert all(getattr(CALM, name) == getattr(SplitReasons(), name) for name in SplitReasons.__slots__)


def test_a_split_is_due_after_so_many_hot_seconds_and_then_anew() -> None:
    loaded = Loaded()
    assert [loaded.second(HOT) for _ in range(10)] == [None] * 4 + ["heat"] + [None] * 4 + ["heat"]


def test_a_cool_second_takes_back_several_hot_ones() -> None:
    loaded = Loaded()
    for _ in range(4):
        loaded.second(HOT)
    loaded.second(1)
    assert loaded.partition.split_reasons.hot_seconds == max(0, 4 - COOLING)
    assert [loaded.second(HOT) for _ in range(5)] == [None] * 4 + ["heat"]


@pytest.mark.parametrize(
    ("reads", "eventual", "is_refused", "writes", "seconds"),
    [
        (READS, 0, False, 0, SPLIT_AFTER_SECONDS),
        (0, READS * 3 // 2, False, 0, 2 * SPLIT_AFTER_SECONDS),
        (0, READS * 3 // 2, True, 0, 2 * SPLIT_AFTER_SECONDS),
        (0, READS, False, 0, None),
        (READS // 2, READS * 3 // 4, False, 0, 7),
        (READS // 100, 0, True, 0, SPLIT_AFTER_SECONDS),
        (0, READS * 3 // 2, False, HOT, SPLIT_AFTER_SECONDS),
    ],
)
def test_reads_that_replicas_share_are_half_the_heat(
    reads: int, eventual: int, is_refused: bool, writes: int, seconds: int | None
) -> None:
    """Three of them serve half as much again as one that leads; so much eventually consistent is near the limit."""
    assert Loaded().seconds_until_split(reads, eventual, is_refused, writes) == seconds


def test_a_refusal_heats_the_second_in_which_it_is_made() -> None:
    loaded = Loaded()
    for _ in range(SPLIT_AFTER_SECONDS - 1):
        loaded.partition.note_crowded(is_write=True)
        assert loaded.second(1) is None
    assert loaded.second(1) is None
    assert loaded.partition.split_reasons.hot_seconds == 0


def test_idle_seconds_cool_as_well() -> None:
    loaded = Loaded()
    for _ in range(4):
        loaded.second(HOT)
    assert loaded.second(HOT, seconds=2) is None
    assert loaded.partition.split_reasons.hot_seconds == 0


@pytest.mark.parametrize(("size_bytes", "reason"), [(999, None), (1_000, "size")])
def test_a_full_partition_is_due(size_bytes: int, reason: str | None) -> None:
    assert Loaded(size_bytes).second(1) == reason


def test_a_full_partition_that_cannot_be_split_is_due_again_once_its_size_has_changed() -> None:
    loaded = Loaded(1_000)
    loaded.partition.note_unsplit("size", "one item fills it")
    assert loaded.second(1) is None and loaded.why_unsplit() == "one item fills it"
    loaded.partition.note_unsplit("heat", "one key has the load")
    assert loaded.second(1) is None, "the size at which it was full is kept"
    loaded.partition.put(b"other", None, (b"{}", 11))
    assert loaded.second(1) == "size"


def test_why_a_hot_partition_was_not_split_is_forgotten_once_it_is_cool() -> None:
    loaded = Loaded()
    loaded.second(HOT)
    loaded.partition.note_unsplit("heat", "one key has the load")
    loaded.second(1, seconds=UNSPLIT_SECONDS - 1)
    assert loaded.why_unsplit() == "one key has the load"
    loaded.second(1)
    assert loaded.why_unsplit() is None


def test_why_raised_throughput_did_not_split_lasts() -> None:
    loaded = Loaded()
    loaded.partition.note_unsplit("throughput", "it has no items")
    loaded.now += 10 * UNSPLIT_SECONDS
    assert loaded.why_unsplit() == "it has no items"


def test_the_halves_of_a_partition_have_no_reasons_yet() -> None:
    loaded = Loaded()
    loaded.partition.note_unsplit("heat", "one key has the load")
    for child in loaded.partition.split(b"m", (1, 2), PARTITION_THROUGHPUT, START):
        assert child.split_reasons.unsplit is None and child.split_reasons.hot_seconds == 0
