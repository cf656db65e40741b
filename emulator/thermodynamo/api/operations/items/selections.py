"""What single reads of items show: filters and projections of several items that were read together, in slices."""

from collections.abc import Callable, Iterable
from dataclasses import field
from typing import Any

import orjson

from thermodynamo.api.expressions.condition import Condition
from thermodynamo.api.expressions.projection import Projection
from thermodynamo.api.slices import SLICE_STEPS, Slices, paced, steps_of
from thermodynamo_storage.changes.read_shapes import NO_NAMES, ReadShape
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item, decode
from thermodynamo_storage.values.long_items import decode_in_steps

Attributes = dict[str, Any]


@dataclass(slots=True)
class Selection:
    """An item that was read and paid for, and what is to be shown of it."""

    item: Item | None
    project: Callable[[Attributes], Attributes] | None = None
    filter: Condition | None = None
    values: Attributes = field(default_factory=dict)


def read_shape(operation: str, projection: Projection) -> ReadShape:
    """The shape of reads by key that ask for some attributes."""
    return operation, None, NO_NAMES, tuple(projection.selection.entries), False


def shown(selections: Iterable[Selection]) -> Slices[list[bytes | None]]:
    """The wire JSON of each; None where there is no item, or not one that passes the filter."""
    blobs: list[bytes | None] = []
    steps = 0
    for each in selections:
        item = each.item
        if item is None or (each.project is None and each.filter is None):
            blobs.append(item[0] if item is not None else None)
            continue
        item_steps = steps_of(len(item[0]), each.filter.operand_count if each.filter is not None else 0)
        if steps and steps + item_steps > SLICE_STEPS:
            yield
            steps = 0
        steps += item_steps
        blobs.append((yield from _shown(each, item, item_steps > SLICE_STEPS)))
    return blobs


def _shown(selection: Selection, item: Item, is_heavy: bool) -> Slices[bytes | None]:
    attributes = (yield from decode_in_steps(item)) if is_heavy else decode(item)
    filter = selection.filter
    if filter is not None:
        if is_heavy:
            passes = yield from paced(filter.walk(attributes, selection.values), len(item[0]))
        else:
            passes = filter.matches(attributes, selection.values)
        if not passes:
            return None
    return orjson.dumps(selection.project(attributes)) if selection.project is not None else item[0]
