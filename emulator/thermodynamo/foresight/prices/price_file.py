"""One file of prices for each region: what is in it, where it is from, and from when."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from thermodynamo.foresight.traces.trace_error import TraceError

FOLDER = Path(__file__).parent
NAMES = (
    "read_request",
    "write_request",
    "read_unit_hour",
    "write_unit_hour",
    "storage_gb_month",
    "ia_read_request",
    "ia_write_request",
    "ia_read_unit_hour",
    "ia_write_unit_hour",
    "ia_storage_gb_month",
)
"""What every file has; further prices may stand beside them."""


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of a region, in dollars for one unit, one unit for an hour, or one gigabyte for a month."""

    region: str
    date: str
    source: str
    of: dict[str, float]

    def further(self, name: str, is_infrequent: bool = False) -> float | None:
        """A price that not every file has."""
        return self.of.get("ia_" + name if is_infrequent else name)

    def price(self, name: str, is_infrequent: bool = False) -> float:
        return self.of["ia_" + name if is_infrequent else name]


def read(path: Path) -> Prices:
    """The prices of a file. Raises TraceError."""
    try:
        given: dict[str, Any] = orjson.loads(path.read_bytes())
        of = {name: float(price) for name, price in given["prices"].items()}
        made = Prices(given["region"], given["date"], given["source"], of)
    except OSError as error:
        raise TraceError(f"{path} cannot be read: {error.strerror}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise TraceError(f"{path} is no file of prices: {why_none(error)}") from None
    missing = [name for name in NAMES if name not in of]
    if missing:
        raise TraceError(f"{path} has no price of {missing[0]}")
    return made


def why_none(error: Exception) -> str:
    """Why a file is none of its format, by what reading it has raised."""
    if isinstance(error, orjson.JSONDecodeError):
        return f"it is no JSON ({error})"
    if isinstance(error, KeyError):
        return f"it has no member {error.args[0]}"
    return f"a member of it is not as it must be ({error})"


def shipped(region: str) -> Prices | None:
    """The prices that come with this version; None for a region that has no file."""
    path = FOLDER / f"{region}.json"
    return read(path) if path.is_file() else None


def write(prices: Prices, path: Path) -> None:
    """Raises TraceError where the file cannot be written."""
    made = {
        "region": prices.region,
        "currency": "USD",
        "date": prices.date,
        "source": prices.source,
        "prices": prices.of,
    }
    try:
        path.write_bytes(orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    except OSError as error:
        raise TraceError(f"{path} cannot be written: {error.strerror}") from None
