"""Lines of DynamoDB JSON: `{"Item": {...}}`, as the export of a whole table has them and imports take them.

Source: developer guide, Amazon S3 import formats for DynamoDB; DynamoDB table export output format.
"""

from collections.abc import Iterator

import orjson

from thermodynamo.api.model import json_pieces
from thermodynamo.transfers.formats.attribute_types import WrongType, check
from thermodynamo.transfers.formats.entry import Entry
from thermodynamo.transfers.formats.lines import Lines

LONG_BYTES = 128 * 1024
"""A longer line is parsed in pieces: other threads have their turn between them."""


def read(lines: Lines) -> Iterator[Entry]:
    """The entries of a file. Raises Unreadable."""
    for line in lines:
        if not line.strip():
            yield Entry(lines.number)
            continue
        try:
            parsed = json_pieces.loads(line) if len(line) > LONG_BYTES else orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield Entry(lines.number, problem=f"the line is no JSON: {error}", is_last=True)
            return
        item = parsed.get("Item") if isinstance(parsed, dict) else None
        if not isinstance(item, dict):
            yield Entry(lines.number, problem='the line is no JSON object with the member "Item"')
            continue
        try:
            yield Entry(lines.number, check(item), others=parsed)
        except WrongType as error:
            yield Entry(lines.number, problem=str(error))
