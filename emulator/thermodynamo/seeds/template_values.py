"""What the functions of a template stand for: parameters, conditions, mappings, the tables themselves.

Sources: CloudFormation user guide, intrinsic function reference and pseudo parameters reference. What only a deployed
stack knows cannot be resolved; neither can a parameter without a default that is not given.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from thermodynamo.seeds.seed import Place, SeedError
from thermodynamo.seeds.template_text import Call
from thermodynamo.seeds.template_text import Mapping as TemplateMapping

NO_VALUE = object()
"""What AWS::NoValue is: the member that has it is not there."""
PSEUDO = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": NO_VALUE,
}
TABLE_TYPES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable")
PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
LIST_TYPES = re.compile(r"CommaDelimitedList|List<.*>").fullmatch
DEPTH_MAX = 60


class Unresolved(Exception):
    """A part of a template that only a deployed stack can tell; the text names it and says what can be done."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


class Values:
    """The values of one template's functions, with the parameters that are given."""

    def __init__(self, template: TemplateMapping, file: str, parameters: Mapping[str, str]) -> None:
        self.file = file
        self.given = parameters
        self.parameters = section(template, "Parameters", file)
        self.conditions = section(template, "Conditions", file)
        self.mappings = section(template, "Mappings", file)
        self.resources = section(template, "Resources", file)
        self.depth = 0
        self.functions: dict[str, Callable[[Call], Any]] = {
            "Ref": self._ref,
            "Sub": self._sub,
            "GetAtt": self._attribute,
            "Join": self._join,
            "Select": self._select,
            "Split": self._split,
            "FindInMap": self._find_in_map,
            "If": self._if,
            "Equals": lambda call: _text(self.argument(call, 2)[0]) == _text(self.argument(call, 2)[1]),
            "And": lambda call: all(self.truth(each, call) for each in _several(call)),
            "Or": lambda call: any(self.truth(each, call) for each in _several(call)),
            "Not": lambda call: not self.truth(_several(call)[0], call),
            "Condition": lambda call: self.condition(str(call.argument), call.line),
            "ToJsonString": lambda call: json.dumps(self.resolve(call.argument), separators=(",", ":")),
            "Length": lambda call: len(_list(self.resolve(call.argument), call)),
        }

    def resolve(self, value: Any) -> Any:
        """The plain value that a part of the template stands for. Raises Unresolved."""
        if isinstance(value, Call):
            self.depth += 1
            try:
                if self.depth > DEPTH_MAX:
                    raise Unresolved(value.line, f"{value} refers to itself")
                function = self.functions.get(value.name)
                if function is None:
                    raise Unresolved(value.line, f"{value} cannot be resolved here")
                return function(value)
            finally:
                self.depth -= 1
        if isinstance(value, dict):
            made = {name: self.resolve(member) for name, member in value.items()}
            return {name: member for name, member in made.items() if member is not NO_VALUE}
        if isinstance(value, list):
            return [each for each in map(self.resolve, value) if each is not NO_VALUE]
        return value

    def condition(self, name: str, line: int) -> bool:
        """Whether a condition of the template holds. Raises Unresolved."""
        if name not in self.conditions:
            raise Unresolved(line, f"there is no condition {name}")
        value = self.conditions[name]
        if not isinstance(value, Call):
            raise Unresolved(line, f"condition {name} is no function")
        return self.truth(value, value)

    def truth(self, value: Any, call: Call) -> bool:
        resolved = self.resolve(value)
        if isinstance(resolved, str) and resolved.lower() in ("true", "false"):
            return resolved.lower() == "true"
        if not isinstance(resolved, bool):
            raise Unresolved(call.line, f"{call} is neither true nor false")
        return resolved

    def argument(self, call: Call, count: int) -> list[Any]:
        """The resolved arguments of a function that takes so many. Raises Unresolved."""
        given = _several(call)
        if len(given) != count:
            raise Unresolved(call.line, f"{call} takes {count} arguments")
        return [self.resolve(each) for each in given]

    def _ref(self, call: Call) -> Any:
        return self._named(str(call.argument), call.line)

    def _named(self, name: str, line: int) -> Any:
        """What `!Ref name` is."""
        if name in self.given:
            return self._parameter(name, self.given[name])
        if name in self.parameters:
            parameter = self.parameters[name]
            if not isinstance(parameter, dict) or "Default" not in parameter:
                raise Unresolved(line, f"parameter {name} has no default: give it with --parameter {name}=VALUE")
            return self._parameter(name, parameter["Default"])
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.resources:
            if table_type(self.resources[name]) is not None:
                return self.table_name(name)
            raise Unresolved(line, f"!Ref {name} is known once the stack is deployed, as {name} is no table")
        hint = f": give it with --parameter {name}=VALUE" if name.startswith("AWS::") else ""
        raise Unresolved(line, f"!Ref {name} names nothing of the template{hint}")

    def _parameter(self, name: str, value: Any) -> Any:
        parameter = self.parameters.get(name)
        kind = parameter.get("Type") if isinstance(parameter, dict) else None
        return [each.strip() for each in str(value).split(",")] if LIST_TYPES(str(kind)) else value

    def table_name(self, logical_id: str) -> str:
        """The name of a table of the template; its logical id where it has none. Raises Unresolved."""
        properties = self.resources[logical_id].get("Properties")
        given = properties.get("TableName") if isinstance(properties, dict) else None
        name = self.resolve(given) if given is not None else NO_VALUE
        return logical_id if name is NO_VALUE else str(name)

    def _attribute(self, call: Call) -> Any:
        parts = call.argument if isinstance(call.argument, list) else str(call.argument).split(".", 1)
        return self._attribute_of([str(self.resolve(part)) for part in parts], call.line)

    def _attribute_of(self, parts: list[str], line: int) -> str:
        """The ARN of a table; nothing else is known before a stack is deployed. Raises Unresolved."""
        name, attribute = parts[0], ".".join(parts[1:])
        if name in self.resources and table_type(self.resources[name]) is not None and attribute == "Arn":
            place = f"{self._named('AWS::Region', line)}:{self._named('AWS::AccountId', line)}"
            return f"arn:{self._named('AWS::Partition', line)}:dynamodb:{place}:table/{self.table_name(name)}"
        raise Unresolved(line, f"!GetAtt {name}.{attribute} is known once the stack is deployed")

    def _sub(self, call: Call) -> str:
        given = call.argument if isinstance(call.argument, list) else [call.argument]
        text = given[0] if given else None
        own = given[1] if len(given) > 1 else {}
        if not isinstance(text, str) or not isinstance(own, dict):
            raise Unresolved(call.line, f"{call} takes a text, and a mapping of names")

        def replaced(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in own:
                return _text(self.resolve(own[name]))
            if "." in name and name not in self.given:
                return self._attribute_of(name.split(".", 1), call.line)
            return _text(self._named(name, call.line))

        return PLACEHOLDER.sub(replaced, text)

    def _join(self, call: Call) -> str:
        delimiter, parts = self.argument(call, 2)
        return str(delimiter).join(_text(part) for part in _list(parts, call))

    def _select(self, call: Call) -> Any:
        number, choices = self.argument(call, 2)
        try:
            return _list(choices, call)[int(number)]
        except (ValueError, IndexError, TypeError):
            raise Unresolved(call.line, f"{call} has no element {number}") from None

    def _split(self, call: Call) -> list[str]:
        delimiter, text = self.argument(call, 2)
        if not delimiter:
            raise Unresolved(call.line, f"{call} has no delimiter")
        return _text(text).split(str(delimiter))

    def _find_in_map(self, call: Call) -> Any:
        given = [self.resolve(each) for each in _several(call)]
        value: Any = self.mappings
        for key in given[:3]:
            value = value.get(_text(key), NO_VALUE) if isinstance(value, dict) else NO_VALUE
            if value is NO_VALUE:
                if len(given) == 4 and isinstance(given[3], dict) and "DefaultValue" in given[3]:
                    return given[3]["DefaultValue"]
                raise Unresolved(call.line, f"{call} finds no {key}")
        return value

    def _if(self, call: Call) -> Any:
        given = _several(call)
        if len(given) != 3:
            raise Unresolved(call.line, f"{call} takes 3 arguments")
        return self.resolve(given[1] if self.condition(str(given[0]), call.line) else given[2])


def section(template: TemplateMapping, name: str, file: str) -> TemplateMapping:
    """A section of a template; empty where there is none. Raises SeedError for what is no mapping."""
    given = template.get(name)
    if given is None:
        return TemplateMapping(template.line)
    if not isinstance(given, TemplateMapping):
        raise SeedError(Place(file, template.lines[name]), f"{name} is no mapping")
    return given


def table_type(resource: Any) -> str | None:
    """The type of a resource that is a table; None for any other."""
    kind = resource.get("Type") if isinstance(resource, dict) else None
    return kind if kind in TABLE_TYPES else None


def _several(call: Call) -> list[Any]:
    if not isinstance(call.argument, list) or not call.argument:
        raise Unresolved(call.line, f"{call} takes a list of arguments")
    return call.argument


def _list(value: Any, call: Call) -> list[Any]:
    if not isinstance(value, list):
        raise Unresolved(call.line, f"{call} is given no list")
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is NO_VALUE else str(value)
