"""PartiQL statements, valid and nearly so, on the fixture item of a case or on the table that nobody writes to."""

from random import Random
from typing import Any

from tests.differential.expressions import KIND_NAMES

NUMBERS = ("0", "1", "-1", "2.5", "5", "100", "007", "-0", "0.50")
TEXTS = ("'mango'", "'man'", "'x'", "''", "'it''s'", "'é'", "'\"q\"'")
OTHERS = ("true", "FALSE", "null", "[1, 'x']", "{'k': 1}", "<<'x', 'y'>>", "<<1, 2>>")
PATHS = ("s", "n", "t", "u", "l", "m.k", "m.j.d", "l[0]", "l[2].k", "ss", "ns", "nothing", '"s"')
OPERATORS = ("=", "<>", "!=", "<", "<=", ">", ">=")
RETURNING = ("", "", " RETURNING ALL OLD *", " RETURNING ALL NEW *", " RETURNING MODIFIED OLD *")
PARAMETERS: tuple[dict[str, Any], ...] = (
    *({"S": "mango"}, {"S": "x"}, {"S": ""}, {"N": "5"}, {"N": "1.0"}, {"N": "-2.5"}, {"BOOL": True}, {"NULL": True}),
    *(
        {"B": "AQI="},
        {"BS": ["AQ=="]},
        {"SS": ["x", "y"]},
        {"NS": ["2", "1"]},
        {"L": [{"N": "1"}]},
        {"M": {"k": {"N": "1"}}},
    ),
)
MALFORMED = ("SELEC * FROM Single", "SELECT FROM Single", "SELECT * FROM Single WHERE", "DROP TABLE Single")


def value(random: Random, parameters: list[Any]) -> str:
    """A literal, or a parameter."""
    if random.random() < 0.4:
        return _parameter(parameters, random.choice(PARAMETERS))
    return random.choice(random.choice((NUMBERS, TEXTS, OTHERS)))


def _parameter(parameters: list[Any], given: dict[str, Any]) -> str:
    parameters.append(given)
    return "?"


def _key(random: Random, key: str, parameters: list[Any]) -> str:
    """The key of an item as a literal or a parameter, as long as no parameter stands behind it in the statement."""
    return _parameter(parameters, {"S": key}) if random.random() < 0.3 else f"'{key}'"


def term(random: Random, parameters: list[Any]) -> str:
    path = random.choice(PATHS)
    match random.randrange(12):
        case 0:
            return f"{path} IS {random.choice(('', 'NOT '))}MISSING"
        case 1:
            return f"begins_with({path}, {random.choice(TEXTS)})"
        case 2:
            return f"contains({path}, {value(random, parameters)})"
        case 3:
            return f"{path} IN [{value(random, parameters)}, {value(random, parameters)}]"
        case 4:
            return f"n BETWEEN {random.choice(NUMBERS)} AND {random.choice(NUMBERS)}"
        case 6:
            return f"size({path}) {random.choice(OPERATORS)} {random.choice(NUMBERS)}"
        case 7:
            return f"attribute_type({path}, '{random.choice(KIND_NAMES)}')"
        case 8:
            return f"({term(random, parameters)} OR {term(random, parameters)})"
        case 9:
            return f"{path} IS {random.choice(('', 'NOT '))}NULL"
        case 5:
            return f"NOT {path} = {value(random, parameters)}"
    return f"{path} {random.choice(OPERATORS)} {value(random, parameters)}"


def condition(random: Random, parameters: list[Any]) -> str:
    terms = [term(random, parameters) for _ in range(random.choice((1, 1, 2)))]
    return " AND ".join(terms)


def select(random: Random, key: str, parameters: list[Any]) -> str:
    shown = random.choice(("*", "*", "s, n", "m.k", "l[0], ss"))
    match random.randrange(4):
        case 0:
            return f"SELECT {shown} FROM Single WHERE id = '{key}'"
        case 1:
            held = _key(random, key, parameters)
            return f"SELECT {shown} FROM Single WHERE id = {held} AND {condition(random, parameters)}"
        case 2:
            bound = f"d {random.choice(('=', '<', '>='))} {random.choice(NUMBERS)}"
            return f"SELECT {shown} FROM Ordered WHERE c = 'c1' AND {bound} AND {condition(random, parameters)}"
    return f"SELECT {shown} FROM \"Ordered\" WHERE c = 'c2' ORDER BY d {random.choice(('ASC', 'DESC'))}"


