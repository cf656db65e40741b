"""Numbers: syntax and text, arithmetic, order bytes and sizes.

Accepted syntax, texts and refusals were observed with DynamoDB Local: what it stores and returns for these inputs.
"""

import re
from decimal import Context, Decimal, Inexact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermodynamo_storage.values import numbers

EXACT = Context(prec=400, traps=[Inexact])
LARGEST = "9" * 38 + "0" * 88
SMALLEST = "0." + "0" * 129 + "1"


@st.composite
def written(draw: st.DrawFn) -> str:
    """A number in range, as a client may write it: zeros, signs, a point and an exponent where they are allowed."""
    digits = draw(st.text("0123456789", min_size=1, max_size=38).filter(lambda text: text.strip("0")))
    places = draw(st.integers(0, len(digits)))
    first = len(digits) - len(digits.lstrip("0"))
    leading = places - first - 1  # the exponent of the first significant digit when none is written
    exponent = draw(st.one_of(st.integers(-5, 5), st.integers(-130, 125)))
    exponent = max(numbers.EXPONENT_MIN - leading, min(numbers.EXPONENT_MAX - leading, exponent))
    text = draw(st.sampled_from(["", "-", "+"])) + digits[:places]
    if places < len(digits) or draw(st.booleans()):
        text += "." + digits[places:]
    return f"{text}{draw(st.sampled_from('eE'))}{exponent}" if exponent or draw(st.booleans()) else text


canonicals = st.one_of(
    st.integers(-1000, 1000).map(str),
    st.decimals(min_value=-10000, max_value=10000, places=3).map(lambda value: numbers.canonical(str(value))),
    st.just("0"),
    written().map(numbers.canonical),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42", "42"),
        ("+1", "1"),
        ("007", "7"),
        ("1.50", "1.5"),
        ("1.0", "1"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("-5.", "-5"),
        ("1.e2", "100"),
        ("1e+5", "100000"),
        ("1E-5", "0.00001"),
        ("1e0000000000000000005", "100000"),
        ("100000000000000000000000000000000000000", "1" + "0" * 38),
        ("1234567890123456789012345678901234567800000", "1234567890123456789012345678901234567800000"),
        ("0.00012345678901234567890123456789012345678", "0.00012345678901234567890123456789012345678"),
        ("9.9999999999999999999999999999999999999E+125", LARGEST),
        ("-1E125", "-1" + "0" * 125),
        ("1E-130", SMALLEST),
        ("1.2e-130", SMALLEST + "2"),
        ("1." + "0" * 300, "1"),
        ("0" * 300 + "1", "1"),
    ],
)
def test_text_is_plain_whatever_was_written(text: str, expected: str) -> None:
    assert numbers.canonical(text) == expected


@pytest.mark.parametrize("text", ["0", "-0", "+0", "00", "0.0", "-0.0", ".0", "0.", "-0e125", "0.0e126", "0e-130"])
def test_zero_has_one_text(text: str) -> None:
    assert numbers.canonical(text) == "0"


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "-", "+", "+-1", "--1", "e5", ".e5", "1e", "1e+", "1e5.5", "1.2.3"),
        *(" 1", "1 ", "1\n", "\t1", "1 0", "1e 5", "1_000", "1,000", "0x10", "1d", "1L"),
        *("NaN", "Infinity", "-inf", "٤", "²"),
    ],
)
def test_not_a_number(text: str) -> None:
    with pytest.raises(numbers.NotANumber):
        numbers.canonical(text)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("1E126", numbers.NumberOverflow),
        ("-1E126", numbers.NumberOverflow),
        ("99e125", numbers.NumberOverflow),
        ("1" + "0" * 200, numbers.NumberOverflow),
        ("1e2147483647", numbers.NumberOverflow),
        ("1e2147483648", numbers.NumberOverflow),
        ("1e99999999999999999999", numbers.NumberOverflow),
        ("1e" + "9" * 5000, numbers.NumberOverflow),
        ("1E-131", numbers.NumberUnderflow),
        ("-1E-131", numbers.NumberUnderflow),
        ("1e-2147483647", numbers.NumberUnderflow),
        ("1.0e-2147483647", numbers.NumberUnderflow),
        ("-1e-99999999999999999999", numbers.NumberUnderflow),
        ("1" * 39, numbers.TooManyDigits),
        ("1.23456789012345678901234567890123456789", numbers.TooManyDigits),
        ("1" * 39 + "e100", numbers.NumberOverflow),
        ("1" * 39 + "e-200", numbers.NumberUnderflow),
        ("0e126", numbers.NumberOverflow),
        ("0e2147483647", numbers.NumberOverflow),
        ("0e99999999999", numbers.NumberOverflow),
        ("0e-131", numbers.NumberUnderflow),
    ],
)
def test_out_of_range_whatever_its_digits_and_too_many_digits(text: str, error: type[numbers.NumberError]) -> None:
    with pytest.raises(error):
        numbers.canonical(text)


@given(written())
def test_canonical_keeps_the_value_in_the_shortest_plain_text(text: str) -> None:
    result = numbers.canonical(text)
    assert Decimal(result) == Decimal(text)
    assert "e" not in result.lower()
    assert result == format(EXACT.normalize(Decimal(text)), "f")
    assert numbers.canonical(result) == result


