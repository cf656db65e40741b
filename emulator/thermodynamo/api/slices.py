"""Work that takes long, cut into slices: between two of them other requests may have their turn.

A slice is bounded by counting, never by a clock, so it ends at the same place in every run. What is cut depends on
nothing that may change meanwhile: an operation first takes from its tables all that it needs, and is charged for it.
"""

from collections.abc import Generator
from typing import TypeVar, overload

T = TypeVar("T")
Slices = Generator[None, None, T]


def begin(slices: Slices[T]) -> T | Slices[T]:
    """Does the first slice: the result where that was all, else the slices that are left."""
    try:
        next(slices)
    except StopIteration as end:
        result: T = end.value
        return result
    return slices


@overload
def finish(begun: Slices[T]) -> T: ...
@overload
def finish(begun: T | Slices[T]) -> T: ...
def finish(begun: T | Slices[T]) -> T:
    """Does all slices that are left, one after the other."""
    while isinstance(begun, Generator):
        begun = begin(begun)
    return begun
