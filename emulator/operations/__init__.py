"""The one registry of operations. Whatever lists operations derives from `OPERATIONS`."""

from types import ModuleType

from emulator.operations import (
    batch_get_item,
    batch_write_item,
    create_table,
    delete_item,
    delete_table,
    describe_table,
    get_item,
    list_tables,
    put_item,
    query,
    scan,
    update_item,
)
from emulator.operations.operation import Operation

__all__ = ["OPERATIONS", "Operation"]

TARGET_PREFIX = b"DynamoDB_20120810."

_MODULES: dict[str, ModuleType] = {
    "BatchGetItem": batch_get_item,
    "BatchWriteItem": batch_write_item,
    "CreateTable": create_table,
    "DeleteItem": delete_item,
    "DeleteTable": delete_table,
    "DescribeTable": describe_table,
    "GetItem": get_item,
    "ListTables": list_tables,
    "PutItem": put_item,
    "Query": query,
    "Scan": scan,
    "UpdateItem": update_item,
}

OPERATIONS: dict[bytes, Operation] = {
    TARGET_PREFIX + name.encode(): Operation(name, module) for name, module in _MODULES.items()
}
"""The operations by the whole target header that asks for them."""
