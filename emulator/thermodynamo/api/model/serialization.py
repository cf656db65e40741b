"""The type check of a request: SerializationException with the service's text for the first JSON value of a wrong type.

Each operation gets two functions over the same shapes. `accepts` (see `acceptance`) only says whether a request is
plainly well-formed, which almost every request is. When it says no, `read` walks the request in the
order it was written (the service parses as a stream) and either raises or returns it as the service understands it:
null and unknown members left out, "true" as a Boolean, decimals cut to integers. The request is then changed in place,
so later stages never meet a null member, one that is not the operation's or a number out of its range.
"""

import functools
from collections.abc import Callable
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.model import acceptance
from thermodynamo.api.model.acceptance import Accept
from thermodynamo.api.model.service import LIST, MAP, STRUCTURE, Service

Read = Callable[[Any], Any]

PACKAGE = "com.amazonaws.dynamodb.v20120810."
ATTRIBUTE_VALUE = "AttributeValue"
JAVA_CLASSES = {
    "string": "java.lang.String",
    "integer": "java.lang.Integer",
    "long": "java.lang.Long",
    "boolean": "java.lang.Boolean",
    "double": "java.lang.Double",
    "timestamp": "java.util.Date",
    "blob": "java.nio.ByteBuffer",
}
RANGES = {"integer": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1)}


def compile_check(service: Service, operation: str) -> Callable[[Any], None]:
    """The type check of one operation: raises SerializationException, and may rewrite the request as said above."""
    compiler = _compiler(service)
    name = service.inputs[operation]
    accepts, read, java_type = compiler.accept(name), compiler.read(name), compiler.java_type(name)

    def check_types(request: Any) -> None:
        if accepts(request):
            return
        _require_collection(request, STRUCTURE, java_type, messages.UNEXPECTED_FIELD)
        understood = read(request)
        request.clear()
        request.update(understood)

    return check_types


def acceptor(service: Service, name: str) -> Accept:
    """Says of a value whether it is plainly one of a shape."""
    return _compiler(service).accept(name)


def members(service: Service, name: str) -> tuple[dict[str, type], dict[str, Accept]]:
    """The types of the plain members of a structure, and the acceptors of the others."""
    return _compiler(service).accept_members(name)


@functools.cache
def _compiler(service: Service) -> "_Compiler":
    return _Compiler(service)


