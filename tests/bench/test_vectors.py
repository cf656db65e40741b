"""The table of searches is made of whole replies; the indexes that share their vectors have them all."""

from bench.vectors import DISTANCES, Search, filled, search, shown
from thermodynamo.service import Service
from thermodynamo.settings.config import Config


def test_searches_are_measured_slice_by_slice() -> None:
    service = Service(Config(capacity="off"))
    indexes = filled(service, 50, 8)
    assert [index.item_count for index in indexes] == [50, 50, 50]
    found = {distance: [search(service, distance, 8, seed) for seed in range(2)] for distance in DISTANCES}
    for each in found.values():
        assert all(0 <= one.slice_ms <= one.total_ms for one in each)
    text = shown(found, 50, 8, 2**20)
    assert "50 vectors of 8" in text and text.endswith("1 MB hold the vectors of one index")


def test_the_middle_search_and_the_longest_slice_are_shown() -> None:
    text = shown({"COSINE": [Search(9.0, 1.0), Search(2.0, 2.0), Search(4.0, 3.0)]}, 100, 3, 0)
    cells = [cell.strip() for cell in text.splitlines()[2].split("|")]
    assert cells[1:6] == ["COSINE", "4.0", "30", "3.0", "50"]
