"""From the key attributes of a request to the key bytes of an item, with the rules that need the key schema.

Values are canonical by now. A key that names an item must match the schema exactly; an item must contain the key, and
says in its errors which attribute is missing or of the wrong type.
"""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.keys import PARTITION_KEY_BYTES_MAX, SORT_KEY_BYTES_MAX
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema

Attributes = dict[str, Any]
_EMPTY_KINDS = {"S": "string", "B": "binary"}
_TOO_LARGE = {
    PARTITION_KEY_BYTES_MAX: messages.PARTITION_KEY_TOO_LARGE,
    SORT_KEY_BYTES_MAX: messages.SORT_KEY_TOO_LARGE,
}


def of_key(schema: KeySchema, key: Attributes) -> bytes:
    """The key bytes of the item that `key` names. Raises ValidationException."""
    if len(key) != 1 + len(schema.sort):
        raise errors.validation(messages.KEY_MISMATCH)
    try:
        return _of_attributes(schema, key)
    except KeyError:
        raise errors.validation(messages.KEY_MISMATCH) from None


def of_batched_item(schema: KeySchema, attributes: Attributes) -> bytes:
    """The key bytes of an item to be put by a batch, which does not say what is wrong with a key.

    Confirmed in four regions (paritysuite/dynamodb-conformance pull request 60). Raises ValidationException.
    """
    try:
        return _of_attributes(schema, attributes)
    except KeyError:
        raise errors.validation(messages.KEY_MISMATCH) from None


def of_item(schema: KeySchema, attributes: Attributes) -> bytes:
    """The key bytes of an item to be put. Raises ValidationException."""
    try:
        return _of_attributes(schema, attributes)
    except KeyError:
        raise _complaint(schema, attributes) from None


def _of_attributes(schema: KeySchema, attributes: Attributes) -> bytes:
    """KeyError where a key attribute is missing or of another kind."""
    partition_attribute = schema.partition[0]
    content = attributes[partition_attribute.name][partition_attribute.kind]
    partition = part(partition_attribute, content, PARTITION_KEY_BYTES_MAX)
    if not schema.sort:
        return keys.item_key(partition)
    sort_attribute = schema.sort[0]
    content = attributes[sort_attribute.name][sort_attribute.kind]
    return keys.item_key(partition, part(sort_attribute, content, SORT_KEY_BYTES_MAX))


def part(attribute: KeyAttribute, content: str, bytes_max: int) -> bytes:
    """The key part of a key attribute's value, `bytes_max` the limit for its role in the key.

    Raises ValidationException for an empty value, or one that is larger.
    """
    if not content:
        raise errors.validation(messages.KEY_ATTRIBUTE_EMPTY.format(_EMPTY_KINDS[attribute.kind], attribute.name))
    part = keys.part(attribute.kind, content)
    if len(part) > bytes_max and keys.raw_size(part) > bytes_max:
        raise errors.validation(_TOO_LARGE[bytes_max])
    return part


def attributes_of(schema: KeySchema, attributes: Attributes) -> Attributes:
    """Only the key attributes of an item, in schema order."""
    return {attribute.name: attributes[attribute.name] for attribute in schema.attributes}


def _complaint(schema: KeySchema, attributes: Attributes) -> errors.ApiError:
    """What is wrong with the first key attribute that an item lacks or has with another type."""
    for attribute in schema.attributes:
        value = attributes.get(attribute.name)
        if value is None:
            return errors.validation(messages.KEY_MISSING_IN_ITEM.format(attribute.name))
        if attribute.kind not in value:
            actual = next(iter(value))
            return errors.validation(messages.KEY_TYPE_IN_ITEM.format(attribute.name, attribute.kind, actual))
    raise AssertionError("the item has its key")
