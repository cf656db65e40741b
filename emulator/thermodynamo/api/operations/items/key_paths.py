"""The rule that document paths do not go into key attributes, which are scalars.

Black-box evidence: AWS's DynamoDB Local and dynalite refuse such a path in every kind of expression (dynalite not in
conditions), the first for the table's key attributes, then for those of any of its indexes.
"""

from thermodynamo.api import errors, messages
from thermodynamo_storage.values.schema import TableSchema


def refuse(schema: TableSchema, nested: frozenset[str]) -> None:
    """`nested` are the attributes into which the paths of an expression go. Raises ValidationException."""
    if not nested:
        return
    for name in schema.key_schema.names:
        if name in nested:
            raise errors.validation(messages.KEY_NOT_SCALAR.format("Key", name))
    for index in schema.indexes:
        for name in index.key_schema.names:
            if name in nested:
                raise errors.validation(messages.KEY_NOT_SCALAR.format("IndexKey", name))
