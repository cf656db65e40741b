"""What a trace asks for, as advice names it: the operations of a table and of a key, and reads that are alike."""

from collections import Counter
from functools import cached_property

import orjson

from thermodynamo.foresight.advice.evidence import ReadEvidence
from thermodynamo.foresight.advice.finding import REQUESTS_SHOWN, counted
from thermodynamo.foresight.traces.trace_reader import Trace

Shape = tuple[str, str | None, tuple[str, ...], tuple[str, ...], bool]
"""As `thermodynamo_storage.changes.read_shapes` has it, the names of a filter in alphabetical order."""
Place = tuple[str, str, str, str | None]
COUNTS = ("requests", "evaluated", "returned", "half_units", "read_bytes", "returned_bytes")


class Asked:
    """What one trace asks for. It is the same for all scenarios."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._of_keys: dict[tuple[Place, bytes, bytes | None], tuple[str, ...]] = {}

    @cached_property
    def _operations(self) -> dict[tuple[str, str, str], dict[str, int]]:
        found: dict[tuple[str, str, str], dict[str, int]] = {}
        for account, region, table, operation, count in self.trace.operations():
            found.setdefault((account, region, table), {})[operation] = count
        return found

    @cached_property
    def _reads(self) -> dict[tuple[str, str, str], dict[Shape, Counter[str]]]:
        last = {}
        for account, region, table, detail in self.trace.reads():
            told = orjson.loads(detail)
            last[account, region, table, told["id"]] = told["shapes"]
        found: dict[tuple[str, str, str], dict[Shape, Counter[str]]] = {}
        for (account, region, table, _), told in last.items():
            shapes = found.setdefault((account, region, table), {})
            for (operation, index, filtered, projected, is_scan), *counts in told:
                shape = (operation, index, tuple(filtered), tuple(projected), is_scan)
                shapes.setdefault(shape, Counter()).update(dict(zip(COUNTS, counts, strict=True)))
        return found

    def operations(self, place: Place) -> dict[str, int]:
        """How many requests of each operation ask for a table or an index of it."""
        return self._operations.get(place[:3], {})

    def of_key(self, place: Place, key: bytes, end: bytes | None = None) -> tuple[str, ...]:
        """The operations that ask most for a key, or for those up to `end`; none for a key that a scenario has made."""
        found = self._of_keys.get((place, key, end))
        if found is None:
            told = self.trace.operations_of(place, key, end)[:REQUESTS_SHOWN]
            found = tuple(f"{operation}: {counted(count, 'request')}" for operation, count in told)
            self._of_keys[place, key, end] = found
        return found

    def reads(self, place: Place) -> list[ReadEvidence]:
        """Reads that are alike, of a table and its indexes, where the recording has counted them."""
        return [
            ReadEvidence(
                *shape,
                counts["requests"],
                counts["evaluated"],
                counts["returned"],
                counts["half_units"] / 2,
                counts["read_bytes"],
                counts["returned_bytes"],
            )
            for shape, counts in self._reads.get(place[:3], {}).items()
        ]
