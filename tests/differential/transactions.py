"""Transactions and batches of statements: several members, each on an item of its own or, rarely, on the same."""

from random import Random
from typing import Any

from tests.differential import indexes, statements
from tests.differential.expressions import KINDS, Scope, value

NOTHING_AT = 0.05
"""How often a member is not one."""
INDEXED_AT = 0.2
"""How often a member is about a table with indexes."""
SAME_AT = 0.06
"""How often two members are on one item."""


def keys(random: Random, key: str) -> list[str]:
    """The keys of the members' items; the first has the fixture."""
    count = random.choice((1, 2, 2, 3))
    return [key if number == 0 or random.random() < SAME_AT else f"{key}-{number}" for number in range(count)]


def _key(random: Random, key: str) -> dict[str, Any]:
    wrong: list[dict[str, Any]] = [{}, {"x": {"S": key}}, {"id": {"S": ""}}, *({"id": each} for each in KINDS)]
    return {"id": {"S": key}} if random.random() < 0.95 else random.choice(wrong)


def _guarded(random: Random, action: dict[str, Any], scope: Scope, at: float) -> dict[str, Any]:
    if random.random() < at:
        action["ConditionExpression"] = random.choice(
            ("attribute_exists(id)", "attribute_not_exists(id)", "n = " + scope.value({"N": "5"}), scope.condition())
        )
        if random.random() < 0.3:
            action["ReturnValuesOnConditionCheckFailure"] = random.choice(("ALL_OLD", "NONE"))
    scope.finish(action)
    return action


def _write(random: Random, key: str) -> dict[str, Any]:
    scope = Scope(random)
    action: dict[str, Any] = {"TableName": "Nowhere" if random.random() < 0.02 else "Single"}
    if random.random() < NOTHING_AT:
        return random.choice(({}, {"Put": {**action, "Item": {"x": {"S": "y"}}}}, {"Update": {**action, "Key": {}}}))
    kind = random.choice(("Put", "Update", "Delete", "ConditionCheck"))
    if random.random() < INDEXED_AT:
        return {kind: _guarded(random, _indexed(random, key, kind, scope), scope, 1.0 if kind[0] == "C" else 0.2)}
    if kind == "Put":
        action["Item"] = {**_key(random, key), "x": value(random, random.random() < 0.05)}
    else:
        action["Key"] = _key(random, key)
    if kind == "Update":
        action["UpdateExpression"] = scope.update()
    return {kind: _guarded(random, action, scope, 1.0 if kind == "ConditionCheck" else 0.3)}


def _indexed(random: Random, key: str, kind: str, scope: Scope) -> dict[str, Any]:
    """An action on an item that is in several indexes, or on one that is not there."""
    whole = {"p": {"S": key}, "q": {"N": "1"}}
    if kind == "Put":
        return {"TableName": "Written", "Item": {**whole, **indexes.attributes(random)}}
    action: dict[str, Any] = {"TableName": "Written", "Key": whole}
    if kind == "Update":
        given = indexes.attributes(random) or {"n": {"N": "1"}}
        action["UpdateExpression"] = "SET " + ", ".join(f"{name} = {scope.value(each)}" for name, each in given.items())
    return action


def _options(random: Random, request: dict[str, Any], token: str) -> dict[str, Any]:
    if random.random() < 0.3:
        request["ReturnConsumedCapacity"] = random.choice(("TOTAL", "INDEXES", "NONE"))
    if random.random() < 0.15:
        request["ClientRequestToken"] = token
    return request


def again(random: Random, request: dict[str, Any]) -> list[dict[str, Any]]:
    """A request whose token makes it harmless to send it again: the same, or rarely another with that token."""
    if "ClientRequestToken" not in request:
        return []
    members = next((entry for entry in request.values() if isinstance(entry, list)), [])
    if random.random() < 0.8 or len(members) < 2:
        return [request]
    return [{name: members[:-1] if entry is members else entry for name, entry in request.items()}]


def write_items(random: Random, key: str) -> dict[str, Any]:
    actions = [_write(random, each) for each in keys(random, key)]
    request = _options(random, {"TransactItems": actions}, f"token-{key}")
    if random.random() < 0.3:
        request["ReturnItemCollectionMetrics"] = random.choice(("SIZE", "SIZE", "NONE"))
    return request


def get_items(random: Random, key: str) -> dict[str, Any]:
    gets: list[dict[str, Any]] = []
    for each in keys(random, key):
        get: dict[str, Any] = {
            "TableName": "Nowhere" if random.random() < 0.02 else "Single",
            "Key": _key(random, each),
        }
        if random.random() < INDEXED_AT:
            get = {"TableName": "Indexed", "Key": {"p": {"S": "p1"}, "q": {"N": str(len(gets))}}}
        if random.random() < 0.4:
            scope = Scope(random)
            get["ProjectionExpression"] = scope.projection()
            scope.finish(get)
        gets.append({"Get": get} if random.random() > NOTHING_AT else {})
    request: dict[str, Any] = {"TransactItems": gets}
    if random.random() < 0.3:
        request["ReturnConsumedCapacity"] = random.choice(("TOTAL", "INDEXES", "NONE"))
    return request


def _select(random: Random, key: str, parameters: list[Any]) -> str:
    guard = f" AND {statements.condition(random, parameters)}" if random.random() < 0.3 else ""
    shown = random.choice(("*", "*", "s, n", "m.k"))
    return f"SELECT {shown} FROM Single WHERE id = '{key}'{guard}"


def _update(random: Random, key: str, parameters: list[Any]) -> str:
    """One clause that every reference can read."""
    change = random.choice(("SET s = 'new'", "SET n = n + 1", "SET m.k = 'x'", "REMOVE t", "REMOVE m.j"))
    guard = f" AND n = {statements.value(random, parameters)}" if random.random() < 0.3 else ""
    return f"UPDATE Single {change} WHERE id = '{key}'{guard}"


def _member_options(random: Random) -> dict[str, Any]:
    if random.random() < 0.8:
        return {}
    return random.choice(
        (
            {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
            {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
            {"ReturnValuesOnConditionCheckFailure": "NONE"},
            {"ConsistentRead": True},
        )
    )


def _statements(random: Random, key: str) -> list[dict[str, Any]]:
    """All reads or all writes; rarely both, or malformed ones."""
    writes = (statements.insert, _update, statements.delete)
    makers = random.choices(((_select,), writes, (_select, *writes)), (4, 7, 1))[0]
    made: list[dict[str, Any]] = []
    for each in keys(random, key):
        parameters: list[Any] = []
        text = random.choice(makers)(random, each, parameters).partition(" RETURNING")[0]
        if random.random() < NOTHING_AT:
            text = random.choice((*statements.MALFORMED, "SELECT * FROM Single WHERE n = 5", "DELETE FROM Nowhere"))
            parameters = []
        made.append(
            {"Statement": text, **({"Parameters": parameters} if parameters else {}), **_member_options(random)}
        )
    return made


def execute_statements(random: Random, key: str) -> dict[str, Any]:
    request: dict[str, Any] = {"Statements": _statements(random, key)}
    if random.random() < 0.3:
        request["ReturnConsumedCapacity"] = random.choice(("TOTAL", "INDEXES", "NONE"))
    return request


def execute_transaction(random: Random, key: str) -> dict[str, Any]:
    return _options(random, {"TransactStatements": _statements(random, key)}, f"token-{key}")


MAKERS = {
    "TransactWriteItems": write_items,
    "TransactGetItems": get_items,
    "BatchExecuteStatement": execute_statements,
    "ExecuteTransaction": execute_transaction,
}
