"""What came of a replay: units and refusals second by second, splits, the keys refused, and how long indexes lagged."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from operator import itemgetter

from thermodynamo.foresight.prices.features import NONE, Features
from thermodynamo.foresight.replays.heat_map import HeatMap
from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT
from thermodynamo_storage.capacity.refusals import Refusal
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.values.keys import collection_of
from thermodynamo_storage.values.schema import KeySchema, Throughput

BUSIEST = 16
"""So many keys of each second are looked at."""
KEYS_MAX = 20_000
"""So many refused keys are told apart; when there are more, those refused least are forgotten."""


@dataclass(slots=True)
class Second:
    """One second of a table or an index. What it used is in half units."""

    read: int = 0
    write: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Split:
    """A partition that became two."""

    at: float
    """Seconds of the epoch."""
    partition_id: int
    low: bytes
    """Where the partition begins."""
    point: bytes
    reason: str


@dataclass(slots=True)
class KeyLoad:
    """What one key was asked for, admitted or not, in half units."""

    read_peak: int = 0
    write_peak: int = 0
    """In its busiest second."""
    seconds: int = 0
    """In how many seconds it was among the busiest keys."""

    def take(self, half_units: int, is_write: bool) -> None:
        """Takes in a second."""
        self.seconds += 1
        if is_write:
            self.write_peak = max(self.write_peak, half_units)
        else:
            self.read_peak = max(self.read_peak, half_units)


@dataclass(slots=True)
class KeyspaceOutcome:
    """What came of the traffic of one table or index."""

    account: str
    region: str
    table_name: str
    index_name: str | None
    key_schema: KeySchema
    seconds: dict[int, Second] = field(default_factory=dict)
    """By second of the epoch; those without traffic are left out."""
    refused: Counter[str] = field(default_factory=Counter)
    """Refused accesses by reason."""
    refused_keys: Counter[bytes] = field(default_factory=Counter)
    busiest_keys: dict[bytes, KeyLoad] = field(default_factory=dict)
    heat: HeatMap = field(default_factory=HeatMap)
    busiest_collections: dict[bytes, KeyLoad] = field(default_factory=dict)
    """Item collections that were asked for more in one second than a partition serves, by several items."""
    splits: list[Split] = field(default_factory=list)
    provisioned: dict[int, Throughput] = field(default_factory=dict)
    """The units from a second of the epoch on; both are zero on demand."""
    partitions_first: int = 0
    partitions_last: int = 0
    lag_seconds_max: float = 0.0
    """How old the oldest change was that an index had not shown yet."""
    waiting_max: int = 0
    """How many changes waited for an index at most."""
    size_bytes: int = 0
    """What it holds at the end, as far as the trace has written it."""
    item_count: int = 0
    bounds: list[bytes] = field(default_factory=list)
    """Where the partitions begin, at the end."""
    used: tuple[int, int] = (0, 0)
    """The half units of reads and of writes that were taken in until the last second."""
    table_id: str = ""
    """The table that they were used of: several may have had the name, one after the other."""
    is_infrequent: bool = False
    """Whether the table is of the class Standard-Infrequent Access."""
    features: Features = NONE
    """What the table has at the end beside items and capacity."""

    @property
    def place(self) -> tuple[str, str, str, str | None]:
        return self.account, self.region, self.table_name, self.index_name

    @property
    def name(self) -> str:
        return self.table_name if self.index_name is None else f"{self.table_name}/{self.index_name}"

    @property
    def read_half_units(self) -> int:
        return sum(second.read for second in self.seconds.values())

    @property
    def write_half_units(self) -> int:
        return sum(second.write for second in self.seconds.values())

    @property
    def is_used(self) -> bool:
        """Whether it was asked for anything."""
        return bool(self.seconds)

    def second(self, number: int) -> Second:
        found = self.seconds.get(number)
        if found is None:
            found = self.seconds[number] = Second()
        return found

    def refuse(self, number: int, reason: str, key: bytes, count: int = 1) -> None:
        """Counts refused accesses of a second."""
        self.second(number).refused += count
        self.refused[reason] += count
        self.heat.refuse(number, key, count)
        self.refused_keys[key] += count
        if len(self.refused_keys) > 2 * KEYS_MAX:
            self.refused_keys = Counter(dict(self.refused_keys.most_common(KEYS_MAX)))

    def take_keys(self, number: int, reads: Mapping[bytes, int], writes: Mapping[bytes, int]) -> None:
        """Takes in what keys were asked for in a second."""
        for loads, is_write in ((reads, False), (writes, True)):
            self.heat.add(number, loads, is_write)
            chosen: Iterable[tuple[bytes, int]] = loads.items()
            if len(loads) > BUSIEST:
                chosen = nlargest(BUSIEST, loads.items(), key=itemgetter(1))
            for key, half_units in chosen:
                found = self.busiest_keys.get(key)
                if found is None:
                    found = self.busiest_keys[key] = KeyLoad()
                found.take(half_units, is_write)
            if self.key_schema.sort:
                self._take_collections(loads, is_write)
        if len(self.busiest_keys) > 2 * KEYS_MAX:
            self.busiest_keys = dict(nlargest(KEYS_MAX, self.busiest_keys.items(), key=_weight))

    def _take_collections(self, loads: Mapping[bytes, int], is_write: bool) -> None:
        """Takes in the item collections that are asked for more in a second than a partition serves."""
        served = PARTITION_THROUGHPUT
        limit = 2 * (served.write_units if is_write else served.read_units)
        if sum(loads.values()) <= limit:
            return
        parts = len(self.key_schema.partition)
        sums, counts = Counter[bytes](), Counter[bytes]()
        for key, half_units in loads.items():
            collection = collection_of(key, parts)
            sums[collection] += half_units
            counts[collection] += 1
        for collection, half_units in sums.items():
            if half_units > limit and counts[collection] > 1:
                found = self.busiest_collections.setdefault(collection, KeyLoad())
                found.take(half_units, is_write)

    def take_units(self, number: int, table_id: str, read: int, write: int) -> None:
        """Takes in the half units ever used; what is new was used in that second."""
        if table_id != self.table_id:
            # A table in the place of one that was dropped begins at nothing.
            self.table_id, self.used = table_id, (0, 0)
        before = self.used
        if (read, write) == before:
            return
        self.used = read, write
        second = self.second(number)
        # So does an index that was added anew.
        second.read += read - before[0] if read >= before[0] else read
        second.write += write - before[1] if write >= before[1] else write

    def provide(self, number: int, throughput: Throughput) -> None:
        """Notes the units that are provisioned from a second on."""
        last = next(reversed(self.provisioned.values()), None)
        if last != throughput:
            self.provisioned[number] = throughput

    def end(self, keyspace: Keyspace) -> None:
        """Takes in what the keyspace is at the end."""
        self.partitions_last = len(keyspace.partitions)
        self.bounds = [partition.low for partition in keyspace.partitions]
        self.size_bytes, self.item_count = keyspace.size_bytes, keyspace.item_count


@dataclass(slots=True)
class RetryOutcome:
    """What clients did about throttling. Times are in seconds."""

    calls: int = 0
    """Calls that met a throttle."""
    retries: int = 0
    got_through: int = 0
    gave_up: int = 0
    out_of_quota: int = 0
    """Calls that were given up because the client had no retries left to spend."""
    waited_seconds: float = 0.0
    waited_seconds_max: float = 0.0
    error_calls: int = 0
    """Of an aggregate replay: how many calls may have fared otherwise than it says."""


@dataclass(slots=True)
class Outcome:
    """What came of a replay."""

    scenario: str = "as recorded"
    method: str = "exact"
    keyspaces: dict[tuple[str, str, str, str | None], KeyspaceOutcome] = field(default_factory=dict)
    """By account, region, table and index."""
    retries: RetryOutcome = field(default_factory=RetryOutcome)
    events: int = 0
    requests: int = 0
    first_at: int = 0
    last_at: int = 0
    """Microseconds of the epoch."""
    error_half_units: int = 0
    """Of an aggregate replay: how many half units may have been refused or served otherwise than it says."""
    notes: list[str] = field(default_factory=list)
    """What the reader has to know, such as lines that were passed over."""

    @property
    def refused(self) -> Counter[str]:
        """Refused accesses by reason, of all tables and indexes."""
        total: Counter[str] = Counter()
        for each in self.keyspaces.values():
            total.update(each.refused)
        return total

    def keyspace(self, place: tuple[str, str, str, str | None], key_schema: KeySchema) -> KeyspaceOutcome:
        found = self.keyspaces.get(place)
        if found is None:
            found = self.keyspaces[place] = KeyspaceOutcome(*place, key_schema)
        return found

    def refuse(self, refusal: Refusal) -> None:
        """Counts a refused access for the table or the index that refused it."""
        place = refusal.account, refusal.region, refusal.table_name, refusal.index_name
        found = self.keyspace(place, refusal.key_schema)
        found.refuse(int(refusal.time), refusal.reason, refusal.key)


def _weight(item: tuple[bytes, KeyLoad]) -> int:
    return 3 * item[1].write_peak + item[1].read_peak
