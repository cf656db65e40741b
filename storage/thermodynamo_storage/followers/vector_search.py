"""A search: which vectors of one search partition are nearest to a given one, in slices.

The vectors are those that were there when the search began: what takes more than one slice looks at a shared copy.
Where scores are equal, the items come in the order of their key bytes.
"""

from collections.abc import Generator, Sequence
from heapq import nsmallest

import numpy
from numpy.typing import NDArray

from thermodynamo_storage.followers.vector_matrix import Floats, Group, Vector, exact, rough, shown
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item
from thermodynamo_storage.values.schema import DistanceFunction

SLICE_NUMBERS = 2**25
"""Numbers that a slice multiplies: five to fifteen milliseconds, as memory is fast."""
EXACT_NUMBERS = 2**19
"""Numbers that a slice measures exactly: about three milliseconds."""
EXACT_VECTORS = 4_096


@dataclass(frozen=True, slots=True)
class Found:
    """An item of the result."""

    score: float
    key: bytes
    item: Item
    vector: Vector


Searching = Generator[None, None, list[Found]]


def search(
    group: Group, distance: DistanceFunction, wanted: Vector, filters: Sequence[tuple[int, int]], top_count: int
) -> Searching:
    """The nearest items, nearest first. `filters` are places among the index's filters, with the code at each."""
    if group.matrix.count * group.matrix.dimensions > SLICE_NUMBERS:
        group.is_shared = True
    candidates = yield from _candidates(group, distance, wanted, filters, top_count)
    best: list[tuple[float, bytes, int, float]] = []
    step = max(1, min(EXACT_VECTORS, EXACT_NUMBERS // group.matrix.dimensions))
    for start in range(0, len(candidates), step):
        if start:
            yield
        positions = candidates[start : start + step]
        scores = shown(exact(distance, group.matrix.vectors_at(positions), wanted))
        for position, score in zip(positions.tolist(), scores, strict=True):
            rank = -score if distance == "DOT_PRODUCT" else score
            best.append((rank, group.keys[position], position, score))
        best = nsmallest(top_count, best)
    return [Found(score, key, group.items[position], group.matrix.vector(position)) for _, key, position, score in best]


def _candidates(
    group: Group, distance: DistanceFunction, wanted: Vector, filters: Sequence[tuple[int, int]], top_count: int
) -> Generator[None, None, NDArray[numpy.intp]]:
    """The positions of all that may be among the nearest, by ranks that are a little off."""
    matrix = group.matrix
    ranks_of = rough(distance, matrix, wanted)
    ranks: list[Floats] = []
    errors: list[Floats] = []
    numbers = 0
    for number, block in enumerate(matrix.blocks):
        if numbers + block.vectors.size > SLICE_NUMBERS and numbers:
            numbers = 0
            yield
        numbers += block.vectors.size
        found, error = ranks_of(number)
        for place, code in filters:
            found[block.codes[: len(found), place] != code] = numpy.inf
        ranks.append(found)
        errors.append(error)
    if not ranks:
        return numpy.empty(0, numpy.intp)
    rank, error = numpy.concatenate(ranks), numpy.concatenate(errors)
    if len(rank) <= top_count:
        return numpy.flatnonzero(numpy.isfinite(rank))
    # Whatever the errors are, so many are not worse than this.
    limit = numpy.partition(rank + error, top_count - 1)[top_count - 1]
    return numpy.flatnonzero((rank - error <= limit) & numpy.isfinite(rank))
