"""Amazon Resource Names of tables and streams: built for replies, parsed where a request names one by its ARN."""

import re

from thermodynamo_storage.values.dataclass import dataclass

TABLE_NAME_PATTERN = "[a-zA-Z0-9_.-]+"
TABLE_NAME_MIN, TABLE_NAME_MAX = 3, 255
"""Characters of a table's name (developer guide, naming rules)."""
_is_spelled = re.compile(TABLE_NAME_PATTERN).fullmatch


@dataclass(frozen=True, slots=True)
class TableArn:
    """The parts of a table's ARN."""

    region: str
    account: str
    table_name: str

    def __str__(self) -> str:
        return f"arn:aws:dynamodb:{self.region}:{self.account}:table/{self.table_name}"


def is_arn(text: str) -> bool:
    """Whether a TableName or ResourceArn is meant as an ARN; no table name has a colon."""
    return text.startswith("arn:")


def parse_table(text: str) -> TableArn | None:
    """The parts of a table ARN, or None where `text` is not exactly one; a name that is too short may be in it."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[1].startswith("aws") or parts[2] != "dynamodb":
        return None
    kind, _, name = parts[5].partition("/")
    if kind != "table" or not _is_spelled(name) or not parts[3] or not parts[4]:
        return None
    if len(name) > TABLE_NAME_MAX:
        return None
    return TableArn(parts[3], parts[4], name)


@dataclass(frozen=True, slots=True)
class StreamArn:
    """The parts of a stream's ARN."""

    table: TableArn
    label: str

    def __str__(self) -> str:
        return f"{self.table}{_STREAM}{self.label}"


_STREAM = "/stream/"


def parse_stream(text: str) -> StreamArn | None:
    """The parts of a stream ARN, or None where `text` is not exactly one."""
    table_text, _, label = text.partition(_STREAM)
    table = parse_table(table_text)
    return StreamArn(table, label) if table is not None and label and "/" not in label else None
