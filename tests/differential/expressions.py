"""Random expressions: valid ones from the grammar, then sometimes bent a little."""

from random import Random
from typing import Any

ATTRIBUTES = ("s", "n", "b", "t", "u", "l", "m", "ss", "ns", "zz")
PATHS = (
    "s",
    "n",
    "b",
    "t",
    "u",
    "l",
    "m",
    "ss",
    "ns",
    "zz",
    "l[0]",
    "l[1]",
    "l[9]",
    "m.k",
    "m.j.d",
    "m.zz",
    "n.k",
    "m[0]",
    "l.k",
    "l[2].k",
    "l[2].zz",
    "m.j",
    "l[0][0]",
)
RESERVED = ("name", "status", "data", "Size", "year")
NUMBERS = (
    *("0", "1", "5", "-1", "2.50", "1e2", "007", "1", "5", "2", "-0", "0.00"),
    *(
        "1E-130",
        "-1e-130",
        "9.9999999999999999999999999999999999999E+125",
        "-9.9999999999999999999999999999999999999E125",
    ),
    *("12345678901234567890123456789012345678", "0.00000000000000000000000000000000000001", "1E+125"),
)
KINDS: tuple[dict[str, Any], ...] = (
    *({"S": "a"}, {"N": "1"}, {"B": "AQI="}, {"BOOL": True}, {"NULL": True}, {"L": []}, {"M": {}}),
    *({"SS": ["a"]}, {"NS": ["1"]}, {"BS": ["AQI="]}),
)
"""A value of each kind, where mostly another is wanted."""
STRINGS = ("", *("a", "mango", "S", "N", "é", "zzz") * 3)
KIND_NAMES = ("S", "SS", "N", "NS", "B", "BS", "BOOL", "NULL", "L", "M", "Q", "s", "")
COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
TOKENS = (
    "(",
    ")",
    ",",
    "=",
    "<",
    "AND",
    "OR",
    "NOT",
    "IN",
    "BETWEEN",
    "SET",
    "ADD",
    "[",
    "]",
    ".",
    "+",
    "-",
    "!",
    "'a'",
    "5",
    "#",
    ":",
    "@",
)
BAD_NUMBERS = (
    "",
    "x",
    "1e126",
    "1e-131",
    "-1e126",
    "0e126",
    "1e99999999999",
    "1.0e",
    "١",
    "1_0",
    " 1",
    "+1",
    "NaN",
    "--1",
    "1 ",
    "1" * 39,
    "0x1",
    "1e",
    ".",
    "+",
    *(".5", "5.", "-.5", "1e+05", "1E-0", "00", "-00.0", "0E-200", "0E+200", "1e0000000000000000000000125", "1e5.0"),
    *(
        "1f",
        "1d",
        "1,0",
        "Infinity",
        "1e400",
        "\t1",
        "1\n",
        "−1",
        "1e-00130",
        "9e125",
        "10e125",
        "0.1e126",
        "0.01e-129",
    ),
)


def value(random: Random, bad: bool = False, depth: int = 0) -> Any:
    """An attribute value; with `bad`, one that breaks a rule about half of the time."""
    if bad and random.random() < 0.5:
        return random.choice(
            [
                {},
                {"S": "a", "N": "1"},
                {"SS": []},
                {"NS": []},
                {"BS": []},
                {"SS": ["a", "a"]},
                {"NS": ["1", "1.0"]},
                {"NULL": False},
                {"N": random.choice(BAD_NUMBERS)},
                {"L": [{}]},
                {"M": {"x": {"SS": []}}},
                {"X": "a"},
                {"NS": ["1", "x"]},
                {"BS": ["AQ==", "AQ=="]},
                {"S": 1},
                {"N": 1},
                {"SS": "a"},
                {"L": {}},
                {"B": "abc"},
                "a",
                [],
            ]
        )
    choices = 10 if depth < 2 else 7
    kind = random.randrange(choices)
    if kind < 3:
        return {"N": random.choice(NUMBERS)}
    if kind < 5:
        return {"S": random.choice(STRINGS)}
    if kind == 5:
        return random.choice([{"BOOL": True}, {"BOOL": False}, {"NULL": True}])
    if kind == 6:
        return random.choice(
            [
                {"B": random.choice(["AQI=", "/w==", "AA==", ""])},
                {"SS": ["x", "y"]},
                {"NS": ["1", "2"]},
                {"BS": ["AQ==", "AQI="]},
            ]
        )
    if kind == 7:
        return {"L": [value(random, False, depth + 1) for _ in range(random.randrange(3))]}
    return {"M": {random.choice("kjx"): value(random, False, depth + 1) for _ in range(random.randrange(3))}}


