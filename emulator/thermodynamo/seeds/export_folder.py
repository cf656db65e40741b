"""The folder that ExportTableToPointInTime writes: the items of a full export, in DynamoDB's JSON or in Ion.

The layout is that of the developer guide, S3DataExport.Output: `AWSDynamoDB/<export id>/` with `manifest-summary.json`,
`manifest-files.json`, whose lines name the data files with their MD5 sums and counts, and `data/`.
"""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from thermodynamo.seeds import json_lines, json_text
from thermodynamo.seeds.seed import Place, Seed, SeedError, SeedItem
from thermodynamo.transfers.extras import MissingExtra
from thermodynamo.transfers.formats.reading import Format, Layout, Reading

FORMATS: tuple[Format, ...] = ("DYNAMODB_JSON", "ION")
SUMMARY = "manifest-summary.json"
FILES = "manifest-files.json"
CHUNK_BYTES = 1024**2


def read(path: Path, file: str, table_name: str | None) -> Seed:
    """The items of the export in a folder, for its table or the one that is named. Raises SeedError."""
    folder = _export_of(path, file)
    shown = folder.relative_to(path).as_posix()
    prefix = file if shown == "." else f"{file}/{shown}"
    summary = _object(folder / SUMMARY, f"{prefix}/{SUMMARY}")
    if summary.get("exportType", "FULL_EXPORT") != "FULL_EXPORT":
        raise SeedError(f"{prefix}/{SUMMARY}", "this is an incremental export: only full exports are items")
    output_format = summary.get("outputFormat", "DYNAMODB_JSON")
    if output_format not in FORMATS:
        raise SeedError(f"{prefix}/{SUMMARY}", f"this export is in {output_format}: there are {', '.join(FORMATS)}")
    owner = table_name or str(summary.get("tableArn", "")).rpartition("table/")[2]
    if not owner:
        raise SeedError(f"{prefix}/{SUMMARY}", "there is no tableArn that names a table")
    data = list(_data_files(folder, prefix))

    def items() -> Iterator[SeedItem]:
        for count, found, name in data:
            seen = 0
            for item in _items_of(found, name, owner, output_format):
                seen += 1
                yield item
            if count is not None and seen != count:
                raise SeedError(name, f"this has {seen} items, and {FILES} says {count}")

    return Seed(file, (), items)


def _items_of(path: Path, file: str, table_name: str, output_format: Format) -> Iterator[SeedItem]:
    """The items of one data file. Raises SeedError."""
    try:
        with path.open("rb") as stream:
            for entry in Reading(stream, Layout(output_format, "GZIP")):
                place = Place(file, entry.line)
                if entry.problem is not None:
                    raise SeedError(place, entry.problem)
                if entry.attributes is not None:
                    yield SeedItem(table_name, entry.attributes, place)
    except MissingExtra as error:
        raise SeedError(file, str(error)) from None
    except OSError as error:
        raise SeedError(file, error.strerror or str(error)) from None


def _export_of(path: Path, file: str) -> Path:
    """The folder of the one export in a folder. Raises SeedError."""
    for pattern in (SUMMARY, f"*/{SUMMARY}", f"AWSDynamoDB/*/{SUMMARY}", f"*/AWSDynamoDB/*/{SUMMARY}"):
        found = sorted(path.glob(pattern))
        if len(found) > 1:
            names = ", ".join(str(each.parent.relative_to(path)) for each in found)
            raise SeedError(file, f"there are several exports: name one of {names}")
        if found:
            return found[0].parent
    raise SeedError(file, f"this folder is no export of a table: it has no {SUMMARY}")


def _data_files(folder: Path, prefix: str) -> Iterator[tuple[int | None, Path, str]]:
    """The count of items of each data file, with the file and its name. Raises SeedError."""
    name = f"{prefix}/{FILES}"
    for number, line in json_lines.lines_of(folder / FILES, name):
        place = Place(name, number)
        entry = json_text.parse(line.decode("utf-8", "replace"), name, number)
        key = entry.get("dataFileS3Key") if isinstance(entry, dict) else None
        if not isinstance(key, str):
            raise SeedError(place, "this names no data file")
        found = folder / "data" / PurePosixPath(key).name
        if not found.is_file():
            raise SeedError(place, f"data/{found.name} is not there")
        checksum = entry.get("md5Checksum")
        if checksum is not None and checksum != _md5(found):
            raise SeedError(place, f"data/{found.name} has another MD5 sum than {checksum}")
        count = entry.get("itemCount")
        yield count if isinstance(count, int) else None, found, f"{prefix}/data/{found.name}"


def _object(path: Path, file: str) -> dict[str, Any]:
    value = json_text.parse(json_text.read_text(path, file), file)
    if not isinstance(value, dict):
        raise SeedError(file, "this is no JSON object")
    return value


def _md5(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return base64.b64encode(digest.digest()).decode()
