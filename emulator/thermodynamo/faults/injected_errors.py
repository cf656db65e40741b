"""The errors that a fault can give instead of an answer, by name, as the service would send them."""

from collections.abc import Callable, Sequence
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import CORAL_AVAILABILITY, CORAL_SERVICE, ApiError
from thermodynamo_storage.capacity import refusals
from thermodynamo_storage.capacity.refusals import Limit
from thermodynamo_storage.values.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Victim:
    """The request that an error is made for: its table's ARN, and which members of a transaction the rule matched."""

    is_read: bool
    table_arn: str
    matched: Sequence[bool]

    def throttling_reasons(self, limit: Limit) -> list[dict[str, str]]:
        """What throttling errors say about themselves; they name a table, where the request does."""
        if not self.table_arn:
            return []
        return [{"reason": refusals.reason(False, not self.is_read, limit), "resource": self.table_arn}]


def _throttling(victim: Victim) -> ApiError:
    reasons = victim.throttling_reasons("KeyRangeThroughput")
    message = messages.ON_DEMAND_SCALING if reasons else messages.RATE_EXCEEDED
    return ApiError("ThrottlingException", message, prefix=CORAL_AVAILABILITY, members={"throttlingReasons": reasons})


def _provisioned(victim: Victim) -> ApiError:
    members = {"ThrottlingReasons": victim.throttling_reasons("ProvisionedThroughput")}
    return ApiError("ProvisionedThroughputExceededException", messages.PROVISIONED_EXCEEDED, members=members)


def _request_limit(victim: Victim) -> ApiError:
    members = {"ThrottlingReasons": victim.throttling_reasons("AccountLimit")}
    return ApiError("RequestLimitExceeded", messages.ACCOUNT_LIMIT, members=members)


def _canceled(victim: Victim) -> ApiError:
    conflict = {"Code": "TransactionConflict", "Message": messages.TRANSACTION_ONGOING}
    reasons: list[dict[str, Any]] = [conflict if matched else {"Code": "None"} for matched in victim.matched]
    codes = ", ".join(reason["Code"] for reason in reasons)
    return errors.transaction_canceled(messages.TRANSACTION_CANCELED.format(codes), reasons)


def _plain(make: Callable[[str], ApiError], message: str) -> Callable[[Victim], ApiError]:
    return lambda victim: make(message)


def _named(name: str, message: str, prefix: str = errors.MODEL) -> Callable[[Victim], ApiError]:
    return lambda victim: ApiError(name, message, prefix=prefix)


ERRORS: dict[str, Callable[[Victim], ApiError]] = {
    "AccessDeniedException": _plain(errors.access_denied, messages.ACCESS_DENIED),
    "ConditionalCheckFailedException": _named("ConditionalCheckFailedException", messages.CONDITION_FAILED),
    "DuplicateItemException": _plain(errors.duplicate_item, messages.DUPLICATE_ITEM),
    "ExpiredTokenException": _named("ExpiredTokenException", messages.CREDENTIALS_EXPIRED, CORAL_SERVICE),
    "IdempotentParameterMismatchException": _plain(
        errors.idempotent_parameter_mismatch, messages.TRANSACTION_TOKEN_REUSED
    ),
    "InternalServerError": _plain(errors.internal_server_error, messages.INTERNAL_SERVER_ERROR),
    "ItemCollectionSizeLimitExceededException": _named(
        "ItemCollectionSizeLimitExceededException", messages.COLLECTION_TOO_LARGE
    ),
    "LimitExceededException": _plain(errors.limit_exceeded, messages.TOO_MANY_OPERATIONS),
    "ProvisionedThroughputExceededException": _provisioned,
    "ReplicatedWriteConflictException": _named("ReplicatedWriteConflictException", messages.REPLICATED_WRITE_CONFLICT),
    "RequestLimitExceeded": _request_limit,
    "ResourceInUseException": _plain(errors.resource_in_use, messages.RESOURCE_IN_USE),
    "ResourceNotFoundException": _plain(errors.resource_not_found, messages.RESOURCE_NOT_FOUND),
    "ServiceUnavailable": _plain(errors.service_unavailable, messages.SERVICE_UNAVAILABLE),
    "ThrottlingException": _throttling,
    "TransactionCanceledException": _canceled,
    "TransactionConflictException": _plain(errors.transaction_conflict, messages.TRANSACTION_ONGOING),
    "TransactionInProgressException": _plain(errors.transaction_in_progress, messages.TRANSACTION_IN_PROGRESS),
    "UnrecognizedClientException": _named("UnrecognizedClientException", messages.CLIENT_UNRECOGNIZED, CORAL_SERVICE),
    "ValidationException": _plain(errors.validation, messages.INJECTED_VALIDATION),
}


def full_name(name: str) -> str | None:
    """The name of an error that may be given without its `Exception`; None for one that is not known."""
    return name if name in ERRORS else name + "Exception" if name + "Exception" in ERRORS else None
