"""What an operation is stands in its module alone: nowhere else is there a list of operations that have something."""

import ast
from collections.abc import Iterator

from tests.tidy.source import Source, report, sources

REGISTRY = "emulator/thermodynamo/api/operations/__init__.py"
SCALING_REGISTRY = "emulator/thermodynamo/api/auto_scaling/__init__.py"
"""Application Auto Scaling has operations of the same names: those on tags."""
CLIENTS = "emulator/thermodynamo/triggers/"
"""A client names the operations that it calls."""
DATA_PATHS = "emulator/thermodynamo/access/data_paths.py"
"""The one table of operation by path to data. It has operations that are not here, too, so that none comes without."""


def collected(node: ast.AST) -> list[str]:
    """The texts that are the members of a collection, or its keys."""
    members: list[ast.expr | None] = []
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        members = list(node.elts)
    elif isinstance(node, ast.Dict):
        members = list(node.keys)
    return [each.value for each in members if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def operations() -> set[str]:
    (registry,) = sources(REGISTRY)
    return {name for node in ast.walk(registry.tree) if isinstance(node, ast.Tuple) for name in collected(node)}


def lists_of_operations(file: Source, names: set[str]) -> Iterator[str]:
    for node in ast.walk(file.tree):
        found = names.intersection(collected(node))
        if len(found) > 1 and isinstance(node, ast.expr):
            yield f"{file.name}:{node.lineno} lists the operations {', '.join(sorted(found))}"


def test_no_module_but_the_registry_lists_operations() -> None:
    names = operations()
    assert {"GetItem", "UpdateTable", "GetRecords"} <= names
    others = (REGISTRY, SCALING_REGISTRY, DATA_PATHS, CLIENTS)
    files = [file for file in sources("emulator") if not file.name.startswith(others)]
    wrong = [found for file in files for found in lists_of_operations(file, names)]
    assert not wrong, report(wrong)


def test_the_rule_finds_what_it_should() -> None:
    (registry,) = sources(REGISTRY)
    assert list(lists_of_operations(registry, operations()))
    for text in ('{"PutItem", "GetItem"}', '{"PutItem": 1, "GetItem": 2}', '("PutItem", "GetItem", "x")'):
        assert sorted(set(collected(ast.parse(text, mode="eval").body)) & operations()) == ["GetItem", "PutItem"]
