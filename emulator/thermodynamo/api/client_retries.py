"""What clients do about throttling: how often they try a call again, and when they give up.

SDKs say which call a request belongs to (`amz-sdk-invocation-id`) and which attempt at it this is (`amz-sdk-request`,
such as `attempt=2; max=4`; botocore's legacy mode tells the maximum from the second attempt on). A call is followed
from its first throttled attempt until an attempt gets through, or until the client gives up: after its last attempt,
or when none has come for a while, as when the client's retry quota is spent. A failure of the server's own is tried
again, too, and ends no call. Times are the server's clock's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import field
from operator import attrgetter

from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass

GIVEN_UP_SECONDS = 30.0
"""SDKs wait 20 seconds at most before an attempt."""
OPEN_MAX = 10_000
COUNTS_MAX = 1_000
CLIENTS_MAX = 100
STOPPED_CALLS = 5
"""So many calls on end that were left before their last attempt are no coincidence."""
_attempt = re.compile(rb"(?:^|;)\s*attempt=([0-9]{1,4})\b").search
_most = re.compile(rb"(?:^|;)\s*max=([0-9]{1,4})\b").search

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(slots=True)
class Client:
    """One client of one operation, told by its user agent, and whether it still tries again.

    It decides that when it gets the reply to an attempt, and then waits. So a retry proves that it tried again at the
    time of the attempt before, and says nothing about calls that were left in between.
    """

    retried: int = 0
    """The number of the latest attempt that was followed by another one; 0 where none was."""
    left: int = 0
    """Calls whose last attempt came later than that, and was not the last that the client allows itself."""

    @property
    def has_retried(self) -> bool:
        return self.retried > 0

    @property
    def has_stopped(self) -> bool:
        return self.left >= STOPPED_CALLS


@dataclass(slots=True)
class RetryCounts:
    """The calls of one operation on one table that met a throttle. `open` ones may still be tried again."""

    table_name: str
    operation: str
    calls: int = 0
    retries: int = 0
    got_through: int = 0
    gave_up: int = 0
    retries_of_those_through: int = 0
    seconds: float = 0.0
    """From the first throttled attempt to the last, of the calls that are over."""
    seconds_max: float = 0.0
    unmarked: int = 0
    """Throttled requests that did not say which call they belong to."""
    clients: dict[bytes, Client] = field(default_factory=dict)

    @property
    def open(self) -> int:
        return self.calls - self.got_through - self.gave_up

    def client(self, name: bytes) -> Client:
        found = self.clients.get(name)
        if found is None:
            if len(self.clients) >= CLIENTS_MAX:
                del self.clients[next(iter(self.clients))]
            found = self.clients[name] = Client()
        return found

    def summary(self) -> str:
        """In words, such as `412 calls met a throttle, 398 got through after 1.6 retries on average, 14 gave up`."""
        parts = [_number(self.calls, "call") + " met a throttle"]
        if self.got_through:
            average = self.retries_of_those_through / self.got_through
            parts.append(f"{self.got_through:,} got through after {average:.1f} retries on average")
        if self.gave_up:
            parts.append(f"{self.gave_up:,} gave up")
        if self.open:
            parts.append(f"{self.open:,} may be tried again")
        text = ", ".join(parts) if self.calls else ""
        stopped = [client for client in self.clients.values() if client.has_stopped]
        if stopped:
            text += f"; {_clients(len(stopped), len(self.clients), all(each.has_retried for each in stopped))}"
        if self.unmarked:
            text += "; " if text else ""
            text += _number(self.unmarked, "throttled request") + " without the id of a call"
        return text


@dataclass(slots=True)
class Call:
    """A call that was throttled and is not over; `counts` are those of its tables."""

    counts: list[RetryCounts]
    client: bytes
    number: int
    """The number of its latest throttled attempt, in the order of all attempts."""
    first_at: float
    last_at: float = 0.0
    attempt: int = 1
    most: int | None = None

    @property
    def has_attempts_left(self) -> bool:
        """Whether the client might try again. A maximum that it does not tell may have been reached by any retry."""
        return self.attempt < self.most if self.most is not None else self.attempt == 1


class ClientRetries:
    """The calls of one namespace."""

    def __init__(self) -> None:
        self.open: dict[bytes, Call] = {}
        """By invocation id, the one tried least lately first. Empty while nothing is throttled."""
        self.counts: dict[tuple[str, str], RetryCounts] = {}
        """By the table's id and the operation."""
        self.attempts = 0
        """Throttled attempts so far, which number them."""

    def throttle(self, headers: Headers, operation: str, tables: Iterable[Table], now: float) -> None:
        """An attempt was throttled, for these tables."""
        counts = [self._counts(table, operation) for table in tables]
        if not counts:
            return
        id, request, client = _told(headers)
        number = _attempt(request)
        if not id or number is None:
            for each in counts:
                each.unmarked += 1
            return
        self.settle(now)
        self.attempts += 1
        call = self.open.pop(id, None)
        if call is None:
            call = Call(counts, client, self.attempts, now)
            for each in counts:
                each.calls += 1
        most = _most(request)
        call.most = int(most[1]) if most is not None else call.most
        self._note_attempt(call, int(number[1]), now)
        call.number = self.attempts
        self._leave_open(id, call)

    def fail(self, headers: Headers, now: float) -> None:
        """An attempt met a failure of the server's own, which clients try again; it may be one at an open call."""
        id, request, _ = _told(headers)
        call = self.open.pop(id, None)
        if call is not None:
            self._note_attempt(call, _number_of(request, call), now)
            self._leave_open(id, call)

    def pass_limits(self, headers: Headers, now: float) -> None:
        """An attempt was answered for good, and not by a throttle; it may be one at an open call."""
        id, request, _ = _told(headers)
        call = self.open.pop(id, None)
        if call is None:
            return
        self._note_attempt(call, _number_of(request, call), now)
        for each in call.counts:
            each.got_through += 1
            each.retries_of_those_through += call.attempt - 1
            _add_time(each, call)

    def settle(self, now: float) -> None:
        """Calls that were not tried again for long have been given up."""
        while self.open:
            id = next(iter(self.open))
            if now < self.open[id].last_at + GIVEN_UP_SECONDS:
                return
            self._give_up(self.open.pop(id))

    def forget(self, table: Table) -> None:
        """Drops the counts of a table that is gone."""
        self.counts = {key: counts for key, counts in self.counts.items() if key[0] != table.id}

    def of_tables(self, tables: Iterable[Table], now: float) -> list[RetryCounts]:
        """The counts of some tables, in their order and that of the operations."""
        self.settle(now)
        found: dict[str, list[RetryCounts]] = {table.id: [] for table in tables}
        for (table_id, _), counts in self.counts.items():
            if table_id in found:
                found[table_id].append(counts)
        return [each for of_table in found.values() for each in sorted(of_table, key=attrgetter("operation"))]

    def _counts(self, table: Table, operation: str) -> RetryCounts:
        key = (table.id, operation)
        found = self.counts.get(key)
        if found is None:
            if len(self.counts) >= COUNTS_MAX:
                del self.counts[next(iter(self.counts))]
            found = self.counts[key] = RetryCounts(table.schema.name, operation)
        return found

    def _note_attempt(self, call: Call, attempt: int, now: float) -> None:
        """An attempt has come after the throttled one that `call.number` says; of those in between nothing was seen."""
        retries = attempt - call.attempt
        call.attempt, call.last_at = attempt, now
        if attempt > 1:
            for each in call.counts:
                each.retries += max(0, retries)
                client = each.client(call.client)
                if call.number > client.retried:
                    client.retried, client.left = call.number, 0

    def _leave_open(self, id: bytes, call: Call) -> None:
        """Waits for the next attempt, if there is to be one."""
        if call.most is not None and call.attempt >= call.most:
            self._give_up(call)
            return
        self.open[id] = call
        if len(self.open) > OPEN_MAX:
            self._give_up(self.open.pop(next(iter(self.open))))

    def _give_up(self, call: Call) -> None:
        for each in call.counts:
            each.gave_up += 1
            _add_time(each, call)
            client = each.client(call.client)
            if call.has_attempts_left and call.number > client.retried:
                client.left += 1


