"""A plain server imports at its start what it needs, and nothing of what a flag or a request would ask for.

The time to the first answer is mostly imports.
"""

import re
import subprocess
import sys

from tests.tidy.source import report

UNNEEDED = re.compile(
    r"thermodynamo\.(admin|data_folder|foresight|seeds|testing|triggers|transfers\.(formats|\w+_job\b))"
    r"|thermodynamo\.api\.(auto_scaling\.evaluation|expressions|partiql|scaling\.(?!activity\b|auto_scaling\b))"
    r"|thermodynamo\.(access\.(gate\b|\w*polic)|commands\.listening_ports|server\.request_log)"
    r"|thermodynamo_storage\.durability\.file\b"
    r"|(amazon|boto3|botocore|click|cryptography|duckdb|fsspec|multiprocessing|numpy|pyarrow|pytest)\b"
    r"|(ray|sqlite3|starlette|trustme|yaml|zstandard)\b"
)
"""What a plain server does without, as the beginning of module names."""


def test_a_plain_start_imports_nothing_that_a_flag_or_a_request_would_ask_for() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "thermodynamo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert "Ready.\n" in server.stdout
        server.terminate()
        _, errors = server.communicate()
    loaded = [line.rpartition("|")[2].strip() for line in errors.splitlines() if line.startswith("import time:")]
    assert "thermodynamo.server.application" in loaded
    violations = [name for name in loaded if UNNEEDED.match(name)]
    assert not violations, report(violations)
