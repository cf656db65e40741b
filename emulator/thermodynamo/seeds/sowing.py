"""Puts what files hold into tables: first all of it is checked, then tables are made, then items are put.

Sown again, it changes nothing: a table that is there stays as it is, and an item that is there alike is not written.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from thermodynamo.seeds.checking import Soil, check
from thermodynamo.seeds.seed import Seed

BATCH_ITEMS = 256

Told = Callable[[str, int, int | None], None]
"""Hears what is being done ("checking" or "loading"), how many items are done, and of how many where that is known."""


@dataclass(frozen=True, slots=True)
class Sown:
    """What became of files: tables that were made, the count of items, and what was left out."""

    made: tuple[str, ...]
    item_count: int
    notes: tuple[str, ...]

    def __str__(self) -> str:
        tables = f"tables made: {', '.join(self.made)}" if self.made else "no table made"
        return f"{self.item_count} items; {tables}"


def sow(seeds: Iterable[Seed], soil: Soil, told: Told = lambda what, done, total: None) -> Sown:
    """Raises SeedError, and has then changed nothing where it is the files that are wrong."""
    seeds = list(seeds)
    checked = check(seeds, soil, lambda count: told("checking", count, None))
    for definition in checked.missing:
        soil.create(definition)
    done = 0
    name = ""
    batch: list[dict[str, Any]] = []
    for item in (item for seed in seeds for item in seed.items()):
        if batch and (item.table_name != name or len(batch) == BATCH_ITEMS):
            soil.put(name, batch)
            done += len(batch)
            told("loading", done, checked.item_count)
            batch = []
        name = item.table_name
        batch.append(item.typed(checked.kinds[name]))
    if batch:
        soil.put(name, batch)
        told("loading", done + len(batch), checked.item_count)
    made = tuple(definition.table_name for definition in checked.missing)
    return Sown(made, checked.item_count, tuple(note for seed in seeds for note in seed.notes))
