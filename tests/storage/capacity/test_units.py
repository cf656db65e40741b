"""Capacity units of reads and writes, counted in halves: the worked examples of the developer guide and the edges."""

import pytest

from thermodynamo_storage.capacity.units import read_half_units, write_half_units


@pytest.mark.parametrize(
    ("size_bytes", "consistent", "eventual"),
    [
        (0, 2, 1),
        (1, 2, 1),
        (4096, 2, 1),
        (4097, 4, 2),
        (3500, 2, 1),
        (40_800, 20, 10),
        (96_000, 48, 24),
        (409_600, 200, 100),
    ],
)
def test_reads_cost_a_unit_per_4_kb_and_half_if_eventually_consistent(
    size_bytes: int, consistent: int, eventual: int
) -> None:
    assert read_half_units(size_bytes, True) == consistent
    assert read_half_units(size_bytes, False) == eventual


@pytest.mark.parametrize(
    ("old_bytes", "new_bytes", "half_units"),
    [
        (0, 0, 2),
        (0, 1, 2),
        (0, 1024, 2),
        (0, 1025, 4),
        (0, 512, 2),
        (0, 3500, 8),
        (2048, 100, 4),
        (100, 2049, 6),
        (3000, 0, 6),
    ],
)
def test_writes_cost_a_unit_per_kb_of_the_larger_image(old_bytes: int, new_bytes: int, half_units: int) -> None:
    assert write_half_units(old_bytes, new_bytes) == half_units
