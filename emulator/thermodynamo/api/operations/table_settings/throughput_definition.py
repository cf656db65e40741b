"""Throughput as requests define it: billing mode, provisioned units, on-demand maxima and warm throughput."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo_storage.capacity.throughput_history import warm_throughput
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
    request: dict[str, Any], mode: BillingMode, index_name: str | None, *, is_update: bool = False
) -> dict[str, int] | None:
    """OnDemandThroughput of the table (None) or of an index, where given. Raises ValidationException.

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
            raise errors.validation(_not_on_demand(member, index_name, is_update=is_update))
        if units < 1 and not (is_update and units == NO_MAXIMUM):
            raise errors.validation(messages.MAXIMUM_OUT_OF_RANGE.format(member, _owner_of_maxima(index_name)))
    return given


def _not_on_demand(member: str, index_name: str | None, *, is_update: bool) -> str:
    """The message for a maximum of what is provisioned. CreateTable writes `index: x`, UpdateTable `index : x`."""
    if index_name is None:
        return (messages.MAXIMUM_OF_PROVISIONED if is_update else messages.MAXIMUM_WHEN_PROVISIONED).format(member)
    if is_update:
        return messages.MAXIMUM_OF_PROVISIONED_FOR_INDEX.format(member, _owner_of_maxima(index_name))
    return messages.MAXIMUM_WHEN_PROVISIONED_FOR_INDEX.format(member, f"index: {index_name}")


def _owner_of_maxima(index_name: str | None) -> str:
    """As ack-api-quirks, DDB-TABLE-128 and 154 (October 2026) have it: with a space before the colon."""
    return "table" if index_name is None else f"index : {index_name}"


def _owner_of_warm(index_name: str | None) -> str:
    """As ack-api-quirks, DDB-TABLE-128 and 155 (October 2026) have it: without a colon."""
    return "table" if index_name is None else f"index {index_name}"


def new_warm(request: dict[str, Any], index_name: str | None, throughput: Throughput) -> Throughput | None:
    """WarmThroughput of what is created with `throughput`, where given. Raises ValidationException.

    It is never below what comes by itself (ack-api-quirks, DDB-TABLE-039 and 128, October 2026).
    """
    given = request.get("WarmThroughput")
    if not given:
        return None
    least = warm_throughput(throughput)
    warm = _merged(given, least)
    for member, units, provisioned_member, minimum in (
        (_WARM[0], warm.read_units, "ReadCapacityUnits", least.read_units),
        (_WARM[1], warm.write_units, "WriteCapacityUnits", least.write_units),
    ):
        if units < minimum:
            owner = _owner_of_warm(index_name)
            if throughput == ON_DEMAND:
                raise errors.validation(messages.WARM_BELOW_ON_DEMAND.format(member, owner))
            raise errors.validation(messages.WARM_BELOW_PROVISIONED.format(member, owner, provisioned_member))
    return warm


def raised_warm(request: dict[str, Any], index_name: str | None, current: Throughput) -> Throughput | None:
    """WarmThroughput that an update asks for, where given; it never goes down. Raises ValidationException."""
    given = request.get("WarmThroughput")
    if not given:
        return None
    warm = _merged(given, current)
    for member, units, now in (
        (_WARM[0], warm.read_units, current.read_units),
        (_WARM[1], warm.write_units, current.write_units),
    ):
        if units < now:
            raise errors.validation(messages.WARM_DECREASES.format(member, _owner_of_warm(index_name)))
    return warm


def _merged(given: dict[str, int], rest: Throughput) -> Throughput:
    return Throughput(given.get(_WARM[0], rest.read_units), given.get(_WARM[1], rest.write_units))


def check_quota(request: dict[str, Any], index_name: str | None, namespace: Namespace) -> None:
    """Refuses maxima and warm throughput above the quota of one table or index. Raises LimitExceededException.

    Source: developer guide, on-demand-capacity-mode-max-throughput and warm-throughput; the words are of October 2026
    (ack-api-quirks, DDB-TABLE-154). A quota that was lowered to see throttling leaves alone what is usual.
    """
    config = namespace.config
    quotas = (
        ("TableMaxReadCapacityUnits", max(TABLE_UNITS_MAX.read_units, config.table_read_units_max)),
        ("TableMaxWriteCapacityUnits", max(TABLE_UNITS_MAX.write_units, config.table_write_units_max)),
    )
    for parameter, members, owner in (
        ("OnDemandThroughput", _MAXIMA, _owner_of_maxima(index_name)),
        ("WarmThroughput", _WARM, _owner_of_warm(index_name)),
    ):
        given = request.get(parameter, {})
        for member, (quota, units_max) in zip(members, quotas, strict=True):
            if given.get(member, 0) > units_max:
                particulars = (member, parameter, owner, quota, namespace.region)
                raise errors.limit_exceeded(messages.SETTING_ABOVE_QUOTA.format(*particulars))
