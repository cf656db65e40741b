"""The items of a table's export as keys of a model: some of them, chosen by chance, with their sizes and attributes."""

from collections.abc import Iterable
from pathlib import Path
from random import Random

import orjson

from thermodynamo.api.errors import ApiError
from thermodynamo.api.values import canonical
from thermodynamo.foresight.arrivals.model import Always, ByRate, Model, Names, Pattern, Target, creation, on_demand
from thermodynamo.foresight.arrivals.popularity import Popularity, zipf
from thermodynamo.foresight.arrivals.rates import Course
from thermodynamo.foresight.sources import source_values
from thermodynamo.foresight.sources.asked_operation import SINGLE_NAMES, Asked, asked
from thermodynamo.foresight.traces.origin import EXPORT
from thermodynamo.foresight.traces.sketch import CHANGES, sketch
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.seeds import export_folder
from thermodynamo.seeds.seed import SeedError
from thermodynamo_storage.capacity.units import read_half_units
from thermodynamo_storage.values.errors import StorageError

ACCOUNT = "000000000000"
CHANGED = "what a write changes"
"""The name of an attribute that no table has."""
RATE_MAX = 1e9


def read(path: Path, names: Names, items_max: int, seed: int) -> tuple[list[Target], int]:
    """So many items of an export at most, each as likely as the others, in an order of chance; and how many it has.

    Raises TraceError.
    """
    chance = Random(f"{seed}/items")
    kept: list[Target] = []
    count = 0
    try:
        # Reservoir sampling: the item of number n takes the place of another with a chance of items_max / n.
        for item in export_folder.read(path, str(path), None).items():
            count += 1
            place = len(kept) if len(kept) < items_max else int(chance.random() * count)
            if place < items_max:
                made = _target(item.item, names, str(item.place))
                kept[place : place + 1] = [made]
    except SeedError as error:
        raise TraceError(str(error)) from None
    if not kept:
        raise TraceError(f"{path}: the export has no items")
    kept.sort(key=lambda each: (chance.random(), each.key))
    return kept, count


def _target(item: dict[str, dict[str, object]], names: Names, place: str) -> Target:
    """An item that is there. Raises TraceError where it lacks the key."""
    try:
        size = canonical.canonicalise(item)
        values = [(kind, item[name][kind]) for name, kind in names]
        key = source_values.key_of(values)
    except KeyError as missing:
        raise TraceError(f"{place}: the item has no key attribute {missing} of that type; see --key") from None
    except (ApiError, StorageError, AttributeError, TypeError, ValueError) as error:
        raise TraceError(f"{place}: this is no item of DynamoDB: {error}") from None
    made = orjson.loads(sketch(item, [name for name, _ in names]))
    made[CHANGED] = [len(CHANGES), CHANGES]
    return Target(key, size, size, None, orjson.dumps(made).decode())


def rates_of(words: Iterable[str]) -> dict[str, float]:
    """Requests a second by operation, of words as GetItem=100. Raises TraceError."""
    made = {}
    for word in words:
        operation, _, given = word.partition("=")
        try:
            rate = float(given)
        except ValueError:
            rate = -1.0
        if operation not in SINGLE_NAMES or not 0 <= rate <= RATE_MAX:
            raise TraceError(
                f"--rate {word}: it must be OPERATION=NUMBER, where OPERATION is {', '.join(SINGLE_NAMES)}"
            )
        made[operation] = rate
    if not made:
        raise TraceError("give --rate, as in --rate GetItem=100 PutItem=20: requests a second")
    return made


def model(
    targets: list[Target], table: str, names: Names, region: str, rates: dict[str, float], course: Course,
    exponent: float, is_consistent: bool,
) -> Model:  # fmt: skip
    """The model of requests for exported items, whose popularity follows Zipf's law."""
    made = Model(EXPORT, course.start, course.seconds)
    made.calls.append(creation((ACCOUNT, region), on_demand(table, names), course.start))
    shares = Popularity(zipf(len(targets), exponent))
    for operation, rate in rates.items():
        found = asked(operation)
        assert found is not None
        keys = Always([_asked(each, found, is_consistent) for each in targets], shares)
        loads = ByRate(course.rate(rate, None))
        consistent = is_consistent if found.kind == "read" else None
        made.patterns.append(Pattern(found.kind, operation, (ACCOUNT, region, table, None), keys, loads, consistent))
    return made


def _asked(target: Target, found: Asked, is_consistent: bool) -> Target:
    """What an operation asks of an item."""
    assert target.size is not None
    if found.kind == "read":
        return Target(target.key, half_units=read_half_units(target.size, is_consistent))
    return target._replace(size=0) if found.deletes else target
