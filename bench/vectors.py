"""How fast vector indexes are searched: `python -m bench.vectors`, a part of `make bench`.

The vectors are put straight into the indexes of a table in this process, with small items. Each search is a whole
SearchVectors, from its JSON to the reply. Shown is the processor time of the middle one, the longest slice between
which other requests get their turn, and the memory of the vectors.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
import orjson

from bench.report import table as listed
from thermodynamo.api.call import perform
from thermodynamo.api.operations import NAMED
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.followers.vector_index import VectorIndex
from thermodynamo_storage.followers.vector_matrix import Entry

VECTORS = 100_000
DIMENSIONS = 768
SEARCHES = 15
TOP_COUNT = 10
SEARCH_MS_MAX = 30.0
SLICE_MS_MAX = 50.0
TABLE = "vectors"
DISTANCES = ("COSINE", "DOT_PRODUCT", "EUCLIDEAN")


@dataclass(frozen=True, slots=True)
class Search:
    """The processor time of one search, and of its longest slice, in milliseconds."""

    total_ms: float
    slice_ms: float


def definition(dimensions: int) -> dict[str, Any]:
    """A table with one index for each distance function."""
    return {
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "VectorIndexes": [
            {
                "IndexName": distance,
                "VectorAttribute": {"AttributeName": "v"},
                "Dimensions": dimensions,
                "DistanceFunction": distance,
                "Projection": {"ProjectionType": "ALL"},
            }
            for distance in DISTANCES
        ],
    }


def filled(service: Service, count: int, dimensions: int) -> list[VectorIndex]:
    """The indexes of a new table, which share the random vectors of `count` items."""
    service.call("CreateTable", definition(dimensions))
    table = service.namespace(service.caller).tables[TABLE]
    chance = numpy.random.default_rng(1)
    first = table.vector_indexes[DISTANCES[0]]
    for number in range(count):
        key, item = b"%08d" % number, (b'{"id":{"S":"%08d"}}' % number, 10)
        vector = chance.standard_normal(dimensions, dtype=numpy.float32)
        first.place(key, item, Entry(b"", (), vector, 10))
    indexes = [table.vector_indexes[distance] for distance in DISTANCES]
    for index in indexes[1:]:
        index.groups.update(first.copy().groups)
    return indexes


def slices(service: Service, request: dict[str, Any]) -> Iterator[float]:
    """Does a search, and gives the milliseconds of each of its slices."""
    body = orjson.dumps(request)
    started = time.process_time()
    operation, namespace = NAMED["SearchVectors"], service.namespace(service.caller)
    left: Any = perform(namespace, operation, orjson.loads(body), service.caller, service.clock.now())
    yield 1_000 * (time.process_time() - started)
    while isinstance(left, Generator):
        started = time.process_time()
        try:
            next(left)
        except StopIteration:
            left = b""
        yield 1_000 * (time.process_time() - started)


def search(service: Service, distance: str, dimensions: int, seed: int) -> Search:
    """One search for a random vector."""
    vector = numpy.random.default_rng(seed).standard_normal(dimensions)
    request = {
        "TableName": TABLE,
        "IndexName": distance,
        "SearchVector": [{"N": f"{number:.6f}"} for number in vector],
        "TopK": TOP_COUNT,
    }
    took = list(slices(service, request))
    return Search(sum(took), max(took))


def shown(searches: dict[str, list[Search]], count: int, dimensions: int, held_bytes: int) -> str:
    heading = [f"{count:,} vectors of {dimensions}", "ms a search", "at most", "ms the longest slice", "at most"]
    lines = []
    for distance, found in searches.items():
        middle = statistics.median(each.total_ms for each in found)
        longest = max(each.slice_ms for each in found)
        lines.append([distance, f"{middle:.1f}", f"{SEARCH_MS_MAX:.0f}", f"{longest:.1f}", f"{SLICE_MS_MAX:.0f}"])
    return f"{listed(heading, lines)}\n\n{held_bytes / 2**20:.0f} MB hold the vectors of one index"


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.vectors", description=__doc__)
    parser.add_argument("--vectors", type=int, default=VECTORS)
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    parser.add_argument("--searches", type=int, default=SEARCHES)
    args = parser.parse_args(given)
    service = Service(Config(capacity="off"))
    indexes = filled(service, args.vectors, args.dimensions)
    searches = {
        distance: [search(service, distance, args.dimensions, seed) for seed in range(args.searches)]
        for distance in DISTANCES
    }
    print(shown(searches, args.vectors, args.dimensions, indexes[0].held_bytes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
