"""Records of JSON: one on each line, or those of one text, which may be a list or an object with a list of them.

The services of AWS and their command line print `{"Records": [...]}`; a line may hold such an object, too.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from thermodynamo.foresight.sources.file_lines import opened
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.trace_error import TraceError

Record = tuple[str, Any]
"""Where a record stands, and the record; None for what is no JSON."""


def read(path: Location, member: str = "Records") -> Iterator[Record]:
    """The records of a file, in its order. Raises TraceError."""
    for place, value in texts(path):
        found = value.get(member) if isinstance(value, dict) else value
        if isinstance(found, list):
            yield from ((f"{place}, record {number}", each) for number, each in enumerate(found, 1))
        else:
            yield place, value


def texts(path: Location) -> Iterator[Record]:
    """Each line of a file where its first one is JSON by itself, else all of it as one. Raises TraceError."""
    if not path.is_file():
        raise TraceError(f"there is no file {path}")
    with opened(path) as file:
        numbered = ((number, line) for number, line in enumerate(file, 1) if line.strip())
        number, line = next(numbered, (0, ""))
        if line and (value := _parsed(line)) is not None:
            yield f"{path.name}:{number}", value
            yield from ((f"{path.name}:{number}", _parsed(line)) for number, line in numbered)
            return
        text = line + file.read()
    whole = _parsed(text)
    if whole is not None:
        yield path.name, whole
        return
    for more, line in enumerate(text.splitlines(), number):
        if line.strip():
            yield f"{path.name}:{more}", _parsed(line)


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