class Scope:
    """The placeholders that expressions of one request define and use."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def path(self) -> str:
        random = self.random
        roll = random.random()
        if roll < 0.15:
            placeholder = f"#p{len(self.names)}"
            self.names[placeholder] = random.choice((*ATTRIBUTES, *RESERVED))
            return placeholder
        if roll < 0.17:
            return random.choice(RESERVED)
        return random.choice(PATHS)

    def value(self, given: Any = None) -> str:
        if self.values and given is None and self.random.random() < 0.1:
            return self.random.choice(list(self.values))
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = value(self.random) if given is None else given
        return placeholder

    def operand(self) -> str:
        roll = self.random.random()
        if roll < 0.45:
            return self.path()
        if roll < 0.85:
            return self.value()
        return f"size({self.path()})"

    def condition(self, depth: int = 0) -> str:
        random = self.random
        roll = random.randrange(16 if depth < 2 else 11)
        if roll < 4:
            return f"{self.operand()} {random.choice(COMPARATORS)} {self.operand()}"
        if roll == 4:
            return f"{self.operand()} BETWEEN {self.operand()} AND {self.operand()}"
        if roll == 5:
            return f"{self.operand()} IN ({', '.join(self.operand() for _ in range(random.randint(1, 3)))})"
        if roll == 6:
            return f"attribute_exists({self.path()})"
        if roll == 7:
            return f"attribute_not_exists({self.path()})"
        if roll == 8:
            return f"begins_with({self.path()}, {self.operand()})"
        if roll == 9:
            return f"contains({self.path()}, {self.operand()})"
        if roll == 10:
            return f"attribute_type({self.path()}, {self.value({'S': random.choice(KIND_NAMES)})})"
        if roll == 11:
            return f"NOT {self.condition(depth + 1)}"
        if roll == 12:
            return f"({self.condition(depth + 1)})"
        return f"{self.condition(depth + 1)} {random.choice(['AND', 'OR'])} {self.condition(depth + 1)}"

    def set_value(self) -> str:
        random = self.random
        roll = random.random()
        if roll < 0.4:
            return self.value()
        if roll < 0.55:
            return self.path()
        if roll < 0.75:
            return f"{self.set_operand()} {random.choice('+-')} {self.set_operand()}"
        if roll < 0.88:
            return f"if_not_exists({self.path()}, {self.set_operand()})"
        return f"list_append({self.set_operand()}, {self.set_operand()})"

    def set_operand(self) -> str:
        roll = self.random.random()
        if roll < 0.4:
            return self.path()
        if roll < 0.7:
            return self.value({"N": self.random.choice(NUMBERS)})
        if roll < 0.9:
            return self.value({"L": [{"S": "e"}]})
        return self.value()

    def update(self) -> str:
        random = self.random
        sections = random.sample(["SET", "REMOVE", "ADD", "DELETE"], random.choice([1, 1, 1, 2, 2, 3]))
        parts = []
        for section in sections:
            count = random.choice([1, 1, 2])
            if section == "SET":
                actions = [f"{self.path()} = {self.set_value()}" for _ in range(count)]
            elif section == "REMOVE":
                actions = [self.path() for _ in range(count)]
            else:
                sets: list[Any] = [{"SS": ["x"]}, {"NS": ["1"]}, {"N": "1"}, None]
                actions = [f"{self.path()} {self.value(random.choice(sets))}" for _ in range(count)]
            parts.append(f"{section} {', '.join(actions)}")
        return " ".join(parts)

    def projection(self) -> str:
        return ", ".join(self.path() for _ in range(self.random.randint(1, 3)))

    def key_condition(self, partition: str, sort: str | None) -> str:
        random = self.random
        first = f"{partition} = {self.value({'S': 'c1'})}"
        if sort is None or random.random() < 0.3:
            return first

        def operand() -> str:
            return self.value({"N": random.choice(NUMBERS)} if random.random() < 0.9 else None)

        roll = random.random()
        if roll < 0.6:
            second = f"{sort} {random.choice(COMPARATORS)} {operand()}"
        elif roll < 0.8:
            second = f"{sort} BETWEEN {operand()} AND {operand()}"
        elif roll < 0.9:
            second = f"begins_with({sort}, {operand()})"
        else:
            second = self.condition(2)
        pair = [first, second]
        random.shuffle(pair)
        return f" {random.choice(['AND', 'AND', 'AND', 'OR'])} ".join(pair)

    def bend(self, text: str) -> str:
        """Delete, double, replace or insert one token."""
        random = self.random
        words = text.split(" ")
        at = random.randrange(len(words))
        roll = random.randrange(4)
        if roll == 0:
            del words[at]
        elif roll == 1:
            words.insert(at, words[at])
        elif roll == 2:
            words[at] = random.choice(TOKENS)
        else:
            words.insert(at, random.choice(TOKENS))
        return " ".join(words)

    def finish(self, request: dict[str, Any]) -> None:
        """Write the placeholder maps into the request, sometimes with a fault."""
        random = self.random
        if random.random() < 0.04:
            self.values[random.choice([":unused", "bad", ":", ":v-x"])] = value(random, True)
        if random.random() < 0.03:
            self.names[random.choice(["#unused", "bad", "#", "#a-b"])] = random.choice(["x", "", "name"])
        if self.values and random.random() < 0.03:
            del self.values[random.choice(list(self.values))]
        if self.names and random.random() < 0.05:
            del self.names[random.choice(list(self.names))]
        if self.values and random.random() < 0.04:
            self.values[random.choice(list(self.values))] = value(random, True)
        if self.values or random.random() < 0.01:
            request["ExpressionAttributeValues"] = self.values
        if self.names or random.random() < 0.01:
            request["ExpressionAttributeNames"] = self.names