def attempt_of(headers: Headers) -> int | None:
    """Which attempt at its call a request is, from 1; None where the client does not say so."""
    number = _attempt(_told(headers)[1])
    return int(number[1]) if number is not None else None


def _told(headers: Headers) -> tuple[bytes, bytes, bytes]:
    """The invocation id, the attempt and the user agent; empty where there is none."""
    id = request = client = b""
    for name, value in headers:
        if name == b"amz-sdk-invocation-id":
            id = value
        elif name == b"amz-sdk-request":
            request = value
        elif name == b"user-agent":
            client = value
    return id, request, client


def _number_of(request: bytes, call: Call) -> int:
    """Which attempt at an open call a request is: the next one where it does not say so."""
    number = _attempt(request)
    return int(number[1]) if number is not None else call.attempt + 1


def _add_time(counts: RetryCounts, call: Call) -> None:
    seconds = call.last_at - call.first_at
    counts.seconds += seconds
    counts.seconds_max = max(counts.seconds_max, seconds)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _clients(stopped: int, known: int, had_retried: bool) -> str:
    """Who does not try again any more, or never did."""
    verb = "stopped retrying" if had_retried else "not retried"
    if stopped == known == 1:
        return f"this client has {verb}"
    return f"{stopped} of {known} clients {'has' if stopped == 1 else 'have'} {verb}"
