"""The repository builds anywhere: no paths of one machine, no package index, every run-time dependency pinned."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.source import EVERYTHING, ROOT, report

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home(?!/dynamodblocal\b)|tmp|Users)/\w")
"""The folder in which DynamoDB Local's image works is no machine's."""
FILES = ("Makefile", "Dockerfile", "README.md", "CHANGELOG.md", "pyproject.toml", "constraints.txt", ".ci/run")
TEXT_SUFFIXES = {".py", ".md", ".txt", ".toml", ".lua", ".js", ".css", ".html", ".json"}


def texts() -> Iterator[tuple[str, str]]:
    """(name, text) of the repository's text files."""
    paths = [ROOT / name for name in FILES]
    for folder in EVERYTHING:
        paths += [path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in TEXT_SUFFIXES]
    for path in paths:
        if path.is_file() and path != Path(__file__):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_no_path_of_one_machine_is_named() -> None:
    wrong = [
        f"{name}:{number} {line.strip()}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert not wrong, report(wrong)


def test_the_constraints_pin_every_dependency_and_name_no_index() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = dict(line.split("==") for line in text.splitlines() if line and not line.startswith("#"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["dev"]]
    wanted += project["build-system"]["requires"]
    assert "://" not in text and "--" not in text
    assert [name for name in wanted if re.split(r"[><=]", name)[0] not in pins] == []
    assert all(">=" in name for name in wanted)
