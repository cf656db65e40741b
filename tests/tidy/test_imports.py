"""Who may import whom: the six rules of the architecture, each read from the imports and the syntax tree."""

import ast
import sys

from tests.tidy.source import PACKAGES, Source, report, sources, within

STORAGE_MAY_IMPORT = {"thermodynamo_storage", "sortedcontainers", "mmh3", "orjson"}
CLOCKS_AND_CHANCE = ("time", "random", "secrets", "uuid")
READINGS = {"now", "utcnow", "today", "urandom"}
VALUE_MODULES = (
    "thermodynamo_storage.values.numbers",
    "thermodynamo_storage.values.item",
    "thermodynamo_storage.values.schema",
)
TABLE_LAYERS = (
    "thermodynamo.api.namespace",
    "thermodynamo.api.operations",
    "thermodynamo.server.data_plane",
    "thermodynamo.server.application",
    "thermodynamo.server.background",
)
OUTER_LAYERS = (
    "starlette",
    "uvicorn",
    "asyncio",
    "thermodynamo.server.data_plane",
    "thermodynamo.server.application",
    "thermodynamo.server.background",
)
ASYNC_MODULES = (
    "emulator/thermodynamo/server/data_plane.py",
    "emulator/thermodynamo/server/application.py",
    "emulator/thermodynamo/server/background.py",
    "emulator/thermodynamo/commands/serve.py",
)
# A client of the server's own endpoint speaks HTTP from the other side.
CLIENT_MODULES = (
    "emulator/thermodynamo/commands/access.py",
    "emulator/thermodynamo/commands/heat.py",
    "emulator/thermodynamo/triggers/client.py",
    "emulator/thermodynamo/triggers/server_time.py",
    "emulator/thermodynamo/triggers/targets.py",
)
STATUS_MODULES = (*ASYNC_MODULES, *CLIENT_MODULES, "emulator/thermodynamo/api/errors.py")
PARTITION_WRITERS = (
    "storage/thermodynamo_storage/partitions/partition.py",
    "storage/thermodynamo_storage/changes/commit.py",
)
BOTOCORE_MODULES = ("emulator/thermodynamo/api/model/",)


def forbidden_imports(files: list[Source], forbidden: tuple[str, ...]) -> list[str]:
    return [
        f"{file.name}:{line} imports {name}"
        for file in files
        for line, name in file.imports()
        if within(name, forbidden)
    ]


def test_storage_imports_only_the_standard_library_and_three_packages() -> None:
    allowed = (set(sys.stdlib_module_names) - {"asyncio"}) | STORAGE_MAY_IMPORT
    wrong = [
        f"{file.name}:{line} imports {name}"
        for file in sources("storage")
        for line, name in file.imports()
        if name.split(".")[0] not in allowed
    ]
    assert not wrong, report(wrong)


def test_storage_and_operations_read_no_clock_and_no_random_source() -> None:
    files = sources("storage", "emulator/thermodynamo/api/operations")
    wrong = forbidden_imports(files, CLOCKS_AND_CHANCE)
    for file in files:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READINGS:
                owner = ast.unparse(node.func.value)
                if owner.split(".")[-1] in ("datetime", "date", "os"):
                    wrong.append(f"{file.name}:{node.lineno} calls {owner}.{node.func.attr}")
    assert not wrong, report(wrong)


def test_values_and_expressions_never_see_a_table() -> None:
    files = sources(
        "emulator/thermodynamo/api/values", "emulator/thermodynamo/api/expressions", "emulator/thermodynamo/api/partiql"
    )
    wrong = forbidden_imports(files, TABLE_LAYERS)
    wrong += [
        f"{file.name}:{line} imports {name}"
        for file in files
        for line, name in file.imports()
        if within(name, ("thermodynamo_storage",)) and not within(name, VALUE_MODULES)
    ]
    assert not wrong, report(wrong)


def test_an_operation_imports_no_server_and_no_other_operation() -> None:
    modules = [file for file in sources("emulator/thermodynamo/api/operations") if file.path.name != "__init__.py"]
    operations = tuple(f"thermodynamo.api.operations.{file.path.stem}" for file in modules if is_operation(file))
    wrong = forbidden_imports(modules, OUTER_LAYERS) + forbidden_imports(modules, operations)
    assert not wrong, report(wrong)


def is_operation(file: Source) -> bool:
    defined = {node.name for node in file.tree.body if isinstance(node, ast.FunctionDef)}
    return {"validate", "execute"} <= defined


def test_only_the_outer_modules_are_async() -> None:
    kinds = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    wrong = [
        f"{file.name}:{node.lineno} is async"
        for file in sources(*PACKAGES)
        if file.name not in ASYNC_MODULES and not file.name.startswith("emulator/thermodynamo/admin/")
        for node in ast.walk(file.tree)
        if isinstance(node, kinds)
    ]
    assert not wrong, report(wrong)


def test_only_errors_knows_http_statuses() -> None:
    """The modules that speak HTTP put a status on the wire; below them, only errors.py may choose one."""
    files = [
        file
        for file in sources(*PACKAGES)
        if file.name not in STATUS_MODULES and not file.name.startswith("emulator/thermodynamo/admin/")
    ]
    wrong = forbidden_imports(files, ("http", "starlette.status"))
    wrong += [
        f"{file.name}:{node.value.lineno} chooses the status {ast.unparse(node.value)}"
        for file in files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.keyword) and node.arg in ("status", "status_code")
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, int)
    ]
    assert not wrong, report(wrong)


def test_only_commit_writes_to_a_partition() -> None:
    wrong = [
        f"{file.name}:{node.lineno} writes to a partition: {ast.unparse(node)}"
        for file in sources(*PACKAGES)
        if file.name not in PARTITION_WRITERS
        for node in ast.walk(file.tree)
        if isinstance(node, ast.expr) and writes_to_partition(node)
    ]
    assert not wrong, report(wrong)


def writes_to_partition(node: ast.expr) -> bool:
    """`partition.put(...)`, or a store to `partition.items[...]` or to an attribute of what is named partition."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ("put", "pop", "update", "clear") and is_partition(node.func.value)
    if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        return is_partition(node.value)
    return False


def is_partition(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "items":
        node = node.value
    named = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return named == "partition"


def test_only_the_model_imports_botocore() -> None:
    files = [file for file in sources(*PACKAGES) if not file.name.startswith(BOTOCORE_MODULES)]
    wrong = forbidden_imports(files, ("botocore", "boto3"))
    assert not wrong, report(wrong)
