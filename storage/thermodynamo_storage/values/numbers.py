"""DynamoDB numbers: canonical text, exact arithmetic, order-preserving bytes and size.

A number has at most 38 significant digits and a magnitude between 1E-130 and 9.99...E+125, or is zero. Everywhere past
the wire it is its canonical text: plain notation, no exponent, no needless zeros or sign ("-0" is "0"). Text rather
than Decimal because it is what requests bring and what replies carry; only arithmetic needs a value.

Order bytes: zero is 80. A positive number is a byte pair of its biased exponent (from 81 01 up), then its significant
digits packed two to a byte, each byte one more than its BCD value. A negative number is the complement of every byte
of its opposite, then FF, so that of two numbers with a common prefix the longer one comes first. 00 never occurs.
"""

import re

DIGITS_MAX = 38
EXPONENT_MIN = -130
EXPONENT_MAX = 125

# Already canonical, if no longer than 38 characters.
_PLAIN = re.compile(r"-?[1-9][0-9]*+(?:\.[0-9]*[1-9])?|0|-?0\.[0-9]*[1-9]").fullmatch
# It gives nothing back: to find out that megabytes of digits are no number took 0.6 s otherwise.
_SYNTAX = re.compile(r"([+-]?+)([0-9]*+)(?:\.([0-9]*+))?+(?:[eE]([+-]?+)0*+([0-9]*+)(?<=[0-9]))?+").fullmatch
# An exponent with more digits is far out of range, whatever the digits before it: a text has fewer than 10^18.
_EXPONENT_DIGITS_MAX = 18

_ZERO = b"\x80"
_EXPONENT_BIAS = -EXPONENT_MIN
_EXPONENTS = [bytes((0x81 + (biased >> 7), 1 + (biased & 0x7F))) for biased in range(EXPONENT_MAX + _EXPONENT_BIAS + 1)]
_PACK = bytes(min(byte + 1, 255) for byte in range(256))
_UNPACK = bytes(max(byte - 1, 0) for byte in range(256))
_COMPLEMENT = bytes(255 - byte for byte in range(256))
_NEGATIVE_END = b"\xff"


class NumberError(ValueError):
    """The text or the result is not a number DynamoDB can hold."""


class NotANumber(NumberError):
    """The text does not have the syntax of a number."""


class NumberOverflow(NumberError):
    """The magnitude is above the largest supported."""


class NumberUnderflow(NumberError):
    """The magnitude is below the smallest supported, and not zero."""


class TooManyDigits(NumberError):
    """More than 38 significant digits."""


def canonical(text: str) -> str:
    """The one text of the number that `text` writes; raises NumberError.

    An optional sign, digits with an optional point on either side or among them, an optional exponent; no spaces.
    """
    if len(text) <= DIGITS_MAX:
        if text.isdigit() and text[0] != "0" and text.isascii():
            return text
        if _PLAIN(text):
            return text
    return _canonical(text)


def _canonical(text: str) -> str:
    negative, significant, scale = parts(text)
    if not significant:
        _refuse_magnitude(scale, text)
        return "0"
    return _compose(negative, significant.rstrip("0"), scale + len(significant) - 1)


def parts(text: str) -> tuple[bool, str, int]:
    """(is negative, digits, power of ten of the last digit) of a text; the digits do not begin with a zero, and there
    are none in a zero. Raises NotANumber."""
    match = _SYNTAX(text)
    if match is None:
        raise NotANumber(text)
    sign, whole, fraction, exponent_sign, exponent_digits = match.groups("")
    digits = whole + fraction
    if not digits:
        raise NotANumber(text)
    if len(exponent_digits) > _EXPONENT_DIGITS_MAX:
        exponent_digits = "9" * _EXPONENT_DIGITS_MAX
    exponent = int(exponent_sign + exponent_digits) if exponent_digits else 0
    return sign == "-", digits.lstrip("0"), exponent - len(fraction)


def _compose(negative: bool, significant: str, exponent: int) -> str:
    """Canonical text of d.ddd x 10^exponent from significant digits with no zero at either end."""
    if not EXPONENT_MIN <= exponent <= EXPONENT_MAX:
        _refuse_magnitude(exponent, significant)
    if len(significant) > DIGITS_MAX:
        raise TooManyDigits(significant)
    if exponent < 0:
        plain = "0." + "0" * (-exponent - 1) + significant
    elif exponent + 1 >= len(significant):
        plain = significant + "0" * (exponent + 1 - len(significant))
    else:
        plain = significant[: exponent + 1] + "." + significant[exponent + 1 :]
    return "-" + plain if negative else plain


