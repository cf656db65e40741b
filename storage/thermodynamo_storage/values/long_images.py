"""The images of a long item before and after a write. Each attribute is measured and compared once, in steps.

Several indexes may project one attribute of 190,000 values, and to measure it takes 30 ms. What one of them has found
is there for the others.
"""

from collections.abc import Collection, Generator, Iterable
from typing import Any

from thermodynamo_storage.values.item import (
    MEASURED_BYTES_MAX,
    Attributes,
    AttributeValue,
    Item,
    decode,
    entry_size,
    item_size,
    may_be_same,
    text_size,
)
from thermodynamo_storage.values.long_items import measure_in_steps, same_in_steps


class Image:
    """An item and its attributes, which are decoded when they are asked for first, unless they are given."""

    __slots__ = ("_attributes", "_sizes", "item", "projections")

    def __init__(self, item: Item, attributes: Attributes | None = None) -> None:
        self.item = item
        self._attributes = attributes
        self._sizes: dict[str, int] = {}
        self.projections: dict[tuple[str, ...], Item] = {}
        """What indexes carry of it, by the names that it has of those that each projects: some carry the same."""

    @property
    def attributes(self) -> Attributes:
        if self._attributes is None:
            self._attributes = decode(self.item)
        return self._attributes

    def measure_in_steps(self, names: Collection[str]) -> Generator[None, Any, int]:
        """The bytes of those of these attributes that the item has."""
        attributes = self.attributes
        measured = [name for name in names if name in attributes]
        if self.item[1] < MEASURED_BYTES_MAX:
            return item_size({name: attributes[name] for name in measured})
        others = attributes.keys() - set(measured)
        if _breadth(attributes, others) < _breadth(attributes, measured):
            return self.item[1] - (yield from self._sum_in_steps(others))
        return (yield from self._sum_in_steps(measured))

    def _sum_in_steps(self, names: Iterable[str]) -> Generator[None, Any, int]:
        total = 0
        for name in names:
            size_bytes = self._sizes.get(name)
            if size_bytes is None:
                value = self.attributes[name]
                if _is_atom(value):
                    size_bytes = entry_size(name, value)
                else:
                    size_bytes = text_size(name) + (yield from measure_in_steps(value))[0]
                self._sizes[name] = size_bytes
            total += size_bytes
        return total


class Images:
    """What one write finds and leaves; None stands for no item."""

    __slots__ = ("_alike", "new", "old")

    def __init__(self, old: Image | None, new: Image | None) -> None:
        self.old = old
        self.new = new
        self._alike: dict[str, bool] = {}

    def are_alike_in_steps(self, names: Iterable[str] | None) -> Generator[None, Any, bool]:
        """Whether both items are there and have equal values of these attributes, or none; None stands for all."""
        if self.old is None or self.new is None:
            return False
        one_item, other_item = self.old.item, self.new.item
        if one_item[0] == other_item[0]:
            return True
        if names is None:
            if not may_be_same(one_item, other_item):
                return False
            names = self.old.attributes.keys() | self.new.attributes.keys()
        for name in names:
            is_alike = self._alike.get(name)
            if is_alike is None:
                one, other = self.old.attributes.get(name), self.new.attributes.get(name)
                is_alike = one is other or (
                    one is not None and other is not None and (yield from same_in_steps(one, other))
                )
                self._alike[name] = is_alike
            if not is_alike:
                return False
        return True


def image(item: Item | None, attributes: Attributes | None = None) -> Image | None:
    """The image of an item; None for no item."""
    return Image(item, attributes) if item is not None else None


def _breadth(attributes: Attributes, names: Iterable[str]) -> int:
    """About how long it takes to measure these attributes: how many members they have at the first level."""
    return sum(len(content) for name in names for content in attributes[name].values() if type(content) in (list, dict))


def _is_atom(value: AttributeValue) -> bool:
    return all(type(content) not in (list, dict) for content in value.values())
