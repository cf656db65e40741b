"""The floors: no import circle, each package of storage imports only those below it, and says what is in it."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from tests.tidy.source import PACKAGES, Source, report, sources

STORAGE = "thermodynamo_storage"
FLOORS = (
    "values",
    "capacity",
    "partitions",
    "metering",
    "changes",
    "followers",
    "tables",
    "durability",
    "database",
)
"""The packages and modules of storage: each may import those before it."""
FAMILY_MIN, FAMILY_MAX = 5, 17
"""How many modules a package has: with fewer it is no family, with more nothing in it is found."""
SMALL = {"thermodynamo_storage.metering", "thermodynamo_storage.changes", "thermodynamo_storage.durability"}
"""Packages that stand between two others in the order, however few modules they have."""
MAP_LINES_MAX = 20
MAP_ENTRY = re.compile(r" *(\w+)(?:\.py)?  +\S").match

Graph = Mapping[str, set[str]]


def import_graph(files: list[Source]) -> dict[str, set[str]]:
    """What each module imports of the others; what is imported for types only is imported, too."""
    modules = {file.module for file in files}
    graph = {}
    for file in files:
        found = {owner for _, name in file.imports() if (owner := module_of(name, modules)) is not None}
        graph[file.module] = found - {file.module}
    return graph


def module_of(name: str, modules: set[str]) -> str | None:
    """The longest beginning of a dotted name that is a module."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or None


def reachable(graph: Graph, module: str) -> set[str]:
    """The modules that a module imports, and those that they import, and so on."""
    found: set[str] = set()
    left = [module]
    while left:
        for imported in graph[left.pop()] - found:
            found.add(imported)
            left.append(imported)
    return found


def circles(graph: Graph) -> list[set[str]]:
    """The sets of modules that all import each other, directly or by way of others."""
    reached = {module: reachable(graph, module) for module in graph}
    found: list[set[str]] = []
    for module in graph:
        circle = {other for other in reached[module] if module in reached[other]}
        if circle and circle not in found:
            found.append(circle)
    return found


def test_no_modules_import_each_other() -> None:
    found = circles(import_graph(sources(*PACKAGES)))
    assert not found, report([" and ".join(sorted(circle)) for circle in found])


def test_a_circle_is_found_however_long() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": set(), "f": {"a"}}
    assert circles(graph) == [{"a", "b", "c"}]
    assert circles({"a": {"b"}, "b": set()}) == []


def floor_of(module: str) -> int | None:
    parts = module.split(".")
    return FLOORS.index(parts[1]) if len(parts) > 1 else None


def test_each_package_of_storage_imports_only_those_below_it() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module, found in import_graph(sources("storage")).items()
        for imported in sorted(found)
        if (own := floor_of(module)) is not None and (other := floor_of(imported)) is not None
        if other > own
    ]
    assert not wrong, report(wrong)


def packages(folder: str) -> Iterator[tuple[Source, list[str]]]:
    """The `__init__.py` of each package, with the names of the modules and packages in it."""
    for file in sources(folder):
        if file.path.name == "__init__.py":
            inside = [each for each in sorted(file.path.parent.iterdir()) if each.name != "__init__.py"]
            yield file, [each.stem for each in inside if each.suffix == ".py" or (each / "__init__.py").is_file()]


def test_a_package_is_a_family_of_modules() -> None:
    counts = Counter(file.package for file in sources(*PACKAGES) if file.path.name != "__init__.py")
    wrong = [f"{package} has {count} modules" for package, count in counts.items() if count > FAMILY_MAX]
    wrong += [
        f"{package} has only {count} modules"
        for package, count in counts.items()
        if package.startswith(STORAGE + ".") and count < FAMILY_MIN and package not in SMALL
    ]
    assert not wrong, report(wrong)


@pytest.mark.parametrize(
    ("file", "names"), list(packages("storage")), ids=[file.package for file, _ in packages("storage")]
)
def test_each_package_of_storage_has_a_map_of_its_modules(file: Source, names: list[str]) -> None:
    """A line each: the name of the module, two spaces or more, and what it is."""
    lines = (ast.get_docstring(file.tree) or "").splitlines()
    listed = [entry[1] for line in lines if (entry := MAP_ENTRY(line)) is not None]
    assert sorted(listed) == sorted(names)
    assert len(lines) <= MAP_LINES_MAX
