"""Long reports of the admin API, made in slices: requests have their turn between two of them."""

import asyncio
from typing import Any

import orjson

from thermodynamo.api.slices import Slices, T

PACKED = 64
"""Members of a list that one slice writes as JSON: some hundred KB."""


async def finished(slices: Slices[T]) -> T:
    """What the slices make."""
    while True:
        try:
            next(slices)
        except StopIteration as end:
            result: T = end.value
            return result
        await asyncio.sleep(0)


def packed(members: list[Any]) -> Slices[list[Any]]:
    """The members as JSON already, for orjson to put together: to write a report of 20 MB takes as long as a slice."""
    for first in range(0, len(members), PACKED):
        if first:
            yield
        members[first : first + PACKED] = [
            orjson.Fragment(orjson.dumps(each)) for each in members[first : first + PACKED]
        ]
    return members
