"""Amazon Ion as text: each line a value `$ion_1_0 {Item:{...}}`, as exports have them and imports take them.

Ion's types and those of DynamoDB go together as the developer guide has it (Amazon S3 import formats for DynamoDB;
DynamoDB table export output format): string S, bool BOOL, decimal N, blob B, list L, struct M, and a list with the
annotation $dynamodb_SS, $dynamodb_NS or $dynamodb_BS a set. The page leaves null out, which is NULL here, and int,
which AWS refuses: an import of `id:1` failed, and of `id:1.` did not (ion-python, issue 363). Values may have several
lines, and a list of structs is as many items, because the page shows them so.
"""

from binascii import b2a_base64
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from thermodynamo.transfers import extras
from thermodynamo.transfers.formats import ion_nesting
from thermodynamo.transfers.formats.entry import Entry
from thermodynamo.transfers.formats.lines import LINE_BYTES_MAX, Lines, Unreadable

MARKER = "$ion_1_0"
BINARY_MARK = b"\xe0\x01\x00\xea"
DEPTH_MAX = 128
"""How many brackets may be open at once: four times the levels of an item, and what the reader's stack bears."""
SETS = {"$dynamodb_SS": "SS", "$dynamodb_NS": "NS", "$dynamodb_BS": "BS"}


class NoAttribute(ValueError):
    """An Ion value that stands for no attribute value."""


def read(lines: Lines) -> Iterator[Entry]:
    """The entries of a file. Raises Unreadable, and MissingExtra before the first."""
    simpleion = extras.load("amazon.ion.simpleion", "ion")
    for line in lines:
        first = lines.number
        if not line.strip():
            yield Entry(first)
            continue
        if line.startswith(BINARY_MARK):
            yield Entry(first, problem="the file is binary Ion; items are read from lines of Ion text", is_last=True)
            return
        try:
            values = list(_values(simpleion, _whole(line, lines)))
        except Unreadable:
            raise
        except Exception as error:
            # The package raises errors of many kinds for what is no Ion: its own, and those of Python's numbers.
            yield Entry(first, problem=f"the line is no Ion: {error}", is_last=True)
            return
        if not values:
            yield Entry(first)
        for value in values:
            yield _entry(first, value)


def _whole(line: bytes, lines: Lines) -> bytes:
    """The line, with those that follow until all brackets are closed. Raises Unreadable."""
    depth, deepest = ion_nesting.depths(line)
    pieces, size_bytes = [line], len(line)
    while depth > 0 and (following := next(lines, None)) is not None:
        size_bytes += len(following)
        if size_bytes > LINE_BYTES_MAX:
            raise Unreadable(f"the value is longer than {LINE_BYTES_MAX} bytes")
        pieces.append(following)
        change, more = ion_nesting.depths(following)
        deepest = max(deepest, depth + more)
        depth += change
    if deepest > DEPTH_MAX:
        raise Unreadable(f"the value nests deeper than {DEPTH_MAX} levels")
    return b"\n".join(pieces)


def _values(simpleion: Any, text: bytes) -> Iterable[Any]:
    """The values in a text; those of a list that has no annotation one by one."""
    for value in simpleion.loads(text.decode(), single_value=False):
        if isinstance(value, list):
            yield from value
        else:
            yield value


def _entry(line: int, value: Any) -> Entry:
    item = value.get("Item") if _type_name(value) == "STRUCT" else None
    if item is None or _type_name(item) != "STRUCT":
        return Entry(line, problem="the value is no struct with the member Item")
    try:
        attributes = {name: attribute_value(member) for name, member in item.items()}
        return Entry(line, attributes, others=others_of(value))
    except NoAttribute as error:
        return Entry(line, problem=str(error))


def others_of(value: Any) -> dict[str, Any]:
    """The members beside the item: texts as they are, names as texts, values as DynamoDB's JSON. Raises NoAttribute."""
    others: dict[str, Any] = {}
    for name, member in value.items():
        if _type_name(member) == "STRING":
            others[name] = str(member)
        elif name == "ExpressionAttributeNames" and _type_name(member) == "STRUCT":
            others[name] = {key: str(text) for key, text in member.items()}
        elif name == "ExpressionAttributeValues" and _type_name(member) == "STRUCT":
            others[name] = {key: attribute_value(content) for key, content in member.items()}
    return others


def attribute_value(value: Any) -> dict[str, Any]:
    """An Ion value as DynamoDB's JSON. Raises NoAttribute."""
    kind = _type_name(value)
    annotations = [token.text for token in value.ion_annotations]
    known = [SETS[annotation] for annotation in annotations if annotation in SETS]
    if known:
        if kind != "LIST":
            raise NoAttribute(f"{annotations[0]} stands before a {kind.lower()}, not before a list")
        return {known[0]: [_member(each, known[0]) for each in value]}
    match kind:
        case "STRUCT":
            return {"M": {name: attribute_value(member) for name, member in value.items()}}
        case "LIST":
            return {"L": [attribute_value(member) for member in value]}
        case "NULL":
            return {"NULL": True}
        case "BOOL":
            return {"BOOL": bool(value)}
        case "STRING":
            return {"S": str(value)}
        case "DECIMAL":
            return {"N": str(Decimal(value))}
        case "INT":
            raise NoAttribute("Ion's int stands for no type of DynamoDB; a number is a decimal, such as 7. for 7")
        case "BLOB":
            return {"B": b2a_base64(value, newline=False).decode()}
    raise NoAttribute(f"Ion's {kind.lower()} stands for no type of DynamoDB")


def _member(value: Any, kind: str) -> str:
    [(found, content)] = attribute_value(value).items()
    if found != kind[0]:
        raise NoAttribute(f"a member of a {kind} is a {found}")
    return str(content)


def _type_name(value: Any) -> str:
    """The name of an Ion type. A typed null, such as null.int, is a null."""
    kind = type(value).__name__
    return "NULL" if kind == "IonPyNull" else str(value.ion_type.name)
