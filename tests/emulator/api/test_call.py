"""A call: its time is the one that it is given, and each call is counted once, however it ends."""

from typing import Any

import orjson
import pytest

from thermodynamo.api import errors
from thermodynamo.api.call import complete, perform
from thermodynamo.api.caller import Caller
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import NAMED
from thermodynamo.settings.config import Config
from thermodynamo_storage.database import Database
from thermodynamo_storage.values.errors import TableInUse

CALLER = Caller("000000000000", "us-east-1", "AKID")
NOW = 1_234_567_890.0
TABLE: dict[str, Any] = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
}


@pytest.fixture
def namespace() -> Namespace:
    return Namespace(Database(), Config(), CALLER.account, CALLER.region)


def ask(namespace: Namespace, operation: str, request: Any, now: float = NOW) -> Any:
    return orjson.loads(complete(perform(namespace, NAMED[operation], request, CALLER, now)))


def refused(namespace: Namespace, operation: str, request: Any) -> str:
    with pytest.raises(errors.ApiError) as caught:
        perform(namespace, NAMED[operation], request, CALLER, NOW)
    return caught.value.name


def test_the_time_of_a_call_is_the_one_it_is_given(namespace: Namespace) -> None:
    assert ask(namespace, "CreateTable", dict(TABLE))["TableDescription"]["CreationDateTime"] == NOW
    second = ask(namespace, "CreateTable", {**TABLE, "TableName": "Books"}, NOW + 60)
    assert second["TableDescription"]["CreationDateTime"] == NOW + 60


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ([], "SerializationException"),
        ({"TableName": 1}, "SerializationException"),
        ({"TableName": "Music"}, "ValidationException"),
        ({"TableName": "Music", "Key": {"a": {}}}, "ValidationException"),
        ({"TableName": "Music", "Key": {"a": {"S": "x"}}}, "ResourceNotFoundException"),
    ],
)
def test_a_refused_call_is_one_user_error(namespace: Namespace, request_: Any, expected: str) -> None:
    assert refused(namespace, "GetItem", request_) == expected
    assert namespace.counts.user_errors == 1 and not namespace.asked


def test_an_answered_call_counts_for_the_tables_it_asked(namespace: Namespace) -> None:
    ask(namespace, "CreateTable", dict(TABLE))
    assert ask(namespace, "GetItem", {"TableName": "Music", "Key": {"a": {"S": "x"}}}) == {}
    assert namespace.tables["Music"].tally.latencies["GetItem"].count == 1
    assert namespace.counts.user_errors == 0 and not namespace.asked


@pytest.mark.parametrize(
    ("raised", "expected", "system_errors"),
    [
        (RuntimeError("a bug"), "InternalServerError", 1),
        (RecursionError(), "InternalServerError", 1),
        (TableInUse("Music"), "ResourceInUseException", 0),
    ],
)
def test_whatever_an_operation_raises_is_an_error_of_the_service(
    namespace: Namespace, monkeypatch: pytest.MonkeyPatch, raised: Exception, expected: str, system_errors: int
) -> None:
    def fail(namespace: Namespace, request: object, now: float) -> bytes:
        raise raised

    ask(namespace, "ListTables", {})  # The first request loads the operation.
    monkeypatch.setattr(NAMED["ListTables"], "execute", fail)
    assert refused(namespace, "ListTables", {}) == expected
    assert namespace.counts.system_errors["ListTables"] == system_errors
