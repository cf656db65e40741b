"""The lines of a file of CSV, TSV, JSON lines or Parquet, each as a mapping; those of text may be compressed."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any, TextIO

import orjson

from thermodynamo.api import key_text
from thermodynamo.foresight.traces import columnar
from thermodynamo.foresight.traces.location import Location, Url
from thermodynamo.foresight.traces.trace_error import MissingExtra, TraceError
from thermodynamo.transfers import extras
from thermodynamo.transfers.formats.compression import Compression, decompressed
from thermodynamo.transfers.formats.lines import Unreadable

LINES_AT_ONCE = 10_000
NAMES_WIDTH = 400
SUMMED = "size"
"""What may be the sum of several names."""
COMPRESSED: dict[str, Compression] = {".gz": "GZIP", ".zst": "ZSTD"}
Line = Mapping[str, Any]
Names = Mapping[str, str]


def read(path: Location, needed: Names, headings: Sequence[str] = ()) -> Iterator[tuple[str, Line | str]]:
    """Each line by its place; of one that cannot be read, why. Raises TraceError.

    `needed` are names that CSV and Parquet must have, by what they are needed for. With `headings` the file is CSV,
    whatever its name, and has no line of its own for them.
    """
    if not path.is_file():
        raise TraceError(f"there is no file {path}")
    suffixes = [suffix for suffix in path.suffixes if suffix not in COMPRESSED]
    kind = suffixes[-1] if suffixes else ""
    if headings:
        yield from _csv_lines(path, needed, "\t" if kind == ".tsv" else ",", headings)
    elif kind == ".parquet":
        yield from _parquet_lines(path, needed)
    elif kind in (".csv", ".tsv"):
        yield from _csv_lines(path, needed, "\t" if kind == ".tsv" else ",")
    elif kind in (".jsonl", ".json", ".ndjson", ".log"):
        yield from _json_lines(path)
    else:
        raise TraceError(
            f"{path} is none of .csv, .tsv, .jsonl, .json, .ndjson, .log (each also .gz and .zst) and .parquet"
        )


@contextmanager
def opened(path: Location) -> Iterator[TextIO]:
    """A text file, inflated where its name ends in .gz or .zst. Raises TraceError, while it is read too."""
    try:
        with path.open() if isinstance(path, Url) else path.open("rb") as stream:
            plain = decompressed(stream, COMPRESSED.get(path.suffix, "NONE"))
            with TextIOWrapper(plain, encoding="utf-8", errors="replace", newline="") as file:
                yield file
    except extras.MissingExtra:
        raise MissingExtra("zstandard", "zstd") from None
    except (OSError, Unreadable) as error:
        raise TraceError(f"{path} cannot be read: {error}") from None


def _json_lines(path: Location) -> Iterator[tuple[str, Line | str]]:
    with opened(path) as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                value = orjson.loads(text)
            except orjson.JSONDecodeError:
                value = None
            yield f"{path.name}:{number}", value if isinstance(value, dict) else "the line is no JSON object"


def _csv_lines(
    path: Location, needed: Names, delimiter: str, headings: Sequence[str] = ()
) -> Iterator[tuple[str, Line | str]]:
    with opened(path) as file:
        reader = csv.DictReader(file, list(headings) or None, delimiter=delimiter)
        try:
            _refuse_missing(path, reader.fieldnames or (), needed)
            for line in reader:
                place = f"{path.name}:{reader.line_num}"
                has_all = None not in line and None not in line.values()
                yield place, line if has_all else "the line has not as many values as the first"
        except csv.Error as error:
            raise TraceError(f"{path} cannot be read after line {reader.line_num}: {error}") from None


def _parquet_lines(path: Location, needed: Names) -> Iterator[tuple[str, Line | str]]:
    connection = columnar.connect(path)
    import duckdb

    try:
        found = connection.execute(f"SELECT * FROM read_parquet({columnar.place(path)})")
        names = [each[0] for each in found.description]
        _refuse_missing(path, names, needed)
        number = 0
        while some := found.fetchmany(LINES_AT_ONCE):
            for values in some:
                number += 1
                yield f"{path.name}:{number}", dict(zip(names, values, strict=True))
    except duckdb.Error as error:
        raise TraceError(f"{path} cannot be read: {str(error).splitlines()[0]}") from None


def _refuse_missing(path: Location, names: Any, needed: Names) -> None:
    """Raises TraceError where a file has not what the map names."""
    parts = ((member, name.split("+") if member == SUMMED else [name]) for member, name in needed.items())
    wanted = [(member, each) for member, names_of in parts for each in names_of]
    for member, name in wanted:
        if name not in names and name.split(".")[0] not in names:
            there = key_text.fitted(key_text.printable(", ".join(names)), NAMES_WIDTH) or "no names"
            raise TraceError(f"{path} has no {name} (for {member}); it has {there}")
