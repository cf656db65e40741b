"""Tags of tables: the rules for them, and the resource a tagging operation names.

The model's own bounds on keys and values are not checked before: live probes show the words below for a key or value of
any wrong form or length, and for one that is missing (ack-api-quirks, DDB-TABLE-105 to 107, 110, 372 and 457, October
2026). They show the order of the checks of one tag, too, by what `{}` and a value alone are refused for: the key first.
"""

import re
from collections.abc import Iterable
from typing import Any

from thermodynamo.api import arn, errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo_storage.tables.table import Table

TAGS_MAX = 50
KEY_LENGTH_MAX, VALUE_LENGTH_MAX = 128, 256
RESERVED_PREFIX = "aws:"
# Letters, digits and white space of any script, and + - = . _ : / @ (developer guide, tagging restrictions).
_CHARACTERS = re.compile(r"[\w\s+\-=.:/@]*")


def check(tags: list[dict[str, Any]]) -> dict[str, str]:
    """The tags by key. Raises ValidationException for a key or value that no tag may have."""
    checked: dict[str, str] = {}
    for tag in tags:
        key, value = tag.get("Key"), tag.get("Value")
        check_key(key)
        if value is None or len(value) > VALUE_LENGTH_MAX or not _CHARACTERS.fullmatch(value):
            raise errors.validation(messages.TAG_VALUE_INVALID.format("null" if value is None else value))
        if key in checked:
            raise errors.validation(messages.TAG_DUPLICATE.format(key))
        checked[str(key)] = value
    refuse_too_many(checked)
    return checked


def check_key(key: str | None) -> None:
    """Raises ValidationException for what no key can be, and for a reserved one, in whatever case its prefix is."""
    if not key or len(key) > KEY_LENGTH_MAX or not _CHARACTERS.fullmatch(key):
        raise errors.validation(messages.TAG_KEY_INVALID.format("null" if key is None else key))
    if key.lower().startswith(RESERVED_PREFIX):
        raise errors.validation(messages.TAG_KEY_RESERVED.format(key))


def refuse_too_many(keys: Iterable[str]) -> None:
    if len(set(keys)) > TAGS_MAX:
        raise errors.validation(messages.TAGS_TOO_MANY)


def resource_of(request: dict[str, Any]) -> str:
    """ResourceArn. Raises ValidationException for what is no ARN of DynamoDB's, or of a part of a table."""
    resource: str = request.get("ResourceArn", "")
    if not resource:
        raise errors.validation(messages.TABLE_ARN_INVALID)
    if not arn.is_arn(resource):
        raise errors.validation(messages.ARN_REQUIRED.format(resource))
    parts = resource.split(":", 5)
    kind = parts[5].split("/") if len(parts) == 6 else []
    if len(parts) < 6 or parts[2] != "dynamodb" or kind[0] != "table" or (len(kind) > 2 and kind[2] in _OTHER_PARTS):
        raise errors.validation(messages.ARN_OF_OTHER_SERVICE.format(resource))
    if len(kind) > 2 and kind[2] == "index":
        raise errors.validation(messages.ARN_OF_PART.format(resource))
    return resource


_OTHER_PARTS = ("backup", "export", "import")
"""What belongs to a table and has an ARN below the table's, but is no resource in this sense (DDB-BACKUP-013)."""


def tagged_table(namespace: Namespace, resource: str, now: float) -> Table:
    """The table whose tags are meant. Raises ValidationException for an ARN of another region, AccessDeniedException
    for one of another account, ResourceNotFoundException for everything else, above all for a stream.
    """
    parts = resource.split(":", 5)
    if parts[3] != namespace.region:
        raise errors.validation(messages.RESOURCE_ARN_INVALID.format(resource))
    if parts[4] != namespace.account:
        raise errors.access_denied(messages.ARN_OF_OTHER_ACCOUNT)
    return namespace.tagged_table(resource, now)


def refuse_being_created(table: Table, resource: str, now: float) -> None:
    """Tags of a table can be changed and listed once it is there. Raises ResourceNotFoundException.

    Recorded: https://github.com/cortexproject/cortex/issues/1369, cloud-custodian/cloud-custodian/issues/3514.
    """
    if table.status(now) == "CREATING":
        raise errors.resource_not_found(messages.TAGGED_RESOURCE_NOT_FOUND.format(resource))
