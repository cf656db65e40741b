"""The client request tokens of one namespace: which requests were carried out, and what they came with.

A token is good for ten minutes after its request was carried out (API reference, TransactWriteItems). Forgetting is
lazy in `now`: adding a token drops those that are over.
"""

from thermodynamo_storage.values.dataclass import dataclass

LIFETIME_SECONDS = 600.0
TOKENS_MAX = 200_000
"""SDKs send a token with every transaction; the oldest are forgotten so that a load test cannot fill the memory."""

Known = tuple[bytes, float, float, bytes]
"""Fingerprint, when it is over, until when the request is in progress, half units to read (JSON).

A tuple of atoms, which the garbage collector does not visit."""


@dataclass(frozen=True, slots=True)
class RequestToken:
    """A token with what is kept of its request: `half_units` is a JSON list of what reading each item costs."""

    account: str
    region: str
    token: str
    fingerprint: bytes
    half_units: bytes
    in_progress_until: float


class RequestTokens:
    """The tokens of one namespace that are still good, oldest first."""

    __slots__ = ("carried_out",)

    def __init__(self) -> None:
        self.carried_out: dict[str, Known] = {}

    def copy(self, now: float) -> "RequestTokens":
        """Those that are still good at `now`."""
        copied = RequestTokens()
        copied.carried_out = {token: known for token, known in self.carried_out.items() if known[1] > now}
        return copied

    def find(self, token: str, now: float) -> Known | None:
        """What is known of a token; None for a request that did not happen yet, or too long ago."""
        known = self.carried_out.get(token)
        if known is None or now < known[1]:
            return known
        del self.carried_out[token]
        return None

    def remember(self, given: RequestToken, now: float) -> None:
        """Keeps what a request did that was carried out."""
        carried_out = self.carried_out
        while carried_out:
            oldest = next(iter(carried_out))
            if carried_out[oldest][1] > now and len(carried_out) < TOKENS_MAX:
                break
            del carried_out[oldest]
        over_at = given.in_progress_until + LIFETIME_SECONDS
        carried_out[given.token] = (given.fingerprint, over_at, given.in_progress_until, given.half_units)
