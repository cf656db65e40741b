"""Items from lines of text with commas: the first line names the attributes.

As ImportTable reads them (developer guide, S3DataImport.Format): a value is a string, but a key attribute has the type
that the table gives it. An empty value is left out.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from thermodynamo.seeds.seed import Place, Seed, SeedError, SeedItem

VALUE_CHARACTERS_MAX = 1024 * 1024
"""More than any item may have."""


def read(path: Path, file: str, table_name: str) -> Seed:
    """What a CSV file holds, which may be compressed by gzip. Raises SeedError."""
    _header(path, file)

    def items() -> Iterator[SeedItem]:
        names: list[str] = []
        for line, values in _lines(path, file):
            if not names:
                names = values
                continue
            if len(values) != len(names):
                raise SeedError(Place(file, line), f"this line has {len(values)} values, the first {len(names)} names")
            item = {name: {"S": value} for name, value in zip(names, values, strict=True) if value}
            yield SeedItem(table_name, item, Place(file, line), is_text=True)

    return Seed(file, (), items)


def _header(path: Path, file: str) -> list[str]:
    """The names of the attributes. Raises SeedError."""
    line, names = next(_lines(path, file), (1, []))
    if not names:
        raise SeedError(Place(file, 1), "there is no line that names the attributes")
    for name in names:
        if not name or names.count(name) > 1:
            reason = f"attribute {name} is named twice" if name else "an attribute has no name"
            raise SeedError(Place(file, line), reason)
    return names


def _lines(path: Path, file: str) -> Iterator[tuple[int, list[str]]]:
    """The values of each line that is not empty, with the number of the line where they begin. Raises SeedError."""
    line = 0
    csv.field_size_limit(VALUE_CHARACTERS_MAX)
    try:
        with _opened(path) as stream:
            reader = csv.reader(stream, strict=True)
            for values in reader:
                if values:
                    yield line + 1, values
                line = reader.line_num
    except csv.Error as error:
        raise SeedError(Place(file, line + 1), f"this is no CSV: {error}") from None
    except UnicodeDecodeError:
        raise SeedError(Place(file, line + 1), "this is no text in UTF-8") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SeedError(Place(file, line + 1), f"this is no file of gzip: {error}") from None
    except OSError as error:
        raise SeedError(file, error.strerror or str(error)) from None


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        yield io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
