"""DescribeContinuousBackups: whether a table can be restored to a point in time; none can yet.

The service calls continuous backups of every table enabled, and point-in-time recovery disabled until it is asked for.
"""

from dataclasses import dataclass
from typing import Any

from emulator import errors, messages
from emulator.engine import Engine


@dataclass(slots=True)
class DescribeContinuousBackups:
    """A checked request."""

    table_name: str


def validate(request: dict[str, Any]) -> DescribeContinuousBackups:
    return DescribeContinuousBackups(request["TableName"])


def execute(engine: Engine, request: DescribeContinuousBackups) -> dict[str, Any]:
    name = engine.table_name(request.table_name)
    if not engine.exists(name, engine.clock.now()):
        raise errors.table_not_found(messages.CONTINUOUS_BACKUPS_NOT_FOUND.format(name))
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
        }
    }
