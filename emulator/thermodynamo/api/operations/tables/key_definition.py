"""Key schemas of tables and indexes: from KeySchema and AttributeDefinitions to a KeySchema, with the rules for both.

A table and a local index have one partition key attribute and at most one sort key attribute; a global index has up to
four of each. The order of the checks is the service's, as recorded replies to requests with two faults show it.
"""

from collections.abc import Iterable
from typing import Any

from thermodynamo.api import errors, messages, printed_sets
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema, ScalarKind

Kinds = dict[str, ScalarKind]
GLOBAL_KEY_ATTRIBUTES_MAX = 4
"""Attributes in each part of a global index's key (developer guide, multi-attribute keys)."""


def kinds_of(definitions: list[dict[str, Any]]) -> Kinds:
    """The kinds of the defined attributes, in the order of their definitions."""
    return {definition["AttributeName"]: definition["AttributeType"] for definition in definitions}


def refuse_repeated(definitions: list[dict[str, Any]]) -> None:
    """Each attribute is defined once, whatever its kinds: ack-api-quirks, DDB-TABLE-042 and 127, October 2026."""
    seen: set[str] = set()
    for definition in definitions:
        name = definition["AttributeName"]
        if name in seen:
            raise errors.validation(messages.DEFINITIONS_DUPLICATE.format(name))
        seen.add(name)


def define(elements: list[dict[str, Any]], kinds: Kinds) -> KeySchema:
    """The key of a table or a local index. Raises ValidationException."""
    check_defined(elements, kinds)
    if elements[0]["KeyType"] != "HASH":
        raise errors.validation(messages.FIRST_KEY_NOT_HASH)
    if len(elements) == 2:
        if elements[0]["AttributeName"] == elements[1]["AttributeName"]:
            raise errors.validation(messages.KEYS_HAVE_SAME_NAME)
        if elements[1]["KeyType"] != "RANGE":
            raise errors.validation(messages.SECOND_KEY_NOT_RANGE)
    return build(elements, kinds)


def define_global(elements: list[dict[str, Any]], kinds: Kinds) -> KeySchema:
    """The key of a global index. Raises ValidationException."""
    check_defined(elements, kinds)
    if elements[0]["KeyType"] != "HASH":
        raise errors.validation(messages.FIRST_KEY_NOT_HASH)
    if len({element["AttributeName"] for element in elements}) < len(elements):
        raise errors.validation(messages.KEYS_REPEAT_NAME)
    types = [element["KeyType"] for element in elements]
    if "HASH" in types[types.count("HASH") :]:
        raise errors.validation(messages.KEYS_OUT_OF_ORDER)
    for type in ("HASH", "RANGE"):
        if types.count(type) > GLOBAL_KEY_ATTRIBUTES_MAX:
            raise errors.validation(messages.KEYS_TOO_MANY.format(type))
    return build(elements, kinds)


def check_defined(elements: list[dict[str, Any]], kinds: Kinds) -> None:
    """Every key attribute has a definition; too few definitions have a message of their own."""
    names = [element["AttributeName"] for element in elements]
    if len(names) > len(kinds):
        raise errors.validation(messages.KEY_WITHOUT_DEFINITION)
    if not kinds.keys() >= set(names):
        raise errors.validation(not_defined(names, kinds))


def not_defined(names: Iterable[str], kinds: Kinds) -> str:
    """The message for keys of which some have no definition."""
    return messages.KEYS_NOT_DEFINED.format(printed_sets.grown(names), printed_sets.sized(kinds))


def build(elements: list[dict[str, Any]], kinds: Kinds) -> KeySchema:
    """The key schema of checked elements."""
    attributes: dict[str, list[KeyAttribute]] = {"HASH": [], "RANGE": []}
    for element in elements:
        name = element["AttributeName"]
        attributes[element["KeyType"]].append(KeyAttribute(name, kinds[name]))
    return KeySchema(tuple(attributes["HASH"]), tuple(attributes["RANGE"]))
