"""The text of a template, YAML or JSON, as mappings, lists, plain values and calls of functions, each with its line.

`!Sub text` of YAML and `{"Fn::Sub": text}` are one call. Plain values are texts, true, false, whole numbers and null: a
template has no dates, and a number with a point stays as it is written.
"""

from dataclasses import dataclass
from typing import Any

from thermodynamo.seeds import json_text
from thermodynamo.seeds.seed import Place, SeedError

DEPTH_MAX = 100
NODES_MAX = 200_000
"""Far more than a template may have. Aliases that repeat each other reach it soon."""
WITHOUT_PREFIX = ("Ref", "Condition")
TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a template, by its name without `Fn::`, with its argument."""

    name: str
    argument: Any
    line: int

    def __str__(self) -> str:
        return f"!{self.name} {self.argument}" if isinstance(self.argument, str) else f"!{self.name}"


class Mapping(dict[str, Any]):
    """A mapping that knows its line, and those of its members."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


def parse(text: str, file: str) -> Any:
    """The template that a text is. Raises SeedError."""
    if text.lstrip().startswith("{"):
        return _JSONReader(text, file).read()
    return _YAMLReader(file).read(text)


def called(mapping: Mapping) -> Any:
    """The call that a mapping stands for, or the mapping itself."""
    if len(mapping) == 1:
        name = next(iter(mapping))
        if name.startswith("Fn::") and not name.startswith("Fn::ForEach"):
            return Call(name.removeprefix("Fn::"), mapping[name], mapping.line)
        if name in WITHOUT_PREFIX and isinstance(mapping[name], str):
            return Call(name, mapping[name], mapping.line)
    return mapping


class _JSONReader:
    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.positions: dict[int, int] = {}
        self.line = 1
        self.offset = 0

    def read(self) -> Any:
        json_text.parse(self.text, self.file)
        value, self.positions = json_text.positions_of(self.text)
        return self._convert(value, 1)

    def _convert(self, value: Any, line: int) -> Any:
        if isinstance(value, dict):
            made = Mapping(self._line(value))
            for name, member in value.items():
                made[name] = self._convert(member, made.line)
                made.lines[name] = self._line(member) if isinstance(member, dict | list) else made.line
            return called(made)
        if isinstance(value, list):
            return [self._convert(each, self._line(value)) for each in value]
        return str(value) if isinstance(value, float) else value

    def _line(self, value: Any) -> int:
        """Parts are asked for in the order of the text."""
        position = self.positions[id(value)]
        if position < self.offset:
            self.line, self.offset = 1, 0
        self.line += self.text.count("\n", self.offset, position)
        self.offset = position
        return self.line


class _YAMLReader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.count = 0

    def read(self, text: str) -> Any:
        import yaml

        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(self.file, mark.line + 1 if mark is not None else None)
            raise SeedError(place, f"this is no YAML: {error.problem or error.context}") from None
        except yaml.YAMLError as error:
            raise SeedError(self.file, f"this is no YAML: {str(error).splitlines()[0]}") from None
        except RecursionError:
            raise SeedError(self.file, "this is nested too deeply") from None
        return self._convert(node, 0) if node is not None else None

    def _convert(self, node: Any, depth: int) -> Any:
        line = node.start_mark.line + 1
        self.count += 1
        if depth > DEPTH_MAX or self.count > NODES_MAX:
            raise SeedError(Place(self.file, line), "this is nested too deeply, or refers to itself")
        made: Any
        if node.id == "mapping":
            made = self._mapping(node, line, depth)
        elif node.id == "sequence":
            made = [self._convert(each, depth + 1) for each in node.value]
        else:
            made = _scalar(node)
        if node.tag.startswith("!") and len(node.tag) > 1:
            name = node.tag[1:]
            if name == "GetAtt" and isinstance(made, str):
                made = made.split(".", 1)
            return Call(name, made, line)
        return called(made) if isinstance(made, Mapping) else made

    def _mapping(self, node: Any, line: int, depth: int) -> Mapping:
        made = Mapping(line)
        merged: list[Any] = []
        for key, value in node.value:
            place = Place(self.file, key.start_mark.line + 1)
            if key.tag == "tag:yaml.org,2002:merge":
                given = self._convert(value, depth + 1)
                merged += given if isinstance(given, list) else [given]
                continue
            if key.id != "scalar":
                raise SeedError(place, "the name of a member is no text")
            if key.value in made:
                raise SeedError(place, f"{key.value} is given twice")
            made[key.value] = self._convert(value, depth + 1)
            made.lines[key.value] = key.start_mark.line + 1
        for each in merged:
            if not isinstance(each, Mapping):
                raise SeedError(Place(self.file, line), "what << merges is no mapping")
            for name in each:
                if name not in made:
                    made[name] = each[name]
                    made.lines[name] = each.lines[name]
        return made


def _scalar(node: Any) -> Any:
    """The value of a scalar. In quotes, or with a tag of its own, it is a text."""
    text: str = node.value
    if node.style is not None or not node.tag.startswith("tag:yaml.org,2002:"):
        return text
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return TRUTHS.get(text.lower(), text)
    if kind == "int" and text.lstrip("-").isdecimal() and len(text) < 20:
        return int(text)
    return text
