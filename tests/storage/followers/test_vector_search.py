"""The nearest are those that measuring all would find, in the same order; and a search sees one instant."""

import numpy
import pytest

from thermodynamo_storage.followers import vector_matrix, vector_search
from thermodynamo_storage.followers.vector_matrix import Entry, Group, Matrix, Vector, exact, shown
from thermodynamo_storage.followers.vector_search import Found, Searching, search
from thermodynamo_storage.values.schema import DistanceFunction

DISTANCES: tuple[DistanceFunction, ...] = ("COSINE", "DOT_PRODUCT", "EUCLIDEAN")


def key(number: int) -> bytes:
    return b"%06d" % number


def group_of(vectors: list[Vector], order: list[int] | None = None) -> Group:
    """A group with these vectors, each with its number as its key and its parity as its code, put in an order."""
    group = Group(Matrix(len(vectors[0]), 1))
    for number in order or range(len(vectors)):
        group.put(key(number), (b"{}", 2), Entry(b"", (number % 2,), vectors[number], 0))
    return group


def finished(searching: Searching) -> tuple[list[Found], int]:
    """What is found, and in how many slices."""
    count = 1
    while True:
        try:
            next(searching)
        except StopIteration as end:
            found: list[Found] = end.value
            return found, count
        count += 1


def measured(
    vectors: list[Vector], distance: DistanceFunction, wanted: Vector, parity: int | None, top_count: int
) -> list[tuple[float, bytes]]:
    scores = shown(exact(distance, numpy.stack(vectors), wanted))
    sign = -1 if distance == "DOT_PRODUCT" else 1
    chosen = [number for number in range(len(vectors)) if parity in (None, number % 2)]
    best = sorted((sign * scores[number], key(number)) for number in chosen)[:top_count]
    return [(sign * score, name) for score, name in best]


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("parity", [None, 1])
@pytest.mark.parametrize("spread", [1.0, 1e-4, 1e18, 1e22, 1e-22, 1e-30])
def test_it_finds_what_measuring_all_finds(
    distance: DistanceFunction, parity: int | None, spread: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_matrix, "BLOCK_VECTORS_MAX", 64)
    chance = numpy.random.default_rng(7)
    centre = chance.standard_normal(12)
    vectors = [(spread * (centre + 1e-3 * chance.standard_normal(12))).astype(numpy.float32) for _ in range(300)]
    vectors += [vectors[0]] * 20 + [numpy.zeros(12, numpy.float32)]
    wanted = (spread * centre).astype(numpy.float32)
    filters = [] if parity is None else [(0, parity)]
    for top_count in (1, 10, 100):
        found, _ = finished(search(group_of(vectors), distance, wanted, filters, top_count))
        assert [(each.score, each.key) for each in found] == measured(vectors, distance, wanted, parity, top_count)


@pytest.mark.parametrize("distance", DISTANCES)
def test_the_order_in_which_an_index_was_filled_does_not_show(distance: DistanceFunction) -> None:
    chance = numpy.random.default_rng(3)
    vectors = [chance.standard_normal(33).astype(numpy.float32) for _ in range(200)]
    shuffled = chance.permutation(200).tolist()
    replies = [
        [(each.score, each.key) for each in finished(search(group, distance, vectors[5], [], 50))[0]]
        for group in (group_of(vectors), group_of(vectors, shuffled))
    ]
    assert replies[0] == replies[1]


def test_equal_scores_come_in_the_order_of_the_keys() -> None:
    vectors = [numpy.ones(3, numpy.float32)] * 5_000
    order = list(reversed(range(5_000)))
    found, slices = finished(search(group_of(vectors, order), "COSINE", vectors[0], [], 3))
    assert [(each.score, each.key) for each in found] == [(0.0, key(number)) for number in range(3)]
    assert slices == 2


def test_a_search_of_several_slices_sees_one_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_matrix, "BLOCK_VECTORS_MAX", 16)
    monkeypatch.setattr(vector_search, "SLICE_NUMBERS", 64)
    vectors = [numpy.array([number, 1], numpy.float32) for number in range(100)]
    group = group_of(vectors)
    searching = search(group, "EUCLIDEAN", numpy.array([40, 1], numpy.float32), [], 2)
    next(searching)
    assert group.is_shared
    written = group.copy()
    for number in (40, 41, 99):
        written.remove(key(number))
    found, slices = finished(searching)
    assert slices > 2
    assert [(each.score, each.key) for each in found] == [(0.0, key(40)), (1.0, key(39))]
    after, _ = finished(search(written, "EUCLIDEAN", numpy.array([40, 1], numpy.float32), [], 2))
    assert [(each.score, each.key) for each in after] == [(1.0, key(39)), (2.0, key(38))]


def test_nothing_is_found_in_an_empty_group_or_by_a_filter_that_fits_nothing() -> None:
    wanted = numpy.ones(2, numpy.float32)
    assert finished(search(Group(Matrix(2, 1)), "COSINE", wanted, [], 5)) == ([], 1)
    assert finished(search(group_of([wanted]), "COSINE", wanted, [(0, 7)], 5)) == ([], 1)
