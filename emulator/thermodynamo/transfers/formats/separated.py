"""CSV: one item a line, values with delimiters between them, names in the first line or given with the request.

Source: developer guide, Amazon S3 import formats for DynamoDB. Keys, those of indexes too, have the types of the
attribute definitions, and everything else is a string. An empty value is no attribute. A double quote within a value
is an error unless the value is in quotes and the quote is doubled; between quotes, a line may end.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from thermodynamo.transfers.formats.attribute_types import WrongType, check
from thermodynamo.transfers.formats.entry import Entry
from thermodynamo.transfers.formats.lines import LINE_BYTES_MAX, Lines, Unreadable


class NoValues(ValueError):
    """A line that is no list of values; the text says why."""


def read(
    lines: Lines, delimiter: str = ",", names: Sequence[str] | None = None, kinds: Mapping[str, str] | None = None
) -> Iterator[Entry]:
    """The entries of a file; `kinds` are the types of key attributes by name. Raises Unreadable.

    With `names` the first line is an item.
    """
    kinds = kinds or {}
    value = value_pattern(delimiter)
    for line in lines:
        first = lines.number
        if not line:
            yield Entry(first)
            continue
        try:
            values = split(_whole(line, lines), delimiter, value)
        except UnicodeDecodeError:
            yield Entry(first, problem="the line is no UTF-8", is_last=True)
            return
        except NoValues as error:
            yield Entry(first, problem=str(error), is_last=names is None)
            if names is None:
                return
            continue
        if names is None:
            names = values
            yield Entry(first)
        elif len(values) != len(names):
            yield Entry(first, problem=f"the line has {len(values)} values for {len(names)} names")
        else:
            yield _entry(first, names, values, kinds)


def _entry(line: int, names: Sequence[str], values: Sequence[str], kinds: Mapping[str, str]) -> Entry:
    item = {name: {kinds.get(name, "S"): text} for name, text in zip(names, values, strict=True) if text}
    try:
        return Entry(line, check(item) if "B" in kinds.values() else item)
    except WrongType as error:
        return Entry(line, problem=str(error))


def _whole(line: bytes, lines: Lines) -> str:
    """The line, with those that follow while a quote is open. Raises Unreadable and UnicodeDecodeError."""
    pieces, quotes, size_bytes = [line], line.count(b'"'), len(line)
    while quotes % 2 and (following := next(lines, None)) is not None:
        quotes += following.count(b'"')
        size_bytes += len(following)
        if size_bytes > LINE_BYTES_MAX:
            raise Unreadable(f"a quoted value is longer than {LINE_BYTES_MAX} bytes")
        pieces.append(following)
    return b"\n".join(pieces).decode()


def value_pattern(delimiter: str) -> re.Pattern[str]:
    """What matches one value: its text within quotes as group 1, or as it is as group 2."""
    return re.compile(rf'"([^"]*(?:""[^"]*)*)"|([^"{re.escape(delimiter)}]*)')


def split(text: str, delimiter: str, value: re.Pattern[str]) -> list[str]:
    """The values of one line. Raises NoValues."""
    values: list[str] = []
    position = 0
    while True:
        found = value.match(text, position)
        assert found is not None, "no value at all is one, too"
        quoted, plain = found.groups()
        values.append(plain if quoted is None else quoted.replace('""', '"'))
        position = found.end()
        if position == len(text):
            return values
        if text[position] != delimiter:
            raise NoValues(f"value {len(values)} has a double quote that is not escaped")
        position += 1
