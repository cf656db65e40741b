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
    low = keys.item_key(_partition(schema, condition))
    high = None
    for attribute, sort in zip(schema.sort, condition.sort, strict=False):
        low, high = _narrow(low, attribute, sort)
    return low, high if high is not None else keys.after(low)


def _partition(schema: KeySchema, condition: KeyCondition) -> bytes:
    parts = [
        item_keys.part(attribute, value[attribute.kind], keys.PARTITION_KEY_BYTES_MAX)
        for attribute, value in zip(schema.partition, condition.partition, strict=True)
    ]
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _narrow(low: bytes, attribute: KeyAttribute, sort: SortCondition) -> tuple[bytes, bytes | None]:
    """The part that one sort condition admits of the keys that begin with `low`.

    It ends after the keys that begin as its own beginning does where it says no end.
    """
    operator = sort.op
    first = low + _sort_part(attribute, sort.operands[0])
    match operator:
        case "=":
            return first, None
        case "begins_with":
            return keys.open_part(first), None
        case "BETWEEN":
            return first, keys.after(low + _sort_part(attribute, sort.operands[1]))
        case "<":
            return low, first
        case "<=":
            return low, keys.after(first)
        case ">":
            return keys.after(first), keys.after(low)
        case ">=":
            return first, keys.after(low)
    raise AssertionError(operator)


def _sort_part(attribute: KeyAttribute, value: AttributeValue) -> bytes:
    return item_keys.part(attribute, value[attribute.kind], keys.SORT_KEY_BYTES_MAX)
