"""From a bound key condition to the one range of key bytes it means."""

from thermodynamo.api.expressions.key_condition import KeyCondition, SortCondition
from thermodynamo.api.operations.items import item_keys
from thermodynamo.api.values.compare import AttributeValue
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema


def of_condition(schema: KeySchema, condition: KeyCondition) -> tuple[bytes, bytes]:
    """The range `[low, high)` of key bytes; an impossible condition gives an empty range.

    Raises ValidationException for a value that no key attribute can have: an empty one, or one that is too long.
    All sort conditions but the last are equalities; the last may be any key operator.
    """
    low, high = keys.collection(_partition(schema, condition))
    for attribute, sort in zip(schema.sort, condition.sort, strict=False):
        low, high = _narrow(low, high, attribute, sort)
    return low, high


def _partition(schema: KeySchema, condition: KeyCondition) -> bytes:
    parts = [
        item_keys.part(attribute, value[attribute.kind], keys.PARTITION_KEY_BYTES_MAX)
        for attribute, value in zip(schema.partition, condition.partition, strict=True)
    ]
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _narrow(low: bytes, high: bytes, attribute: KeyAttribute, sort: SortCondition) -> tuple[bytes, bytes]:
    """The part of a range, whose keys all begin with `low`, that one sort condition admits."""
    operator = sort.op
    first = low + _sort_part(attribute, sort.operands[0])
    match operator:
        case "=":
            return first, keys.after(first)
        case "<":
            return low, first
        case "<=":
            return low, keys.after(first)
        case ">":
            return keys.after(first), high
        case ">=":
            return first, high
        case "begins_with":
            prefix = keys.open_part(first)
            return prefix, keys.after(prefix)
        case "BETWEEN":
            return first, keys.after(low + _sort_part(attribute, sort.operands[1]))
    raise AssertionError(operator)


def _sort_part(attribute: KeyAttribute, value: AttributeValue) -> bytes:
    return item_keys.part(attribute, value[attribute.kind], keys.SORT_KEY_BYTES_MAX)
