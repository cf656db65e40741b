"""Paths that no seed can be read from."""

import pytest

from thermodynamo.seeds import recognition
from thermodynamo.seeds.seed import SeedError


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("absent.json", "there is no such file"),
        ("x" * 400, "File name too long"),
        ("Music=" + "x" * 400, "File name too long"),
        ("/dev/null", "the name says no format"),
    ],
)
def test_a_path_that_holds_nothing_is_told_of_in_a_line(path: str, reason: str) -> None:
    with pytest.raises(SeedError, match=reason):
        recognition.load(path, {})