def _refuse_magnitude(exponent: int, text: str) -> None:
    """Raises for a power of ten out of range, which is looked at before the number of digits, and of a zero too.

    Replies of the service: 9.99...E+125 with 38 digits, plus 1E+125, is an overflow (ExtendDB/extenddb issue 94), and
    0e1000 has been refused since 2025 (scylladb/scylladb issue 26079). That every zero goes by the power of its last
    digit is inferred from that; ministack answers the same, as dynalite does for the order.
    """
    if exponent > EXPONENT_MAX:
        raise NumberOverflow(text)
    if exponent < EXPONENT_MIN:
        raise NumberUnderflow(text)


def add(a: str, b: str) -> str:
    """a + b, exact; raises NumberError if the sum is out of range or needs more than 38 digits."""
    if "." not in b:
        if "." not in a:
            return _integer(int(a) + int(b))
        if len(a) + len(b) < DIGITS_MAX and a[0] != "-" and b[0] != "-":
            # The fraction stays as it is.
            whole, _, fraction = a.partition(".")
            return f"{int(whole) + int(b)}.{fraction}"
    return _sum(a, b, 1)


def subtract(a: str, b: str) -> str:
    """a - b, exact; raises NumberError as `add` does."""
    if "." not in a and "." not in b:
        return _integer(int(a) - int(b))
    return _sum(a, b, -1)


def _integer(value: int) -> str:
    text = str(value)
    if len(text) <= DIGITS_MAX:
        return text
    return _scaled(value, 0)


def _sum(a: str, b: str, sign: int) -> str:
    a_whole, _, a_fraction = a.partition(".")
    b_whole, _, b_fraction = b.partition(".")
    scale, b_scale = len(a_fraction), len(b_fraction)
    left, right = int(a_whole + a_fraction), int(b_whole + b_fraction)
    if scale > b_scale:
        right *= 10 ** (scale - b_scale)
    elif scale < b_scale:
        left *= 10 ** (b_scale - scale)
        scale = b_scale
    return _scaled(left + sign * right, scale)


def _scaled(value: int, scale: int) -> str:
    """Canonical text of value x 10^-scale."""
    if not value:
        return "0"
    digits = str(abs(value))
    whole_digits = len(digits) - scale
    if whole_digits > 0 and len(digits) <= DIGITS_MAX:
        fraction = digits[whole_digits:].rstrip("0")
        plain = f"{digits[:whole_digits]}.{fraction}" if fraction else digits[:whole_digits]
        return "-" + plain if value < 0 else plain
    return _compose(value < 0, digits.rstrip("0"), len(digits) - 1 - scale)


def order_bytes(text: str) -> bytes:
    """Bytes of a canonical number that sort as the numbers do, without 00."""
    negative = False
    if text.isdigit():
        if text == "0":
            return _ZERO
        exponent = len(text) - 1
        significant = text.rstrip("0")
    else:
        negative = text[0] == "-"
        whole, _, fraction = (text[1:] if negative else text).partition(".")
        if whole != "0":
            exponent = len(whole) - 1
            significant = whole + fraction if fraction else whole.rstrip("0")
        else:
            significant = fraction.lstrip("0")
            exponent = len(significant) - len(fraction) - 1
    if len(significant) & 1:
        significant += "0"
    data = _EXPONENTS[exponent + _EXPONENT_BIAS] + bytes.fromhex(significant).translate(_PACK)
    return data.translate(_COMPLEMENT) + _NEGATIVE_END if negative else data


def from_order_bytes(data: bytes) -> str:
    """The canonical number whose order bytes these are."""
    if data == _ZERO:
        return "0"
    negative = data[0] < _ZERO[0]
    if negative:
        data = data[:-1].translate(_COMPLEMENT)
    exponent = ((data[0] - 0x81) << 7) + data[1] - 1 - _EXPONENT_BIAS
    return _compose(negative, data[2:].translate(_UNPACK).hex().rstrip("0"), exponent)


def size(text: str) -> int:
    """Bytes a canonical number adds to its item: one, and one for each started pair of significant digits.

    Digits before and after the point pair up separately, and a minus sign adds one; the developer guide only says
    "approximately": this is the byte-exact form of it (see the table in tests/storage/values/test_numbers.py).
    """
    if text.isdigit():
        return 1 + (len(text.rstrip("0")) + 1) // 2
    negative = text[0] == "-"
    point = text.find(".")
    if point < 0:
        return 1 + negative + (len(text.rstrip("0")) - negative + 1) // 2
    if text[negative] == "0":
        return 1 + negative + (len(text[point + 1 :].lstrip("0")) + 1) // 2
    return 1 + negative + (point - negative + 1) // 2 + (len(text) - point) // 2
