"""Pages one after the other, each server from the place that it named itself: Query, Scan and PartiQL.

`"$last"` stands for the LastEvaluatedKey of the page before, or for nothing after the last page; `$next` for its
NextToken. Only one item collection is read, so that a Scan has one order on every server.
"""

from random import Random
from typing import Any

from tests.differential import indexes
from tests.differential.expressions import Scope

SEGMENTS: tuple[dict[str, Any], ...] = (
    {"Segment": 0, "TotalSegments": 1},
    {"Segment": 1, "TotalSegments": 1},
    {"Segment": 0},
    {"TotalSegments": 2},
    {"Segment": -1, "TotalSegments": 2},
    {"Segment": 3, "TotalSegments": 2},
    {"Segment": 0, "TotalSegments": 1_000_001},
    {"Segment": 0, "TotalSegments": 0},
    {"Segment": 999_999, "TotalSegments": 1_000_000},
    {"Segment": "0", "TotalSegments": 1},
)
PAGES_MAX = 6


def pages(random: Random) -> tuple[tuple[str, Any], ...]:
    """As many pages of one request as it may take, and perhaps one in the other direction."""
    operation, make = random.choice((("Query", indexes.query), ("Query", indexes.query), ("Scan", indexes.scan)))
    first = {**make(random), "Limit": random.choice((1, 2, 3, 5))}
    first.pop("ExclusiveStartKey", None)
    following = {**first, "ExclusiveStartKey": "$last"}
    steps = [(operation, first), *[(operation, following)] * random.randint(1, PAGES_MAX)]
    if operation == "Query" and random.random() < 0.3:
        steps.append((operation, {**following, "ScanIndexForward": not first.get("ScanIndexForward", True)}))
    return tuple(steps)


def statement(random: Random) -> tuple[tuple[str, Any], ...]:
    """A SELECT in pages."""
    shown = random.choice(("*", "q", "q, n", "h, s"))
    source = random.choice(("Indexed", '"Indexed"."by-s"', '"Indexed"."by-h"', '"Indexed"."keys-k"'))
    held = "k = 'k1'" if "keys-k" in source else "p = 'p1'"
    bound = random.choice(("", "", " AND q > 2", " AND n = 1", " AND q BETWEEN 1 AND 6"))
    order = random.choice(("", " ORDER BY q DESC")) if source in ("Indexed", '"Indexed"."keys-k"') else ""
    first: dict[str, Any] = {"Statement": f"SELECT {shown} FROM {source} WHERE {held}{bound}{order}"}
    first["Limit"] = random.choice((1, 2, 3, 5, 100))
    if random.random() < 0.3:
        first["ReturnConsumedCapacity"] = random.choice(("TOTAL", "INDEXES", "NONE"))
    if random.random() < 0.2:
        first["ConsistentRead"] = random.choice((True, False))
    following = {**first, "NextToken": "$next"}
    return ("ExecuteStatement", first), *[("ExecuteStatement", following)] * random.randint(0, 3)


def segments(random: Random) -> tuple[tuple[str, Any], ...]:
    """Segments that are none, or all there is; of several, what each holds is that of a hash."""
    request: dict[str, Any] = {"TableName": "Indexed", **random.choice(SEGMENTS)}
    if random.random() < 0.4:
        request["IndexName"] = random.choice((*indexes.NAMES, "nothing"))
    if random.random() < 0.3:
        scope = Scope(random)
        request["FilterExpression"] = f"n = {scope.value({'N': '1'})}"
        scope.finish(request)
    if random.random() < 0.3:
        request["ExclusiveStartKey"] = {"p": {"S": "p1"}, "q": {"N": random.choice("358")}}
    if random.random() < 0.2:
        request["Select"] = random.choice(("COUNT", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"))
    # Which segment holds the only collection is the hash's: what is compared must not show it.
    if request.get("TotalSegments") in (2, 1_000_000) and request.get("Segment", -1) in range(request["TotalSegments"]):
        request["TableName"] = "Empty"
        request.pop("IndexName", None)
        request.pop("ExclusiveStartKey", None)
    return (("Scan", request),)
