"""What happens between requests, as bounded steps: expiry, auto scaling, filling, deliveries, transfers, freeing.

Answers do not depend on it: what is due by the clock happens lazily too, except that expired items stay until they are
removed here, and that auto scaling acts here. Nothing here sleeps or waits: the runner of the steps may let requests
through between them.
"""

import time
from collections.abc import Callable, Generator, Mapping
from types import MappingProxyType
from typing import Any

from thermodynamo.api import slices
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices
from thermodynamo.deliveries.deliveries import Deliveries
from thermodynamo.settings.clock import INSTANT_MAX, VirtualClock
from thermodynamo.transfers.transfers import Transfers
from thermodynamo_storage.database import Database
from thermodynamo_storage.tables.definition import ClockSet

EXPIRY_ITEMS = 16
"""Items that one step removes: about a quarter of a millisecond, which is what a request waits longer."""
EXPIRY_ITEMS_TURNING = 256
"""Items that one step removes while the clock is turned: its caller waits for the end."""
BACKFILL_ITEMS = 64
"""Items that one step adds to a new index: about half a millisecond."""
REPLICA_ITEMS = 64
"""Items that one step adds to a new replica, and changes that arrive at each replica from each other one."""
RESTORE_CHANGES = 64
"""Changes that one step takes back in each table that is restored to a point in time: about a millisecond."""
TABLES_LOOKED_AT = 250
"""Tables with time to live, as many with a history and as many replicas, that one step looks at.

Half a millisecond for each kind.
"""
INDEX_CHANGES = 64
"""Changes that one step makes visible in each index that is behind its table: about half a millisecond."""


