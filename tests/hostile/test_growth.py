"""How much longer requests take with more in them: three times the members are three times the work, and no more.

Requests of 16 MB hold half a million members. What goes through all of them for each keeps the thread that validates
long requests for minutes, and others wait for it.
"""

import copy
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import FrameType
from typing import Any

import pytest

from tests.fuzz.test_bent import GOOD, places
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations import OPERATIONS

NAMED = {operation.name: operation for operation in OPERATIONS.values()}
FEW, MANY = 260, 780
"""More than any list may have that is refused for its length."""
SLACK = 1_000
"""Steps that happen once, such as imports."""
FURTHER: tuple[tuple[str, dict[str, Any]], ...] = tuple(
    ("UpdateTable", {"TableName": "Fuzz", "ReplicaUpdates": [{kind: {"RegionName": "eu-west-1", **more}}]})
    for kind, more in (("Create", {}), ("Update", {"KMSMasterKeyId": "k"}), ("Delete", {}), ("Disassociate", {}))
)


def varied(content: Any, number: int) -> Any:
    """The content with another text in the place of each that is no choice of the model."""
    if isinstance(content, str):
        return content if content.isupper() else f"{content}{number}"
    if isinstance(content, list):
        return [varied(each, number) for each in content]
    if isinstance(content, dict):
        return {name: varied(each, number) for name, each in content.items()}
    return content


def grown(content: Any, count: int) -> Iterator[Any]:
    """A list or a map with so many members, of several kinds."""
    if isinstance(content, list):
        yield [varied(content[0], number) for number in range(count)]
        yield [content[0]] * count
    elif isinstance(content, dict):
        name = next(iter(content))
        yield {**content, **{f"{name}{number}": content[name] for number in range(count)}}


def requests(operation: str, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """What was grown, and the request with so many members there."""
    for name, good in (*GOOD, *FURTHER):
        for path in places(good) if name == operation else ():
            *steps, last = path
            holder: Any = good
            for step in steps:
                holder = holder[step]
            if not holder[last]:
                continue
            for kind, content in enumerate(grown(holder[last], count)):
                request = copy.deepcopy(good)
                place: Any = request
                for step in steps:
                    place = place[step]
                place[last] = content
                yield f"{kind} of {'.'.join(map(str, path))}", json.loads(json.dumps(request))


def steps_of(work: Callable[[], object]) -> int:
    """How many functions of Python and of C were called, and how often generators went on."""
    count = 0

    def step(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(step)
    try:
        with suppress(ApiError):
            work()
    finally:
        sys.setprofile(None)
    return count


def steps(operation: str, request: dict[str, Any]) -> int:
    def work() -> None:
        NAMED[operation].check(request)
        NAMED[operation].validate(request)

    return steps_of(work)


@pytest.mark.parametrize("operation", sorted(NAMED))
def test_validation_grows_with_what_is_in_a_request_and_no_faster(operation: str) -> None:
    for (what, small), (_, large) in zip(requests(operation, FEW), requests(operation, MANY), strict=True):
        before = steps(operation, small)
        assert steps(operation, large) < 1.5 * MANY // FEW * before + SLACK, what
