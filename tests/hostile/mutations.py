"""Good requests with places bent, by a seed alone: a million of them need no search for the shortest, only speed."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from tests.fuzz.test_bent import GOOD, places
from tests.fuzz.test_json import FRAGMENTS, HOSTILE, MEMBERS, TYPES

BENT_MAX = 3
NUMBERS = ("0", "-1", "1E126", "1e-131", "9" * 39, "NaN", "", "٣", "1_0", "0x1")
TEXTS = ("", "a", "Fuzz", "é", "\U0001f600", "\x00", "#a", ":v", "a.b[0]", "x" * 300, "../..", "null", "*")
CONTENTS: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**31,
    10**400,
    [],
    {},
    [[]],
    [{}],
    {"": {}},
    {"S": 1},
    {"L": {}},
    {"M": []},
)
DEPTH_MAX = 3


class Mutations:
    """Requests in an order that the seed gives: the operation, and the bytes of the body."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.places = [list(places(request)) for _, request in GOOD]
        self.hostile = list(HOSTILE.values())

    def next(self) -> tuple[str, bytes]:
        """One request: most have places bent, some have bytes bent or cut off, a few are whole or nothing like one."""
        chance = self.chance
        number = chance.randrange(len(GOOD))
        operation, good = GOOD[number]
        lot = chance.random()
        if lot < 0.01:
            return operation, chance.choice(self.hostile)
        request = copy.deepcopy(good)
        if lot < 0.9:
            for _ in range(chance.randint(1, BENT_MAX)):
                self._bend(request, number)
        body = json.dumps(request).encode("utf-8", "surrogatepass")
        if lot > 0.95:
            at = chance.randrange(len(body))
            body = body[:at] if chance.random() < 0.5 else body[:at] + chance.randbytes(1) + body[at + 1 :]
        return operation, body

    def _bend(self, request: dict[str, Any], number: int) -> None:
        chance = self.chance
        if not self.places[number] or chance.random() < 0.1:
            request[chance.choice(MEMBERS)] = self._content()
            return
        *steps, last = chance.choice(self.places[number])
        holder: Any = request
        try:
            for step in steps:
                holder = holder[step]
            if chance.random() < 0.15:
                del holder[last]
            else:
                holder[last] = self._content()
        except (KeyError, IndexError, TypeError):
            return  # It was bent before.

    def _content(self, depth: int = 0) -> Any:
        chance = self.chance
        made: tuple[Callable[[], Any], ...] = (
            lambda: copy.deepcopy(chance.choice(CONTENTS)),
            lambda: chance.choice(TEXTS),
            lambda: {"N": chance.choice(NUMBERS)},
            lambda: {chance.choice(TYPES): copy.deepcopy(chance.choice(CONTENTS))},
            lambda: " ".join(chance.choices(FRAGMENTS, k=chance.randrange(12))),
            lambda: [self._content(depth + 1) for _ in range(chance.randrange(3))],
            lambda: {chance.choice(TEXTS): self._content(depth + 1) for _ in range(chance.randrange(3))},
        )
        return chance.choice(made[: len(made) - 2 * (depth >= DEPTH_MAX)])()
