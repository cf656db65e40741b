"""Work that takes long, cut into slices: between two of them other requests may have their turn.

A slice is bounded by counting, never by a clock, so it ends at the same place in every run. What is cut depends on
nothing that may change meanwhile: an operation first takes from its tables all that it needs, and is charged for it. A
write that takes long is drafted in slices, and then carried out in one: see `items.drafting`.

Work is counted in steps of a few microseconds: one for each operand of an expression and each KB of an item.
"""

from collections.abc import Generator, Sequence
from io import BytesIO
from typing import TypeVar, overload

T = TypeVar("T")
Slices = Generator[None, float | None, T]
"""Where others may have had their turn, what is sent in is the time by now, in seconds of the epoch."""

SLICE_STEPS = 2_500
"""One to five milliseconds."""
STEP_BYTES = 1_024
DECODING_STEPS = 4
"""What decoding and writing a KB of an item costs beside its filter."""

TEST_STEPS = 16
"""What a test alone takes for each KB at most: it is compiled anew, and may go through all members of a list."""
BEGUN_BYTES = 2 * 1024 * 1024
"""A longer text is not made before its turn. A page has 1 MB, and is answered at once."""
JOINED_BYTES = 4 * 1024 * 1024
"""What a slice copies, in two milliseconds. No piece is longer: an item of 400 KB has 2.4 MB of escaped JSON."""


def steps_of(blob_bytes: int, operand_count: int) -> int:
    """What it takes to decode an item whose JSON is so long, and to look at it with so many operands."""
    return (1 + blob_bytes // STEP_BYTES) * (DECODING_STEPS + operand_count)


def paced(tests: Generator[None, None, T], blob_bytes: int) -> Slices[T]:
    """The tests of an item whose JSON is so long, which pause before each, with fewer pauses where the item is short.

    They may be hundreds of thousands, and a turn of the event loop takes 0.1 ms.
    """
    test_steps = (1 + blob_bytes // STEP_BYTES) * TEST_STEPS
    steps = 0
    while True:
        try:
            next(tests)
        except StopIteration as end:
            result: T = end.value
            return result
        if steps + test_steps > SLICE_STEPS:
            yield
            steps = 0
        steps += test_steps


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


def joined(found: Sequence[bytes]) -> Slices[bytes]:
    """All of it in one text, which grows where it is and is not copied again.

    The first slice of a long text copies nothing: any number of requests may be begun and wait for their turns.
    """
    total_bytes = sum(map(len, found))
    if total_bytes > BEGUN_BYTES:
        yield
    if total_bytes <= JOINED_BYTES:
        return b"".join(found)
    whole = BytesIO()
    slice_bytes = 0
    for piece in found:
        if slice_bytes + len(piece) > JOINED_BYTES:
            yield
            slice_bytes = 0
        whole.write(piece)
        slice_bytes += len(piece)
    return whole.getvalue()
