"""The metrics of an account in a region: its quotas on provisioned throughput, and how much of them is provisioned.

On-demand tables do not count towards them. The quotas are those that DescribeLimits shows.
"""

from collections.abc import Iterator

from prometheus_client.core import Metric

from thermodynamo.admin.metrics.family import Gauge
from thermodynamo.admin.reports import keyspaces
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.table_settings.account_limits import ACCOUNT_UNITS_MAX
from thermodynamo.api.operations.table_settings.throughput_definition import TABLE_UNITS_MAX
from thermodynamo_storage.values.schema import Throughput

PERCENT = 100


def families(namespace: Namespace, now: float) -> Iterator[Metric]:
    tables = keyspaces.tables(namespace, now)
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
