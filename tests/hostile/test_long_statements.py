"""Requests of many long statements: how many are compiled at once, and that they mean the same in slices."""

from typing import Any

import orjson
import pytest

from tests.hostile.test_long_pages import application, begun, call, put
from thermodynamo.api import slices
from thermodynamo.api.operations.statements import planning
from thermodynamo.api.partiql import compiled, plan
from thermodynamo.api.partiql.statements import Statement
from thermodynamo_storage.values.schema import KeySchema

STATEMENTS = 25
OPERANDS = 60


def long(number: int, verb: str = "SELECT * FROM pages", more: str = "") -> dict[str, Any]:
    """A statement on one item that was not met before."""
    sizes = " AND ".join(["size(a) > 0"] * OPERANDS)
    return {"Statement": f"{verb} WHERE pk = 'p' AND sk = '{number:04d}' AND {sizes}{more}"}


REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "a batch that reads": ("BatchExecuteStatement", {"Statements": [long(n) for n in range(STATEMENTS)]}),
    "a transaction that reads": (
        "ExecuteTransaction",
        {"TransactStatements": [long(n, more=" AND a = 'abc'") for n in range(STATEMENTS)]},
    ),
    "a transaction that writes": (
        "ExecuteTransaction",
        {"TransactStatements": [long(n, "UPDATE pages SET b = 1") for n in range(STATEMENTS)]},
    ),
}


class Compiling:
    """How many characters of statements each slice compiles."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = self.length = 0
        monkeypatch.setattr(compiled, "_CACHE", type(compiled._CACHE)(compiled._parse))
        self._inner = plan.compile
        monkeypatch.setattr(plan, "compile", self._compile)

    def _compile(self, statement: Statement, schema: KeySchema, names: Any) -> Any:
        self.count += 1
        self.length += len(long(0)["Statement"])
        return self._inner(statement, schema, names)

    def taken(self) -> int:
        """The characters since it was last asked."""
        length, self.length = self.length, 0
        return length


@pytest.mark.parametrize("what", REQUESTS)
def test_a_slice_compiles_few_statements(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    server = application(STATEMENTS)
    compiling = Compiling(monkeypatch)
    left = begun(server, *REQUESTS[what])
    lengths = [compiling.taken()]
    while not isinstance(left, tuple):
        left = slices.begin(left)
        lengths.append(compiling.taken())
    assert left[0] == 200 and max(lengths) <= planning.PLANNED_LENGTH_MAX
    assert compiling.count == STATEMENTS
    assert orjson.loads(left[2])["Responses"] or "writes" in what


def test_statements_that_do_not_compile_are_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are refused as they are where nothing is cut, and a second request is answered at once."""
    server = application(0)
    compiling = Compiling(monkeypatch)
    request = {"Statements": [long(n, "UPDATE pages SET b = 1, b = 2") for n in range(STATEMENTS)]}
    left = begun(server, "BatchExecuteStatement", request)
    while not isinstance(left, tuple):
        left = slices.begin(left)
        assert compiling.taken() <= planning.PLANNED_LENGTH_MAX
    answers = [each["Error"]["Code"] for each in orjson.loads(left[2])["Responses"]]
    assert left[0] == 200 and answers == ["ValidationError"] * STATEMENTS
    assert isinstance(begun(server, "BatchExecuteStatement", request), tuple) and compiling.count == STATEMENTS


def test_statements_whose_table_is_replaced_meanwhile_are_compiled_anew() -> None:
    server = application(1)
    left = begun(server, *REQUESTS["a transaction that writes"])
    assert not isinstance(left, tuple)
    slices.begin(left)
    call(server, "DeleteTable", {"TableName": "pages"})
    call(server, "CreateTable", {**TABLE, "BillingMode": "PAY_PER_REQUEST"})
    put(server, "0000", {"S": "abc"})
    status, _, reply = slices.finish(left)
    reasons = [each["Code"] for each in orjson.loads(reply)["CancellationReasons"]]
    assert status == 400 and reasons == ["None"] + ["ConditionalCheckFailed"] * (STATEMENTS - 1)


TABLE = {
    "TableName": "pages",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk")],
}
