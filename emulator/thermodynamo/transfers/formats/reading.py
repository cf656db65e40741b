"""The entries of a stream in any format. For imports, for bulk writes, and for files that fill tables at the start."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal

from thermodynamo.transfers import extras
from thermodynamo.transfers.formats import dynamodb_json, ion, separated
from thermodynamo.transfers.formats.compression import Compression, decompressed
from thermodynamo.transfers.formats.entry import Entry
from thermodynamo.transfers.formats.lines import Lines, Unreadable

Format = Literal["DYNAMODB_JSON", "ION", "CSV"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How items are written in files."""

    format: Format
    compression: Compression = "NONE"
    delimiter: str = ","
    names: Sequence[str] | None = None
    """The attributes' names where the first line of a CSV file does not have them."""
    kinds: Mapping[str, str] | None = None
    """The types of key attributes, for CSV."""

    def require(self) -> None:
        """Raises MissingExtra where such files cannot be read."""
        if self.format == "ION":
            extras.load("amazon.ion.simpleion", "ion")
        if self.compression == "ZSTD":
            extras.load("zstandard", "zstd")


class Reading:
    """The entries of one stream, one after the other; what cannot be read is an entry that says why, the last one.

    Reading raises what the stream itself raises, and MissingExtra.
    """

    def __init__(self, stream: BinaryIO, layout: Layout) -> None:
        """Raises MissingExtra."""
        self.stream = stream
        self.lines = Lines(decompressed(stream, layout.compression))
        self.entries = self._read(layout)

    def __iter__(self) -> Iterator[Entry]:
        return self.entries

    def __next__(self) -> Entry:
        return next(self.entries)

    @property
    def size_bytes(self) -> int:
        """How much was read, not compressed."""
        return self.lines.size_bytes

    def close(self) -> None:
        self.stream.close()

    def _read(self, layout: Layout) -> Iterator[Entry]:
        lines = self.lines
        try:
            if layout.format == "CSV":
                yield from separated.read(lines, layout.delimiter, layout.names, layout.kinds)
            else:
                yield from (ion if layout.format == "ION" else dynamodb_json).read(lines)
        except Unreadable as error:
            yield Entry(max(lines.number, 1), problem=str(error), is_last=True)
