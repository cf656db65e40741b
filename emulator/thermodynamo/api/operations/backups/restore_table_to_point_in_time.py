"""RestoreTableToPointInTime: a new table with what another held when a second of its past began.

Its settings are those that the source has now (API reference). The order of the refusals: the shape of the request,
whether the source is there, whether recovery is on, the time, the name of the new table (ack-api-quirks, DDB-TABLE-100,
272 and 454, October 2026).
"""

from dataclasses import replace
from datetime import UTC, datetime
from math import floor
from typing import Any

from thermodynamo.api import arn, errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.backups import continuous_backups, restored_table
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.facets.origin import Origin
from thermodynamo_storage.tables import point_in_time
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import TableSchema

FACTS = Facts(is_read=False)

TIME_MIN, TIME_MAX = 0, 253_402_300_799
"""The times that can be written with four digits of the year."""


@dataclass(slots=True)
class RestoreTableToPointInTime:
    """A checked request. `second` is None for the latest one; `request` has the overrides."""

    source_name: str | None
    source_arn: str | None
    target: str
    second: float | None
    request: dict[str, Any]


def validate(request: dict[str, Any]) -> RestoreTableToPointInTime:
    name, source_arn = request.get("SourceTableName"), request.get("SourceTableArn")
    if name is not None and source_arn is not None:
        raise errors.validation(messages.SOURCE_TWICE)
    if name is None and source_arn is None:
        raise errors.validation(messages.TABLE_NAME_REQUIRED)
    second, is_latest = request.get("RestoreDateTime"), request.get("UseLatestRestorableTime", False)
    if second is not None and is_latest:
        raise errors.validation(messages.RESTORE_TIME_TWICE)
    if second is None and not is_latest:
        raise errors.validation(messages.RESTORE_TIME_REQUIRED)
    if source_arn is not None:
        if not arn.is_arn(source_arn):
            raise errors.validation(messages.ARN_REQUIRED.format(source_arn))
        if arn.parse_table(source_arn) is None:
            raise errors.validation(messages.SOURCE_ARN_INVALID)
    return RestoreTableToPointInTime(name, source_arn, request["TargetTableName"], second, request)


def execute(namespace: Namespace, request: RestoreTableToPointInTime, now: float) -> dict[str, Any]:
    home, source = source_of(namespace, request, now)
    bounds = point_in_time.bounds(source, now)
    if bounds is None:
        raise errors.recovery_unavailable(messages.RECOVERY_OFF.format(source.schema.name))
    second = floor(request.second) if request.second is not None else bounds[1]
    if not bounds[0] <= second <= bounds[1]:
        raise errors.restore_time_invalid(messages.RESTORE_TIME_INVALID.format(*map(written, (second, *bounds))))
    restored_table.refuse_taken(namespace, request.target, now)
    origin = Origin(home.account, home.region, source.schema.name, None, float(second))
    return restored_table.begin(namespace, settled(source), origin, request.request, now)


def source_of(namespace: Namespace, request: RestoreTableToPointInTime, now: float) -> tuple[Namespace, Table]:
    """The source, with the namespace that it is in. Raises TableNotFoundException, ValidationException."""
    if request.source_arn is None:
        assert request.source_name is not None
        return namespace, continuous_backups.table_of(namespace, request.source_name, now)
    named = arn.parse_table(request.source_arn)
    assert named is not None
    if named.account != namespace.account:
        raise errors.validation(messages.POLICY_OWNER_ONLY)
    home = namespace
    if named.region != namespace.region:
        if "SSESpecificationOverride" not in request.request:
            raise errors.validation(messages.RESTORE_ACROSS_REGIONS)
        home = namespace.peer(named.region)
    table = continuous_backups.known_table(home, named.table_name, now)
    if table is None:
        raise errors.table_not_found(messages.SOURCE_NOT_FOUND)
    return home, table


def settled(source: Table) -> TableSchema:
    """What the source is now, without the indexes that are being deleted."""
    kept = (index for index in source.schema.indexes if source.indexes[index.name].transition != "DELETING")
    return replace(source.schema, indexes=tuple(kept))


def written(second: float) -> str:
    """A time as errors show it."""
    bounded = min(max(second, TIME_MIN), TIME_MAX)
    return datetime.fromtimestamp(bounded, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