class _Compiler:
    """Builds and remembers the functions of each shape; attribute values have their own, since they recur."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._accepts: dict[str, Accept] = {ATTRIBUTE_VALUE: acceptance.accepts_value}
        self._reads: dict[str, Read] = {ATTRIBUTE_VALUE: _read_value}

    def java_type(self, name: str) -> str:
        """How the service prints the Java type of a shape; a class says so, a generic type does not."""
        text = self._type_argument(name)
        return text if "<" in text else "class " + text

    def _type_argument(self, name: str) -> str:
        shape = self.service.shape(name)
        if shape.kind == LIST:
            return f"java.util.List<{self._type_argument(shape.element)}>"
        if shape.kind == MAP:
            return f"java.util.Map<java.lang.String, {self._type_argument(shape.element)}>"
        return PACKAGE + name if shape.kind == STRUCTURE else JAVA_CLASSES[shape.kind]

    def accept(self, name: str) -> Accept:
        accept = self._accepts.get(name)
        if accept is None:
            accept = self._accepts[name] = self._build_accept(name)
        return accept

    def _build_accept(self, name: str) -> Accept:
        shape = self.service.shape(name)
        if shape.kind == STRUCTURE:
            return acceptance.structure_acceptor(*self.accept_members(name))
        if shape.kind in (LIST, MAP):
            if shape.element == ATTRIBUTE_VALUE:
                return acceptance.accepts_map_of_values if shape.kind == MAP else acceptance.accepts_list_of_values
            if shape.kind == MAP and self.service.shape(shape.element).kind == "string":
                return acceptance.accepts_map_of_strings
            element = self.accept(shape.element)
            return acceptance.map_acceptor(element) if shape.kind == MAP else acceptance.list_acceptor(element)
        return acceptance.SCALAR_ACCEPTORS[shape.kind]

    def accept_members(self, name: str) -> tuple[dict[str, type], dict[str, Accept]]:
        """The types of the plain members of a structure, and the acceptors of the others."""
        plain: dict[str, type] = {}
        nested: dict[str, Accept] = {}
        for member, member_shape in self.service.shape(name).members.items():
            kind = self.service.shape(member_shape).kind
            if kind == "string" or kind == "boolean":
                plain[member] = str if kind == "string" else bool
            else:
                nested[member] = self.accept(member_shape)
        return plain, nested

    def read(self, name: str) -> Read:
        read = self._reads.get(name)
        if read is None:
            read = self._reads[name] = self._build_read(name)
        return read

    def _build_read(self, name: str) -> Read:
        shape = self.service.shape(name)
        if shape.kind == STRUCTURE:
            members = {
                member: (self.read(member_shape), self.service.shape(member_shape).kind, self.java_type(member_shape))
                for member, member_shape in shape.members.items()
            }
            return _structure_reader(members)
        if shape.kind in (LIST, MAP):
            build = _map_reader if shape.kind == MAP else _list_reader
            kind = self.service.shape(shape.element).kind
            return build(self.read(shape.element), kind, self.java_type(shape.element))
        return _scalar_reader(shape.kind)


def _structure_reader(members: dict[str, tuple[Read, str, str]]) -> Read:
    def read(value: dict[str, Any]) -> dict[str, Any]:
        understood = {}
        for name, content in value.items():
            member = members.get(name)
            if content is None or member is None:
                continue
            read_member, kind, java_type = member
            _require_collection(content, kind, java_type, messages.UNEXPECTED_FIELD)
            understood[name] = read_member(content)
        return understood

    return read


def _map_reader(read_element: Read, kind: str, java_type: str) -> Read:
    def read(value: dict[str, Any]) -> dict[str, Any]:
        understood = {}
        for name, content in value.items():
            content = _element(content, kind, java_type)
            if content is not None:
                understood[name] = read_element(content)
        return understood

    return read


def _list_reader(read_element: Read, kind: str, java_type: str) -> Read:
    def read(value: list[Any]) -> list[Any]:
        understood = []
        for content in value:
            content = _element(content, kind, java_type)
            understood.append(content if content is None else read_element(content))
        return understood

    return read


def _element(content: Any, kind: str, java_type: str) -> Any:
    """An element of a list or a map; a null collection is an empty one, a null scalar stays null."""
    if content is None:
        return {} if kind in (STRUCTURE, MAP) else [] if kind == LIST else None
    _require_collection(
        content, kind, java_type, messages.UNEXPECTED_ELEMENT if kind == STRUCTURE else messages.ELEMENT_NOT_A_CLASS
    )
    return content


def _require_collection(content: Any, kind: str, java_type: str, unexpected_scalar: str) -> None:
    """Raise unless the JSON type fits a structure, list or map; says nothing where the shape is a scalar."""
    if kind == LIST:
        if type(content) is dict:
            raise errors.serialization(messages.STRUCTURE_NOT_EXPECTED)
        if type(content) is not list:
            raise errors.serialization(unexpected_scalar)
    elif kind in (STRUCTURE, MAP):
        if type(content) is list:
            raise errors.serialization(messages.UNRECOGNIZED_COLLECTION.format(java_type))
        if type(content) is not dict:
            raise errors.serialization(unexpected_scalar)


_VALUE_TYPES = f"{PACKAGE}{ATTRIBUTE_VALUE}"
_VALUE_CLASS = f"class {_VALUE_TYPES}"
_MAP_OF_VALUES = f"java.util.Map<java.lang.String, {_VALUE_TYPES}>"


def _read_value(value: dict[str, Any]) -> dict[str, Any]:
    understood: dict[str, Any] = {}
    for kind, content in value.items():
        if content is None:
            continue
        if kind in _READ_CONTENT:
            understood[kind] = _READ_CONTENT[kind](content)
        elif kind == "M":
            _require_collection(content, MAP, _MAP_OF_VALUES, messages.UNEXPECTED_FIELD)
            members = understood[kind] = {}
            for name, member in content.items():
                members[name] = _read_value(_element(member, STRUCTURE, _VALUE_CLASS))
        elif kind == "L":
            _require_collection(content, LIST, "", messages.UNEXPECTED_FIELD)
            elements = understood[kind] = []
            for element in content:
                elements.append(_read_value(_element(element, STRUCTURE, _VALUE_CLASS)))
    return understood


def _scalar_reader(kind: str) -> Read:
    accept = acceptance.SCALAR_ACCEPTORS[kind]
    convert = _CONVERSIONS.get(kind)
    java_class = JAVA_CLASSES[kind]
    target = java_class.rpartition(".")[2]

    def read(value: Any) -> Any:
        if accept(value):
            return value
        if type(value) is dict:
            raise errors.serialization(messages.STRUCTURE_NOT_EXPECTED)
        if type(value) is list:
            raise errors.serialization(messages.UNRECOGNIZED_COLLECTION.format("class " + java_class))
        if convert is not None:
            converted = convert(value)
            if converted is not None:
                return converted
        raise errors.serialization(messages.CANNOT_CONVERT.format(_token(value), target))

    return read


def _token(value: Any) -> str:
    if type(value) is str:
        return "STRING"
    if type(value) is bool:
        return "TRUE" if value else "FALSE"
    return "NUMBER" if type(value) is int else "DECIMAL"


def _to_boolean(value: Any) -> bool | None:
    if type(value) is not str:
        return None
    if value.lower() not in ("true", "false"):
        raise errors.serialization(messages.UNEXPECTED_TOKEN)
    return value.lower() == "true"


def _to_bounded(kind: str) -> Callable[[Any], int | None]:
    low, high = RANGES[kind]

    def convert(value: Any) -> int | None:
        if type(value) is not int and type(value) is not float:
            return None
        if not low <= value <= high:
            return low if value < low else high
        return int(value)

    return convert


def _to_blob(value: Any) -> Any:
    error = acceptance.base64_error(value) if type(value) is str else messages.BLOB_NOT_STRING
    raise errors.serialization(error)


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "boolean": _to_boolean,
    "integer": _to_bounded("integer"),
    "long": _to_bounded("long"),
    "blob": _to_blob,
}


def _set_reader(kind: str, null_member: str) -> Read:
    """The service refuses a null in a set only with the item; here it is refused at once."""
    read_elements = _list_reader(_scalar_reader(kind), kind, "")

    def read(value: Any) -> Any:
        _require_collection(value, LIST, "", messages.UNEXPECTED_FIELD)
        elements = read_elements(value)
        if None in elements:
            raise errors.validation(null_member)
        return elements

    return read


_READ_STRING, _READ_BOOLEAN, _READ_BLOB = _scalar_reader("string"), _scalar_reader("boolean"), _scalar_reader("blob")
_READ_CONTENT: dict[str, Read] = {
    "S": _READ_STRING,
    "N": _READ_STRING,
    "B": _READ_BLOB,
    "BOOL": _READ_BOOLEAN,
    "NULL": _READ_BOOLEAN,
    "SS": _set_reader("string", messages.STRING_SET_NULL),
    "NS": _set_reader("string", messages.EMPTY_NUMBER_EARLIER),
    "BS": _set_reader("blob", messages.BINARY_SET_NULL),
}
