"""JSON in which each object and list knows its line: what a file says wrongly is named by it."""

import json
from functools import cached_property, partial
from json.decoder import JSONArray, JSONObject, scanstring  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

from thermodynamo.seeds.seed import Place, SeedError

BYTE_ORDER_MARK = "\ufeff"
Step = str | int


def read_text(path: Path, file: str) -> str:
    """The text of a file in UTF-8. Raises SeedError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SeedError(file, error.strerror or str(error)) from None
    try:
        return content.decode("utf-8").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SeedError(Place(file, line), "this is no text in UTF-8") from None


def parse(text: str, file: str, first_line: int = 1) -> Any:
    """The JSON value that a text is; `first_line` is where the text begins in the file. Raises SeedError."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise SeedError(Place(file, first_line + error.lineno - 1), f"this is no JSON: {error.msg}") from None
    except RecursionError:
        raise SeedError(Place(file, first_line), "this is nested too deeply") from None
    except ValueError as error:
        raise SeedError(Place(file, first_line), f"this is no JSON: {error}") from None


def line_of(text: str, steps: tuple[Step, ...]) -> int:
    """The line of the part of a JSON text that `steps` lead to, or of the innermost object or list around it."""
    decoder = _PlacingDecoder()
    value: Any = decoder.decode(text)
    position = decoder.positions.get(id(value), 0)
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            break
        position = decoder.positions.get(id(value), position)
    return text.count("\n", 0, position) + 1


class Members:
    """The places of the members of a list in a JSON text, which are looked for when one of them is asked for."""

    def __init__(self, text: str, file: str, steps: tuple[Step, ...]) -> None:
        """`steps` lead to the list."""
        self.text = text
        self.file = file
        self.steps = steps

    def place(self, number: int) -> Place:
        """The place of a member, by its number from 0 on."""
        return Place(self.file, partial(self._line, number))

    def _line(self, number: int) -> int:
        return self.lines[number]

    @cached_property
    def lines(self) -> list[int]:
        """The line of each member, or of the one before it that is an object or a list."""
        value, positions = positions_of(self.text)
        for step in self.steps:
            value = value[step]
        lines, line, offset = [], 1, 0
        for member in value:
            position = max(offset, positions.get(id(member), offset))
            line += self.text.count("\n", offset, position)
            offset = position
            lines.append(line)
        return lines


def positions_of(text: str) -> tuple[Any, dict[int, int]]:
    """The value of a JSON text, with the offset of each object and list in it by `id`."""
    decoder = _PlacingDecoder()
    value = decoder.decode(text)
    return value, decoder.positions


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")


class _PlacingDecoder(json.JSONDecoder):
    """Remembers where each object and list begins. It is slow, and so asked for the places of errors alone."""

    def __init__(self) -> None:
        super().__init__()
        self.positions: dict[int, int] = {}
        self.parse_object = self._object
        self.parse_array = self._array
        self.parse_string = scanstring
        self.scan_once = py_make_scanner(self)

    def _object(self, start: tuple[str, int], *more: Any) -> Any:
        made, end = JSONObject(start, *more)
        self.positions[id(made)] = start[1] - 1
        return made, end

    def _array(self, start: tuple[str, int], *more: Any) -> Any:
        made, end = JSONArray(start, *more)
        self.positions[id(made)] = start[1] - 1
        return made, end
