"""What a search shows of the items that it finds, in slices, and how many bytes it counts as.

The vector itself is shown where it is asked for alone, as 32-bit floats; what the index does not project is left out
without a word (developer guide, VectorSearchWorkingWith.Search).
"""

from typing import Any

import orjson

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions.projection import Projection
from thermodynamo.api.operations import reply
from thermodynamo.api.slices import Slices
from thermodynamo_storage.followers.vector_search import Found
from thermodynamo_storage.values import numbers
from thermodynamo_storage.values.item import decode, item_size

Attributes = dict[str, Any]
SLICE_BYTES = 256 * 1024
"""Of items decoded: about two milliseconds."""
RESPONSE_BYTES_MAX = 16 * 1024 * 1024
"""Developer guide, VectorSearch.Requirements."""
METERED_BYTES_MIN = 1_024
"""Of each request (developer guide, VectorSearchMonitoring)."""
NUMBER_BYTES = 4
EXAMINED_MIN = 2


def results(
    found: list[Found], names: tuple[str, ...] | None, vector_name: str, projection: Projection | None
) -> Slices[tuple[reply.Pieces, int]]:
    """The JSON of SearchResults, and the size of the items in it. `names` are what the index stores; None for all."""
    blobs: list[bytes] = []
    decoded_bytes = size_bytes = response_bytes = 0
    for each in found:
        if decoded_bytes > SLICE_BYTES:
            decoded_bytes = 0
            yield
        decoded_bytes += len(each.item[0])
        shown = stored(each, names, vector_name, projection is not None and vector_name in projection.roots)
        if projection is not None:
            shown = projection.apply(shown)
        size_bytes += item_size(shown)
        blobs.append(reply.body({b"Item": shown, b"Score": orjson.dumps(each.score)}))
        response_bytes += len(blobs[-1])
        if response_bytes > RESPONSE_BYTES_MAX:
            raise errors.validation(messages.SEARCH_RESULT_TOO_LARGE)
    return reply.array(blobs), size_bytes


def stored(found: Found, names: tuple[str, ...] | None, vector_name: str, wants_vector: bool) -> Attributes:
    """The attributes of an item as the index has them."""
    attributes = decode(found.item)
    attributes.pop(vector_name, None)
    if names is not None:
        attributes = {name: attributes[name] for name in names if name in attributes}
    if wants_vector:
        attributes[vector_name] = {"L": [{"N": numbers.canonical(str(number))} for number in found.vector]}
    return attributes


def metered_bytes(dimensions: int, vector_count: int, returned_bytes: int) -> int:
    """VectorSearchRequestBytes of a search among so many vectors.

    The guide gives no formula: a search examines a part of the index that grows with the logarithm of its items, and
    pays for what it returns. This one is near what users were charged: 6,914 bytes for 5 of 10 vectors of 256 numbers
    (here 6,144 and the items), 77,552 for 30 of 15,000 of 1,024 (here 65,536 and the items).
    """
    examined = min(vector_count, EXAMINED_MIN + vector_count.bit_length())
    return max(METERED_BYTES_MIN, NUMBER_BYTES * dimensions * examined + returned_bytes)
