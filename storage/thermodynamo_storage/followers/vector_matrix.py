"""The items of one search partition and their vectors: 32-bit floats, in blocks, measured against that of a search.

The position of a vector is dense: one that goes is replaced by the last. Copies share blocks until either is written
to. Distances are found twice: roughly, by a product of each block in 32-bit floats; and exactly, in 64 bits, for those
that may be among the nearest. The exact distance of a vector does not depend on where it lies, so that an index that
was filled in another order gives the same bytes.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from thermodynamo_storage.values.item import Item
from thermodynamo_storage.values.schema import DistanceFunction

Vector = NDArray[numpy.float32]
Floats = NDArray[numpy.float64]
Codes = NDArray[numpy.int64]

BLOCK_VECTORS_MAX = 4_096
BLOCK_NUMBERS_MAX = 2**22
"""16 MB: as much as a write copies of a block that a copy shares, in about three milliseconds."""
FIRST_CAPACITY = 8
SAFE_NORMS = (1e-30, 1e30)
"""Squares of lengths between which a product in 32-bit floats is as exact as it should be."""
SCORES_FIT = (1e-37, 3.4e38)
"""Between these a 32-bit float has all its bits."""
ROUNDING = 6e-8
"""Half of the last bit of a 32-bit float of 1."""


class Block:
    """Up to `capacity` vectors, the squares of their lengths, and the codes of what they can be filtered by."""

    __slots__ = ("codes", "is_shared", "squares", "vectors")

    def __init__(self, vectors: NDArray[numpy.float32], squares: Floats, codes: Codes) -> None:
        self.vectors = vectors
        self.squares = squares
        self.codes = codes
        self.is_shared = False

    def grown(self, capacity: int) -> "Block":
        """A block of its own with these vectors and room for more."""
        block = empty_block(capacity, self.vectors.shape[1], self.codes.shape[1])
        count = len(self.vectors)
        block.vectors[:count], block.squares[:count], block.codes[:count] = self.vectors, self.squares, self.codes
        return block


def empty_block(capacity: int, dimensions: int, filter_count: int) -> Block:
    return Block(
        numpy.zeros((capacity, dimensions), numpy.float32),
        numpy.zeros(capacity, numpy.float64),
        numpy.zeros((capacity, filter_count), numpy.int64),
    )


class Matrix:
    """Vectors by position, from 0 to `count` - 1."""

    __slots__ = ("blocks", "count", "dimensions", "filter_count", "per_block")

    def __init__(self, dimensions: int, filter_count: int) -> None:
        self.dimensions = dimensions
        self.filter_count = filter_count
        self.per_block = max(1, min(BLOCK_VECTORS_MAX, BLOCK_NUMBERS_MAX // dimensions))
        self.blocks: list[Block] = []
        self.count = 0

    @property
    def held_bytes(self) -> int:
        """The memory of all blocks, whether a copy shares them or not."""
        return sum(each.vectors.nbytes + each.squares.nbytes + each.codes.nbytes for each in self.blocks)

    def copy(self) -> "Matrix":
        """A copy that shares all blocks with this matrix."""
        copied = Matrix(self.dimensions, self.filter_count)
        copied.count = self.count
        copied.blocks = list(self.blocks)
        for block in self.blocks:
            block.is_shared = True
        return copied

    def append(self, vector: Vector, codes: tuple[int, ...]) -> None:
        number, place = divmod(self.count, self.per_block)
        if number == len(self.blocks):
            capacity = min(self.per_block, FIRST_CAPACITY if number == 0 else self.per_block)
            self.blocks.append(empty_block(capacity, self.dimensions, self.filter_count))
        elif place == len(self.blocks[number].vectors):
            self.blocks[number] = self.blocks[number].grown(min(self.per_block, 2 * place))
        self.count += 1
        self.put(self.count - 1, vector, codes)

    def put(self, position: int, vector: Vector, codes: tuple[int, ...]) -> None:
        """Replaces the vector at a position."""
        number, place = divmod(position, self.per_block)
        block = self._own(number)
        block.vectors[place] = vector
        block.squares[place] = numpy.square(vector, dtype=numpy.float64).sum()
        block.codes[place] = codes

    def replace_by_last(self, position: int) -> None:
        """Takes the vector at a position out; the last one comes to lie there."""
        last = self.count - 1
        if position != last:
            number, place = divmod(last, self.per_block)
            source = self.blocks[number]
            vector, square, codes = source.vectors[place], source.squares[place], source.codes[place]
            number, place = divmod(position, self.per_block)
            target = self._own(number)
            target.vectors[place], target.squares[place], target.codes[place] = vector, square, codes
        self.count = last
        if last % self.per_block == 0:
            self.blocks.pop()

    def _own(self, number: int) -> Block:
        """The block, which is copied first where it is shared."""
        block = self.blocks[number]
        if block.is_shared:
            block = self.blocks[number] = block.grown(len(block.vectors))
        return block

    def vector(self, position: int) -> Vector:
        number, place = divmod(position, self.per_block)
        found: Vector = self.blocks[number].vectors[place]
        return found

    def vectors_at(self, positions: NDArray[numpy.intp]) -> NDArray[numpy.float32]:
        """The vectors at several positions, as a new array."""
        found = numpy.empty((len(positions), self.dimensions), numpy.float32)
        numbers, places = numpy.divmod(positions, self.per_block)
        for number in numpy.unique(numbers):
            chosen = numbers == number
            found[chosen] = self.blocks[number].vectors[places[chosen]]
        return found


class Entry(NamedTuple):
    """What an index takes of an item: the part of its partition key, the codes of its filters, its vector, and how
    many bytes of other attributes it stores.
    """

    group: bytes
    codes: tuple[int, ...]
    vector: Vector
    other_bytes: int


class Group:
    """The items with one value of the partition key, or all of them; each list has the same order as the matrix."""

    __slots__ = ("is_shared", "items", "keys", "matrix", "other_bytes", "positions", "sizes")

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self.keys: list[bytes] = []
        self.items: list[Item] = []
        self.sizes: list[int] = []
        """The bytes that are stored beside each vector."""
        self.other_bytes = 0
        """Their sum."""
        self.positions: dict[bytes, int] = {}
        self.is_shared = False
        """Whether a copy of the index has it, too, or a search that is not over: a write copies it first."""

    def copy(self) -> "Group":
        """A copy, which shares the blocks of the matrix."""
        copied = Group(self.matrix.copy())
        copied.keys, copied.items, copied.positions = list(self.keys), list(self.items), dict(self.positions)
        copied.sizes, copied.other_bytes = list(self.sizes), self.other_bytes
        return copied

    def put(self, key: bytes, item: Item, entry: Entry) -> None:
        position = self.positions.get(key)
        if position is None:
            self.positions[key] = len(self.keys)
            self.keys.append(key)
            self.items.append(item)
            self.sizes.append(entry.other_bytes)
            self.matrix.append(entry.vector, entry.codes)
        else:
            self.other_bytes -= self.sizes[position]
            self.items[position], self.sizes[position] = item, entry.other_bytes
            self.matrix.put(position, entry.vector, entry.codes)
        self.other_bytes += entry.other_bytes

    def remove(self, key: bytes) -> None:
        position = self.positions.pop(key)
        self.other_bytes -= self.sizes[position]
        last_key, last_item, last_size = self.keys.pop(), self.items.pop(), self.sizes.pop()
        if last_key != key:
            self.keys[position], self.items[position], self.sizes[position] = last_key, last_item, last_size
            self.positions[last_key] = position
        self.matrix.replace_by_last(position)

    def check(self) -> None:
        """Asserts that all parts have the same order."""
        assert len(self.keys) == len(self.items) == len(self.sizes) == len(self.positions) == self.matrix.count
        assert self.other_bytes == sum(self.sizes)
        assert all(self.positions[key] == position for position, key in enumerate(self.keys))


def exact(distance: DistanceFunction, vectors: NDArray[numpy.float32], wanted: Vector) -> Floats:
    """The scores of vectors as the service defines them, in 64 bits. What has no length is orthogonal to everything."""
    given, target = vectors.astype(numpy.float64), wanted.astype(numpy.float64)
    if distance == "EUCLIDEAN":
        differences: Floats = numpy.sqrt(numpy.square(given - target).sum(axis=1))
        return differences
    products: Floats = (given * target).sum(axis=1)
    if distance == "DOT_PRODUCT":
        return products
    lengths = numpy.sqrt(numpy.square(given).sum(axis=1) * numpy.square(target).sum())
    cosines = numpy.divide(products, lengths, out=numpy.zeros_like(products), where=lengths > 0)
    distances: Floats = numpy.clip(1.0 - cosines, 0.0, 2.0)
    return distances


def shown(scores: Floats) -> list[float]:
    """Scores to 32 bits, in the shortest form that says which; in 64 bits what 32 cannot hold as exactly."""
    with numpy.errstate(all="ignore"):
        rounded = scores.astype(numpy.float32)
    sizes = numpy.abs(scores)
    fit = (sizes <= SCORES_FIT[1]) & ((sizes >= SCORES_FIT[0]) | (sizes == 0))
    found = [float(str(each)) for each in rounded]
    for place in numpy.flatnonzero(~fit):
        found[place] = float(scores[place])
    return found


def rough(distance: DistanceFunction, matrix: Matrix, wanted: Vector) -> Callable[[int], tuple[Floats, Floats]]:
    """What gives, for the number of a block, its vectors' ranks, lower is nearer, and how far off each may be.

    The rank of EUCLIDEAN is the square of the distance, that of DOT_PRODUCT the negative product.
    """
    target = wanted.astype(numpy.float64)
    square = float(numpy.square(target).sum())
    length = float(numpy.sqrt(square))
    unit = (target / length).astype(numpy.float32) if length > 0 else numpy.zeros_like(wanted)
    error = ROUNDING * (matrix.dimensions + 16)

    def ranks(number: int) -> tuple[Floats, Floats]:
        block = matrix.blocks[number]
        count = min(matrix.per_block, matrix.count - number * matrix.per_block)
        vectors, squares = block.vectors[:count], block.squares[:count]
        with numpy.errstate(all="ignore"):
            products = numpy.vecdot(vectors, unit).astype(numpy.float64)
        unsafe = ~numpy.isfinite(products) | (squares < SAFE_NORMS[0]) | (squares > SAFE_NORMS[1])
        if unsafe.any():
            products[unsafe] = (vectors[unsafe].astype(numpy.float64) * (target / (length or 1.0))).sum(axis=1)
        lengths = numpy.sqrt(squares)
        if distance == "COSINE":
            cosines = numpy.divide(products, lengths, out=numpy.zeros_like(products), where=lengths > 0)
            return -cosines, numpy.full(count, error)
        if distance == "DOT_PRODUCT":
            return -products * length, error * lengths * length
        found: Floats = squares - 2.0 * length * products + square
        return found, error * (squares + square)

    return ranks
