"""What clients do about throttling in a replay: attempts, back-off and the retry quota, as botocore has them.

legacy    10 attempts, the delays 0.05 s, 0.1 s and so on (botocore, data/_retry.json, dynamodb)
standard  4 attempts, delays of a random part of 1 s, 2 s and so on up to 20 s; each retry takes 5 of 500 tokens of the
          client, which a success gives back (botocore, retries/standard.py)
"""

import heapq
from dataclasses import dataclass
from random import Random

from thermodynamo.foresight.replays.outcome import RetryOutcome
from thermodynamo.foresight.scenarios.scenario import Clients
from thermodynamo.foresight.traces.event import MICROSECONDS, Event

LEGACY_ATTEMPTS, STANDARD_ATTEMPTS = 10, 4
LEGACY_SECONDS = 0.05
BACKOFF_SECONDS_MAX = 20.0
TOKENS = 500
RETRY_TOKENS = 5
OPEN_MAX = 1_000_000
"""So many calls may wait for their next attempt; beyond, calls are given up."""


def attempts_of(clients: Clients) -> int:
    """How often a call is tried."""
    return clients.attempts or {"legacy": LEGACY_ATTEMPTS, "standard": STANDARD_ATTEMPTS}.get(clients.retries, 1)


@dataclass(slots=True)
class Call:
    """A call that was throttled: its events, and when it met its first throttle."""

    events: list[Event]
    first_at: int
    attempt: int = 1
    holds_tokens: bool = False


class ClientModel:
    """All clients together. `outcome` counts what they do."""

    def __init__(self, clients: Clients, seed: int, outcome: RetryOutcome) -> None:
        self.attempts = attempts_of(clients)
        self.is_standard = clients.retries == "standard"
        self.tokens = TOKENS * clients.count
        self.random = Random(f"{seed}/clients").random
        self.outcome = outcome
        self.waiting: list[tuple[int, int, Call]] = []
        """By the time of the next attempt."""
        self.number = 0

    def throttle(self, call: Call, at: int) -> None:
        """An attempt at a call was throttled."""
        outcome = self.outcome
        if call.attempt == 1:
            outcome.calls += 1
        if call.attempt >= self.attempts or len(self.waiting) >= OPEN_MAX:
            self._give_up(call, at)
            return
        if self.is_standard:
            if self.tokens < RETRY_TOKENS:
                outcome.out_of_quota += 1
                self._give_up(call, at)
                return
            self.tokens -= RETRY_TOKENS
            call.holds_tokens = True
        self.number += 1
        heapq.heappush(self.waiting, (at + int(self._delay(call.attempt) * MICROSECONDS), self.number, call))

    def _delay(self, attempt: int) -> float:
        if self.is_standard:
            return self.random() * min(2.0 ** (attempt - 1), BACKOFF_SECONDS_MAX)
        return float(LEGACY_SECONDS * 2 ** (attempt - 1))

    def next_call(self, until: int) -> tuple[int, Call] | None:
        """The call that is tried next, and when, if that is not later than `until`."""
        if not self.waiting or self.waiting[0][0] > until:
            return None
        at, _, call = heapq.heappop(self.waiting)
        call.attempt += 1
        self.outcome.retries += 1
        return at, call

    def get_through(self, call: Call, at: int) -> None:
        """An attempt that was a retry was admitted."""
        self.outcome.got_through += 1
        if call.holds_tokens:
            self.tokens += RETRY_TOKENS
        self._wait(call, at)

    def _give_up(self, call: Call, at: int) -> None:
        self.outcome.gave_up += 1
        self._wait(call, at)

    def _wait(self, call: Call, at: int) -> None:
        seconds = (at - call.first_at) / MICROSECONDS
        self.outcome.waited_seconds += seconds
        self.outcome.waited_seconds_max = max(self.outcome.waited_seconds_max, seconds)
