"""Mutated requests and a mixed load on one server: no 500, no hang, no trace of Python, and memory that ends level.

The usual run is short, and counts. `make hostile` runs a million mutated requests and an hour, and measures the memory.
"""

import os
from collections.abc import Sequence
from statistics import fmean

import pytest

from tests.conftest import Endpoint
from tests.hostile.load import FLAGS, ROUNDS_MIN, Load
from tests.hostile.mutations import Mutations

REQUESTS = int(os.environ.get("HOSTILE_REQUESTS", "400"))
SECONDS = float(os.environ.get("HOSTILE_SECONDS", "0"))
SEED = int(os.environ.get("HOSTILE_SEED", "1"))
SAMPLES_MIN = 60
"""Fewer say nothing about a plateau."""
GROWTH_MAX = 1.10


def growth(samples: Sequence[float]) -> float:
    """How many times the memory of its middle third a run has in its last."""
    third = len(samples) // 3
    return fmean(samples[-third:]) / fmean(samples[third:-third])


def test_growth_is_of_the_last_third_against_the_middle() -> None:
    assert growth([1, 1, 1, 10, 10, 10, 10, 10, 10]) == 1
    assert growth([1, 1, 1, 10, 10, 10, 12, 12, 12]) == pytest.approx(1.2)


def test_the_seed_gives_the_mutated_requests() -> None:
    once, again, other = ([made.next() for _ in range(200)] for made in map(Mutations, (7, 7, 8)))
    assert once == again != other


def test_a_server_outlives_all_that_is_done_to_it() -> None:
    server = Endpoint(*FLAGS)
    load = Load(server, SEED)
    try:
        load.run(REQUESTS, SECONDS)
        counts = load.counts
        assert counts["mutated"] == REQUESTS
        for kind in ("written", "read", "vanished", "faults"):
            assert counts[kind] >= ROUNDS_MIN, counts
        assert counts["expired"] and not counts["expired late"], counts
        assert counts["splits"] and counts["2xx"] and counts["4xx"], counts
        assert server.process is not None and server.process.poll() is None
        assert "Traceback" not in server.log_text(), server.log_text()[-5_000:]
    finally:
        server.stop()
    samples = load.memory_mb
    if len(samples) >= SAMPLES_MIN and all(samples):
        print(f"\n{dict(counts)}\nmemory ends at {samples[-1]:,.0f} MB, {growth(samples):.3f} times its plateau")
        assert growth(samples) <= GROWTH_MAX, samples
