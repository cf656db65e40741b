"""The one exception an operation raises, and the only place that knows HTTP statuses.

An error body on the wire is `{"__type": "<prefix>#<name>", "message": ...}`. Errors of the service's model carry the
model's prefix; errors of the framework below it carry a coral prefix and, for two of them, an upper-case `Message`.
"""

from typing import Any, TypeVar

import orjson

from thermodynamo.api import arn, messages, slices
from thermodynamo.api.slices import Slices
from thermodynamo_storage.capacity.refusals import Refusal, Throttled
from thermodynamo_storage.values import errors as storage_errors

MODEL = "com.amazonaws.dynamodb.v20120810#"
CORAL_SERVICE = "com.amazon.coral.service#"
CORAL_VALIDATE = "com.amazon.coral.validate#"
CORAL_AVAILABILITY = "com.amazon.coral.availability#"
PROVISIONED_EXCEEDED = "ProvisionedThroughputExceededException"
_EMPTY = {"S": "string", "B": "binary"}


E = TypeVar("E", bound=BaseException)


def without_frames(error: E) -> E:
    """An error that was answered or is kept: neither it nor those it came of hold the frames any more that they passed.

    The frames hold what the request has decoded. An error that stands in a variable of one of them, too, is part of a
    circle of references, and only a full collection of garbage frees it. These are put off while requests come.
    """
    each: BaseException | None = error
    while each is not None:
        each.__traceback__ = None
        each = each.__context__
    return error


