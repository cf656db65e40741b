"""The wire as the proofs use it: one request of the JSON protocol, or bytes as they are, and the reply as it came.

No SDK in between: an SDK would refuse or repair the very requests whose answers are of interest.
"""

import http.client
import json
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TARGET_PREFIX = "DynamoDB_20120810."
STREAMS_TARGET_PREFIX = "DynamoDBStreams_20120810."
STREAMS_OPERATIONS = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
SCALING_PREFIX = "AutoScaling."
"""Before the name of an operation of Application Auto Scaling, which has names in common with DynamoDB."""
SCALING_TARGET_PREFIX = "AnyScaleFrontendService."
TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: its status, its headers by lower-case name, its bytes."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The parsed body; the raw text when it is not JSON, so that a failure can show it."""
        try:
            return json.loads(self.body) if self.body else None
        except ValueError:
            return self.body.decode("utf-8", "replace")


def authorization(account: str, region: str = "us-east-1") -> str:
    """A well-formed Signature Version 4 header; the 12-digit access key id chooses the account."""
    return (
        f"AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/dynamodb/aws4_request, "
        f"SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={'0' * 64}"
    )


def headers_of(operation: str, account: str, region: str = "us-east-1") -> dict[str, str]:
    is_scaling = operation.startswith(SCALING_PREFIX)
    operation = operation.removeprefix(SCALING_PREFIX)
    prefix = STREAMS_TARGET_PREFIX if operation in STREAMS_OPERATIONS else TARGET_PREFIX
    prefix = SCALING_TARGET_PREFIX if is_scaling else prefix
    return {
        "Content-Type": f"application/x-amz-json-1.{int(is_scaling)}",
        "X-Amz-Target": prefix + operation,
        "X-Amz-Date": "20260101T000000Z",
        "Authorization": authorization(account, region),
    }


class Wire:
    """Keep-alive connections to one endpoint."""

    def __init__(self, endpoint: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(endpoint)
        self.host = parts.hostname or "127.0.0.1"
        self.port = parts.port or 80
        self.timeout_seconds = timeout_seconds
        self.connection: http.client.HTTPConnection | None = None

    def call(self, operation: str, body: Any, account: str) -> Reply:
        """One operation; `body` is JSON data, or text or bytes that are sent untouched."""
        data = (
            body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        )
        return self.send("POST", "/", headers_of(operation, account), data)

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """One HTTP request; an idle connection that the server closed is opened again once."""
        for last in (False, True):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout_seconds)
            try:
                self.connection.request(method, path, body or None, headers)
                response = self.connection.getresponse()
                named = {name.lower(): value for name, value in response.getheaders()}
                return Reply(response.status, named, response.read())
            except (http.client.BadStatusLine, ConnectionError, BrokenPipeError):
                self.close()
                if last:
                    raise
            except Exception:
                self.close()
                raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def exchange(self, data: bytes, timeout_seconds: float = 5.0) -> bytes:
        """Raw bytes out on a connection of their own, everything that comes back until close or silence."""
        received = b""
        with socket.create_connection((self.host, self.port), timeout=timeout_seconds) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while chunk := connection.recv(65536):
                    received += chunk
            except (TimeoutError, ConnectionError):
                pass
        return received
