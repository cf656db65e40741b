"""What is asked of a table or an index in one second, shared out among all limits that it meets.

Reads meet the pool and their partition. Writes of a table meet its pool, then the pool of each global index that holds
the item, the partitions that its entries go to, and its own partition at last: the order of `write_admission`. Each
limit has tokens for a part of the second, and a request gets through where all have some. So the parts are found at
which each limit serves as much as it can of what the others let through.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from thermodynamo.foresight.replays.offers import TRIFLE, Offer
from thermodynamo.foresight.replays.target import Target
from thermodynamo_storage.metering.metered import Metered
from thermodynamo_storage.partitions.partition import Partition

ROUNDS_MAX = 32
"""So often the parts are reckoned anew; one limit, or several that share nothing, take one round."""


@dataclass(slots=True)
class Limit:
    """The limit of a partition, or without one of the pool, in one second."""

    target: Target
    partition: Partition | None
    is_write: bool
    asked: list[tuple[Offer, float]] = field(default_factory=list)
    """What takes of it, and how much."""
    least: float = 0.0
    most: float = 0.0
    part: float = 1.0
    """For which part of the requests it has tokens."""

    def look(self, now: float) -> bool:
        """Looks at what is left; whether that decides anything."""
        self.least, self.most = metered(self.target).room(self.partition, self.is_write, now)
        asked = sum([cost for _, cost in self.asked])
        return asked > self.least or self.most <= 0

    def share(self, asked: float) -> float:
        """Which part it can serve of so much."""
        if asked <= max(self.least, TRIFLE):
            return 1.0 if self.most > 0 else 0.0
        return min(1.0, int(self.most) / asked)


@dataclass(frozen=True, slots=True)
class Refused:
    """Requests that a limit refused, in one second."""

    limit: Limit
    key: bytes
    requests: float
    offer: Offer


class Sharing:
    """One second of a table or an index, of reads or of writes. `share_out` says of each offer which part is served."""

    def __init__(self, target: Target, is_write: bool, offers: Sequence[Offer], indexes: Sequence["Numbered"]) -> None:
        self.target = target
        self.is_write = is_write
        self.offers = offers
        self.indexes = indexes
        self.refused: list[Refused] = []
        self.doubt = 0.0
        """Half units that may be served or refused otherwise, of the table and its indexes together."""
        self.doubt_requests = 0.0

    def share_out(self, now: float) -> None:
        """Finds which part of each offer is served."""
        tight = [limit for limit in self._limits() if limit.look(now)]
        if not tight:
            return
        met: dict[int, list[Limit]] = {}
        for limit in tight:
            for offer, _ in limit.asked:
                met.setdefault(id(offer), []).append(limit)
        self._balance(tight, met)
        for offer in self.offers:
            for limit in met.get(id(offer), ()):
                requests = offer.requests * offer.part * (1 - limit.part)
                if requests:
                    self.refused.append(Refused(limit, _key_of(limit, offer), requests, offer))
                offer.part *= limit.part
        for limit in tight:
            self._doubt(limit)

    def _limits(self) -> Iterable[Limit]:
        """All limits, in the order in which they are asked."""
        yield Limit(self.target, None, self.is_write, [(offer, offer.half_units) for offer in self.offers])
        for each in self.indexes:
            held = [offer for offer in self.offers if offer.held >> each.number & 1]
            if held:
                yield Limit(each.target, None, True, [(offer, each.asked(offer)) for offer in held])
        entries: dict[tuple[Target, int], Limit] = {}
        own: dict[int, Limit] = {}
        for offer in self.offers:
            for target, key, half_units in offer.hot:
                partition = target.keyspace.locate(key)
                limit = entries.setdefault((target, partition.id), Limit(target, partition, True))
                limit.asked.append((offer, half_units))
            if offer.partition is not None:
                limit = own.setdefault(offer.partition.id, Limit(self.target, offer.partition, self.is_write))
                limit.asked.append((offer, offer.half_units * offer.share))
        yield from entries.values()
        yield from own.values()

    def _balance(self, tight: Sequence[Limit], met: dict[int, list[Limit]]) -> None:
        """Finds the parts of all limits that decide anything."""
        for _ in range(ROUNDS_MAX):
            moved = 0.0
            for limit in tight:
                asked = 0.0
                for offer, cost in limit.asked:
                    for other in met[id(offer)]:
                        if other is not limit:
                            cost *= other.part
                    asked += cost
                before, limit.part = limit.part, limit.share(asked)
                moved = max(moved, abs(limit.part - before))
            if moved < TRIFLE or len(tight) == 1:
                return

    def _doubt(self, limit: Limit) -> None:
        """Adds how much less would be served had everything come at once when the second began."""
        served = sum([cost * offer.part for offer, cost in limit.asked])
        doubt = max(0.0, served - int(limit.least))
        if served <= TRIFLE:
            return
        self.doubt += doubt
        if limit.target is not self.target:
            # What an index refuses is refused of the table, too.
            self.doubt += doubt * sum([offer.served for offer, _ in limit.asked]) / served
        self.doubt_requests += doubt * sum([offer.requests * offer.part for offer, _ in limit.asked]) / served


@dataclass(frozen=True, slots=True)
class Numbered:
    """A global index of the table that is written, by the number that it has in `Offer.entries`."""

    number: int
    target: Target
    mean: float
    """The half units of a change of an entry on average."""

    def asked(self, offer: Offer) -> float:
        """What an offer asks of it."""
        return offer.entries[self.number] if self.number < len(offer.entries) else 0.0


def _key_of(limit: Limit, offer: Offer) -> bytes:
    """What a refusal is told of: the entry of an index, if that is known, or the item."""
    for target, key, _ in offer.hot:
        if target is limit.target and (limit.partition is None or target.keyspace.locate(key) is limit.partition):
            return key
    return offer.key if limit.target.place[3] is None or not offer.entries else b""


def metered(target: Target) -> Metered:
    """The limits of a table or an index."""
    admission = target.admission
    assert isinstance(admission, Metered)
    return admission
