"""Load that is offered to a table's limits directly: an hour of 20,000 units a second takes seconds.

Requests would store what they write and read it back. Here the table's keyspace is asked, charged and split as a
request would do it, for keys that nothing is stored under. All else about a table is set up by requests.
"""

from collections.abc import Callable

from tests.throttling.world import World
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.values import keys

HALF_UNITS = 400
"""Of one offer: two hundred units, a fifth of what a partition writes in a second."""
UNITS = HALF_UNITS // 2
MINUTE = 60

NextKey = Callable[[], bytes]


def item_key(partition_key: str, sort_key: str) -> bytes:
    return keys.item_key(keys.part("S", partition_key), keys.part("S", sort_key))


def offer_writes(world: World, next_key: NextKey, units: int) -> int:
    """Offers so many write units at this instant; returns how many were served."""
    return sum(_offer(world, next_key(), True, True) for _ in range(units // UNITS))


def offer_reads(world: World, next_key: NextKey, units: int, is_consistent: bool) -> int:
    """Offers so many read units at this instant; returns how many were served."""
    return sum(_offer(world, next_key(), False, is_consistent) for _ in range(units // UNITS))


def _offer(world: World, key: bytes, is_write: bool, is_consistent: bool) -> int:
    database, now = world.service.database, world.now
    if database.due:
        database.carry_out_splits(now)
    keyspace = world.table.keyspace
    partition = keyspace.locate(key)
    try:
        if is_write:
            keyspace.admission.write(partition, key, HALF_UNITS, now)
        else:
            keyspace.admission.read(partition, key, HALF_UNITS, now, is_consistent)
    except Throttled:
        return 0
    return UNITS


def by_minute(world: World, offer: Callable[[], int], minutes: int) -> list[int]:
    """Calls `offer` once a second; returns the units a second that were served, by minute."""
    served = []
    for _ in range(minutes):
        units = 0
        for _ in range(MINUTE):
            units += offer()
            world.pass_seconds(1)
        served.append(units // MINUTE)
    return served


def reaches(served: list[int], units: int) -> int | None:
    """The minute, from 1, in which so many units a second are served for the first time."""
    return next((minute for minute, each in enumerate(served, 1) if each >= units), None)
