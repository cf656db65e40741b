"""Who may import whom: the six rules of the architecture, each read from the imports and the syntax tree."""

import ast
import sys

import pytest

from tests.tidy.source import PACKAGES, Source, report, sources, within

STORAGE_MAY_IMPORT = {"thermodynamo_storage", "sortedcontainers", "mmh3", "orjson"}
SEARCHES_VECTORS = "storage/thermodynamo_storage/followers/vector_"
"""What alone may import numpy, an extra: nothing imports these modules but where a table has vector indexes."""
CLOCKS_AND_CHANCE = ("time", "random", "secrets", "uuid")
READINGS = {"now", "utcnow", "today", "urandom"}
VALUE_MODULES = (
    "thermodynamo_storage.values.dataclass",
    "thermodynamo_storage.values.numbers",
    "thermodynamo_storage.values.item",
    "thermodynamo_storage.values.schema",
)
TABLE_LAYERS = ("thermodynamo.api.namespace", "thermodynamo.api.operations", "thermodynamo.server")
OUTER_LAYERS = ("starlette", "uvicorn", "asyncio", "thermodynamo.server")
ASYNC_FOLDERS = tuple(f"emulator/thermodynamo/{name}/" for name in ("server", "admin", "commands", "dax"))
# The handlers of an aiobotocore client, and decorated coroutine functions: both belong to a user's loop.
AWAITED_MODULES = tuple(f"emulator/thermodynamo/testing/{name}.py" for name in ("clients/async_events", "in_process"))
# A client of the server's own endpoint speaks HTTP from the other side.
CLIENT_MODULES = (
    "emulator/thermodynamo/commands/access.py",
    "emulator/thermodynamo/commands/heat.py",
    "emulator/thermodynamo/triggers/client.py",
    "emulator/thermodynamo/triggers/server_time.py",
    "emulator/thermodynamo/triggers/targets.py",
)
STATUS_MODULES = (*ASYNC_FOLDERS, *CLIENT_MODULES, "emulator/thermodynamo/api/errors.py")
PARTITION_NAMES = {"partition", "parent", "child"}
PARTITION_OWNERS = ("storage/thermodynamo_storage/partitions/partition.py",)
PARTITION_METHODS = {
    **dict.fromkeys(
        ("put", "pop", "update", "clear"), ("storage/thermodynamo_storage/changes/commit.py", *PARTITION_OWNERS)
    ),
    "put_entry": ("storage/thermodynamo_storage/changes/index.py",),
    **dict.fromkeys(("split", "drain"), ("storage/thermodynamo_storage/partitions/keyspace.py",)),
    **dict.fromkeys(("open_meter", "end_second"), ("storage/thermodynamo_storage/metering/metered.py",)),
    "note_unsplit": ("storage/thermodynamo_storage/database.py", *PARTITION_OWNERS),
}
"""Who may call the methods that change a partition."""
BUCKET_NAMES = {"bucket", "read_bucket", "write_bucket"}
BUCKET_METHODS = {"set_tokens", "set_rate", "charge", "take"}
BUCKET_OWNERS = (
    "storage/thermodynamo_storage/capacity/",
    "storage/thermodynamo_storage/metering/metered.py",
    *PARTITION_OWNERS,
)
BOTOCORE_MODULES = (
    "emulator/thermodynamo/api/model/",
    "emulator/thermodynamo/testing/",
    "emulator/thermodynamo/deliveries/kinesis_receiver.py",
)


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
        and not (name.split(".")[0] == "numpy" and file.name.startswith(SEARCHES_VECTORS))
    ]
    assert not wrong, report(wrong)


def test_storage_and_operations_read_no_clock_and_no_random_source() -> None:
    files = sources("storage", "emulator/thermodynamo/api/operations", "emulator/thermodynamo/api/auto_scaling")
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
    folders = ("emulator/thermodynamo/api/operations", "emulator/thermodynamo/api/auto_scaling/operations")
    modules = [file for file in sources(*folders) if file.path.name != "__init__.py"]
    operations = tuple(file.module for file in modules if is_operation(file))
    assert operations
    wrong = forbidden_imports(modules, OUTER_LAYERS) + forbidden_imports(modules, operations)
    assert not wrong, report(wrong)


