"""How the service prints a request's values and member names inside a constraint message: as Java prints its objects.

`KeySchemaElement(attributeName=pk, keyType=HASH)` and the nulls of unset members are taken from recorded replies, as is
the printed identity of an attribute value, `com.amazonaws.dynamodb.v20120810.AttributeValue@79175931`: a hash of its
content there, and here (another one).
"""

import contextlib
import zlib
from collections.abc import Iterable
from typing import Any

import orjson

from thermodynamo.api.model.overrides import lookup
from thermodynamo.api.model.service import LIST, MAP, STRUCTURE, Service

MESSAGE_CHARACTERS_MAX = 256 * 1024
"""A longer message ends here. It repeats what was sent: of a million values it had 58 MB, which took 0.2 s to send."""

JSON_LEVELS = 3
"""Of a value that is printed as JSON so many are looked into: the tables of a batch, their members, the keys."""


def member_name(name: str) -> str:
    """TableName -> tableName. Only the first letter changes: recorded 2023, `...update.kMSMasterKeyId`."""
    return name[:1].lower() + name[1:]


def as_sent(path: str) -> str:
    """requestItems.One.member.keys -> RequestItems.One.member.Keys."""
    above, _, last = path.rpartition(".")
    return f"{above[:1].upper()}{above[1:]}.{last[:1].upper()}{last[1:]}"


def _digest(attribute_value: dict[str, Any]) -> int:
    # Not of what is nested inside: a body may nest deeper than a recursive walk can follow.
    plain = (f"{kind}{content if isinstance(content, str) else ''}" for kind, content in attribute_value.items())
    return zlib.crc32("".join(plain).encode())


def value(service: Service, shape_name: str, content: Any) -> str:
    """The value as it is printed, or as much of it as a message can have."""
    if content is None:
        return "null"
    shape = service.shape(shape_name)
    if shape.name == "AttributeValue":
        return f"com.amazonaws.dynamodb.v20120810.AttributeValue@{_digest(content):x}"
    if lookup(shape.name, "as_json"):
        with contextlib.suppress(orjson.JSONEncodeError):  # what nests deeper than can be written is printed as Java's
            return _json(content, JSON_LEVELS)
    if shape.kind == LIST:
        return f"[{_joined(value(service, shape.element, element) for element in content)}]"
    if shape.kind == MAP:
        members = (f"{name}={value(service, shape.element, element)}" for name, element in content.items())
        return f"{{{_joined(members)}}}"
    if shape.kind == STRUCTURE:
        printed = [
            f"{member_name(member)}={value(service, member_shape, content.get(member))}"
            for member, member_shape in shape.members.items()
        ]
        printed += [f"{member}=null" for member in lookup(shape.name, "hidden", default=())]
        return f"{shape.name}({', '.join(printed)})"
    if isinstance(content, bool):
        return "true" if content else "false"
    return str(content)


def _json(content: Any, levels: int) -> str:
    """As `_joined`, the outer containers of a JSON value."""
    if levels and type(content) is dict:
        members = (f"{_json(name, 0)}:{_json(member, levels - 1)}" for name, member in content.items())
        return f"{{{_joined(members, ',')}}}"
    if levels and type(content) is list:
        return f"[{_joined((_json(element, levels - 1) for element in content), ',')}]"
    return orjson.dumps(content).decode()


def _joined(printed: Iterable[str], separator: str = ", ") -> str:
    """What is printed of a list or a map, up to the member with which it is longer than a message."""
    members = []
    characters = 0
    for member in printed:
        members.append(member)
        characters += len(member)
        if characters > MESSAGE_CHARACTERS_MAX:
            break
    return separator.join(members)
