"""Vectors lie densely, copies keep theirs, and rough ranks are never further off than they say."""

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermodynamo_storage.followers import vector_matrix
from thermodynamo_storage.followers.vector_matrix import Matrix, Vector, exact, rough, shown
from thermodynamo_storage.values.schema import DistanceFunction

DISTANCES: tuple[DistanceFunction, ...] = ("COSINE", "DOT_PRODUCT", "EUCLIDEAN")


def vector(*numbers: float) -> Vector:
    return numpy.array(numbers, numpy.float32)


def matrix_of(*vectors: Vector) -> Matrix:
    matrix = Matrix(len(vectors[0]), 1)
    for number, each in enumerate(vectors):
        matrix.append(each, (number,))
    return matrix


def contents(matrix: Matrix) -> list[tuple[list[float], int]]:
    found = []
    for position in range(matrix.count):
        number, place = divmod(position, matrix.per_block)
        found.append((matrix.vector(position).tolist(), int(matrix.blocks[number].codes[place][0])))
    return found


def test_the_last_vector_takes_the_place_of_one_that_goes() -> None:
    matrix = matrix_of(vector(1), vector(2), vector(3))
    matrix.replace_by_last(0)
    assert contents(matrix) == [([3], 2), ([2], 1)]
    matrix.replace_by_last(1)
    matrix.replace_by_last(0)
    assert matrix.count == 0 and matrix.blocks == []


def test_blocks_grow_and_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_matrix, "BLOCK_VECTORS_MAX", 20)
    matrix = matrix_of(*(vector(number) for number in range(50)))
    assert [len(block.vectors) for block in matrix.blocks] == [20, 20, 20]
    assert [each[0] for each in contents(matrix)] == [[number] for number in range(50)]
    assert matrix.held_bytes == 60 * (4 + 8 + 8)
    monkeypatch.undo()
    assert (Matrix(4096, 0).per_block, Matrix(3, 0).per_block) == (1024, 4096)


def test_a_copy_and_its_original_do_not_see_each_others_writes() -> None:
    matrix = matrix_of(vector(1), vector(2))
    copied = matrix.copy()
    assert copied.blocks[0] is matrix.blocks[0]
    matrix.put(0, vector(9), (9,))
    copied.append(vector(3), (2,))
    assert contents(matrix) == [([9], 9), ([2], 1)]
    assert contents(copied) == [([1], 0), ([2], 1), ([3], 2)]
    copied.replace_by_last(0)
    assert contents(copied) == [([3], 2), ([2], 1)]


@pytest.mark.parametrize(
    ("distance", "scores"),
    [("COSINE", [0.0, 1.0, 2.0, 1.0]), ("DOT_PRODUCT", [20.0, 0.0, -2.0, 0.0]), ("EUCLIDEAN", [8.0, 8**0.5, 3.0, 2.0])],
)
def test_scores_are_those_that_the_service_defines(distance: DistanceFunction, scores: list[float]) -> None:
    vectors = numpy.stack([vector(10, 0), vector(0, 2), vector(-1, 0), vector(0, 0)])
    assert exact(distance, vectors, vector(2, 0)).tolist() == scores


def test_a_vector_is_exactly_like_itself() -> None:
    for seed in range(50):
        one = numpy.random.default_rng(seed).standard_normal(100, dtype=numpy.float32)
        assert exact("COSINE", numpy.stack([one, one * 2]), one).tolist()[0] == 0.0


FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


@settings(deadline=None)
@given(st.sampled_from(DISTANCES), st.data())
def test_rough_ranks_are_not_further_off_than_they_say(distance: DistanceFunction, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 5))
    numbers = st.lists(FLOATS, min_size=size, max_size=size)
    vectors = [vector(*each) for each in data.draw(st.lists(numbers, min_size=1, max_size=5))]
    wanted = vector(*data.draw(numbers))
    ranks, errors = rough(distance, matrix_of(*vectors), wanted)(0)
    scores = exact(distance, numpy.stack(vectors), wanted)
    expected = {"COSINE": scores - 1, "DOT_PRODUCT": -scores, "EUCLIDEAN": numpy.square(scores)}[distance]
    assert numpy.isfinite(ranks).all()
    assert (numpy.abs(ranks - expected) <= errors + 1e-300).all()


def test_scores_are_shown_to_32_bits_where_they_have_them() -> None:
    scores = numpy.array([0.1, 1 / 3, 0.0, -2.5, 1.5e40, 1e-40, -1e-41])
    assert shown(scores) == [0.1, 0.33333334, 0.0, -2.5, 1.5e40, 1e-40, -1e-41]
