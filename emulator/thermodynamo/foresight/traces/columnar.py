"""DuckDB, which reads traces and makes Parquet of them. It is an extra, and asked for when it is needed."""

import importlib.util
import os
import tempfile
from pathlib import Path
from typing import Any

from thermodynamo.foresight.traces.event import BETWEEN, KINDS, LATER_MEMBERS, MICROSECONDS, TYPES
from thermodynamo.foresight.traces.location import Location, Url
from thermodynamo.foresight.traces.trace_error import MissingExtra, TraceError

MEMORY = "512MB"
"""What DuckDB may use; beyond it, it writes to files in the temporary folder."""
LATEST = 253_402_300_800 * MICROSECONDS
"""The year 10000."""
SIZE_MAX = 1 << 24
"""Of a page, as its client knows it; an item has no more than 400 KB."""
PAGE = "page"
IS_EVENT = (
    f"at_us BETWEEN 0 AND {LATEST} AND kind IN {KINDS} AND request >= 0 "
    "AND operation IS NOT NULL AND account IS NOT NULL AND region IS NOT NULL "
    f"AND coalesce(size, 0) BETWEEN 0 AND {SIZE_MAX} AND coalesce(old_size, 0) BETWEEN 0 AND {SIZE_MAX} "
    "AND coalesce(half_units, 0) >= 0 "
    "AND coalesce(times, 1) >= 1 AND coalesce(attempt, 1) >= 1 AND (detail IS NULL OR json_valid(detail)) "
    f"AND (kind IN {tuple(sorted(BETWEEN))} OR (table_name IS NOT NULL "
    f"AND (kind = '{PAGE}' OR octet_length(key) > 0)))"
)
"""Whether a line is an event that a replay can carry out. What writes Parquet writes no others."""


def require() -> None:
    """Raises MissingExtra where DuckDB is not installed."""
    if importlib.util.find_spec("duckdb") is None:
        raise MissingExtra("duckdb", "foresee")


def connect(path: Location | None = None) -> Any:
    """A connection to a database in memory, which reads a file, be it at a URL. Raises MissingExtra, TraceError."""
    require()
    import duckdb

    # By default it would write beside the user's files.
    folder = Path(tempfile.gettempdir()) / f"thermodynamo-{os.getpid()}"
    connection = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(folder)})
    connection.execute("SET preserve_insertion_order = true")
    connection.execute("SET enable_progress_bar = false")
    if isinstance(path, Url):
        connection.register_filesystem(path.system())
    return connection


def place(path: Location) -> str:
    """The place of a file as SQL has it."""
    return quoted(path.plain if isinstance(path, Url) else str(path))


def of_lines(path: Location) -> str:
    """The SQL of the events in a file of JSON lines; a line that is no event has no time."""
    types = ", ".join(f"{name}: '{'VARCHAR' if name == 'key' else kind}'" for name, kind in TYPES.items())
    members = ", ".join(f"TRY(unhex({name})) AS {name}" if name == "key" else name for name in TYPES)
    return (
        f"SELECT * REPLACE (CASE WHEN {IS_EVENT} THEN at_us END AS at_us) FROM (SELECT {members} "
        f"FROM read_json({place(path)}, format = 'newline_delimited', columns = {{{types}}}, "
        "ignore_errors = true, maximum_object_size = 67108864))"
    )


def of_parquet(connection: Any, path: Location) -> str:
    """The SQL of the events in a Parquet file. Raises TraceError where members are missing, or it cannot be read."""
    import duckdb

    file = f"read_parquet({place(path)})"
    try:
        found = {each[0] for each in connection.execute(f"DESCRIBE SELECT * FROM {file}").fetchall()}
    except duckdb.Error as error:
        raise TraceError(f"{path} cannot be read: {str(error).splitlines()[0]}") from None
    missing = [name for name in TYPES if name not in found and name not in LATER_MEMBERS]
    if missing:
        raise TraceError(f"{path} has no {', '.join(missing)}: it is no trace of thermodynamo")
    members = (name if name in found else f"NULL::{kind} AS {name}" for name, kind in TYPES.items())
    return f"SELECT {', '.join(members)} FROM {file}"


def convert(lines: Location, parquet: Path) -> None:
    """Makes a Parquet file of a file of JSON lines. Raises TraceError."""
    import duckdb

    try:
        connect(lines).execute(f"COPY ({of_lines(lines)}) TO {quoted(str(parquet))} (FORMAT parquet, COMPRESSION zstd)")
    except duckdb.Error as error:
        raise TraceError(f"{parquet} cannot be made of {lines}: {error}") from None


def quoted(text: str) -> str:
    """The text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
