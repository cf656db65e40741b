"""Plain values as bytes: definitions, and whatever else of a table is made of frozen dataclasses, maps and atoms.

The form is JSON, which a person can read in the file. Texts, booleans, floats, None and whole numbers up to 64 bits are
themselves, a tuple is an array; an object has one member, which says what it is:

    {"k": "Name", "f": {...}}  a dataclass and its members     {"m": [[key, value], ...]}  a map
    {"b": "..."}               bytes in base 64                {"s": [...]}                a frozen set
    {"i": "..."}               a longer whole number           {"l": [...]}                a list

A member that a dataclass got later has its default. A kind of dataclass that is not known here is an error: it was
written by a later version.
"""

import dataclasses
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, get_args, get_type_hints

import orjson

from thermodynamo_storage.facets.change_times import ChangeTimes
from thermodynamo_storage.facets.insights import Insights
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.followers.expiry import TimeToLive
from thermodynamo_storage.partitions.keyspace import ClosedPartition
from thermodynamo_storage.tables.definition import Definition
from thermodynamo_storage.tables.snapshot import BackfillProgress, ReplicaCopy

INTEGER_BITS_MAX = 63


class UnknownKind(ValueError):
    """A value of a kind that this version does not know."""


def dumps(value: Any) -> bytes:
    """Raises TypeError for what is no plain value."""
    return orjson.dumps(_pack(value))


def loads(text: bytes) -> Any:
    """Raises UnknownKind, and ValueError for what `dumps` did not write."""
    try:
        return _unpack(orjson.loads(text))
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"{error} is missing or unknown in a plain value") from error


def _pack(value: Any) -> Any:
    if value is None or type(value) in (str, bool) or (type(value) is float and isfinite(value)):
        return value
    if type(value) is int:
        return value if value.bit_length() <= INTEGER_BITS_MAX else {"i": str(value)}
    if type(value) is bytes:
        return {"b": b2a_base64(value, newline=False).decode()}
    if isinstance(value, tuple):
        return [_pack(each) for each in value]
    if isinstance(value, Mapping):
        return {"m": [[_pack(key), _pack(each)] for key, each in value.items()]}
    if isinstance(value, frozenset):
        return {"s": [_pack(each) for each in sorted(value)]}
    if isinstance(value, list):
        return {"l": [_pack(each) for each in value]}
    if type(value) in KINDS.values():
        members = dataclasses.fields(value)
        return {
            "k": type(value).__name__,
            "f": {member.name: _pack(getattr(value, member.name)) for member in members},
        }
    raise TypeError(f"a {type(value).__name__} is no plain value")


def _unpack(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_unpack(each) for each in value)
    if not isinstance(value, dict):
        return value
    found: tuple[str, Any] = next(iter(value.items()), ("", None))
    tag, content = found
    match tag:
        case "k":
            kind = KINDS.get(content)
            if kind is None:
                raise UnknownKind(f"{content} is a kind of value that this version does not know")
            return kind(**{name: _unpack(each) for name, each in value["f"].items()})
        case "b":
            return a2b_base64(content, strict_mode=True)
        case "m":
            return {_unpack(key): _unpack(each) for key, each in content}
        case "s":
            return frozenset(_unpack(each) for each in content)
        case "l":
            return [_unpack(each) for each in content]
        case "i":
            return int(content)
    raise UnknownKind(f"{tag} is a form of value that this version does not know")


def kinds(roots: Iterable[Any]) -> dict[str, type]:
    """The dataclasses among types and in their members, by name."""
    found: dict[str, type] = {}
    waiting = list(roots)
    while waiting:
        each = waiting.pop()
        waiting += get_args(each)
        if dataclasses.is_dataclass(each) and isinstance(each, type) and found.get(each.__name__) is not each:
            assert each.__name__ not in found, f"two kinds of plain values are called {each.__name__}"
            found[each.__name__] = each
            hints = get_type_hints(each) if each is not ClosedPartition else {}
            waiting += hints.values()
    return found


KINDS = kinds((Definition, TimeToLive, Insights, Job, ChangeTimes, ClosedPartition, BackfillProgress, ReplicaCopy))
