"""What clients do about throttling in an aggregate replay: the attempts of `clients`, as an expectation by second.

A call that is refused at any time of a second is tried again after its delay: part of such calls in the same second,
the others in later ones. All attempts of one second are admitted with the same chance, whichever number they have: the
one with which as much gets through as the limits serve. The error that is stated is what the limits leave in doubt, and
twice the standard deviation of so many calls that get through by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt

from thermodynamo.foresight.replays.clients import (
    BACKOFF_SECONDS_MAX,
    LEGACY_SECONDS,
    RETRY_TOKENS,
    TOKENS,
    attempts_of,
)
from thermodynamo.foresight.replays.offers import TRIFLE, Offer
from thermodynamo.foresight.replays.outcome import RetryOutcome
from thermodynamo.foresight.scenarios.scenario import Clients

HALVINGS = 40
"""So often the chance is halved in, until it is known."""


@dataclass(slots=True)
class Met:
    """What the calls of one offer met in one second."""

    refused: float
    """Attempts that were refused in it."""
    later: dict[int, list[float]] = field(default_factory=dict)
    """The attempts that come so many seconds later, by their number."""


class ExpectedClients:
    """All clients together. `end` puts what they did into an outcome."""

    def __init__(self, clients: Clients) -> None:
        self.attempts = attempts_of(clients)
        self.is_standard = clients.retries == "standard"
        self.tokens_max = self.tokens = float(TOKENS * clients.count)
        self.calls = self.retries = self.got_through = self.gave_up = self.out_of_quota = 0.0
        self.waited_seconds = self.waited_seconds_max = 0.0
        self.variance = 0.0
        self.doubt = 0.0
        """Calls that limits leave in doubt."""
        self.delays = [self._delays(number) for number in range(1, self.attempts)]
        """After each attempt: the chance of each number of seconds later, and the mean and longest delay in seconds."""

    def _delays(self, attempt: int) -> tuple[dict[int, float], float, float]:
        """A call is refused at any time of its second, with equal chance."""
        if not self.is_standard:
            delay = LEGACY_SECONDS * 2 ** (attempt - 1)
            whole = int(delay)
            return {whole: 1 - (delay - whole), whole + 1: delay - whole}, delay, delay
        most = int(min(2.0 ** (attempt - 1), BACKOFF_SECONDS_MAX))
        chances = {second: (1 if 0 < second < most else 0.5) / most for second in range(most + 1)}
        return chances, most / 2, float(most)

    def meet(self, offer: Offer) -> Met:
        """Takes in what is served of an offer."""
        arrived = offer.attempts or (offer.requests,)
        served = offer.requests * offer.part
        given = 1.0
        chance, made = self._made(arrived, served, given)
        if self._spent(chance, made, given) > self.tokens:
            low = 0.0
            for _ in range(HALVINGS):
                middle = (low + given) / 2
                chance, made = self._made(arrived, served, middle)
                low, given = (low, middle) if self._spent(chance, made, middle) > self.tokens else (middle, given)
        refused = [each * (1 - chance) for each in made]
        met = Met(sum(refused))
        for number, count in enumerate(refused[: len(self.delays)]):
            for seconds, part in self.delays[number][0].items():
                if seconds and count * given * part > TRIFLE:
                    later = met.later.setdefault(seconds, [])
                    later += [0.0] * (number + 2 - len(later))
                    later[number + 1] += count * given * part
        self._count(chance, made, refused, given)
        return met

    def _made(self, arrived: Sequence[float], served: float, given: float) -> tuple[float, list[float]]:
        """The chance of an attempt, and how many are made in the second, by number."""
        low, high = 0.0, 1.0
        if served >= sum(arrived) * (1 - TRIFLE):
            return 1.0, self._attempts(arrived, 1.0, given)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if sum(self._attempts(arrived, middle, given)) * middle > served:
                high = middle
            else:
                low = middle
        return low, self._attempts(arrived, low, given)

    def _attempts(self, arrived: Sequence[float], chance: float, given: float) -> list[float]:
        """How many attempts are made in a second, by number: those that arrive, and again in it what was refused."""
        made: list[float] = []
        for number in range(self.attempts):
            count = arrived[number] if number < len(arrived) else 0.0
            if made:
                count += made[-1] * (1 - chance) * given * self.delays[number - 1][0].get(0, 0.0)
            made.append(count)
        return made

    def _spent(self, chance: float, made: Sequence[float], given: float) -> float:
        """The tokens that attempts of a second take, where so much of what is refused is tried again."""
        if not self.is_standard:
            return 0.0
        refused = sum(made[: self.attempts - 1]) * (1 - chance)
        return RETRY_TOKENS * (refused * given - sum(made[1:]) * chance)

    def _count(self, chance: float, made: Sequence[float], refused: Sequence[float], given: float) -> None:
        again = refused[: self.attempts - 1]
        unpaid = sum(again) * (1 - given)
        self.calls += refused[0]
        self.retries += sum(made[1:])
        self.got_through += sum(made[1:]) * chance
        self.out_of_quota += unpaid
        self.gave_up += unpaid + sum(refused[self.attempts - 1 :])
        self.variance += sum(made) * chance * (1 - chance)
        waited = 0.0
        for (_, mean, longest), count in zip(self.delays, again, strict=False):
            self.waited_seconds += count * given * mean
            waited += longest
            if count * given >= 0.5:
                self.waited_seconds_max = max(self.waited_seconds_max, waited)
        self.tokens = min(self.tokens_max, self.tokens - self._spent(chance, made, given))

    def end(self, outcome: RetryOutcome) -> None:
        """Tells what clients did, in whole calls."""
        for name in ("calls", "retries", "got_through", "gave_up", "out_of_quota"):
            setattr(outcome, name, round(getattr(self, name)))
        outcome.waited_seconds, outcome.waited_seconds_max = self.waited_seconds, self.waited_seconds_max
        outcome.error_calls = round(self.doubt + 2 * sqrt(self.variance))