def insert(random: Random, key: str, parameters: list[Any]) -> str:
    if random.random() < 0.3:
        held = _key(random, key, parameters)
        inserted = f"'a': {value(random, parameters)}, 'c': [{value(random, parameters)}]"
        return f"INSERT INTO Single VALUE {{'id': {held}, {inserted}}}"
    return f"INSERT INTO Single VALUE {{'id': '{key}', 'a': {random.choice((*NUMBERS, *TEXTS, *OTHERS))}}}"


def _updated(random: Random, key: str, parameters: list[Any]) -> str:
    """An UPDATE with parameters in its clauses."""
    change = random.choice(
        (
            lambda: f"SET a = {value(random, parameters)}",
            lambda: f"SET a = {value(random, parameters)}, m.k = {value(random, parameters)}",
            lambda: f"SET n = n + {_parameter(parameters, random.choice(PARAMETERS))}",
            lambda: f"SET l[1] = {value(random, parameters)} REMOVE l[0]",
            lambda: f"SET l = list_append(l, {_parameter(parameters, {'L': [{'N': '1'}]})})",
            lambda: f"SET ns = set_add(ns, {_parameter(parameters, {'NS': ['7']})})",
            lambda: f"SET ss = set_delete(ss, {_parameter(parameters, {'SS': ['x']})})",
        )
    )()
    guard = f" AND {condition(random, parameters)}" if random.random() < 0.2 else ""
    return f"UPDATE Single {change} WHERE id = {_key(random, key, parameters) if not guard else repr(key)}{guard}"


def update(random: Random, key: str, parameters: list[Any]) -> str:
    if random.random() < 0.3:
        return _updated(random, key, parameters) + random.choice(RETURNING)
    changes = random.sample(
        (
            "SET s = 'new'",
            f"SET n = n + {random.choice(NUMBERS)}",
            "SET n = n - 1, a = 2",
            "SET m.k = 'x'",
            "SET l = list_append(l, [7])",
            "SET ss = set_add(ss, <<'z'>>)",
            "REMOVE t",
            "REMOVE l[0]",
        ),
        random.choice((1, 1, 2)),
    )
    guard = f" AND {condition(random, parameters)}" if random.random() < 0.4 else ""
    return f"UPDATE Single {' '.join(changes)} WHERE id = '{key}'{guard}{random.choice(RETURNING)}"


def delete(random: Random, key: str, parameters: list[Any]) -> str:
    guard = f" AND {condition(random, parameters)}" if random.random() < 0.5 else ""
    return f"DELETE FROM Single WHERE id = '{key}'{guard}{random.choice(RETURNING[:3])}"


def request(random: Random, key: str) -> dict[str, Any]:
    """One ExecuteStatement; rarely with a parameter too many, or malformed."""
    parameters: list[Any] = []
    make = random.choices((select, insert, update, delete), (4, 1, 4, 2))[0]
    statement = make(random, key, parameters)
    if random.random() < 0.05:
        statement = random.choice(MALFORMED)
    if parameters and random.random() < 0.05:
        parameters = random.choice((parameters[1:], [*parameters, {"S": "x"}]))
    made: dict[str, Any] = {"Statement": statement, **({"Parameters": parameters} if parameters else {})}
    if random.random() < 0.15:
        options: tuple[dict[str, Any], ...] = (
            {"ConsistentRead": True},
            {"ReturnConsumedCapacity": "TOTAL"},
            {"ReturnConsumedCapacity": "INDEXES"},
            {"ReturnConsumedCapacity": "NONE"},
            {"ReturnValuesOnConditionCheckFailure": "NONE"},
            {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
            {"Limit": 1},
            {"NextToken": "x"},
        )
        made |= random.choice(options)
    return made
