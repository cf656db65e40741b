"""Writes of large items, drafted in slices before they happen.

A condition may have 300 operands, and an item of 400 KB 200,000 members, through which each operand goes. To test such
an item, to update it and to make its index entries takes up to a second for a write alone, and more for 25 or 100
together. So the request is set aside until its drafts are worked out, and then carried out from the beginning, in one
piece. A draft of an item that was written meanwhile is worked out anew first: `api.call` sees to that.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from thermodynamo.api.expressions.condition import Condition
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.items.draft import Draft, Image, Make, Undrafted
from thermodynamo.api.slices import SLICE_STEPS, Slices, paced, steps_of
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.errors import ConditionFailed, Laborious
from thermodynamo_storage.values.item import AttributeValue, Item

Attributes = dict[str, Any]

STEP_MEMBERS = 8
"""Members of lists, maps and sets that an image is built of in a step."""


class Guard(Protocol):
    """A condition, and the values it is evaluated with: see `single_write`."""

    @property
    def condition(self) -> Condition: ...
    @property
    def values(self) -> Attributes: ...


def replacing(guard: Guard | None, new: Item | None, attributes: Attributes | None) -> Make:
    """How an item is made that does not depend on the old one: a put, or a delete for None."""

    def make(old: Item | None, before: Attributes | None) -> Slices[Image]:
        yield from refuse(guard, old, before)
        return new, attributes

    return make


def adding(new: Item, attributes: Attributes) -> Make:
    """How an item is made where there must be none yet."""

    def make(old: Item | None, before: Attributes | None) -> Slices[Image]:
        yield
        if old is not None:
            raise ConditionFailed(old[0])
        return new, attributes

    return make


def leaving(guard: Guard | None) -> Make:
    """How an item is only tested."""

    def make(old: Item | None, before: Attributes | None) -> Slices[Image]:
        yield from refuse(guard, old, before)
        return old, before

    return make


def refuse(guard: Guard | None, old: Item | None, before: Attributes | None) -> Slices[None]:
    """Raises ConditionFailed where the item does not satisfy the condition, if there is one."""
    if guard is None:
        return
    if old is not None and is_laborious(old, guard.condition):
        is_met = yield from paced(guard.condition.walk(before or {}, guard.values), len(old[0]))
    else:
        is_met = guard.condition.matches(before or {}, guard.values)
    if not is_met:
        raise ConditionFailed(old[0] if old is not None else None)


def is_laborious(item: Item, condition: Condition) -> bool:
    """Whether the condition takes longer on the item than a slice may."""
    return steps_of(len(item[0]), condition.operand_count) > SLICE_STEPS


def weight(
    table: Table, old: Item | None, operand_count: int, new: Item | None = None, values: Iterable[AttributeValue] = ()
) -> int:
    """The steps of planning a write that looks at the old item with so many operands, and puts `new` there.

    Or it builds an image of these values.
    """
    blob_bytes = (len(old[0]) if old is not None else 0) + (len(new[0]) if new is not None else 0)
    look_count = len(table.indexes) + len(table.vector_indexes) + bool(table.followers)
    return steps_of(blob_bytes, operand_count + look_count) + member_count(values) // STEP_MEMBERS


def member_count(values: Iterable[AttributeValue]) -> int:
    """How many members values have at all levels, counted until they are more than a slice builds an image of."""
    left = [value for value in values if "S" not in value and "N" not in value]
    count = 0
    while left and count <= STEP_MEMBERS * SLICE_STEPS:
        for content in left.pop().values():
            if type(content) is dict or type(content) is list:
                count += len(content)
                left += content.values() if type(content) is dict else [each for each in content if type(each) is dict]
    return count


def are_many(values: Iterable[AttributeValue]) -> bool:
    """Whether values have more members than a slice builds an image of."""
    return member_count(values) > STEP_MEMBERS * SLICE_STEPS


def are_long(weights: Iterable[int]) -> bool:
    """Whether writes of these weights take longer together than a slice may. Then `require` is to be called."""
    return sum(weights) > SLICE_STEPS


def require(namespace: Namespace, drafts: Iterable[Draft]) -> None:
    """Raises Undrafted where one of the writes is not drafted yet.

    To be called before the first of them is carried out. If it returns, `drafted` has each of them.
    """
    undrafted = [draft for draft in drafts if _current(namespace, draft.table, draft.key) is None]
    if undrafted:
        raise Undrafted(undrafted)


def drafted(namespace: Namespace, table: Table, key: bytes) -> Change | None:
    """The change of the item that was drafted; None where none was. Raises what the draft met."""
    if not namespace.drafts:
        return None
    draft = _current(namespace, table, key)
    return draft.change() if draft is not None else None


def refuse_unindexable(namespace: Namespace, table: Table, key: bytes, attributes: Attributes) -> None:
    """As `Table.refuse_unindexable`, which a draft of the write has asked already.

    To look at the vectors of a hundred items takes longer than a slice may.
    """
    draft = _current(namespace, table, key)
    if draft is None or draft.looked_at is None:
        table.refuse_unindexable(key, attributes)
    elif draft.refusal is not None:
        raise draft.refusal


def ask_for_draft(item: Item | None) -> bool:
    """Stands for the condition of a write that was drafted: see `single_write.perform`."""
    raise Laborious


def needed(namespace: Namespace, table: Table, key: bytes) -> Change:
    """The change of the item that was drafted. Raises Laborious where none was, and what the draft met."""
    change = drafted(namespace, table, key)
    if change is None:
        raise Laborious
    return change


def _current(namespace: Namespace, table: Table, key: bytes) -> Draft | None:
    draft: Draft | None = namespace.drafts.get((table, key))
    return draft if draft is not None and draft.is_current else None