def is_operation(file: Source) -> bool:
    defined = {node.name for node in file.tree.body if isinstance(node, ast.FunctionDef)}
    return {"validate", "execute"} <= defined


def test_only_the_outer_folders_are_async() -> None:
    kinds = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    files = [file for file in sources(*PACKAGES) if not file.name.startswith((*ASYNC_FOLDERS, *AWAITED_MODULES))]
    wrong = forbidden_imports(files, ("asyncio",))
    wrong += [
        f"{file.name}:{node.lineno} is async"
        for file in files
        for node in ast.walk(file.tree)
        if isinstance(node, kinds)
    ]
    assert not wrong, report(wrong)


def test_only_errors_knows_http_statuses() -> None:
    """The modules that speak HTTP put a status on the wire; below them, only errors.py may choose one."""
    files = [file for file in sources(*PACKAGES) if not file.name.startswith(STATUS_MODULES)]
    wrong = forbidden_imports(files, ("http", "starlette.status"))
    wrong += [
        f"{file.name}:{node.value.lineno} chooses the status {ast.unparse(node.value)}"
        for file in files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.keyword) and node.arg in ("status", "status_code")
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, int)
    ]
    assert not wrong, report(wrong)


def test_only_its_owners_write_to_a_partition_or_a_bucket() -> None:
    wrong = [
        f"{file.name}:{node.lineno} writes to a partition or a bucket: {ast.unparse(node)}"
        for file in sources(*PACKAGES)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call | ast.Subscript | ast.Attribute)
        if (owners := owners_of_write(node)) is not None and not file.name.startswith(owners)
    ]
    assert not wrong, report(wrong)


def owners_of_write(node: ast.Call | ast.Subscript | ast.Attribute) -> tuple[str, ...] | None:
    """Whose affair it is, where the node changes a partition, its items or meter, or a bucket; None where it doesn't.

    That is a call of one of the methods that change it, or a store to one of its attributes or items.
    """
    if isinstance(node, ast.Call):
        method = node.func
        if isinstance(method, ast.Attribute):
            if is_named(method.value, BUCKET_NAMES) and method.attr in BUCKET_METHODS:
                return BUCKET_OWNERS
            if is_partition(method.value):
                return PARTITION_METHODS.get(method.attr)
    elif isinstance(node.ctx, ast.Store | ast.Del):
        if is_named(node.value, BUCKET_NAMES):
            return BUCKET_OWNERS
        if is_partition(node.value):
            return PARTITION_OWNERS
    return None


def is_partition(node: ast.expr) -> bool:
    """A partition by its name or as a keyspace finds it, or what belongs to one."""
    if isinstance(node, ast.Attribute) and node.attr in ("items", "meter", "split_reasons"):
        node = node.value
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "locate"
    return is_named(node, PARTITION_NAMES)


def is_named(node: ast.expr, names: set[str]) -> bool:
    return (node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else "") in names


@pytest.mark.parametrize(
    "text",
    [
        "partition.put(key, None, item)",
        "partition.items[key] = item",
        "partition.high = None",
        "keyspace.locate(key).put_entry(name, key, entry)",
        "partition.items.put(key, item)",
        "partition.meter.samples = []",
        "partition.split_reasons.unsplit = None",
        "admission.reads.bucket.set_tokens(0, now)",
        "partition.write_bucket.charge(2, now)",
        "bucket.rate = 5",
    ],
)
def test_a_write_is_found(text: str) -> None:
    assert any(
        owners_of_write(node) is not None
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call | ast.Subscript | ast.Attribute)
    )


def test_only_the_model_and_what_is_made_for_tests_import_botocore() -> None:
    files = [file for file in sources(*PACKAGES) if not file.name.startswith(BOTOCORE_MODULES)]
    wrong = forbidden_imports(files, ("botocore", "boto3"))
    assert not wrong, report(wrong)
