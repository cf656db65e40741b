"""Requests signed by botocore, which is the reference for signatures, at any time."""

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import urlsplit

from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

Headers = list[tuple[bytes, bytes]]
NOW = 1_772_366_400.0  # 2026-03-01T12:00:00Z
BODY = b'{"TableName": "Orders", "Key": {"id": {"S": "1"}}}'
HOST = "localhost:8000"


@contextmanager
def signed_at(instant: float) -> Iterator[None]:
    """What botocore takes for the time."""
    moment = datetime.datetime.fromtimestamp(instant, datetime.UTC)
    with patch.object(auth, "get_current_datetime", lambda remove_tzinfo=True: moment.replace(tzinfo=None)):
        yield


def request_of(
    body: bytes = BODY,
    target: str = "DynamoDB_20120810.GetItem",
    query: str = "",
    more: Mapping[str, str] | None = None,
) -> AWSRequest:
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target, "Host": HOST, **(more or {})}
    return AWSRequest("POST", f"http://{HOST}/{query}", headers=headers, data=body)


def by_header(
    access_key: str = "AKIDALICE",
    secret: str = "s3cret",
    token: str | None = None,
    region: str = "us-east-1",
    service: str = "dynamodb",
    at: float = NOW,
    request: AWSRequest | None = None,
) -> Headers:
    """The headers of a request that is signed in them, names in lower case as the protocol has them."""
    request = request or request_of()
    with signed_at(at):
        auth.SigV4Auth(Credentials(access_key, secret, token), service, region).add_auth(request)
    return [(name.lower().encode(), str(value).encode()) for name, value in request.headers.items()]


def by_query(
    access_key: str = "AKIDALICE",
    secret: str = "s3cret",
    token: str | None = None,
    expires: int = 600,
    at: float = NOW,
    request: AWSRequest | None = None,
) -> tuple[Headers, bytes]:
    """The headers and the query string of a presigned request without a body."""
    request = request or request_of(b"")
    with signed_at(at):
        auth.SigV4QueryAuth(Credentials(access_key, secret, token), "dynamodb", "us-east-1", expires).add_auth(request)
    headers = [(name.lower().encode(), str(value).encode()) for name, value in request.headers.items()]
    return headers, urlsplit(request.url).query.encode()
