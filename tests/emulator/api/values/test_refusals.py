"""The two wordings of a refused number."""

import pytest

from thermodynamo.api import messages
from thermodynamo.api.errors import ValueRefused
from thermodynamo.api.values.canonical import number
from thermodynamo.api.values.refusals import is_beyond_java

OVERFLOW, UNDERFLOW = messages.NUMBER_OVERFLOW, messages.NUMBER_UNDERFLOW


@pytest.mark.parametrize(
    ("text", "message", "earlier"),
    [
        ("", messages.NOT_A_NUMBER.format(""), messages.EMPTY_NUMBER_EARLIER),
        ("x", messages.NOT_A_NUMBER.format("x"), messages.NOT_A_NUMBER.format("x")),
        ("1e126", OVERFLOW, OVERFLOW),
        ("-1e-131", UNDERFLOW, UNDERFLOW),
        ("1e2147483646", OVERFLOW, OVERFLOW),
        ("1e2147483647", OVERFLOW, UNDERFLOW),
        ("15e2147483646", OVERFLOW, UNDERFLOW),
        ("0e2147483647", OVERFLOW, UNDERFLOW),
        ("1e-2147483647", UNDERFLOW, UNDERFLOW),
        ("1e2147483648", OVERFLOW, messages.NOT_A_NUMBER.format("1e2147483648")),
        ("1.5e-2147483647", UNDERFLOW, messages.NOT_A_NUMBER.format("1.5e-2147483647")),
        ("1e" + "9" * 5000, OVERFLOW, messages.NOT_A_NUMBER.format("1e" + "9" * 5000)),
        ("1" * 39, messages.NUMBER_TOO_PRECISE, messages.NUMBER_TOO_PRECISE),
    ],
)
def test_a_number_is_refused_in_new_words_and_in_earlier_ones(text: str, message: str, earlier: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        number(text)
    assert (refused.value.message, refused.value.earlier) == (message, earlier)


def test_exponents_beyond_java() -> None:
    assert is_beyond_java("1e2147483648")
    assert not is_beyond_java("1e2147483647")
