"""The parameters before expressions, in combination and mostly with values that suit the fixture item of a case."""

from random import Random
from typing import Any

NUMBERS = ("1", "2", "5", "-3", "0", "1.0", "5e0", "1E+2", "0.5", "99999999999999999999999999999999999999")
SUITING: dict[str, tuple[dict[str, Any], ...]] = {
    "s": ({"S": "mango"}, {"S": "man"}, {"S": "z"}),
    "n": tuple({"N": each} for each in NUMBERS),
    "b": ({"B": "AQI="}, {"B": "AQ=="}, {"B": "/w=="}),
    "t": ({"BOOL": True}, {"BOOL": False}),
    "u": ({"NULL": True},),
    "l": ({"L": [{"N": "1"}, {"S": "x"}, {"M": {"k": {"S": "v"}}}]}, {"L": []}, {"L": [{"N": "9"}]}),
    "m": ({"M": {"k": {"N": "1.0"}, "j": {"M": {"d": {"S": "e"}}}}}, {"M": {}}),
    "ss": ({"SS": ["y", "x"]}, {"SS": ["x"]}, {"SS": ["q"]}, {"S": "x"}),
    "ns": ({"NS": ["2", "1.00"]}, {"NS": ["1"]}, {"NS": ["7e0", "2"]}, {"N": "2.0"}),
    "zz": ({"S": "x"}, {"N": "1"}, {"SS": ["x"]}, {"NS": ["3"]}, {"L": [{"S": "x"}]}, {"BS": ["AQ=="]}),
}
COUNTS = {"NULL": 0, "NOT_NULL": 0, "BETWEEN": 2}
OPERATORS = (
    *("EQ", "NE", "LT", "LE", "GT", "GE", "BETWEEN", "IN", "NULL", "NOT_NULL", "CONTAINS", "NOT_CONTAINS"),
    "BEGINS_WITH",
)


def _value(random: Random, name: str) -> dict[str, Any]:
    """A value that suits the attribute, or that of another one."""
    return random.choice(SUITING[name if random.random() < 0.85 else random.choice(list(SUITING))])


def _names(random: Random) -> list[str]:
    return random.sample(list(SUITING), random.choice((1, 1, 2, 2, 3)))


def conditions(random: Random) -> dict[str, Any]:
    """As of ScanFilter, QueryFilter and Expected."""
    made: dict[str, Any] = {}
    for name in _names(random):
        operator = random.choice(OPERATORS)
        count = random.randint(1, 3) if operator == "IN" else COUNTS.get(operator, 1)
        values = [_value(random, name) for _ in range(count)]
        made[name] = {"ComparisonOperator": operator, **({"AttributeValueList": values} if values else {})}
    return made


def expected(random: Random) -> dict[str, Any]:
    made = conditions(random)
    for name in made:
        roll = random.random()
        if roll < 0.2:
            made[name] = {"Value": _value(random, name)}
        elif roll < 0.3:
            made[name] = {"Exists": False}
        elif roll < 0.4:
            made[name] = {"Exists": True, "Value": _value(random, name)}
    return made


def _guard(random: Random, request: dict[str, Any], member: str, made: dict[str, Any]) -> None:
    request[member] = made
    if len(made) > 1 and random.random() < 0.7:
        request["ConditionalOperator"] = random.choice(("AND", "OR"))


def attribute_updates(random: Random) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in _names(random):
        action = random.choice(("ADD", "ADD", "ADD", "DELETE", "DELETE", "PUT", None))
        update: dict[str, Any] = {} if action is None else {"Action": action}
        if action != "DELETE" or random.random() < 0.7:
            update["Value"] = _value(random, name)
        made[name] = update
    return made


def write(random: Random, key: str) -> tuple[str, dict[str, Any]]:
    operation = random.choice(("UpdateItem", "UpdateItem", "PutItem", "DeleteItem"))
    request: dict[str, Any] = {"TableName": "Single"}
    if operation == "PutItem":
        request["Item"] = {"id": {"S": key}, **{name: _value(random, name) for name in _names(random)}}
    else:
        request["Key"] = {"id": {"S": key}}
    if operation == "UpdateItem":
        request["AttributeUpdates"] = attribute_updates(random)
        request["ReturnValues"] = random.choice(("ALL_NEW", "ALL_OLD", "UPDATED_NEW", "UPDATED_OLD", "NONE"))
    elif random.random() < 0.4:
        request["ReturnValues"] = "ALL_OLD"
    if operation != "UpdateItem" or random.random() < 0.4:
        _guard(random, request, "Expected", expected(random))
        if random.random() < 0.2:
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    return operation, request


def read(random: Random) -> tuple[str, dict[str, Any]]:
    """A Scan of which the count is compared, or a Query, whose entries have an order."""
    request: dict[str, Any] = {"TableName": "Ordered"}
    if random.random() < 0.4:
        _guard(random, request, "ScanFilter", conditions(random))
        return "Scan", {**request, "Select": "COUNT"}
    request["KeyConditions"] = {"c": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "c1"}]}}
    if random.random() < 0.5:
        operator = random.choice(("EQ", "LT", "LE", "GT", "GE", "BETWEEN"))
        bounds = [{"N": random.choice(NUMBERS)} for _ in range(COUNTS.get(operator, 1))]
        request["KeyConditions"]["d"] = {"ComparisonOperator": operator, "AttributeValueList": bounds}
    _guard(random, request, "QueryFilter", conditions(random))
    if random.random() < 0.3:
        request["AttributesToGet"] = random.sample(["s", "n", "zz", "c", "d", "m", "m.k", "l[0]"], random.randint(1, 3))
    elif random.random() < 0.5:
        request["Select"] = random.choice(("COUNT", "ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"))
    return "Query", request
