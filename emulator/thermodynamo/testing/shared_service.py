"""A service that the threads and tasks of a test share: one lock, and a record of all requests.

A request holds the lock for as long as it takes to carry out, which is tens of microseconds; what waits longer, as a
delay that a fault asks for, waits outside. So an asyncio loop is held up no longer than by work of its own. What a
server does in the background is done between requests here.
"""

from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

from thermodynamo.admin.reports import consumption
from thermodynamo.api.call import perform
from thermodynamo.api.caller import Caller
from thermodynamo.faults.faulted_call import FaultedCall
from thermodynamo.service import Dropped, Service
from thermodynamo.settings.config import Config
from thermodynamo.testing.callers import Callers
from thermodynamo.testing.requests import Requests

if TYPE_CHECKING:
    from thermodynamo.foresight.traces.recording import Recording

UPKEEP_SECONDS = 0.05
"""How often work between requests is done, in the machine's time."""

DROPPED = b'{"__type":"(connection dropped)"}'
"""What stands in the record for the reply that a fault took away."""

Reply = tuple[int, bytes]
"""The HTTP status and the body."""


class SharedService:
    """One service with these settings."""

    def __init__(self, config: Config) -> None:
        """Raises TraceError where `config.record` cannot be written."""
        self.recording = _recording(config)
        """What keeps what is asked, until it is closed."""
        self.service = Service(config, listener=self.recording.recorder if self.recording is not None else None)
        if self.recording is not None:
            self.recording.attach(self.service)
        self.requests = Requests()
        self.lock = Lock()
        gate = self.service.gate
        self.callers = Callers(self.service, gate) if gate is not None else None
        """None where any caller may do anything."""
        self.used: tuple[int, int] | None = None
        """The half units of reads and writes used until now; None where something else may have used some since."""
        self._kept_up_at = perf_counter()

    def begin(self, target: bytes, body: bytes, caller: Caller) -> "Exchange":
        """A request that is about to be carried out: its caller waits `delay_seconds`, then asks for the `reply`."""
        if not self.service.faults.active:
            return Exchange(self, target, body, caller, None)
        with self.lock:
            return Exchange(self, target, body, caller, self.service.meet(target, body, caller))

    def close(self) -> None:
        """Ends the recording, if there is one. Raises TraceError."""
        if self.recording is not None:
            with self.lock:
                self.recording.close()

    def turn(self, seconds: float) -> None:
        """Turns the clock forward, with all that becomes due."""
        with self.lock:
            self.service.turn(seconds)
            self.used = None

    def keep_up(self) -> None:
        """Does some of what is due between requests. The lock is held."""
        if perf_counter() - self._kept_up_at >= UPKEEP_SECONDS:
            self.service.upkeep.step()
            self.used = None
            self._kept_up_at = perf_counter()


def _recording(config: Config) -> "Recording | None":
    if not config.record:
        return None
    from thermodynamo.foresight.traces.recording import Recording

    return Recording(Path(config.record), config)


class Exchange:
    """One request and what faults make of it."""

    __slots__ = ("body", "caller", "delay_seconds", "faulted", "shared", "started_at", "target")

    def __init__(
        self, shared: SharedService, target: bytes, body: bytes, caller: Caller, faulted: FaultedCall | None
    ) -> None:
        self.shared = shared
        self.target = target
        self.body = body
        self.caller = caller
        self.faulted = faulted
        self.delay_seconds = faulted.outcome.delay_seconds if faulted is not None else 0.0
        self.started_at = perf_counter()

    def reply(self) -> Reply:
        """Carries the request out. Raises Dropped where a fault takes the reply away."""
        shared = self.shared
        drop = self.faulted.outcome.drop if self.faulted is not None else None
        with shared.lock:
            shared.keep_up()
            before = shared.used or consumption.half_units(shared.service.database.tables_of_all())
            if drop == "before":
                self._record(DROPPED, before)
                raise Dropped("before the request was carried out")
            carry_out = self.faulted.perform if self.faulted is not None else perform
            status, body = shared.service.answer(self.target, self.body, self.caller, carry_out)
            failure = DROPPED if drop == "after" else body if status != 200 else None
            self._record(failure, before)
            if drop == "after":
                raise Dropped("after the request was carried out")
            return status, body

    def _record(self, failure: bytes | None, before: tuple[int, int]) -> None:
        shared = self.shared
        service = shared.service
        after = shared.used = consumption.half_units(service.database.tables_of_all())
        # What a table had used is gone from the sums with the table.
        units = max(0, after[0] - before[0]) / 2, max(0, after[1] - before[1]) / 2
        operation = self.target.rpartition(b".")[2].decode("latin-1")
        seconds = perf_counter() - self.started_at
        shared.requests.add(operation, self.body, seconds, failure, units, service.namespace(self.caller))
