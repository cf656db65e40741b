"""What one test has of a server: an account that no other test uses, and clients that belong to it."""

import json
import secrets
import urllib.error
import urllib.request
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import botocore.session
import orjson
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from thermodynamo.access.explanation import Explanation
from thermodynamo.settings.config import ConfigError
from thermodynamo.testing import assertions, callers, failure_report, seed_tables
from thermodynamo.testing.access_assertions import AccessAssertions
from thermodynamo.testing.requests import Requests
from thermodynamo.testing.seed_tables import SeedError, Tables
from thermodynamo.testing.server_access import Key, ServerAccess
from thermodynamo.testing.server_clock import ServerClock
from thermodynamo.testing.server_faults import ServerFaults

TIMEOUT_SECONDS = 60.0
ONCE = Config(retries={"total_max_attempts": 1})
EVERYTHING = "reset"
"""What is asked of all accounts and regions: the callers of an access file may be of several."""
BEGUN = "thermodynamo_begun"


class ServerNamespace(AccessAssertions):
    """An account of the server at an address; a region's tables are its own.

    A client of another kind, or in another process, needs `endpoint`, `region` and, as its access key id, `account`.
    """

    def __init__(self, endpoint: str, region: str = "us-east-1", access: ServerAccess | None = None) -> None:
        """With `access`, which the server at this address reads, the account is that of its callers, made empty."""
        self.endpoint = endpoint
        self.region = region
        self.access = access
        self.account = access.account if access is not None else str(secrets.randbelow(9 * 10**11) + 10**11)
        self.clock = ServerClock(endpoint)
        self.faults = ServerFaults(endpoint, self.account, region)
        self.requests = Requests()
        """What the clients that were made here have asked for; units are not known."""
        if access is not None:
            self._ask(EVERYTHING, "application/json", "POST")
            self._ask("access/denied", "application/json", "DELETE")

    def settings(self) -> dict[str, str]:
        """What every client of boto3 or aiobotocore needs to come here."""
        key = self.access.root if self.access is not None else Key(self.account, "local")
        return {
            "endpoint_url": self.endpoint,
            "region_name": self.region,
            **key.settings(),
        }

    def client(self, service_name: str = "dynamodb", **named: Any) -> Any:
        """A botocore client that belongs to this namespace; its requests are recorded."""
        made = _session().create_client(service_name, **{**self.settings(), **named})
        self._record(made)
        return made

    def resource(self, **named: Any) -> Any:
        """A boto3 resource that belongs to this namespace. Raises ModuleNotFoundError where boto3 is not installed."""
        import boto3

        made = boto3.Session(botocore_session=_session()).resource("dynamodb", **{**self.settings(), **named})
        self._record(made.meta.client)
        return made

    def as_caller(self, name: str) -> "ServerCaller":
        """A caller of the access file, by its name or ARN. Raises ConfigError where there is none with a key."""
        return ServerCaller(self, self._controlled().key_of(name))

    def load(self, tables: Tables) -> list[str]:
        """Makes tables with their items; returns the names. Raises SeedError."""
        client, found = _session().create_client("dynamodb", **self.settings()), seed_tables.read(tables)
        for table in found:
            place = f"table {table.name}"
            try:
                if table.request is not None:
                    client.create_table(**table.request)
                    client.get_waiter("table_exists").wait(TableName=table.name, WaiterConfig={"Delay": 1})
                for item, where in table.items:
                    place = where
                    client.put_item(TableName=table.name, Item=_with_bytes(item))
                for setting in table.settings:
                    place = f"table {table.name}, {seed_tables.named(setting)}"
                    getattr(client, xform_name(setting.operation))(**setting.request)
            except Exception as error:
                raise SeedError(f"{place}: {error}") from error
        return [table.name for table in found]

    def report(self) -> str:
        """Throttles, conflicts, heat and the slowest requests, as the report of a failed test shows them."""
        refusals: list[dict[str, Any]] = json.loads(self._ask("throttles", "application/json"))["throttles"]
        heat = self._ask("heat", "text/plain").decode()
        return failure_report.text(self.requests, refusals, heat if refusals else "", self._denials())

    def advice(self) -> list[dict[str, Any]]:
        """What the requests so far could do better, as `LocalDynamoDB.advice`; it names those of clients made here."""
        from thermodynamo.foresight.advice import evidence
        from thermodynamo.testing import advice

        found = json.loads(self._ask("advice", "application/json"))["tables"]
        return advice.of_evidence(map(evidence.of_plain, found), self.requests)

    def assert_no_scans(self) -> None:
        """No table was read from end to end by a client that was made here. Raises AssertionError."""
        __tracebackhide__ = True
        assertions.no_scans(self.requests)

    def _denied(self) -> list[str]:
        self._controlled()
        return self._denials()

    def _explain(self, caller: str, operation: str, request: Mapping[str, Any]) -> Explanation:
        self._controlled().key_of(caller)
        asked = {"caller": caller, "operation": operation, "request": callers.plain(request), "region": self.region}
        try:
            found = json.loads(self._ask("access/explain", "application/json", "POST", asked))
        except urllib.error.HTTPError as error:
            told = json.loads(error.read())
            raise AssertionError(f"{operation} cannot be asked about: {told['error']}") from None
        return Explanation(found["allowed"], tuple(found["explanation"]))

    def _denials(self) -> list[str]:
        return callers.denials(json.loads(self._ask("access", "application/json"))["denied"])

    def _controlled(self) -> ServerAccess:
        if self.access is None:
            raise ConfigError(callers.OFF)
        return self.access

    def discard(self) -> None:
        """Drops the tables and the faults that are left, so that the server does not fill up.

        A table whose deletion protection was set just now cannot be dropped yet and stays: no other test sees it.
        """
        self.faults.clear()
        client = _session().create_client("dynamodb", **self.settings(), config=ONCE)
        for page in client.get_paginator("list_tables").paginate():
            for name in page["TableNames"]:
                with suppress(ClientError):
                    if client.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"]:
                        client.update_table(TableName=name, DeletionProtectionEnabled=False)
                    client.delete_table(TableName=name)
        client.close()

    def _ask(self, path: str, accept: str, method: str = "GET", body: Any = None) -> bytes:
        query = "" if path == EVERYTHING else urlencode({"account": self.account, "region": self.region})
        headers, sent = {"Accept": accept}, None
        if method != "GET":
            headers["Content-Type"] = "application/json"
            sent = json.dumps(body or {}).encode()
        request = urllib.request.Request(f"{self.endpoint}/_admin/{path}?{query}", sent, headers, method=method)
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            content: bytes = response.read()
            return content

    def _record(self, client: Any) -> None:
        def begin(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
            context[BEGUN] = perf_counter(), params["body"]

        def end(http_response: Any, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
            begun, body = context[BEGUN]
            failure = None
            if http_response.status_code >= 300:
                reasons = [{"Code": reason.get("Code")} for reason in parsed.get("CancellationReasons", ())]
                failure = orjson.dumps({"__type": parsed["Error"]["Code"], "CancellationReasons": reasons})
            self.requests.add(model.name, body, perf_counter() - begun, failure)

        client.meta.events.register_last("before-call", begin)
        client.meta.events.register_first("after-call", end)


class ServerCaller:
    """A caller of the server's access file, with clients that sign with its key."""

    def __init__(self, namespace: ServerNamespace, key: Key) -> None:
        self.namespace = namespace
        self.key = key

    def settings(self) -> dict[str, str]:
        """What every client of boto3 or aiobotocore needs to come here as this caller."""
        return {**self.namespace.settings(), **self.key.settings()}

    def client(self, service_name: str = "dynamodb", **named: Any) -> Any:
        """As `ServerNamespace.client` makes it."""
        return self.namespace.client(service_name, **{**self.key.settings(), **named})

    def resource(self, **named: Any) -> Any:
        """As `ServerNamespace.resource` makes it."""
        return self.namespace.resource(**{**self.key.settings(), **named})


def _with_bytes(value: Any) -> Any:
    """An item in DynamoDB's JSON as boto3 takes it: binary values as bytes."""
    return dict(_members(value)) if isinstance(value, dict) else value


def _members(value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        if name == "B" and isinstance(inner, str):
            yield name, b64decode(inner)
        elif name == "BS" and isinstance(inner, list):
            yield name, [b64decode(each) if isinstance(each, str) else each for each in inner]
        elif isinstance(inner, list):
            yield name, [_with_bytes(each) for each in inner]
        else:
            yield name, _with_bytes(inner)


@lru_cache(maxsize=1)
def _session() -> botocore.session.Session:
    return botocore.session.get_session()
