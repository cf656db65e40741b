"""CancellationReasons: why the members of a transaction cannot be carried out, and the exception that says so."""

from collections.abc import Sequence
from typing import Any

import orjson

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo_storage.values.errors import ConditionFailed, StorageError

Reason = dict[str, Any]
NO_REASON: Reason = {"Code": "None"}
CODES = {
    "DuplicateItemException": "DuplicateItem",
    "ItemCollectionSizeLimitExceededException": "ItemCollectionSizeLimitExceeded",
    "TransactionConflictException": "TransactionConflict",
    "ValidationException": "ValidationError",
}
"""The reason that each exception of a single write becomes."""
INVALID = CODES["ValidationException"]
THROTTLING_CODES = {
    "ProvisionedThroughputExceededException": "ProvisionedThroughputExceeded",
    "ThrottlingException": "ThrottlingError",
}
"""The reasons of throttling, where `--throttled-transactions` is `cancel` or `--throttle-errors` is `guide`, as the API
reference has it. Otherwise throttling refuses the whole request, as the service did in captures of September 2026
(github.com/radkawar/stackd)."""


def cancelled(reasons: Sequence[Reason | None]) -> ApiError:
    """A TransactionCanceledException; None stands for a member that had no reason."""
    given = [reason or NO_REASON for reason in reasons]
    codes = ", ".join(reason["Code"] for reason in given)
    return errors.transaction_canceled(messages.TRANSACTION_CANCELED.format(codes), given)


def until_invalid(reasons: Sequence[Reason | None]) -> list[Reason | None]:
    """The reasons up to the first invalid member: none is looked at after it."""
    for number, reason in enumerate(reasons, 1):
        if reason is not None and reason["Code"] == INVALID:
            return [*reasons[:number], *[None] * (len(reasons) - number)]
    return list(reasons)


def reason_of(error: ApiError | StorageError, shows_item: bool = False) -> Reason:
    """Why a member cannot be carried out. What is no reason to cancel is raised again: it refuses the request."""
    if isinstance(error, ConditionFailed):
        errors.without_frames(error)
        reason: Reason = {"Code": "ConditionalCheckFailed"}
        if shows_item and error.blob is not None:
            reason["Item"] = orjson.Fragment(error.blob)
        reason["Message"] = messages.CONDITION_FAILED
        return reason
    answer = error if isinstance(error, ApiError) else errors.from_storage(error)
    code = CODES.get(answer.name)
    if code is None:
        raise error
    errors.without_frames(error)
    return {"Code": code, "Message": answer.message}
