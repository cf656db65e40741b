"""A package is a family: neither a few modules nor too many, and its docstring is a map of them."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tidy.source import PACKAGES, ROOT, Source, report, source, sources

FAMILY_MIN, FAMILY_MAX = 5, 17
"""How many modules a package has: with fewer it is no family, with more nothing in it is found."""
SMALL = {"thermodynamo_storage.metering", "thermodynamo_storage.changes", "thermodynamo_storage.durability"}
"""Packages that stand between two others in the order, however few modules they have."""
MAP_LINES_MAX = 20
MAP_ENTRY = re.compile(r" *(\w+(?:\.py)?(?:, \w+(?:\.py)?)*)  +\S").match
"""The names of one module or of several, two spaces or more, and what that is."""


def packages(*folders: str) -> Iterator[tuple[Source, list[Path]]]:
    """The `__init__.py` of each package, with the modules and folders in it."""
    for file in sources(*folders):
        if file.path.name == "__init__.py":
            inside = sorted(file.path.parent.iterdir())
            yield file, [each for each in inside if is_folder(each) or (each.suffix == ".py" and each != file.path)]


def is_folder(path: Path) -> bool:
    return path.is_dir() and path.name != "__pycache__"


def is_operation(path: Path) -> bool:
    """Whether a module is an operation of DynamoDB's: its name says what it is."""
    return path.is_file() and any(
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FACTS" for node in source(path).tree.body
    )


def mapped(docstring: str) -> list[str]:
    """The modules that a map lists."""
    entries = [entry[1] for line in docstring.splitlines() if (entry := MAP_ENTRY(line)) is not None]
    return [name.strip().removesuffix(".py") for entry in entries for name in entry.split(",")]


def test_a_package_is_a_family_of_modules() -> None:
    counts = Counter(file.package for file in sources(*PACKAGES) if file.path.name != "__init__.py")
    wrong = [f"{package} has {count} modules" for package, count in counts.items() if count > FAMILY_MAX]
    wrong += [
        f"{package} has only {count} modules"
        for package, count in counts.items()
        if package.startswith("thermodynamo_storage.") and count < FAMILY_MIN and package not in SMALL
    ]
    assert not wrong, report(wrong)


@pytest.mark.parametrize(
    ("file", "inside"), list(packages(*PACKAGES)), ids=[file.package for file, _ in packages(*PACKAGES)]
)
def test_each_package_has_a_map_of_its_modules(file: Source, inside: list[Path]) -> None:
    docstring = ast.get_docstring(file.tree) or ""
    assert sorted(mapped(docstring)) == sorted(each.stem for each in inside if not is_operation(each))
    assert len(docstring.splitlines()) <= MAP_LINES_MAX


def test_an_operation_is_told_from_what_operations_share() -> None:
    family = ROOT / "emulator/thermodynamo/api/operations/table_settings"
    assert is_operation(family / "tag_resource.py") and not is_operation(family / "tags.py")


def test_a_map_is_read() -> None:
    assert mapped("Keys and more:\n\nkeys, arn  names\ndatabase.py  all of it\n\nA sentence. And  more") == [
        "keys",
        "arn",
        "database",
    ]