class Upkeep:
    """The work that is due on one database by one clock. Expired items are removed `expiry_delay_seconds` late.

    `namespaces` may grow; the tables of each are scaled as its scalable targets say.
    """

    def __init__(
        self,
        database: Database,
        clock: VirtualClock,
        expiry_delay_seconds: float,
        namespaces: Mapping[Any, Namespace] = MappingProxyType({}),
        deliveries: Deliveries | None = None,
        transfers: Transfers | None = None,
    ) -> None:
        self.namespaces = namespaces
        self.deliveries = deliveries
        self.transfers = transfers
        self.database = database
        self.clock = clock
        self.expiry_delay_seconds = expiry_delay_seconds
        self.on_scaling: Callable[[float], None] | None = None
        """Hears when auto scaling has looked at its alarms, and has it look at all of them in one piece."""
        self.scaling: Slices[None] | None = None
        """What is left of what auto scaling has begun."""
        self.turns = 0
        """How many turns of the clock have begun and not ended."""

    def step(self) -> bool:
        """One bounded piece of work; returns whether there is more. While a clock stands still, nothing expires."""
        now = self.clock.now()
        self.database.settle_tables(now)
        is_busy = self.database.step_backfill(BACKFILL_ITEMS, now)
        is_busy |= self.database.step_indexes(INDEX_CHANGES, now)
        is_busy |= self.database.step_replicas(REPLICA_ITEMS, now, TABLES_LOOKED_AT)
        is_busy |= self.database.step_restores(RESTORE_CHANGES, now)
        is_busy |= self.database.step_histories(now, TABLES_LOOKED_AT)
        is_busy |= self.database.step_discards()
        is_busy |= self.deliveries is not None and self.deliveries.step_local(now)
        is_busy |= self.transfers is not None and not self.transfers.is_threaded and self.transfers.step_local(now)
        if self.clock.rate == 0 or self.turns:
            self._enforce(now)
            return is_busy
        is_busy |= self._step_scaling(now)
        delay_seconds = self.expiry_delay_seconds
        return self.database.step_expiry(EXPIRY_ITEMS, delay_seconds, now, TABLES_LOOKED_AT) or is_busy

    def settle(self) -> Generator[None]:
        """Trims the streams that are not read, in steps."""
        return self.database.settle(self.clock.now())

    def advance(self, seconds: float) -> Generator[None]:
        """Turns the clock forward by so much, in steps."""
        return self.turn(min(self.clock.now() + seconds, INSTANT_MAX))

    def turn(self, instant: float) -> Generator[None]:
        """Turns the clock forward, in steps; after the last, everything due until then has happened at its time."""
        self.turns += 1
        try:
            while True:
                while self._step_due(self.clock.now()):
                    yield
                while self._step_scaling(self.clock.now()):
                    yield
                times = self._next_times()
                if self.clock.now() >= instant:
                    break
                self.clock.move_to(min((time for time in times if time <= instant), default=instant))
                yield
            while self.database.step_restores(RESTORE_CHANGES, self.clock.now()):
                yield
            while self.database.step_backfill(BACKFILL_ITEMS, self.clock.now()):
                yield
            while self.database.step_indexes(INDEX_CHANGES, self.clock.now()):
                yield
            while self.deliveries is not None and self.deliveries.step_local(self.clock.now()):
                yield
            yield from self.settle()
        finally:
            self.turns -= 1
            self.note_clock()

    def _step_due(self, now: float) -> bool:
        """One bounded piece of what happens at a time of its own; whether more of it may be due at `now`.

        Only where it returns False is nothing due: a request between two steps may have written what has expired.
        """
        is_busy = self.database.step_expiry(EXPIRY_ITEMS_TURNING, self.expiry_delay_seconds, now)
        is_busy = is_busy or self.database.step_replicas(REPLICA_ITEMS, now)
        return is_busy or (self.transfers is not None and self.transfers.step_local(now))

    def run(self, rate: float) -> None:
        """Lets `rate` seconds pass in each second from now on; 0 freezes the clock."""
        self.clock.run(rate)
        self.note_clock()

    def note_clock(self) -> None:
        """Defines how the clock is set, so that it goes on from there after a restart."""
        if self.clock.mode == "virtual":
            now = self.clock.now()
            self.database.define(ClockSet(now, self.clock.rate, time.time()), now)

    def _next_times(self) -> list[float]:
        """When, after now, auto scaling has something to do, the next item is removed, the next change arrives at a
        replica, and an export or import goes on."""
        now = self.clock.now()
        times = [
            self._scale(now),
            self.database.next_removal_at(self.expiry_delay_seconds, now),
            self.database.next_arrival_at(now),
            self.transfers.next_at(now) if self.transfers is not None else None,
        ]
        return [time for time in times if time is not None and time > now]

    def _scale(self, now: float) -> float | None:
        """Does what auto scaling has to do at `now`; returns when there will be more."""
        if not self.scale(now):
            return None
        from thermodynamo.api.auto_scaling import evaluation

        return evaluation.next_at_of_all(self.namespaces.values(), now)

    def _step_scaling(self, now: float) -> bool:
        """One bounded piece of what auto scaling has to do; whether there is more."""
        if self.on_scaling is not None:
            self.scale(now)
            return False
        try:
            if self.scaling is not None:
                self.scaling.send(now)
            elif self._has_targets():
                from thermodynamo.api.auto_scaling import evaluation

                self.scaling = evaluation.slices_of_all(self.namespaces, now)
                next(self.scaling)
            return self.scaling is not None
        except StopIteration:
            self.scaling = None
            return False
        except Exception:
            self.scaling = None
            raise

    def scale(self, now: float) -> bool:
        """Does what auto scaling has to do at `now`; returns whether there is anything that it scales."""
        if self.scaling is not None:
            left, self.scaling = self.scaling, None
            slices.finish(left)
        if not self._has_targets():
            return False
        from thermodynamo.api.auto_scaling import evaluation

        if evaluation.step_of_all(self.namespaces.values(), now) and self.on_scaling is not None:
            self.on_scaling(now)
        return True

    def _enforce(self, now: float) -> None:
        """Moves units into new bounds of auto scaling, also while the clock stands still."""
        if self._has_targets():
            from thermodynamo.api.auto_scaling import evaluation

            evaluation.enforce_of_all(self.namespaces.values(), now)

    def _has_targets(self) -> bool:
        """Whether there is anything that auto scaling scales."""
        return any(namespace.auto_scaling.targets for namespace in self.namespaces.values())

    def discard(self) -> Generator[None]:
        """Frees what was dropped, in steps."""
        while self.database.step_discards():
            yield
