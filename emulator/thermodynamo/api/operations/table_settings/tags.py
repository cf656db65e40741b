"""Tags of tables: the rules for them beyond the model's lengths, and the resource a tagging operation names."""

import re
from collections.abc import Iterable
from typing import Any

from thermodynamo.api import arn, errors, messages
from thermodynamo_storage.tables.table import Table

TAGS_MAX = 50
RESERVED_PREFIX = "aws:"
# Letters, digits and white space of any script, and + - = . _ : / @ (developer guide, tagging restrictions).
_CHARACTERS = re.compile(r"[\w\s+\-=.:/@]*")


def check(tags: list[dict[str, Any]]) -> dict[str, str]:
    """The tags by key. Raises ValidationException for a key or value that no tag may have."""
    checked: dict[str, str] = {}
    for tag in tags:
        key, value = tag["Key"], tag["Value"]
        check_key(key)
        if not _CHARACTERS.fullmatch(value):
            raise errors.validation(messages.TAG_CHARACTERS.format("value", value))
        if key in checked:
            raise errors.validation(messages.TAG_DUPLICATE.format(key))
        checked[key] = value
    refuse_too_many(checked)
    return checked


def check_key(key: str) -> None:
    if key.lower().startswith(RESERVED_PREFIX):
        raise errors.validation(messages.TAG_KEY_RESERVED.format(key))
    if not _CHARACTERS.fullmatch(key):
        raise errors.validation(messages.TAG_CHARACTERS.format("key", key))


def refuse_too_many(keys: Iterable[str]) -> None:
    if len(set(keys)) > TAGS_MAX:
        raise errors.validation(messages.TAGS_TOO_MANY.format(TAGS_MAX))


def resource_of(request: dict[str, Any]) -> str:
    """ResourceArn, which must be a table's. Raises ValidationException."""
    resource: str = request.get("ResourceArn", "")
    if not resource:
        raise errors.validation(messages.TABLE_ARN_INVALID)
    if arn.parse_table(resource) is None:
        raise errors.validation(messages.RESOURCE_ARN_INVALID.format(resource))
    return resource


def refuse_being_created(table: Table, resource: str, now: float) -> None:
    """Tags of a table can be changed and listed once it is there. Raises ResourceNotFoundException.

    Recorded: https://github.com/cortexproject/cortex/issues/1369, cloud-custodian/cloud-custodian/issues/3514.
    """
    if table.status(now) == "CREATING":
        raise errors.resource_not_found(messages.TAGGED_RESOURCE_NOT_FOUND.format(resource))
