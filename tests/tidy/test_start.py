"""A plain server imports at its start what it needs, and nothing of what a flag or a request would ask for.

The time to the first answer is mostly imports.
"""

import re
import subprocess
import sys

from tests.tidy.source import report, sources

UNNEEDED = re.compile(
    r"thermodynamo\.(admin|data_folder|foresight|seeds|testing|triggers|transfers\.(formats|fsspec_buckets|\w+_job\b))"
    r"|thermodynamo\.api\.(auto_scaling\.evaluation|expressions|partiql|scaling\.(?!activity\b|auto_scaling\b))"
    r"|thermodynamo\.(access\.(gate\b|\w*polic)|commands\.listening_ports|server\.request_log)"
    r"|thermodynamo_storage\.durability\.file\b"
    r"|(amazon|boto3|botocore|click|cryptography|duckdb|fsspec|multiprocessing|numpy|pyarrow|pytest)\b"
    r"|(ray|sqlite3|starlette|trustme|yaml|zstandard)\b"
    r"|(configparser|difflib|encodings\.idna|gzip|logging\.config|shutil|tempfile)\b"
)
"""What a plain server does without, as the beginning of module names."""


QUICK = "thermodynamo_storage.values.dataclass"
"""The decorator for classes that are made at each start, or for the first request of an operation."""
REQUESTED = ("thermodynamo.api", "thermodynamo_storage")


def loaded() -> list[str]:
    """The modules that a plain server has imported when it answers."""
    command = [sys.executable, "-X", "importtime", "-m", "thermodynamo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert "Ready.\n" in server.stdout
        server.terminate()
        _, errors = server.communicate()
    names = [line.rpartition("|")[2].strip() for line in errors.splitlines() if line.startswith("import time:")]
    assert "thermodynamo.server.application" in names
    return names


def test_a_plain_start_imports_nothing_that_a_flag_or_a_request_would_ask_for() -> None:
    violations = [name for name in loaded() if UNNEEDED.match(name)]
    assert not violations, report(violations)


def test_classes_that_a_start_or_a_request_makes_are_made_quickly() -> None:
    started = {*loaded()} - {QUICK}
    violations = [
        source.name
        for source in sources("storage", "emulator")
        if (source.module in started or source.module.startswith(REQUESTED))
        and source.module != QUICK
        and "dataclasses.dataclass" in {imported for _, imported in source.imports()}
    ]
    assert not violations, report(violations)
