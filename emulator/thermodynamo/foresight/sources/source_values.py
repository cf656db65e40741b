"""Times, keys and sizes of a source as events have them. What is none raises ValueError with the reason."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from thermodynamo.foresight.traces.event import MICROSECONDS
from thermodynamo_storage.values import keys, numbers
from thermodynamo_storage.values.errors import StorageError

TIME_UNITS = {"s": Decimal(MICROSECONDS), "ms": Decimal(1_000), "us": Decimal(1), "ns": Decimal("0.001")}
"""How many microseconds each has."""
LATEST = 253_402_300_800 * MICROSECONDS
"""The year 10000."""
SIZE_MAX = 400 * 1024
HALF_UNITS_MAX = 1 << 40
KEY_FAULTS = {"S": "no text", "N": "no number", "B": "no text in base64"}
KEY_BYTES_MAX = keys.PARTITION_KEY_BYTES_MAX, keys.SORT_KEY_BYTES_MAX


def at_us(value: Any, unit: str, zero_us: int = 0) -> int:
    """The microseconds of the epoch of a number in a unit, of an ISO 8601 text, or of a time of Parquet.

    A number counts from `zero_us` on. A text without a zone is in UTC.
    """
    moment = value if isinstance(value, datetime) else None
    found: int | None = None
    if moment is None:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            moment = _moment(str(value))
        else:
            found = _whole(number, TIME_UNITS[unit], LATEST)
            found = found + zero_us if found is not None else None
    if moment is not None:
        since = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
        found = (since.days * 86_400 + since.seconds) * MICROSECONDS + since.microseconds
    if found is None or not 0 <= found < LATEST:
        raise ValueError("the time is before 1970 or after 9999: see --time-unit")
    return found


def _whole(number: Decimal, factor: Decimal, most: int) -> int | None:
    """A number times a factor, rounded down; None where it is not from 0 to `most`.

    It is compared before it is made whole: 1e999999 would have as many digits.
    """
    return int(number * factor) if number.is_finite() and 0 <= number <= most / factor else None


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("the time is neither a number nor ISO 8601") from None


def key_of(values: Sequence[tuple[str, Any]]) -> bytes:
    """Key bytes of the type and the value of each key attribute, the partition key first."""
    parts = []
    for (kind, value), most in zip(values, KEY_BYTES_MAX, strict=False):
        try:
            text = _text(kind, value)
            part = keys.part(kind, numbers.canonical(text) if kind == "N" else text)
        except (StorageError, ValueError):
            raise ValueError(f"the key is no {'number' if kind == 'N' else 'text in base 64'}") from None
        if not 0 < keys.raw_size(part) <= most:
            raise ValueError(f"the key is empty or longer than {most:,} bytes")
        parts.append(part)
    return keys.item_key(parts[0], b"".join(parts[1:]))


def _text(kind: str, value: Any) -> str:
    """A value as the wire has it: binary ones of Parquet in base 64."""
    if isinstance(value, bytes):
        return b64encode(value).decode() if kind == "B" else value.decode()
    return str(value)


def whole_bytes(value: Any) -> int:
    """A size in bytes."""
    try:
        size = _whole(Decimal(str(value)), Decimal(1), SIZE_MAX)
    except InvalidOperation:
        raise ValueError("the size is no number") from None
    if size is None:
        raise ValueError(f"the size is not one of an item: 0 to {SIZE_MAX:,} bytes")
    return size


def half_units(value: Any) -> int:
    """Consumed capacity in half units."""
    try:
        found = _whole(Decimal(str(value)), Decimal(2), HALF_UNITS_MAX)
    except InvalidOperation:
        raise ValueError("the units are no number") from None
    if found is None:
        raise ValueError("the units are negative or too many")
    return found


def truth(value: Any) -> bool:
    """Whether a read was consistent."""
    found = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(str(value).lower())
    if found is None:
        raise ValueError("consistent is neither true nor false")
    return found
