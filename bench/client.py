"""One blocking keep-alive connection, for what is not measured: creating tables, loading items, checking answers."""

import http.client
import json
import time
from collections.abc import Sequence
from typing import Any

from bench.signing import Key, signed

BATCH = 25
"""How many items a BatchWriteItem can put."""
TARGET_PREFIX = "DynamoDB_20120810."
READY_WITHIN_SECONDS = 60.0
# What an AWS client sends: peers refuse a request without a signature, and reading headers is part of the cost.
HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "Accept-Encoding": "identity",
    "User-Agent": "Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1 os/linux md/arch#x86_64 lang/python#3.12.0 md/pyimpl#CPython",
    "X-Amz-Date": "20260101T000000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
    "Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
}


Attributes = dict[str, dict[str, Any]]


class CallFailed(Exception):
    """The server answered with an error."""


def headers(operation: str) -> dict[str, str]:
    return {**HEADERS, "X-Amz-Target": TARGET_PREFIX + operation}


def encode(request: dict[str, Any]) -> bytes:
    """A request body as botocore writes it."""
    return json.dumps(request).encode()


def batch_write(table_name: str, items: Sequence[Attributes]) -> dict[str, Any]:
    """A BatchWriteItem request that puts the items."""
    return {"RequestItems": {table_name: [{"PutRequest": {"Item": each}} for each in items]}}


class Client:
    """Calls operations of one server."""

    def __init__(self, host: str, port: int, key: Key | None = None) -> None:
        self.host = host
        self.port = port
        self.key = key
        """Signs every request; None sends a signature that is none."""
        self._connection = http.client.HTTPConnection(host, port, timeout=READY_WITHIN_SECONDS)

    def send(self, operation: str, body: bytes) -> bytes:
        """The body of the answer; CallFailed unless its status is 200."""
        try:
            named = headers(operation)
            if self.key is not None:
                named = signed(self.key, f"{self.host}:{self.port}", body, named)
            self._connection.request("POST", "/", body, named)
            answer = self._connection.getresponse()
            text = answer.read()
        except (http.client.HTTPException, OSError):
            self._connection.close()
            raise
        if answer.status != 200:
            raise CallFailed(f"{operation} on port {self.port}: {answer.status} {text[:300].decode(errors='replace')}")
        return text

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = json.loads(self.send(operation, encode(request)))
        return result

    def answers(self) -> bool:
        """Whether a first request is answered; False while nothing listens."""
        try:
            self.call("ListTables", {})
        except (OSError, http.client.HTTPException, CallFailed):
            return False
        return True

    def create_table(self, definition: dict[str, Any]) -> None:
        """Creates the table, dropping one of that name, and returns when it is active."""
        name = {"TableName": definition["TableName"]}
        if name["TableName"] in self.call("ListTables", {})["TableNames"]:
            self.call("DeleteTable", name)
            while name["TableName"] in self.call("ListTables", {})["TableNames"]:
                time.sleep(0.05)
        self.call("CreateTable", definition)
        while self.call("DescribeTable", name)["Table"]["TableStatus"] != "ACTIVE":
            time.sleep(0.05)

    def put_all(self, table_name: str, items: Sequence[Attributes]) -> None:
        """Puts the items batch by batch. Raises CallFailed where some of them are left unprocessed."""
        for start in range(0, len(items), BATCH):
            request = batch_write(table_name, items[start : start + BATCH])
            if self.call("BatchWriteItem", request).get("UnprocessedItems"):
                raise CallFailed(f"not all items were put into {table_name}")

    def close(self) -> None:
        self._connection.close()
