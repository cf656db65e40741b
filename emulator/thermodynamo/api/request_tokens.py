"""Client request tokens: a write that comes twice with the same token happens once.

Storage keeps the tokens, as a part of the commits that they came with; here is what a request is answered that comes
with one again.
"""

from typing import Any

import orjson
from mmh3 import mmh3_x64_128_digest

from thermodynamo.api import errors, messages
from thermodynamo_storage.changes.request_tokens import RequestTokens


def find(tokens: RequestTokens, token: str, fingerprint: bytes, now: float) -> list[int] | None:
    """The half units to read each item that the request wrote; None for a request that did not happen yet.

    Raises IdempotentParameterMismatchException for a token that came with another request, and
    TransactionInProgressException for one that is still being worked on.
    """
    known = tokens.find(token, now)
    if known is None:
        return None
    same, _, in_progress_until, half_units = known
    if same != fingerprint:
        raise errors.idempotent_parameter_mismatch(messages.TRANSACTION_TOKEN_REUSED)
    if now < in_progress_until:
        raise errors.transaction_in_progress(messages.TRANSACTION_IN_PROGRESS)
    found: list[int] = orjson.loads(half_units)
    return found


def fingerprint(request: Any) -> bytes:
    """What tells one request from another; the order of members within a map makes no difference."""
    try:
        return mmh3_x64_128_digest(orjson.dumps(request, option=orjson.OPT_SORT_KEYS))
    except orjson.JSONEncodeError:
        raise errors.validation(messages.NESTING_TOO_DEEP) from None
