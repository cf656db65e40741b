"""Small modules and short functions."""

import statistics

from tests.tidy.source import EVERYTHING, PACKAGES, report, sources

LINES_MAX = 499
FUNCTION_LINES_MAX = 60
MEDIAN_LINES_MAX = 170


def lines(text: str) -> int:
    return text.count("\n")


def test_no_module_has_500_lines() -> None:
    wrong = [
        f"{file.name} has {lines(file.text)} lines" for file in sources(*EVERYTHING) if lines(file.text) > LINES_MAX
    ]
    assert not wrong, report(wrong)


def test_the_median_module_is_small() -> None:
    counts = [lines(file.text) for file in sources(*PACKAGES) if file.text]
    assert statistics.median(counts) <= MEDIAN_LINES_MAX


def test_no_function_is_longer_than_60_lines() -> None:
    wrong = [
        f"{file.name}:{function.lineno} {function.name} has {length} lines"
        for file in sources(*EVERYTHING)
        for function in file.functions()
        if (length := (function.end_lineno or function.lineno) - function.lineno + 1) > FUNCTION_LINES_MAX
    ]
    assert not wrong, report(wrong)
