"""The metrics of an account in a region: its quotas on provisioned throughput, and how much of them is provisioned.

On-demand tables do not count towards them. The quotas are those that DescribeLimits shows.
"""

from collections.abc import Iterator

from prometheus_client.core import Metric

from emulator.admin import places
from emulator.admin.metric_family import Gauge
from emulator.engine import Engine
from emulator.operations.account_limits import ACCOUNT_UNITS_MAX
from emulator.operations.throughput_definition import TABLE_UNITS_MAX
from storage.schema import Throughput

PERCENT = 100


def families(engine: Engine, now: float) -> Iterator[Metric]:
    tables = places.tables(engine, now)
    throughputs = [throughput for table in tables for throughput in table.schema.throughputs.values()]
    for kind in ("Read", "Write"):
        account_max, table_max = _units(ACCOUNT_UNITS_MAX, kind), _units(TABLE_UNITS_MAX, kind)
        provisioned = [_units(throughput, kind) for throughput in throughputs]
        yield _gauge(f"AccountMax{kind}s", f"{kind} units that all tables may be provisioned with", account_max)
        yield _gauge(f"AccountMaxTableLevel{kind}s", f"{kind} units that one table or index may have", table_max)
        yield _gauge(
            f"AccountProvisioned{kind}CapacityUtilization",
            f"{kind} units provisioned, in percent of the account's quota",
            PERCENT * sum(provisioned) / account_max,
        )
        yield _gauge(
            f"MaxProvisionedTable{kind}CapacityUtilization",
            f"{kind} units of the table or index with the most, in percent of the quota of one",
            PERCENT * max(provisioned, default=0) / table_max,
        )


def _units(throughput: Throughput, kind: str) -> int:
    return throughput.read_units if kind == "Read" else throughput.write_units


def _gauge(name: str, meaning: str, value: float) -> Metric:
    family = Gauge(name, meaning)
    family.set(value)
    return family.metric
