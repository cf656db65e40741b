"""The aggregate replay: half units by second, key and kind, through the pools, buckets, heat and splits of the server.

What arrives within a second has no order here. It counts as spread evenly: a limit serves what it has left when the
second begins, and what flows in while it lasts. Each second in which that decides anything adds to the error that the
report states: had everything come at once at the beginning, so much less would have been served. Keys of one partition
share what is left by what each asked for.

Items are not stored, so no partition is split for its size.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sqrt

import orjson

from thermodynamo.foresight.replays.exact import ExactReplay
from thermodynamo.foresight.replays.expected_clients import ExpectedClients
from thermodynamo.foresight.replays.index_queues import COLD_PARTS, IndexQueue
from thermodynamo.foresight.replays.offers import (
    TRIFLE,
    Entry,
    Offer,
    OfOne,
    by_partition,
    offer_of,
    sampled,
    whole,
)
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.replays.sharing import Numbered, Sharing, metered
from thermodynamo.foresight.replays.slices import READ, WRITE, Cold, Hot, Place, Slice
from thermodynamo.foresight.replays.target import Target
from thermodynamo.foresight.scenarios.table_requests import CREATE_TABLE, DELETE_TABLE
from thermodynamo.foresight.traces.event import MICROSECONDS, Event
from thermodynamo.foresight.traces.recording import name_of
from thermodynamo.settings.config import Config
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values.keys import TOKEN_BYTES, collection_of, rest

Asked = tuple[Place, bool]
"""A table or an index, and whether it is written."""


class AggregateReplay(ExactReplay):
    """One aggregate replay, on the tables that an exact one begins with."""

    def __init__(
        self, config: Config, outcome: Outcome, traffic: float = 1.0, expected: ExpectedClients | None = None
    ) -> None:
        """`traffic` is how many times as many requests come as in the trace.

        `expected` clients try again what was refused; without them the attempts are those of the trace.
        """
        super().__init__(config, outcome, scales=True)
        self.traffic = traffic
        self.expected = expected
        self.waiting: dict[int, dict[Asked, dict[OfOne, Offer]]] = {}
        """By second: what clients try again then."""
        self.queues: dict[Place, IndexQueue] = {}
        self.numbers: Mapping[str, Mapping[str, int]] = {}
        self.means: Mapping[str, Mapping[str, float]] = {}
        """Of each global index by table and name: its number, and the half units of a change on average."""
        self.doubt = 0.0
        """Half units that may be served or refused otherwise."""
        self.variance = 0.0
        """Of the half units that are asked for: a fraction of traffic is the chance of one request more."""

    def make(self, calls: Iterable[Event]) -> None:
        """Makes the tables; other requests about them are carried out when their time comes, as is one that makes a
        table anew.
        """
        self.calls: deque[Event] = deque()
        for event in calls:
            if event.operation == CREATE_TABLE and not self._is_there(event):
                self._between(event, event.at_us / MICROSECONDS)
                self.first_now = max(self.first_now, event.at_us / MICROSECONDS)
            else:
                self.calls.append(event)

    def _is_there(self, event: Event) -> bool:
        """Whether there is the table that a request is about."""
        return name_of(orjson.loads(event.detail or "{}")) in self.namespace(event.account, event.region).tables

    def find(self, place: Place, now: float) -> Target:
        """What a place is in the whole second: a table that is made in it is there."""
        return super().find(place, int(now) + 1.0)

    def carry_out(self, places: Sequence[Place], slices: Iterable[Slice], at: int) -> None:
        """Carries out the slices, which are of these places, on the tables that were made. Raises TraceError.

        Nothing is asked before `at`.
        """
        self.outcome.method = "aggregate"
        self.outcome.first_at = 0
        self.now = at / MICROSECONDS
        for made in slices:
            for second, loads in by_second(made):
                self._try_again_before(second)
                self._carry_out_second(places, second, loads)
        self._try_again_before(None)
        if self.expected is not None:
            self.expected.end(self.outcome.retries)
        self.outcome.error_half_units = round(self.doubt + 2 * sqrt(self.variance))
        self.end()

    def _try_again_before(self, end: int | None) -> None:
        """Carries out the seconds before one in which clients try again, and nothing else comes."""
        while self.waiting and (end is None or min(self.waiting) < end):
            self._carry_out_second((), min(self.waiting), ())

    def _carry_out_second(self, places: Sequence[Place], second: int, loads: Sequence[Cold | Hot]) -> None:
        at = second * MICROSECONDS
        self.now = now = max(self.now, float(second))
        outcome = self.outcome
        outcome.first_at = outcome.first_at or at
        if loads:
            # What clients try again after the end does not make the time longer that a month is reckoned by.
            outcome.last_at = at + MICROSECONDS - 1
        self._end_second(at)
        later: list[Event] = []
        while self.calls and self.calls[0].at_us < at + MICROSECONDS:
            call = self.calls.popleft()
            if later or (call.operation == DELETE_TABLE and call.at_us >= at):
                later.append(call)  # What was asked of the table in this second came before.
            else:
                self._between(call, call.at_us / MICROSECONDS)
        for load in loads:
            if isinstance(load, Hot):
                # The first look at a partition in a second ends its last one, and may find that a split is due.
                target = self._at(places[load.place])
                target.admission.refresh_partition(target.keyspace.locate(load.key), now)
        if self.database.due:
            self.database.carry_out_splits(now)
        offers = self._offers(places, loads)
        for asked, given in self.waiting.pop(second, {}).items():
            offers[asked] = self._with_others(self._at(asked[0]), offers.get(asked, ()), given)
        for place, is_write in sorted(offers, key=lambda asked: (asked[0][:3], asked[0][3] or "", asked[1])):
            self._serve(self._at(place), is_write, offers[place, is_write])
        for call in later:
            self._between(call, call.at_us / MICROSECONDS)

    def _offers(self, places: Sequence[Place], loads: Sequence[Cold | Hot]) -> dict[Asked, list[Offer]]:
        """What tables and indexes are asked for in a second."""
        fraction = self.traffic % 1
        chance = fraction * (1 - fraction) / self.traffic
        offers: dict[Asked, list[Offer]] = {}
        entries: dict[Place, list[tuple[Target, Hot]]] = {}
        for load in sorted(loads, key=lambda load: (load.place, load.kind == WRITE)):
            place, is_write = places[load.place], load.kind == WRITE
            target = self._at(place)
            if load.half_units <= 0:
                continue
            if is_write and place[3] is not None:
                if isinstance(load, Hot):
                    entries.setdefault((*place[:3], None), []).append((target, load))
                continue
            partition = target.keyspace.locate(load.key) if isinstance(load, Hot) else None
            self.outcome.events += load.requests
            self.variance += chance * (load.half_units + sum(load.entries)) ** 2 / max(1, load.requests)
            share = metered(target).partition_share(load.kind != READ)
            offers.setdefault((place, is_write), []).append(offer_of(load, partition, share))
        for place, found in entries.items():
            offers[place, True] = with_entries(offers.get((place, True), []), found)
        return offers

    def _at(self, place: Place) -> Target:
        target = self.targets.get(place)
        if target is None or target.table.transition is not None:
            target = self._target(place, self.now)
        return target

    def _with_others(self, target: Target, offers: Iterable[Offer], others: dict[OfOne, Offer]) -> list[Offer]:
        """The offers with others, those of one key together; a partition may have been split since they came."""
        found = {offer.one: offer for offer in offers}
        for one, other in others.items():
            if other.partition is not None:
                other.partition = target.keyspace.locate(other.key)
            found[one] = found[one].with_other(other) if one in found else other
        return list(found.values())

    def _indexes(self, target: Target) -> list[Numbered]:
        """The global indexes of a table."""
        numbers, means = self.numbers.get(target.place[2], {}), self.means.get(target.place[2], {})
        return [
            Numbered(numbers[name], self._at((*target.place[:3], name)), means.get(name, 2.0))
            for name, index in target.table.indexes.items()
            if name in numbers and index.transition != "DELETING"
        ]

    def _serve(self, target: Target, is_write: bool, offers: Sequence[Offer]) -> None:
        """Serves what one table or index is asked for in one second, of one kind."""
        indexes = self._indexes(target) if is_write else []
        for partition, given in by_partition(offers):
            self._sample(target, partition, [(offer.key, offer.half_units) for offer in given])
        sharing = Sharing(target, is_write, offers, indexes)
        sharing.share_out(self.now)
        self.doubt += sharing.doubt
        loads = target.write_loads if is_write else target.read_loads
        for offer in offers:
            if len(offer.key) > TOKEN_BYTES:
                loads[offer.key] = loads.get(offer.key, 0) + round(offer.half_units)
        self._charge(target, None, [(b"", sum([offer.served for offer in offers]), 1.0)], is_write)
        for partition, given in by_partition(offers):
            self._charge(target, partition, [(offer.key, offer.served, offer.share) for offer in given], is_write)
        for index in indexes:
            self._serve_index(target, index, offers)
        self._count_refused(sharing)

    def _serve_index(self, target: Target, index: Numbered, offers: Sequence[Offer]) -> None:
        """Charges an index what the writes that are served ask of it, and puts their entries into its queue."""
        of_index = index.target
        hot: dict[int, list[tuple[Entry, Offer]]] = {}
        changes: list[tuple[bytes, float]] = []
        loads = target.entry_loads.setdefault(of_index.place[3] or "", {})
        for offer in offers:
            for entry in offer.hot:
                if entry.target is of_index:
                    hot.setdefault(of_index.keyspace.locate(entry.key).id, []).append((entry, offer))
                    key = collection_of(entry.key, len(of_index.keyspace_schema.attributes))
                    loads[key] = loads.get(key, 0) + round(entry.half_units)
        for given in hot.values():
            # The order of offers depends on what else is passed over.
            given.sort(key=lambda each: (each[0].key, each[1].held, each[1].shape))
            partition = of_index.keyspace.locate(given[0][0].key)
            self._sample(of_index, partition, [(entry.key, entry.half_units) for entry, _ in given])
            served = [(entry.key, entry.half_units * offer.part, 1.0) for entry, offer in given]
            self._charge(of_index, partition, served, is_write=True)
            changes += [(key, half_units) for key, half_units, _ in served]
        cold = sum([index.asked(offer) * offer.part for offer in offers]) - sum(part for _, part in changes)
        if cold > TRIFLE:
            key = next((each.low for each in of_index.keyspace.partitions if each.id not in hot), b"")
            changes += [(key, cold / COLD_PARTS)] * COLD_PARTS
        self._put(index, changes)

    def _put(self, index: Numbered, changes: Sequence[tuple[bytes, float]]) -> None:
        """Charges the pool of an index for the changes of entries, and puts them into its queue, each in its turn."""
        target = index.target
        owner = target.table.indexes[target.place[3] or ""]
        queue = self.queues.get(target.place)
        if queue is None or queue.index is not owner:
            queue = self.queues[target.place] = IndexQueue(owner)
        for (key, _), half_units in zip(changes, whole(part for _, part in changes), strict=True):
            if half_units:
                metered(target).charge_second(None, b"", half_units, True, self.now)
                queue.put(key, half_units, half_units / index.mean, self.now)

    def _charge(
        self, target: Target, partition: Partition | None, served: Sequence[tuple[bytes, float, float]], is_write: bool
    ) -> None:
        """Charges a partition, or the pool, what keys are given: half units, and what one takes of a partition."""
        admission = metered(target)
        for (key, _, share), half_units in zip(served, whole(part for _, part, _ in served), strict=True):
            if half_units:
                admission.charge_second(partition, key, half_units, is_write, self.now, share == 1)

    def _sample(self, target: Target, partition: Partition, weights: Sequence[tuple[bytes, float]]) -> None:
        metered(target).sample(partition, sampled(weights, int(self.now)), self.now)

    def _count_refused(self, sharing: Sharing) -> None:
        """Counts what was refused, as often as clients try it in this second; they try again in later ones."""
        tries: dict[int, float] = {}
        if self.expected is not None:
            self.expected.doubt += sharing.doubt_requests
            asked = sharing.target.place, sharing.is_write
            for offer in sharing.offers:
                refused = offer.requests * (1 - offer.part)
                met = self.expected.meet(offer)
                tries[id(offer)] = met.refused / refused if refused else 1.0
                for seconds, attempts in met.later.items():
                    put_later(self.waiting.setdefault(int(self.now) + seconds, {}), asked, offer.again(attempts))
        counts = whole(each.requests * tries.get(id(each.offer), 1.0) for each in sharing.refused)
        for one, count in zip(sharing.refused, counts, strict=True):
            if count:
                target, limit = one.limit.target, one.limit
                reason = metered(target).refuse_some(limit.partition, one.key, limit.is_write, count, self.now)
                found = self.outcome.keyspace(target.place, target.keyspace_schema)
                found.refuse(int(self.now), reason, one.key, count)

    def _take_in(self, second: int, now: float) -> None:
        super()._take_in(second, now)
        for place, queue in self.queues.items():
            waiting, seconds = queue.look(now)
            found = self.outcome.keyspaces.get(place)
            if found is not None:
                found.waiting_max = max(found.waiting_max, waiting)
                found.lag_seconds_max = max(found.lag_seconds_max, seconds)


def put_later(waiting: dict[Asked, dict[OfOne, Offer]], asked: Asked, offer: Offer) -> None:
    """Adds an offer to those of a later second."""
    given = waiting.setdefault(asked, {})
    given[offer.one] = given[offer.one].with_other(offer) if offer.one in given else offer


def with_entries(offers: Sequence[Offer], entries: Iterable[tuple[Target, Hot]]) -> list[Offer]:
    """The writes of a table, each with its entries in hot partitions of indexes.

    A write that has some, but goes to a cold partition itself, becomes an offer of its own.
    """
    found = {offer.one: offer for offer in offers}
    hot: dict[OfOne, list[tuple[Entry, Hot]]] = {}
    for target, load in entries:
        item = rest(load.key, len(target.keyspace_schema.attributes))
        hot.setdefault((item, load.held, load.shape, 1), []).append((Entry(target, load.key, load.half_units), load))
    for one, given in hot.items():
        if one not in found:
            load = given[0][1]
            asked = load.source, load.requests
            cold = found[b"", load.held, 0, 1]
            found[one] = Offer(None, one[0], *asked, held=load.held, shape=load.shape, entries=load.entries)
            cold.take_out(found[one])
        found[one].hot = tuple(entry for entry, _ in given)
    return [offer for offer in found.values() if offer.half_units > TRIFLE and offer.requests > TRIFLE]


def by_second(made: Slice) -> Iterator[tuple[int, list[Cold | Hot]]]:
    """The load of each second that has any, in the order of time."""
    loads: dict[int, list[Cold | Hot]] = {}
    for cold in made.cold:
        loads.setdefault(cold.second, []).append(cold)
    for hot in made.hot:
        loads.setdefault(hot.second, []).append(hot)
    for second in sorted(loads):
        yield second, loads[second]
