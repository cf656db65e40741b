"""The heat map as text, from hand-made timelines: what a cell shows, and how a partition is called."""

from typing import Any

from thermodynamo.admin.reports.heat_text import LINES_MAX, heat_map

SERVED = {"read": 3_000, "write": 1_000}


def partition(
    read: list[float], write: list[float], throttles: list[int], low: str | None = None, key: Any = None
) -> dict[str, Any]:
    return {"id": 7, "low": low, "begins_with": key, "read": read, "write": write, "throttles": throttles}


def drawn(*partitions: dict[str, Any], index: str | None = None, is_coloured: bool = False) -> list[str]:
    """The lines of a map of five seconds."""
    timeline = {"table": "load", "index": index, "from": 10, "until": 15, "served": SERVED, "partitions": partitions}
    return heat_map(timeline, is_coloured, len(partitions)).splitlines()


def cells(line: str) -> str:
    return line.split("|")[1]


def test_a_cell_is_as_dark_as_the_partition_was_near_the_nearer_of_its_limits() -> None:
    nothing = [0.0] * 5
    units = [0.0, 0.001, 0.25, 0.5, 1.0]
    _, reads, writes = drawn(
        partition([3_000 * share for share in units], nothing, [0] * 5),
        partition(nothing, [1_000 * share for share in units], [0] * 5),
    )
    assert cells(reads) == cells(writes) == " ░▒▓█"
    assert reads.endswith("| 100%")


def test_more_than_the_limit_is_no_darker_and_throttling_is_shown_above_all() -> None:
    _, line = drawn(partition([0.0] * 5, [1_500.0, 0.0, 10.0, 1_000.0, 740.0], [0, 1, 9, 1, 0]))
    assert cells(line) == "█×××▓" and line.endswith("|  74%")


def test_a_coloured_map_marks_throttling_and_ends_its_colours() -> None:
    _, line = drawn(partition([0.0] * 5, [0.0, 500.0, 1_000.0, 2_000.0, 0.0], [0, 0, 0, 3, 0]), is_coloured=True)
    colours = [part.split("m")[0] for part in line.split("\x1b[48;5;")[1:]]
    assert colours == ["236", "71", "196", "196", "236"]
    assert line.count("×") == 1 and line.endswith("\x1b[0m|   0%")


def test_a_partition_is_called_by_the_key_it_begins_with_else_by_its_bound() -> None:
    still = ([0.0] * 5, [0.0] * 5, [0] * 5)
    head, first, bound, key = drawn(
        partition(*still),
        partition(*still, low="4000000000000000"),
        partition(*still, low="ab", key={"pk": {"S": "\x1b[2J" + "x" * 40}, "sk": {"N": "7"}}),
        index="by-x",
    )
    assert head == "load index by-x: the last 5 s, oldest to the left; × is a second with throttling"
    assert first.startswith("    7 lowest key  ") and bound.startswith("    7 4000000000000000  ")
    assert key.startswith("    7 pk=\\x1b[2J" + "x" * 8 + "…xxxx sk=7 |")


def test_as_many_partitions_as_fit_are_drawn_and_the_rest_counted() -> None:
    still = partition([0.0] * 5, [0.0] * 5, [0] * 5)
    assert len(drawn(*[still] * LINES_MAX)) == 1 + LINES_MAX
    assert drawn(*[still] * (LINES_MAX + 1))[-1] == "      ... and 1 more partitions"