class ApiError(Exception):
    """An error reply in the making: its wire type, message, HTTP status and further members of the body."""

    is_counted = True
    """Whether it is one of CloudWatch's UserErrors of DynamoDB, if it is the user's."""

    def __init__(
        self,
        name: str,
        message: str | None,
        *,
        prefix: str = MODEL,
        status: int = 400,
        message_member: str = "message",
        members: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.prefix = prefix
        self.status = status
        self.message_member = message_member
        self.members = members

    def reply(self) -> bytes | Slices[bytes]:
        """The JSON of the reply body, or the slices that make it where the error says much."""
        if not self.members or self.name != "TransactionCanceledException":
            return orjson.dumps(self.body())
        return slices.begin(self._reply_in_slices())

    def _reply_in_slices(self) -> Slices[bytes]:
        """A hundred reasons may have an item each. One of them is written in a slice, at most."""
        written: list[bytes] = []
        slice_bytes = 0
        for name, value in self.body().items():
            written.append(b"%b%b:" % (b"," if written else b"{", orjson.dumps(name)))
            if not isinstance(value, list):
                written.append(orjson.dumps(value))
                continue
            for number, member in enumerate(value):
                written += (b"," if number else b"[", orjson.dumps(member))
                slice_bytes += len(written[-1])
                if slice_bytes > slices.JOINED_BYTES:
                    yield
                    slice_bytes = 0
            written.append(b"]" if value else b"[]")
        written.append(b"}")
        return (yield from slices.joined(written))

    def body(self) -> dict[str, Any]:
        """The members of the reply body, in the order the service writes them."""
        reply: dict[str, Any] = {"__type": self.prefix + self.name}
        if self.members:
            reply.update(self.members)
        if self.message is not None:
            reply[self.message_member] = self.message
        return reply


def validation(message: str) -> ApiError:
    """The request is well-formed JSON of the right types, but breaks a rule."""
    return ApiError("ValidationException", message, prefix=CORAL_VALIDATE)


class NameTooLarge(ApiError):
    """An attribute name of 64 KB or more, wherever it stands: no other words are put around this error."""

    def __init__(self) -> None:
        super().__init__("ValidationException", messages.ATTRIBUTE_NAME_TOO_LARGE, prefix=CORAL_VALIDATE)


class ValueRefused(ApiError):
    """An attribute value that cannot be, in the words of the operations that speak of it since October 2026.

    `earlier` is what the other operations say still; see `Operation.restate`.
    """

    def __init__(self, message: str, earlier: str | None = None) -> None:
        super().__init__("ValidationException", message, prefix=CORAL_VALIDATE)
        self.earlier = message if earlier is None else earlier


class NestingRefused(ValueRefused):
    """A value that nests too deep; `is_read` unless it is so deep that the service does not read it to its end."""

    def __init__(self, is_read: bool, earlier: str | None = None) -> None:
        super().__init__(messages.NESTING_TOO_DEEP, earlier)
        self.is_read = is_read


def enveloped(error: ApiError) -> ApiError:
    """The error as PutItem, UpdateItem and DeleteItem word what their requests break: as one detected validation error.

    Replies of the service, recorded in October 2026 in several regions. What these three do not say so is in
    `messages.PLAIN_ALWAYS`.
    """
    message = error.message or ""
    if isinstance(error, NestingRefused):
        return validation(messages.ONE_ERROR + message if error.is_read else error.earlier)
    if error.name != "ValidationException" or message.startswith(messages.PLAIN_ALWAYS):
        return error
    return validation(messages.ONE_ERROR + message)


def worded_earlier(error: ApiError) -> ApiError:
    """The error as an operation words it that speaks of attribute values as it always did."""
    return validation(error.earlier) if isinstance(error, ValueRefused) else error


def serialization(message: str | None) -> ApiError:
    """The body is not JSON, or a member has the wrong JSON type."""
    return ApiError("SerializationException", message, prefix=CORAL_SERVICE, message_member="Message")


def unknown_operation(message: str | None = None) -> ApiError:
    """What the service answers without a message; here a published operation that is not built is named."""
    return ApiError("UnknownOperationException", message, prefix=CORAL_SERVICE)


def missing_authentication_token(message: str) -> ApiError:
    return ApiError("MissingAuthenticationTokenException", message, prefix=CORAL_SERVICE)


def incomplete_signature(message: str) -> ApiError:
    return ApiError("IncompleteSignatureException", message, prefix=CORAL_SERVICE)


def invalid_signature(message: str) -> ApiError:
    return ApiError("InvalidSignatureException", message, prefix=CORAL_SERVICE)


def unrecognized_client() -> ApiError:
    """An unknown access key, or a session token that is not the key's."""
    return ApiError("UnrecognizedClientException", messages.CLIENT_UNRECOGNIZED, prefix=CORAL_SERVICE)


def policy_not_found(message: str) -> ApiError:
    """No resource policy, or another revision of it than was expected."""
    return ApiError("PolicyNotFoundException", message)


def expired_token() -> ApiError:
    return ApiError("ExpiredTokenException", messages.CREDENTIALS_EXPIRED, prefix=CORAL_SERVICE)


def resource_not_found(message: str) -> ApiError:
    return ApiError("ResourceNotFoundException", message)


def resource_in_use(message: str) -> ApiError:
    return ApiError("ResourceInUseException", message)


def limit_exceeded(message: str) -> ApiError:
    return ApiError("LimitExceededException", message)


def throttling(message: str) -> ApiError:
    """A change of a table's setting or policy that comes too soon after the last one."""
    return ApiError("ThrottlingException", message, prefix=CORAL_AVAILABILITY)


def continuous_backups_unavailable(message: str) -> ApiError:
    return ApiError("ContinuousBackupsUnavailableException", message)


def backup_not_found(message: str) -> ApiError:
    return ApiError("BackupNotFoundException", message)


def backup_in_use(message: str) -> ApiError:
    return ApiError("BackupInUseException", message)


def table_already_exists(message: str) -> ApiError:
    """What a restore answers for a name that is taken; other operations answer ResourceInUseException."""
    return ApiError("TableAlreadyExistsException", message)


def table_in_use(message: str) -> ApiError:
    """What a restore answers for a name that another restore is making a table of."""
    return ApiError("TableInUseException", message)


def recovery_unavailable(message: str) -> ApiError:
    return ApiError("PointInTimeRecoveryUnavailableException", message)


def restore_time_invalid(message: str) -> ApiError:
    return ApiError("InvalidRestoreTimeException", message)


def table_not_found(message: str) -> ApiError:
    """What the operations on backups answer for a table that does not exist."""
    return ApiError("TableNotFoundException", message)


def import_not_found(message: str) -> ApiError:
    return ApiError("ImportNotFoundException", message)


def import_conflict(message: str) -> ApiError:
    """Another import that began with the client's token."""
    return ApiError("ImportConflictException", message)


def invalid_export_time(message: str) -> ApiError:
    return ApiError("InvalidExportTimeException", message)


def export_not_found(message: str) -> ApiError:
    return ApiError("ExportNotFoundException", message)


def export_conflict(message: str) -> ApiError:
    """Another export that began with the client's token."""
    return ApiError("ExportConflictException", message)


def global_table_not_found(message: str) -> ApiError:
    return ApiError("GlobalTableNotFoundException", message)


def access_denied(message: str) -> ApiError:
    return ApiError("AccessDeniedException", message, prefix=CORAL_SERVICE, message_member="Message")


def item_collection_size_limit_exceeded() -> ApiError:
    return ApiError("ItemCollectionSizeLimitExceededException", messages.ITEM_COLLECTION_TOO_LARGE)


def conditional_check_failed(message: str, item: orjson.Fragment | None) -> ApiError:
    """A false condition; `item`, as wire JSON, is sent along when the request asked for the item as it was."""
    members = {"Item": item} if item is not None else None
    return ApiError("ConditionalCheckFailedException", message, members=members)


def duplicate_item(message: str) -> ApiError:
    """An INSERT of an item whose key is taken."""
    return ApiError("DuplicateItemException", message)


def throttled(refusal: Refusal, is_single_write: bool = False, by_guide: bool = False) -> ApiError:
    """A request that a limit refused; `is_single_write` where the operation writes one item, or may do so.

    The capital in ThrottlingReasons is the service's: only ThrottlingException lacks it. Where recorded replies and the
    developer guide disagree (gsi-throttling, October 2026), `by_guide` takes its side: a ThrottlingException then
    answers a hot partition of any index, and any write beyond the maximum of an index.
    """
    resource = arn.TableArn(refusal.region, refusal.account, refusal.table_name)
    place = str(resource) if refusal.index_name is None else f"{resource}/index/{refusal.index_name}"
    reasons = [{"reason": refusal.reason, "resource": place}]
    is_index = refusal.index_name is not None
    if refusal.limit == "AccountLimit" and is_index:
        # No reply was recorded, and the guide's page speaks of indexes alone (gsi-throttling).
        return _throttling(messages.ACCOUNT_LIMIT, reasons)
    if refusal.limit == "AccountLimit":
        return ApiError("RequestLimitExceeded", messages.ACCOUNT_LIMIT, members={"ThrottlingReasons": reasons})
    if not refusal.is_on_demand and not (by_guide and is_index and refusal.limit == "KeyRangeThroughput"):
        message = messages.INDEX_PROVISIONED_EXCEEDED if is_index else messages.PROVISIONED_EXCEEDED
        return ApiError(PROVISIONED_EXCEEDED, message, members={"ThrottlingReasons": reasons})
    message = messages.INDEX_ON_DEMAND_SCALING if is_index else messages.ON_DEMAND_SCALING
    if refusal.limit == "MaxOnDemandThroughput":
        message = messages.ON_DEMAND_MAXIMUM
        if is_index and refusal.is_write and is_single_write and not by_guide:
            # Published captures; the same write in a transaction was answered with a ThrottlingException.
            return ApiError(PROVISIONED_EXCEEDED, message, members={"ThrottlingReasons": reasons})
    return _throttling(message, reasons)


def _throttling(message: str, reasons: list[dict[str, str]]) -> ApiError:
    return ApiError("ThrottlingException", message, prefix=CORAL_AVAILABILITY, members={"throttlingReasons": reasons})


def transaction_canceled(message: str, reasons: list[dict[str, Any]]) -> ApiError:
    """A transaction that did nothing, with the reason of each of its members in their order."""
    members = {"CancellationReasons": reasons}
    return ApiError("TransactionCanceledException", message, message_member="Message", members=members)


def transaction_conflict(message: str) -> ApiError:
    return ApiError("TransactionConflictException", message)


def transaction_in_progress(message: str) -> ApiError:
    return ApiError("TransactionInProgressException", message, message_member="Message")


def idempotent_parameter_mismatch(message: str) -> ApiError:
    return ApiError("IdempotentParameterMismatchException", message, message_member="Message")


def expired_iterator(message: str) -> ApiError:
    return ApiError("ExpiredIteratorException", message)


def trimmed_data_access(message: str) -> ApiError:
    return ApiError("TrimmedDataAccessException", message)


def internal_server_error(message: str) -> ApiError:
    return ApiError("InternalServerError", message, status=500)


def internal_failure() -> ApiError:
    """An internal error below the service's own code: another name, and no words."""
    return ApiError("InternalFailure", "", status=500, prefix=CORAL_SERVICE)


def service_unavailable(message: str) -> ApiError:
    return ApiError("ServiceUnavailable", message, prefix=CORAL_AVAILABILITY, status=503)


def request_too_large() -> ApiError:
    return ApiError("RequestEntityTooLargeException", None, prefix=CORAL_SERVICE, status=413)


def from_storage(error: storage_errors.StorageError, is_single_write: bool = False, by_guide: bool = False) -> ApiError:
    """What the service answers where storage refuses; see `throttled` for `is_single_write` and `by_guide`.

    A type that is missing here is a bug: an internal error.
    """
    match error:
        case storage_errors.ConditionFailed():
            item = orjson.Fragment(error.blob) if error.blob is not None else None
            return conditional_check_failed(messages.CONDITION_FAILED, item)
        case Throttled():
            return throttled(error.refusal, is_single_write, by_guide)
        case storage_errors.TableNotFound():
            return resource_not_found(messages.TABLE_NOT_FOUND.format(error.name))
        case storage_errors.JournalStalled():
            return internal_server_error(messages.JOURNAL_STALLED.format(error.path, error.reason))
        case storage_errors.TableInUse():
            return resource_in_use(messages.TABLE_EXISTS.format(error.name))
        case storage_errors.ItemHeld():
            return transaction_conflict(messages.TRANSACTION_ONGOING)
        case storage_errors.ItemUnderWay():
            return ApiError("ReplicatedWriteConflictException", messages.REPLICATED_WRITE_CONFLICT)
        case storage_errors.ReplicaIsolated():
            return service_unavailable(messages.REPLICA_ISOLATED)
        case storage_errors.ItemTooLarge():
            return validation(messages.ITEM_TOO_LARGE)
        case storage_errors.ItemCollectionTooLarge():
            return item_collection_size_limit_exceeded()
        case storage_errors.IndexKeyMismatch():
            return validation(
                messages.INDEX_KEY_TYPE.format(error.attribute, error.expected, error.actual, error.index)
            )
        case storage_errors.IndexKeyEmpty():
            return validation(messages.INDEX_KEY_EMPTY.format(_EMPTY[error.kind], error.index, error.attribute))
        case storage_errors.IndexKeyTooLarge():
            return validation(
                messages.INDEX_KEY_TOO_LARGE.format(error.attribute, error.size_bytes, error.limit_bytes, error.index)
            )
        case storage_errors.VectorMismatch():
            return validation(messages.VECTOR_TYPE.format(error.parameter, error.expected, error.actual, error.index))
        case storage_errors.VectorSizeMismatch():
            return validation(messages.VECTOR_SIZE.format(error.attribute, error.expected, error.actual, error.index))
        case storage_errors.VectorOverflow():
            return validation(messages.VECTOR_VALUE.format(error.parameter, error.value, error.index))
        case storage_errors.VectorsUnavailable():
            return validation(messages.VECTORS_UNAVAILABLE)
    return internal_server_error(messages.INTERNAL_FAILURE)


def index_key_updated(error: storage_errors.IndexKeyEmpty) -> ApiError:
    """An update, rather than an item, makes an index key empty."""
    return validation(messages.INDEX_KEY_UPDATED_EMPTY.format(_EMPTY[error.kind]))
