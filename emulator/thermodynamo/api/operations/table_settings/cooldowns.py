"""Cool-downs: how soon, and how often, settings of a table may change again. One switch turns all of them off.

They go by the server's clock, which a virtual one lets turn past them. The rules are in `change_times.py` of storage,
the words are those of live probes (ack-api-quirks, DDB-TABLE-003, 081, 283, 443 and 445, October 2026). That of time
to live is in `update_time_to_live.py`.
"""

from datetime import UTC, datetime

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo_storage.facets.change_times import (
    CLASS_CHANGES_MAX,
    CLASS_DAYS,
    ENCRYPTION_CHANGES_MAX,
    ENCRYPTION_PAUSE_SECONDS,
    ENCRYPTION_WINDOW_SECONDS,
)
from thermodynamo_storage.tables.table import Table


def are_kept(namespace: Namespace) -> bool:
    return namespace.config.cooldowns == "enforce"


def refuse_protection(namespace: Namespace, table: Table, now: float) -> None:
    """Raises ThrottlingException. What is so already may be asked for at any time (DDB-TABLE-383)."""
    free_at = table.change_times.protection_free_at(now)
    if are_kept(namespace) and free_at > now:
        message = messages.PROTECTION_COOLS_DOWN.format(table.schema.name, instant(free_at))
        raise errors.throttling(message)


def refuse_class(namespace: Namespace, table: Table, now: float) -> None:
    """Raises LimitExceededException, also for what would change nothing (DDB-TABLE-283)."""
    if are_kept(namespace) and table.change_times.is_class_spent(now):
        raise errors.limit_exceeded(messages.CLASS_CHANGES_SPENT.format(CLASS_CHANGES_MAX, CLASS_DAYS))


def refuse_encryption(namespace: Namespace, table: Table, now: float) -> None:
    """Raises LimitExceededException."""
    times = table.change_times
    free_at = times.encryption_free_at(now)
    if are_kept(namespace) and free_at > now:
        changes = times.encryption_changes(now)
        raise errors.limit_exceeded(
            messages.ENCRYPTION_CHANGES_SPENT.format(
                instant(changes[0] + ENCRYPTION_WINDOW_SECONDS),
                ENCRYPTION_CHANGES_MAX,
                ENCRYPTION_PAUSE_SECONDS,
                len(changes),
                instant(changes[-1]),
                instant(free_at),
            )
        )


def instant(time: float) -> str:
    """As in `2026-10-08T22:57:03.204Z`."""
    milliseconds = round(time * 1000)
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC).replace(tzinfo=None)
    return f"{moment.isoformat()}.{milliseconds % 1000:03d}Z"
