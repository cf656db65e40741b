"""Replies as botocore has them: an HTTP response with a server's headers, and what its parser makes of the body."""

from collections.abc import Iterator
from email.utils import formatdate
from itertools import count
from typing import Any
from zlib import crc32

from botocore.awsrequest import AWSResponse
from botocore.parsers import ResponseParser, ResponseParserFactory

from thermodynamo.testing.shared_service import Reply

REQUEST_NUMBERS = count(1)
CONTENT_TYPE = "application/x-amz-json-1.0"
NEVER_RETRIED = frozenset(
    (
        "AccessDeniedException",
        "BackupInUseException",
        "BackupNotFoundException",
        "ConditionalCheckFailedException",
        "DuplicateItemException",
        "ExpiredIteratorException",
        "IdempotentParameterMismatchException",
        "InvalidRestoreTimeException",
        "ItemCollectionSizeLimitExceededException",
        "ObjectNotFoundException",
        "PolicyNotFoundException",
        "ResourceInUseException",
        "ResourceNotFoundException",
        "SerializationException",
        "TableAlreadyExistsException",
        "TableInUseException",
        "TableNotFoundException",
        "TransactionCanceledException",
        "TransactionConflictException",
        "TrimmedDataAccessException",
        "UnknownOperationException",
        "UnrecognizedClientException",
        "ValidationException",
    )
)
"""Errors with HTTP status 400 that botocore gives to its caller at once, in every retry mode.

An error that is not named here takes the way of retries. That is never wrong, only slower.
"""


class Raw:
    """The body of a response as a stream, which botocore and aiobotocore read in their own ways."""

    __slots__ = ("body",)

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, amount: int = 0, decode_content: bool = True) -> Iterator[bytes]:
        yield self.body

    def close(self) -> None:
        pass


def response(of: type[AWSResponse], raw: type[Raw], url: str, reply: Reply) -> AWSResponse:
    """The HTTP response of a class of botocore or aiobotocore."""
    status, body = reply
    headers = {
        "date": formatdate(usegmt=True),
        "server": "Server",
        "content-type": CONTENT_TYPE,
        "content-length": str(len(body)),
        "x-amzn-requestid": f"THERMODYNAMO{next(REQUEST_NUMBERS):040d}",
        "x-amz-crc32": str(crc32(body)),
    }
    return of(url, status, headers, raw(body))


def parser(factory: ResponseParserFactory, protocol: str) -> ResponseParser:
    """The parser that a client's factory makes; a client of aiobotocore gets one that need not be awaited."""
    return ResponseParserFactory.create_parser(factory, protocol)


def parsed(parser: ResponseParser, http: AWSResponse, body: bytes, model: Any) -> dict[str, Any]:
    """What botocore's endpoint makes of a response at the first attempt. `model` is that of the operation."""
    given = {
        "headers": http.headers,
        "status_code": http.status_code,
        "body": body,
        "context": {"operation_name": model.name},
    }
    result: dict[str, Any] = parser.parse(given, model.output_shape)
    if http.status_code >= 300:
        shape = model.service_model.shape_for_error_code(result.get("Error", {}).get("Code"))
        if shape is not None:
            result.update(parser.parse(given, shape))
    result["ResponseMetadata"]["RetryAttempts"] = 0
    return result
