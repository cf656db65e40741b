"""Which items of a page a reader gets, and what of each: filter and projection, in slices.

The items are those that the page's walk found. Stored items never change, so a page that is evaluated while other
requests write is still one of the instant at which it was walked.

A filter may have 300 operators and a page 100,000 items, which takes half a minute; one item of 400 KB can be a list of
200,000 members, through which each operator goes. So a slice is bounded by steps: see `api.slices`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from thermodynamo.api.expressions.condition import Condition
from thermodynamo.api.expressions.projection import Projection
from thermodynamo.api.slices import DECODING_STEPS, SLICE_STEPS, STEP_BYTES, Slices, paced, steps_of
from thermodynamo.api.values.fragments import is_plain
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item, decode
from thermodynamo_storage.values.long_items import decode_in_steps

WHOLE_ITEMS = 20_000
"""Items that a slice shows as they are, in two milliseconds: a page may have 200,000 of the smallest."""

Attributes = dict[str, Any]


@dataclass(slots=True)
class Wanted:
    """What a reader wants of each item evaluated."""

    limit: int | None
    selected: str | None
    projection: Projection | None
    filter: Condition | None
    values: Attributes
    project: Callable[[Attributes], Attributes] | None
    counts_only: bool


def wanted_of(
    request: dict[str, Any], filter: Condition | None, projection: Projection | None, values: Attributes
) -> Wanted:
    """What a Query or a Scan wants."""
    return Wanted(
        limit=request.get("Limit"),
        selected=request.get("Select"),
        projection=projection,
        filter=filter,
        values=values,
        project=None if projection is None else projection.apply,
        counts_only=request.get("Select") == "COUNT",
    )


def evaluate(items: list[Item], wanted: Wanted) -> Slices[tuple[list[bytes], int]]:
    """The JSON of the items that a reader gets, none where they are only counted; and how many there are."""
    if wanted.filter is None and wanted.project is None:
        return [] if wanted.counts_only else (yield from _whole(items)), len(items)
    if wanted.filter is not None:
        items = yield from _matching(items, wanted.filter, wanted.values)
    if wanted.counts_only:
        return [], len(items)
    if wanted.project is None:
        return (yield from _whole(items)), len(items)
    return (yield from _projected(items, wanted)), len(items)


def _whole(items: list[Item]) -> Slices[list[bytes]]:
    """The JSON of items as they are."""
    if len(items) <= WHOLE_ITEMS:
        return [item[0] for item in items]
    blobs: list[bytes] = []
    for first in range(0, len(items), WHOLE_ITEMS):
        yield
        blobs += [item[0] for item in items[first : first + WHOLE_ITEMS]]
    return blobs


def _matching(items: list[Item], filter: Condition, values: Attributes) -> Slices[list[Item]]:
    fragments = filter.equalities.fragments(values)
    found: list[Item] = []
    for number, (part, is_heavy) in enumerate(_parts(items, filter.operand_count)):
        if number:
            yield
        if is_heavy:
            attributes = yield from decode_in_steps(part[0])
            if (yield from paced(filter.walk(attributes, values), len(part[0][0]))):
                found += part
        else:
            found += _kept(part, filter, values, fragments)
    return found


def _kept(items: list[Item], filter: Condition, values: Attributes, fragments: list[bytes]) -> list[Item]:
    """The items that a filter keeps. `fragments` are those of its equalities."""
    for fragment in fragments:
        # `in` takes twice as long: it first tries the fragment as a number, and drops the error that this raises.
        items = [item for item in items if item[0].find(fragment) >= 0]
    test = filter.test
    if filter.equalities.decides(fragments):
        # To look into all of them at once takes half as long as into each.
        if is_plain(b"".join([item[0] for item in items])):
            return items
        return [item for item in items if is_plain(item[0]) or test(decode(item), values)]
    return [item for item in items if test(decode(item), values)]


def _projected(items: list[Item], wanted: Wanted) -> Slices[list[bytes]]:
    project = wanted.project
    assert project is not None
    paths = wanted.projection.path_count if wanted.projection is not None else 1
    blobs: list[bytes] = []
    for number, (part, is_heavy) in enumerate(_parts(items, paths)):
        if number:
            yield
        if is_heavy:
            blobs.append(orjson.dumps(project((yield from decode_in_steps(part[0])))))
        else:
            blobs += [orjson.dumps(project(decode(item))) for item in part]
    return blobs


def _parts(items: list[Item], operand_count: int) -> Iterator[tuple[list[Item], bool]]:
    """The items by slices, in order; each slice with whether it is one item that takes longer than a slice may."""
    blocks_max = len(items) + sum([len(item[0]) for item in items]) // STEP_BYTES
    if blocks_max * (DECODING_STEPS + operand_count) <= SLICE_STEPS:
        if items:
            yield items, False
        return
    part: list[Item] = []
    steps = 0
    for item in items:
        item_steps = steps_of(len(item[0]), operand_count)
        if part and steps + item_steps > SLICE_STEPS:
            yield part, steps > SLICE_STEPS
            part, steps = [], 0
        part.append(item)
        steps += item_steps
    if part:
        yield part, steps > SLICE_STEPS
