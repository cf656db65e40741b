"""What a message shows of a value that came as JSON."""

import math

import pytest

from thermodynamo.settings.bounds import shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (None, "null"),
        (1e308, "1e308"),
        ([1e308, "1e+308", {"1e+30": -1e30}], '[1e308,"1e+308",{"1e+30":-1e30}]'),
        ("1e+308", '"1e+308"'),
        ('quoted "1e+308', '"quoted \\"1e+308"'),
        (math.inf, "null"),
    ],
)
def test_it_is_the_json_that_came(value: object, text: str) -> None:
    assert shown(value) == text
