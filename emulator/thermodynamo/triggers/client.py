"""The server's endpoints as triggers use them: one keep-alive connection, the JSON protocol, errors by name.

The standard library only, so that a trigger starts in a moment and needs no SDK.
"""

import http.client
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

TARGETS = {
    "DescribeTable": "DynamoDB_20120810.DescribeTable",
    "DescribeStream": "DynamoDBStreams_20120810.DescribeStream",
    "GetShardIterator": "DynamoDBStreams_20120810.GetShardIterator",
    "GetRecords": "DynamoDBStreams_20120810.GetRecords",
}
PASSING = (
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
)
"""Errors that the same call may not meet a moment later, besides those of the server."""
TIMEOUT_SECONDS = 30.0


class ServiceError(Exception):
    """An error reply; `name` is the exception's name without its prefix."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class Unreachable(Exception):
    """The endpoint does not answer now: the same call may succeed later."""


class StreamsClient:
    """A client for one thread. The account is a 12-digit number, as it stands in the streams' ARNs."""

    def __init__(self, endpoint: str, region: str = "us-east-1", account: str = "000000000000") -> None:
        parts = urlsplit(endpoint)
        self.endpoint = endpoint
        self.region = region
        self.account = account
        self.address = (parts.hostname or "127.0.0.1", parts.port or (443 if parts.scheme == "https" else 80))
        self.kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.connection: http.client.HTTPConnection | None = None

    def again(self) -> "StreamsClient":
        """A client of this endpoint for another thread."""
        return StreamsClient(self.endpoint, self.region, self.account)

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """One operation. Raises ServiceError, or Unreachable after a second attempt on a new connection."""
        body = json.dumps(members).encode()
        for is_last in (False, True):
            try:
                if self.connection is None:
                    self.connection = self.kind(*self.address, timeout=TIMEOUT_SECONDS)
                self.connection.request("POST", "/", body, self._headers(operation))
                response = self.connection.getresponse()
                reply: dict[str, Any] = json.loads(response.read())
            except (OSError, http.client.HTTPException, ValueError) as why:
                self.close()
                if is_last:
                    reason = getattr(why, "strerror", None) or why
                    raise Unreachable(f"{self.endpoint} does not answer: {reason}") from None
                continue
            if response.status >= 300:
                error = ServiceError(str(reply.get("__type", "")).rpartition("#")[2], str(reply.get("message", "")))
                if response.status >= 500 or error.name in PASSING:
                    raise Unreachable(f"{self.endpoint} refuses for now: {error}")
                raise error
            return reply
        raise AssertionError("unreachable")

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _headers(self, operation: str) -> dict[str, str]:
        """The server does not verify signatures, but wants one that is complete."""
        now = datetime.now(UTC)
        scope = f"{self.account}/{now:%Y%m%d}/{self.region}/dynamodb/aws4_request"
        return {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": TARGETS[operation],
            "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={'0' * 64}",
        }
