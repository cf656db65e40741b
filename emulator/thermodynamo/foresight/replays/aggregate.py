"""The aggregate replay: half units by second, key and kind, through the pools, buckets, heat and splits of the server.

What arrives within a second has no order here. It counts as spread evenly: a limit serves what it has left when the
second begins, and what flows in while it lasts. Each second in which that decides anything adds to the error that the
report states: had everything come at once at the beginning, so much less would have been served. Keys of one partition
share what is left by what each asked for.

Items are not stored, so no partition is split for its size; index queues and clients' retries need the exact replay.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random

from thermodynamo.foresight.replays.exact import ExactReplay
from thermodynamo.foresight.replays.slices import READ, WRITE, Cold, Hot, Place, Slice
from thermodynamo.foresight.replays.target import Target
from thermodynamo.foresight.scenarios.table_requests import CREATE_TABLE
from thermodynamo.foresight.traces.event import MICROSECONDS, Event
from thermodynamo_storage.metering.metered import Metered
from thermodynamo_storage.partitions.heat import GAP_WEIGHT, WRITE_WEIGHT
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values import keys

SAMPLES = 64
"""So many keys stand for a second of a partition: those that split points are found by are of some seconds then."""


@dataclass(slots=True)
class Offer:
    """What one key asks for in one second, or, without a partition, what all cold partitions do."""

    partition: Partition | None
    key: bytes
    half_units: int
    requests: int
    share: float = 1
    """What a half unit takes of the partition's limit."""
    refused: int = 0
    """Half units that are not served."""
    by_pool: int = 0
    """Those among them that the pool refused."""


