"""Replies as botocore has them: an HTTP response with a server's headers, and what its parser makes of the body."""

import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from functools import lru_cache
from itertools import count
from typing import Any
from zlib import crc32

from botocore.awsrequest import AWSResponse
from botocore.parsers import ResponseParser, ResponseParserFactory

from thermodynamo.testing.shared_service import Reply

REQUEST_NUMBERS = count(1)
NOTHING = b"{}"
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


class GivenResponse:
    """The response of a reply that is not sent for: botocore itself looks at its status alone.

    The rest is there for the handlers of others, and is made when it is asked for.
    """

    __slots__ = ("_http", "_make", "status_code")

    def __init__(self, status_code: int, make: Callable[[], AWSResponse]) -> None:
        self.status_code = status_code
        self._make = make
        self._http: AWSResponse | None = None

    def __getattr__(self, name: str) -> Any:
        if self._http is None:
            self._http = self._make()
        return getattr(self._http, name)


def headers(body: bytes) -> dict[str, str]:
    """The headers of a server's reply; names are lower case."""
    return {
        "date": _date(int(time.time())),
        "server": "Server",
        "content-type": CONTENT_TYPE,
        "content-length": str(len(body)),
        "x-amzn-requestid": f"THERMODYNAMO{next(REQUEST_NUMBERS):040d}",
        "x-amz-crc32": str(crc32(body)),
    }


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def parser(factory: ResponseParserFactory, protocol: str) -> ResponseParser:
    """The parser that a client's factory makes; a client of aiobotocore gets one that need not be awaited."""
    return ResponseParserFactory.create_parser(factory, protocol)


def parsed(parser: ResponseParser, reply: Reply, given: dict[str, str], model: Any) -> dict[str, Any]:
    """What botocore's endpoint makes of a reply at the first attempt. `model` is that of the operation."""
    status, body = reply
    if body == NOTHING and status == 200:  # A short cut, as most writes return nothing: a seventh of their time.
        metadata = {"RequestId": given["x-amzn-requestid"], "HTTPStatusCode": status, "HTTPHeaders": dict(given)}
        return {"ResponseMetadata": {**metadata, "RetryAttempts": 0}}
    response = {
        "headers": given,
        "status_code": status,
        "body": body,
        "context": {"operation_name": model.name},
    }
    result: dict[str, Any] = parser.parse(response, model.output_shape)
    if status >= 300:
        shape = model.service_model.shape_for_error_code(result.get("Error", {}).get("Code"))
        if shape is not None:
            result.update(parser.parse(response, shape))
    result["ResponseMetadata"]["RetryAttempts"] = 0
    return result
