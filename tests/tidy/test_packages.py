"""A package is a family: neither a few modules nor too many, and its docstring is a map of them."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.tidy.source import PACKAGES, Source, report, sources

FAMILY_MIN, FAMILY_MAX = 5, 17
"""How many modules a package has: with fewer it is no family, with more nothing in it is found."""
SMALL = {"thermodynamo_storage.metering", "thermodynamo_storage.changes", "thermodynamo_storage.durability"}
"""Packages that stand between two others in the order, however few modules they have."""
MAP_LINES_MAX = 20
MAP_ENTRY = re.compile(r" *(\w+(?:\.py)?(?:, \w+(?:\.py)?)*)  +\S").match
"""The names of one module or of several, two spaces or more, and what that is."""


def packages(*folders: str) -> Iterator[tuple[Source, list[str]]]:
    """The `__init__.py` of each package, with the names of the modules and packages in it."""
    for file in sources(*folders):
        if file.path.name == "__init__.py":
            inside = [each for each in sorted(file.path.parent.iterdir()) if each.name != "__init__.py"]
            yield file, [each.stem for each in inside if each.suffix == ".py" or (each / "__init__.py").is_file()]


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
    ("file", "names"), list(packages("storage")), ids=[file.package for file, _ in packages("storage")]
)
def test_each_package_has_a_map_of_its_modules(file: Source, names: list[str]) -> None:
    docstring = ast.get_docstring(file.tree) or ""
    assert sorted(mapped(docstring)) == sorted(names)
    assert len(docstring.splitlines()) <= MAP_LINES_MAX


def test_a_map_is_read() -> None:
    assert mapped("Keys and more:\n\nkeys, arn  names\ndatabase.py  all of it\n\nA sentence. And  more") == [
        "keys",
        "arn",
        "database",
    ]
