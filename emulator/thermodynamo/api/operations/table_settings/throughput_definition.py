"""Throughput as requests define it: billing mode, provisioned units, on-demand maxima and warm throughput."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.settings.config import Config
from thermodynamo_storage.values.schema import BillingMode, Throughput

UNITS_MAX = 1_000_000_000_000
"""The largest number of units the service takes for a number of units at all."""
TABLE_UNITS_MAX = Throughput(40_000, 40_000)
"""The quota of one table or index (developer guide, Quotas, default values)."""
NO_MAXIMUM = -1
"""Lifts an on-demand maximum; only an update may say so."""
ON_DEMAND = Throughput(0, 0)
_MAXIMA = ("MaxReadRequestUnits", "MaxWriteRequestUnits")
_WARM = ("ReadUnitsPerSecond", "WriteUnitsPerSecond")


def of_table(request: dict[str, Any]) -> tuple[BillingMode, Throughput]:
    """BillingMode and ProvisionedThroughput of a new table. Raises ValidationException where they do not agree."""
    mode: BillingMode = request.get("BillingMode", "PROVISIONED")
    given = request.get("ProvisionedThroughput")
    if mode == "PAY_PER_REQUEST":
        if given is not None:
            raise errors.validation(messages.UNITS_NOT_ALLOWED)
        return mode, ON_DEMAND
    if given is None:
        raise errors.validation(messages.UNITS_REQUIRED)
    return mode, provisioned(given)


def of_index(index: dict[str, Any], mode: BillingMode, *, is_update: bool = False) -> Throughput:
    """ProvisionedThroughput of a new global index, which must be given exactly where its table is provisioned.

    UpdateTable refuses in other words than CreateTable (tests/golden/tables/new_index_throughput).
    """
    given = index.get("ProvisionedThroughput")
    name = index["IndexName"]
    if mode == "PAY_PER_REQUEST":
        if given is not None:
            refusal = messages.UNITS_NOT_ALLOWED_FOR_INDEX if is_update else messages.THROUGHPUT_NOT_ALLOWED_FOR_INDEX
            raise errors.validation(refusal.format(name))
        return ON_DEMAND
    if given is None:
        refusal = messages.UNITS_REQUIRED_FOR_INDEX if is_update else messages.THROUGHPUT_REQUIRED_FOR_INDEX
        raise errors.validation(refusal.format(name))
    return provisioned(given)


def provisioned(given: dict[str, Any]) -> Throughput:
    return Throughput(given["ReadCapacityUnits"], given["WriteCapacityUnits"])


def check_bounds(given: dict[str, Any] | None, index_name: str | None = None) -> None:
    """Refuses numbers of units that are beyond all reason; the quotas are another matter."""
    if given is None:
        return
    for member in ("ReadCapacityUnits", "WriteCapacityUnits"):
        if given[member] > UNITS_MAX:
            if index_name is None:
                raise errors.validation(messages.UNITS_OUT_OF_BOUNDS.format(given[member], member))
            raise errors.validation(messages.UNITS_OUT_OF_BOUNDS_FOR_INDEX.format(given[member], member, index_name))


def on_demand_maxima(
    request: dict[str, Any], mode: BillingMode, owner: str, *, is_update: bool = False
) -> dict[str, int] | None:
    """OnDemandThroughput, where given; `owner` is "table" or "index: <name>". Raises ValidationException.

    Recorded in July 2026: without members it counts as not given.
    """
    given: dict[str, int] | None = request.get("OnDemandThroughput")
    if not given:
        return None
    for member in _MAXIMA:
        units = given.get(member)
        if units is None:
            continue
        if mode == "PROVISIONED":
            text = messages.MAXIMUM_OF_PROVISIONED if is_update else messages.MAXIMUM_WHEN_PROVISIONED
            raise errors.validation(text.format(member))
        if units < 1 and not (is_update and units == NO_MAXIMUM):
            raise errors.validation(messages.MAXIMUM_OUT_OF_RANGE.format(member, owner))
    return given


def warm(request: dict[str, Any], owner: str, current: Throughput) -> Throughput | None:
    """WarmThroughput, where given. It is at least 1 and never below what already is. Raises ValidationException."""
    given = request.get("WarmThroughput")
    if not given:
        return None
    units = [given.get(_WARM[0], current.read_units), given.get(_WARM[1], current.write_units)]
    for member, requested, now in zip(_WARM, units, (current.read_units, current.write_units), strict=True):
        if requested < 1:
            raise errors.validation(messages.WARM_OUT_OF_RANGE.format(member, owner))
        if requested < now:
            raise errors.validation(messages.WARM_DECREASES.format(member, owner))
    return Throughput(*units)


def check_quota(request: dict[str, Any], owner: str, config: Config) -> None:
    """Refuses maxima and warm throughput above the quota of one table or index. Raises ValidationException.

    Source: developer guide, on-demand-capacity-mode-max-throughput and warm-throughput. A quota that was lowered to see
    throttling leaves alone what is usual.
    """
    quota = Throughput(
        max(TABLE_UNITS_MAX.read_units, config.table_read_units_max),
        max(TABLE_UNITS_MAX.write_units, config.table_write_units_max),
    )
    for parameter, members, text in (
        ("OnDemandThroughput", _MAXIMA, messages.MAXIMUM_OUT_OF_RANGE),
        ("WarmThroughput", _WARM, messages.WARM_OUT_OF_RANGE),
    ):
        given = request.get(parameter, {})
        for member, units_max in zip(members, (quota.read_units, quota.write_units), strict=True):
            if given.get(member, 0) > units_max:
                raise errors.validation(text.format(member, owner))