@given(st.text("0123456789.eE+- ", max_size=12))
def test_whatever_is_accepted_is_a_decimal_and_the_other_way_round(text: str) -> None:
    try:
        result = numbers.canonical(text)
    except numbers.NotANumber:
        with pytest.raises(ArithmeticError):
            Decimal(text if text == text.strip() else "?")
    except numbers.NumberError:
        assert Decimal(text).adjusted() not in range(numbers.EXPONENT_MIN, numbers.EXPONENT_MAX + 1)
    else:
        assert Decimal(result) == Decimal(text)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("0.1", "0.2", "0.3"),
        ("5", "-5", "0"),
        ("-0.5", "0.25", "-0.25"),
        ("0.5", "-1", "-0.5"),
        ("1" + "0" * 37, "1", "1" + "0" * 36 + "1"),
        ("9" * 38, "1", "1" + "0" * 38),
        ("5" + "0" * 37, "5" + "0" * 37, "1" + "0" * 38),
        ("1", "0." + "0" * 36 + "1", "1." + "0" * 36 + "1"),
        ("1", "-0." + "0" * 37 + "1", "0." + "9" * 38),
        ("1" + "0" * 125, "0", "1" + "0" * 125),
        (LARGEST, "-" + LARGEST, "0"),
    ],
)
def test_sums(a: str, b: str, expected: str) -> None:
    assert numbers.add(a, b) == numbers.add(b, a) == expected


@pytest.mark.parametrize(
    ("a", "b", "error"),
    [
        ("1" + "0" * 125, "1", numbers.TooManyDigits),
        ("1" + "0" * 125, SMALLEST, numbers.TooManyDigits),
        ("1" + "0" * 38, "1", numbers.TooManyDigits),
        ("9" * 38, "0.1", numbers.TooManyDigits),
        ("9" * 38, "9" * 38, numbers.TooManyDigits),
        ("1", "0." + "0" * 37 + "1", numbers.TooManyDigits),
        (LARGEST, LARGEST, numbers.NumberOverflow),
        (LARGEST, "1" + "0" * 88, numbers.NumberOverflow),
        ("9" + "0" * 125, "1" + "0" * 125, numbers.NumberOverflow),
        ("-9" + "0" * 125, "-1" + "0" * 125, numbers.NumberOverflow),
        (SMALLEST + "1", "-" + SMALLEST, numbers.NumberUnderflow),
    ],
)
def test_sums_that_cannot_be_held_exactly_are_refused(a: str, b: str, error: type[numbers.NumberError]) -> None:
    with pytest.raises(error):
        numbers.add(a, b)
    with pytest.raises(error):
        numbers.subtract(a, numbers.canonical("-" + b) if b[0] != "-" else b[1:])


@given(canonicals, canonicals)
def test_arithmetic_is_exact_or_refused(a: str, b: str) -> None:
    for operation, exact in (
        (numbers.add, EXACT.add(Decimal(a), Decimal(b))),
        (numbers.subtract, EXACT.subtract(Decimal(a), Decimal(b))),
    ):
        try:
            expected = numbers.canonical(str(exact or 0))
        except numbers.NumberError as refusal:
            with pytest.raises(type(refusal)):
                operation(a, b)
        else:
            assert operation(a, b) == expected


@given(st.lists(canonicals, max_size=30))
def test_order_bytes_sort_as_the_numbers_do(texts: list[str]) -> None:
    assert sorted(texts, key=numbers.order_bytes) == sorted(texts, key=Decimal)


def test_order_bytes_at_the_ends_of_the_range_and_around_powers_of_ten() -> None:
    rising = [SMALLEST, SMALLEST + "1", "0.09", "0.1", "0.101", "0.9", "0.99", "1", "1.001", "1.01", "1.1", "9", "9.9"]
    rising += ["10", "10.01", "11", "99", "100", "101", "1" + "0" * 125, LARGEST]
    both = ["-" + text for text in reversed(rising)] + ["0"] + rising
    encoded = [numbers.order_bytes(text) for text in both]
    assert encoded == sorted(encoded)
    assert len(set(encoded)) == len(both)


@given(canonicals)
def test_order_bytes_have_an_inverse_and_no_zero_byte(text: str) -> None:
    encoded = numbers.order_bytes(text)
    assert numbers.from_order_bytes(encoded) == text
    assert 0 not in encoded


@pytest.mark.parametrize(
    ("text", "size"),
    [
        # One byte for each two significant digits and one more; zeros at the ends are trimmed:
        # developer guide, CapacityUnitCalculations.
        ("0", 1),
        ("7", 2),
        ("42", 2),
        ("100", 2),
        ("123", 3),
        ("1" + "0" * 125, 2),
        ("12345678901234567890123456789012345678", 20),
        # Where the guide only says "approximately": a sign costs a byte, and the digits on either side of the point
        # pair up separately.
        ("-42", 3),
        ("-100", 3),
        ("0.0000001", 2),
        ("0.5", 2),
        ("-0.5", 3),
        ("1.5", 3),
        ("12.34", 3),
        ("123.45", 4),
        ("100.5", 4),
        ("-123.456", 6),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert numbers.size(text) == size


def test_the_syntax_gives_back_nothing_that_it_has_matched() -> None:
    pattern = numbers._SYNTAX.__self__.pattern  # type: ignore[attr-defined]
    assert re.findall(r"(?<!\()[*+?]", pattern)
    assert re.findall(r"(?<!\()(?<![*?])[*?](?!\+)", pattern) == []
