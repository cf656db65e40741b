"""What a table is changes by definitions alone: who stores into a table, and who calls what does."""

import ast
from collections.abc import Iterator

from tests.tidy.source import PACKAGES, Source, report, sources
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.changes.propagation import Propagation
from thermodynamo_storage.followers.vector_index import VectorIndex
from thermodynamo_storage.tables.table import Table

TABLES = "storage/thermodynamo_storage/tables/"
FILLS_VECTOR_INDEXES = "storage/thermodynamo_storage/followers/vector_indexes.py"
APPLIES_COMMITS = "storage/thermodynamo_storage/changes/commit.py"
CHANGING_METHODS = {"append", "clear", "extend", "insert", "pop", "popitem", "remove", "setdefault", "sort", "update"}
COUNTED = {"tally"}
"""What is counted of a table's requests is no part of what it is."""
HELD = set(Table.__slots__) - COUNTED
INDEX = {*SecondaryIndex.__slots__, *VectorIndex.__slots__}
PROPAGATION = set(Propagation.__slots__)


def name_of(node: ast.expr) -> str:
    """The last name of an expression: `table` of `place.table`, of `self.table` and of `table` itself."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def attribute_of(node: ast.expr, owner: str, attributes: set[str]) -> bool:
    """Whether it is one of these attributes of what is named like the owner."""
    return isinstance(node, ast.Attribute) and node.attr in attributes and name_of(node.value) == owner


def is_part(node: ast.expr) -> bool:
    return (
        attribute_of(node, "table", HELD)
        or attribute_of(node, "index", INDEX)
        or attribute_of(node, "propagation", PROPAGATION)
    )


def stores(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Stores to an attribute of a table or an index, into one, and calls that change what one holds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            if is_part(node) or (isinstance(node, ast.Subscript) and is_part(node.value)):
                yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.Call) and is_changed_by(node.func):
            yield node.lineno, ast.unparse(node.func)


def is_changed_by(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and function.attr in CHANGING_METHODS and is_part(function.value)


def own_part(node: ast.expr) -> str | None:
    """The attribute of `self` that an expression begins with, as in `self.indexes[name].transition`."""
    attribute = None
    while isinstance(node, ast.Attribute | ast.Subscript):
        attribute = node.attr if isinstance(node, ast.Attribute) else attribute
        node = node.value
    return attribute if name_of(node) == "self" and attribute in HELD else None


def changers() -> set[str]:
    """The methods of a table that store into it, or call one that does."""
    (file,) = sources(TABLES + "table.py")
    (table,) = [node for node in file.tree.body if isinstance(node, ast.ClassDef) and node.name == "Table"]
    methods = {node.name: node for node in table.body if isinstance(node, ast.FunctionDef) and node.name != "__init__"}

    def changes(method: ast.FunctionDef, found: set[str]) -> bool:
        for node in ast.walk(method):
            if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
                if own_part(node):
                    return True
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                is_own_method = name_of(node.func.value) == "self" and node.func.attr in found
                if is_own_method or (node.func.attr in CHANGING_METHODS and own_part(node.func.value)):
                    return True
        return False

    found: set[str] = set()
    while more := {name for name, method in methods.items() if name not in found and changes(method, found)}:
        found |= more
    return found


def outsiders(*rest: str) -> list[Source]:
    return [file for file in sources(*PACKAGES) if not file.name.startswith((TABLES, *rest))]


def test_only_tables_store_into_a_table_or_an_index() -> None:
    files = outsiders(FILLS_VECTOR_INDEXES)
    wrong = [f"{file.name}:{line} stores to {what}" for file in files for line, what in stores(file.tree)]
    assert not wrong, report(wrong)


def test_only_the_appliers_call_what_changes_a_table() -> None:
    names = changers()
    assert {"begin", "end_change", "update", "warm", "set_tags", "hold", "set_insights", "delete_index"} <= names
    assert not {"status", "plan_write", "history", "check", "is_due", "looks_at"} & names
    wrong = [
        f"{file.name}:{node.lineno} calls {ast.unparse(node.func)}"
        for file in outsiders(APPLIES_COMMITS)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in names and name_of(node.func.value) == "table"
    ]
    assert not wrong, report(wrong)


def test_a_store_is_seen() -> None:
    lines = ("table.tags = {}", "place.table.insights[None] = 1", "table.streams.append(s)", "index.schema = x")
    delayed = "index.propagation.delay = None"
    found = stores(ast.parse("\n".join([*lines, delayed, "table.tally.conflicts += 1", "print(table.tags)"])))
    assert [line for line, _ in found] == [1, 2, 3, 4, 5]