class AggregateReplay(ExactReplay):
    """One aggregate replay, on the tables that an exact one begins with."""

    def make(self, calls: Iterable[Event]) -> None:
        """Makes the tables; other requests about them are carried out when their time comes."""
        self.calls: deque[Event] = deque()
        for event in calls:
            if event.operation == CREATE_TABLE:
                self._between(event, event.at_us / MICROSECONDS)
                self.first_now = max(self.first_now, event.at_us / MICROSECONDS)
            else:
                self.calls.append(event)

    def carry_out(self, places: Sequence[Place], slices: Iterable[Slice], at: int) -> None:
        """Carries out the slices, which are of these places, on the tables that were made. Raises TraceError.

        Nothing is asked before `at`.
        """
        self.outcome.method = "aggregate"
        self.outcome.first_at = 0
        for made in slices:
            for second, loads in by_second(made):
                while self.calls and self.calls[0].at_us < (second + 1) * MICROSECONDS:
                    call = self.calls.popleft()
                    self._between(call, call.at_us / MICROSECONDS)
                if not self.targets:
                    now = max(second, at // MICROSECONDS)
                    targets = {number: self._target(place, float(now)) for number, place in enumerate(places)}
                self._carry_out_second(targets, second, loads)
        self.end()

    def _carry_out_second(self, targets: dict[int, Target], second: int, loads: Sequence[Cold | Hot]) -> None:
        at = second * MICROSECONDS
        now = float(second)
        outcome = self.outcome
        outcome.first_at = outcome.first_at or at
        outcome.last_at = at + MICROSECONDS - 1
        self._end_second(at)
        self.now = now
        for load in loads:
            if isinstance(load, Hot):
                # The first look at a partition in a second ends its last one, and may find that a split is due.
                target = targets[load.place]
                target.admission.refresh_partition(target.keyspace.locate(load.key), now)
        if self.database.due:
            self.database.carry_out_splits(now)
        ordered = sorted(loads, key=lambda load: (load.place, load.kind == WRITE))
        for (place, is_write), given in groupby(ordered, key=lambda load: (load.place, load.kind == WRITE)):
            target = targets[place]
            if target.table.transition is not None:
                target.namespace.settle(target.table, now)
            self._serve(target, is_write, list(given), now)

    def _serve(self, target: Target, is_write: bool, loads: Sequence[Cold | Hot], now: float) -> None:
        """Serves what one table or index is asked for in one second, of one kind."""
        admission = target.admission
        assert isinstance(admission, Metered)
        offers = [offer_of(target, load, admission.partition_share(load.kind != READ)) for load in loads]
        self.outcome.events += sum(offer.requests for offer in offers)
        asked = sum(offer.half_units for offer in offers)
        least, most = admission.room(None, is_write, now)
        if asked > least:
            self._share(offers, least, most, of_pool=True)
        hot: dict[int, list[Offer]] = {}
        for offer in offers:
            if offer.partition is not None:
                hot.setdefault(offer.partition.id, []).append(offer)
        for shared in hot.values():
            least, most = admission.room(shared[0].partition, is_write, now)
            left = sum(offer.half_units - offer.refused for offer in shared)
            cost = sum((offer.half_units - offer.refused) * offer.share for offer in shared)
            if cost != left:
                least, most = least * left / cost, most * left / cost
            if left > least:
                self._share(shared, least, most, of_pool=False)
        loads_of = target.write_loads if is_write else target.read_loads
        for shared in hot.values():
            partition = shared[0].partition
            assert partition is not None
            admission.sample(partition, sampled(shared, int(now)), now)
        for offer in offers:
            if offer.partition is not None and len(offer.key) > keys.TOKEN_BYTES:
                loads_of[offer.key] = loads_of.get(offer.key, 0) + offer.half_units
            self._charge(target, admission, offer, is_write, now)

    def _share(self, offers: Sequence[Offer], least: float, most: float, of_pool: bool) -> None:
        """Takes what a limit cannot serve from the offers, from each by what it asks for."""
        wanted = [offer.half_units - offer.refused for offer in offers]
        asked = sum(wanted)
        served = min(asked, int(most))
        self.outcome.error_half_units += served - min(served, int(least))
        left = over = asked - served
        for offer, half_units in zip(offers, wanted, strict=True):
            part = min(left, -(-over * half_units // asked)) if asked else 0
            left -= part
            offer.refused += part
            if of_pool:
                offer.by_pool += part

    def _charge(self, target: Target, admission: Metered, offer: Offer, is_write: bool, now: float) -> None:
        served = offer.half_units - offer.refused
        if served:
            admission.charge_second(offer.partition, offer.key, served, is_write, now, offer.share == 1)
        if not offer.refused:
            return
        found = self.outcome.keyspace(target.place, target.keyspace_schema)
        for partition, half_units in ((None, offer.by_pool), (offer.partition, offer.refused - offer.by_pool)):
            count = round(offer.requests * half_units / offer.half_units)
            if half_units:
                reason = admission.refuse_some(partition, offer.key, is_write, max(1, count), now)
                found.refuse(int(now), reason, offer.key, max(1, count))


def offer_of(target: Target, load: Cold | Hot, share: float) -> Offer:
    if isinstance(load, Hot):
        return Offer(target.keyspace.locate(load.key), load.key, load.half_units, load.requests, share)
    return Offer(None, b"", load.half_units, load.requests)


def sampled(offers: Sequence[Offer], second: int) -> list[bytes]:
    """Keys in no order, each as often as it weighs: so a split finds the middle of the load, refused or not."""
    total = sum(offer.half_units for offer in offers)
    count = min(SAMPLES, max(1, total * WRITE_WEIGHT // GAP_WEIGHT))
    keys: list[bytes] = []
    gone = 0
    for offer in offers:
        before, gone = gone, gone + offer.half_units
        keys += [offer.key] * (gone * count // total - before * count // total)
    Random(second).shuffle(keys)
    return keys


def by_second(made: Slice) -> Iterator[tuple[int, list[Cold | Hot]]]:
    """The load of each second that has any, in the order of time."""
    loads: dict[int, list[Cold | Hot]] = {}
    for cold in made.cold:
        loads.setdefault(cold.second, []).append(cold)
    for hot in made.hot:
        loads.setdefault(hot.second, []).append(hot)
    for second in sorted(loads):
        yield second, loads[second]
