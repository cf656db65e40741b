"""A heat map of a table or an index: what each range of keys was asked for in each part of the time.

The ranges are equal parts of the space of key hashes, so they stay when partitions are split. The parts of the time
become twice as long whenever there are too many, so the memory is bounded.
"""

from collections.abc import Mapping

BANDS = 32
BAND_SHIFT = 3
"""The first byte of a key, which is one of its hash, shifted so far is the number of its band."""
PARTS_MAX = 120

Cell = list[int]
"""Half units of reads and of writes, admitted or not, and refusals."""


class HeatMap:
    """The heat map of one keyspace. Seconds never go backwards by more than a part."""

    __slots__ = ("cells", "first", "width")

    def __init__(self) -> None:
        self.first: int | None = None
        """The second of the epoch at which the first part begins."""
        self.width = 1
        """How many seconds each part has."""
        self.cells: dict[tuple[int, int], Cell] = {}
        """By part and band."""

    def add(self, second: int, loads: Mapping[bytes, int], is_write: bool) -> None:
        """Takes in the half units that keys were asked for in a second; those of no key in particular are left out."""
        sums = [0] * BANDS
        for key, half_units in loads.items():
            if key:
                sums[key[0] >> BAND_SHIFT] += half_units
        for band, half_units in enumerate(sums):
            if half_units:
                self._cell(second, band)[is_write] += half_units

    def refuse(self, second: int, key: bytes, count: int) -> None:
        """Counts refused accesses."""
        if key:
            self._cell(second, key[0] >> BAND_SHIFT)[2] += count

    def _cell(self, second: int, band: int) -> Cell:
        if self.first is None:
            self.first = second
        part = max(0, second - self.first) // self.width
        while part >= PARTS_MAX:
            self._widen()
            part = (second - self.first) // self.width
        return self.cells.setdefault((part, band), [0, 0, 0])

    def _widen(self) -> None:
        """Makes each two parts one."""
        cells, self.cells = self.cells, {}
        self.width *= 2
        for (part, band), found in cells.items():
            cell = self.cells.setdefault((part // 2, band), [0, 0, 0])
            for number, value in enumerate(found):
                cell[number] += value
