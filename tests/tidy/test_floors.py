"""A folder is a floor: imports lead downwards only, and never in a circle. Imports for types alone count."""

from graphlib import CycleError, TopologicalSorter

import pytest

from tests.tidy.source import Source, imported, report, sources

STORAGE = (
    ("values",),
    ("capacity",),
    ("partitions",),
    ("metering",),
    ("changes",),
    ("facets",),
    ("followers",),
    ("tables",),
    ("durability",),
    ("removal",),
    ("database",),
)
EMULATOR = (
    ("settings",),
    ("api",),
    ("deliveries", "transfers"),
    ("upkeep", "data_folder"),
    ("access",),
    ("faults",),
    ("service",),
    ("seeds",),
    ("foresight",),
    ("admin",),
    ("testing",),
    ("dax",),
    ("server",),
    ("triggers",),
    ("commands",),
    ("__main__",),
)
API = (
    ("messages",),
    ("arn", "key_text", "caller", "printed_sets"),
    ("slices",),
    ("errors",),
    ("service_failures",),
    ("values",),
    ("model",),
    ("policies",),
    ("expressions",),
    ("partiql",),
    (
        "request_counts",
        "request_tokens",
        "stream_readers",
        "throttle_report",
        "table_settings",
        "regions",
        "client_retries",
        "scaling",
    ),
    ("namespace",),
    ("operations",),
    ("prepared",),
    ("call",),
    ("auto_scaling",),
)
OPERATIONS = (
    ("operation", "reply"),
    ("consumed_capacity",),
    ("items", "table_settings", "policies"),
    ("replicas",),
    ("tables", "pages"),
    ("table_changes",),
    ("transactions", "streams"),
    ("statements", "backups", "transfers", "vectors", "kinesis"),
)
FLOORS = {
    "thermodynamo_storage": STORAGE,
    "thermodynamo": EMULATOR,
    "thermodynamo.api": API,
    "thermodynamo.api.operations": OPERATIONS,
}
"""The floors of each package from the ground up. What stands on one floor does not import each other.

`dax` and some families of operations are yet to come; their place is known.
"""
CLIENTS = ("thermodynamo.triggers",)
"""Clients of any server: of the emulator they import `settings` alone."""


def graph() -> dict[str, set[str]]:
    return imported(sources("storage", "emulator"))


def part(module: str, package: str) -> str | None:
    """The folder or module of the package that a module is in or is; None for one that is elsewhere."""
    return module.removeprefix(package + ".").split(".")[0] if module.startswith(package + ".") else None


def upwards(package: str, floors: tuple[tuple[str, ...], ...], edges: dict[str, set[str]]) -> list[str]:
    """The imports that lead to a higher floor of the package, or to another part of one floor."""
    heights = {name: height for height, names in enumerate(floors) for name in names}
    wrong = []
    for module, targets in sorted(edges.items()):
        here = part(module, package)
        if here is None:
            continue
        if here not in heights:
            wrong.append(f"{module} is on no floor of {package}")
            continue
        for target in sorted(targets):
            there = part(target, package)
            if there is not None and there != here and heights.get(there, len(floors)) >= heights[here]:
                wrong.append(f"{module} imports {target}")
    return wrong


def circle(edges: dict[str, set[str]]) -> list[str]:
    """The modules of one circle of imports; none where there is no circle."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("package", FLOORS)
def test_imports_lead_downwards(package: str) -> None:
    wrong = upwards(package, FLOORS[package], graph())
    assert not wrong, report(wrong)


def test_no_module_is_in_a_circle() -> None:
    found = circle(graph())
    assert not found, report([" imports ".join(reversed(found))])


def test_a_client_imports_settings_alone() -> None:
    wrong = [
        f"{module} imports {target}"
        for module, targets in graph().items()
        if module.startswith(CLIENTS)
        for target in sorted(targets)
        if not target.startswith((*CLIENTS, "thermodynamo.settings"))
    ]
    assert not wrong, report(wrong)


def test_production_code_imports_nothing_made_for_tests() -> None:
    wrong = [
        f"{module} imports {target}"
        for module, targets in graph().items()
        if not module.startswith("thermodynamo.testing")
        for target in sorted(targets)
        if target.startswith("thermodynamo.testing")
    ]
    assert not wrong, report(wrong)


def test_the_rules_find_what_they_should() -> None:
    floors = (("a",), ("b", "c"), ("d",))
    edges = {"p.a.x": {"p.d"}, "p.b": {"p.a.x", "p.c"}, "p.c": set[str](), "p.d": {"p.b", "p.c"}, "p.e": set[str]()}
    assert upwards("p", floors, edges) == ["p.a.x imports p.d", "p.b imports p.c", "p.e is on no floor of p"]
    assert sorted(set(circle(edges))) == ["p.a.x", "p.b", "p.d"]
    assert circle({"p.a": {"p.b"}, "p.b": set()}) == []
    assert Source(sources("tests/tidy/source.py")[0].path).module == "tests.tidy.source"
