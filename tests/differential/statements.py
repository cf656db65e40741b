"""PartiQL statements, valid and nearly so, on the fixture item of a case or on the table that nobody writes to."""

from random import Random
from typing import Any

NUMBERS = ("0", "1", "-1", "2.5", "5", "100")
TEXTS = ("'mango'", "'man'", "'x'", "''")
OTHERS = ("true", "NULL", "[1, 'x']", "{'k': 1}", "<<'x', 'y'>>", "<<1, 2>>")
PATHS = ("s", "n", "t", "u", "l", "m.k", "m.j.d", "l[0]", "l[2].k", "ss", "ns", "nothing", '"s"')
OPERATORS = ("=", "<>", "!=", "<", "<=", ">", ">=")
RETURNING = ("", "", " RETURNING ALL OLD *", " RETURNING ALL NEW *", " RETURNING MODIFIED OLD *")
MALFORMED = ("SELEC * FROM Single", "SELECT FROM Single", "SELECT * FROM Single WHERE", "DROP TABLE Single")


def value(random: Random, parameters: list[Any]) -> str:
    """A literal, or a parameter."""
    if random.random() < 0.2:
        parameters.append(random.choice(({"S": "mango"}, {"N": "5"}, {"BOOL": True})))
        return "?"
    return random.choice(random.choice((NUMBERS, TEXTS, OTHERS)))


def term(random: Random, parameters: list[Any]) -> str:
    path = random.choice(PATHS)
    match random.randrange(8):
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
            return f"SELECT {shown} FROM Single WHERE id = '{key}' AND {condition(random, parameters)}"
        case 2:
            bound = f"d {random.choice(('=', '<', '>='))} {random.choice(NUMBERS)}"
            return f"SELECT {shown} FROM Ordered WHERE c = 'c1' AND {bound} AND {condition(random, parameters)}"
    return f"SELECT {shown} FROM \"Ordered\" WHERE c = 'c2' ORDER BY d {random.choice(('ASC', 'DESC'))}"


def insert(random: Random, key: str, parameters: list[Any]) -> str:
    return f"INSERT INTO Single VALUE {{'id': '{key}', 'a': {random.choice((*NUMBERS, *TEXTS, *OTHERS))}}}"


def update(random: Random, key: str, parameters: list[Any]) -> str:
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
    return {"Statement": statement, **({"Parameters": parameters} if parameters else {})}
