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
from thermodynamo.api.operations.table_settings import cooldowns, known_tables
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
    """Raises ValidationException once there are too many different keys, and looks at no more."""
    found = set()
    for key in keys:
        found.add(key)
        if len(found) > TAGS_MAX:
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
    for one of another account, ResourceNotFoundException for everything else, above all for a stream, and for a table
    whose tags are not known yet or any more.
    """
    parts = resource.split(":", 5)
    if parts[3] != namespace.region:
        raise errors.validation(messages.RESOURCE_ARN_INVALID.format(resource))
    if parts[4] != namespace.account:
        raise errors.access_denied(messages.ARN_OF_OTHER_ACCOUNT)
    table = namespace.tagged_table(resource, now)
    refuse_unknown(table, resource, now)
    return table


def refuse_unknown(table: Table, resource: str, now: float) -> None:
    """Tags are known late in the creation of their table, and forgotten early in its deletion (see `known_tables`).

    Raises ResourceNotFoundException. Recorded before, too: https://github.com/cortexproject/cortex/issues/1369,
    cloud-custodian/cloud-custodian/issues/3514.
    """
    if not known_tables.is_known(table, now, known_tables.TAGS_KNOWN_AFTER) or known_tables.is_forgotten(table, now):
        raise errors.resource_not_found(messages.TAGGED_RESOURCE_NOT_FOUND.format(resource))


def admit(namespace: Namespace, table: Table, wanted: dict[str, str], given: dict[str, str] | None, now: float) -> None:
    """Refuses a change of tags to `wanted` beside what the table is busy with. `given` are tags that are added, None
    where some are taken away.

    Until a change is listed no other is admitted, but for one that repeats it (ack-api-quirks, DDB-TABLE-103 and 440,
    October 2026). Raises ResourceInUseException and LimitExceededException.
    """
    name = table.schema.name
    is_changed = wanted != table.tags
    if given is not None and is_changed and table.transition == "CREATING":
        raise errors.resource_in_use(messages.TABLE_BEING_CREATED.format(name))
    if is_changed and table.transition == "DELETING":
        raise errors.resource_in_use(messages.TABLE_BEING_DELETED.format(name))
    if now >= table.tags_settled_at or not cooldowns.are_kept(namespace):
        return
    pending = table.tags.items() - table.listed_tags.items()
    if given is None or not pending or not pending <= given.items():
        raise errors.limit_exceeded(messages.TAGS_CHANGING.format(name))


def listed(table: Table, now: float) -> dict[str, str]:
    """The tags as they are listed: those from before a change while it goes on, none while the table is CREATING."""
    if table.transition == "CREATING":
        return {}
    return table.listed_tags if now < table.tags_settled_at else table.tags
