"""The wheel that the tests install: built once from a copy of the sources."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("pyproject.toml", "constraints.txt", "README.md", "LICENSE", "emulator", "storage")


def environment() -> dict[str, str]:
    """The caller's, without what points into this checkout or changes the server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("THERMODYNAMO_", "PYTHON"))}
    return {**kept, "PIP_CONSTRAINT": str(ROOT / "constraints.txt"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "dist", "."]
    subprocess.run(command, cwd=source, check=True, timeout=600, env=environment())
    (built,) = (source / "dist").glob("*.whl")
    return built
