"""Which items a full export has, and what of each: FilterSpecification, whose expressions are those of Query and Scan.

Source: API reference, FilterSpecification. That it is taken and told again is of live probes (ack-api-quirks,
DDB-EXPORT-008, October 2026). What it means for the images of an incremental export is not described, so that such an
export with one is refused.
"""

from typing import Any

import orjson

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions import placeholders
from thermodynamo.api.expressions.condition import Condition
from thermodynamo.api.expressions.projection import Projection
from thermodynamo.api.operations.items import request_expressions
from thermodynamo.api.operations.pages import key_ranges
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item, decode
from thermodynamo_storage.values.schema import KeySchema


@dataclass(slots=True)
class ExportFilter:
    """The items with key bytes in `[low, high)` that a condition holds for, and the parts of them that are written."""

    low: bytes
    high: bytes | None
    condition: Condition | None
    projection: Projection | None
    values: dict[str, Any]

    def taken(self, key: bytes, item: Item) -> Item | None:
        """What is written of an item, with its own size; None for one that is left out."""
        if key < self.low or (self.high is not None and key >= self.high):
            return None
        if self.condition is None and self.projection is None:
            return item
        attributes = decode(item)
        if self.condition is not None and not self.condition.matches(attributes, self.values):
            return None
        if self.projection is None:
            return item
        return orjson.dumps(self.projection.apply(attributes)), item[1]


def compile(given: dict[str, Any], schema: KeySchema) -> ExportFilter:
    """The filter that a specification means for a table's keys. Raises ValidationException."""
    # The expressions' values are made canonical in place, and a description repeats what was sent.
    request = orjson.loads(orjson.dumps(given))
    placeholders.check(request, ("FilterExpression", "KeyConditionExpression"))
    if "KeyConditionExpression" not in request:
        condition, projection, values = request_expressions.scan_of(request)
        return ExportFilter(b"", None, condition, projection, values)
    bind, condition, projection, values = request_expressions.query_of(request)
    low, high = key_ranges.of_condition(schema, bind(schema))
    for name in schema.names:
        if condition is not None and name in condition.paths:
            raise errors.validation(messages.FILTER_ON_KEY.format(name))
    return ExportFilter(low, high, condition, projection, values)
