"""Client request tokens: a write that comes twice with the same token happens once.

A token is good for ten minutes after its request was carried out (API reference, TransactWriteItems). Forgetting is
lazy in `now`: whoever adds a token drops those that are over.
"""

from typing import Any

import orjson
from mmh3 import mmh3_x64_128_digest

from thermodynamo.api import errors, messages

LIFETIME_SECONDS = 600.0
TOKENS_MAX = 200_000
"""SDKs send a token with every transaction; the oldest are forgotten so that a load test cannot fill the memory."""


class RequestTokens:
    """The tokens of one namespace that are still good, oldest first."""

    __slots__ = ("carried_out",)

    def __init__(self) -> None:
        self.carried_out: dict[str, tuple[bytes, float, float, bytes]] = {}
        """By token: fingerprint, when it is over, until when the request is in progress, half units to read (JSON).

        A tuple of atoms, which the garbage collector does not visit."""

    def find(self, token: str, fingerprint: bytes, now: float) -> list[int] | None:
        """The half units to read each item that the request wrote; None for a request that did not happen yet.

        Raises IdempotentParameterMismatchException for a token that came with another request, and
        TransactionInProgressException for one that is still being worked on.
        """
        known = self.carried_out.get(token)
        if known is None:
            return None
        same, over_at, in_progress_until, half_units = known
        if now >= over_at:
            del self.carried_out[token]
            return None
        if same != fingerprint:
            raise errors.idempotent_parameter_mismatch(messages.TRANSACTION_TOKEN_REUSED)
        if now < in_progress_until:
            raise errors.transaction_in_progress(messages.TRANSACTION_IN_PROGRESS)
        found: list[int] = orjson.loads(half_units)
        return found

    def remember(
        self, token: str, fingerprint: bytes, half_units: list[int], now: float, in_progress_until: float
    ) -> None:
        """Keeps what a request did that was carried out."""
        carried_out = self.carried_out
        while carried_out:
            oldest = next(iter(carried_out))
            if carried_out[oldest][1] > now and len(carried_out) < TOKENS_MAX:
                break
            del carried_out[oldest]
        over_at = in_progress_until + LIFETIME_SECONDS
        carried_out[token] = (fingerprint, over_at, in_progress_until, orjson.dumps(half_units))


def fingerprint(request: Any) -> bytes:
    """What tells one request from another; the order of members within a map makes no difference."""
    return mmh3_x64_128_digest(orjson.dumps(request, option=orjson.OPT_SORT_KEYS))
