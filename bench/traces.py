"""Traces to replay: requests evenly in time to one table, of several mixes."""

from dataclasses import dataclass
from pathlib import Path

from thermodynamo.foresight.scenarios.scenario import Index, PlannedTable, Scenario
from thermodynamo.foresight.traces import columnar
from thermodynamo_storage.values import keys

KEYS = 20_000
REQUESTS_A_SECOND = 4_000
BEGIN_US = 1_767_225_600_000_000
GRAIN = 1_000_000
ATTRIBUTES = (
    "json_object('pk', json_object('S', 'user#' || number), "
    "'status', json_object('S', 'status#' || hash(i, 4) % 50), "
    "'owner', json_object('S', 'owner#' || hash(i, 5) % 3000), "
    "'text', json_array(80, printf('%08x', hash(i, 6) % 100000000)))"
)
"""The sketch of an item with two attributes that indexes take; each write changes them."""


def _draw(number: int) -> str:
    """The SQL of a number from 0 to 1 for each request, by chance, but the same in each run."""
    return f"(hash(i, {number}) % {GRAIN} / {GRAIN}.0)"


@dataclass(frozen=True, slots=True)
class Mix:
    """What is asked of the table `orders`, in SQL: `i` is the number of the request."""

    name: str
    is_write: str = "i % 2 = 1"
    key_number: str = f"hash(i) % {KEYS}"
    size: str = "300"
    detail: str = "NULL"
    indexes: tuple[Index, ...] = ()

    @property
    def scenario(self) -> Scenario:
        return Scenario(self.name, tables=(PlannedTable("orders", key="pk", indexes=self.indexes),))


EVEN = Mix("even")
SIZES = f"100 + ({_draw(3)} * 2900)::BIGINT"
MIXES = (
    EVEN,
    Mix("writes", is_write=f"{_draw(1)} < 0.9", size=SIZES),
    Mix("skewed", key_number=f"floor({KEYS} * pow({_draw(2)}, 6))::BIGINT", size=SIZES),
    Mix(
        "indexes",
        size=f"200 + ({_draw(3)} * 800)::BIGINT",
        detail=ATTRIBUTES,
        indexes=(Index("byStatus", "status"), Index("byOwner", "owner", projection="KEYS_ONLY")),
    ),
)
"""Half reads of any key; mostly writes, of which the limits refuse many; hot keys; writes that change two indexes."""


def write(path: Path, count: int, mix: Mix = EVEN) -> None:
    """Writes so many requests of a mix."""
    connection = columnar.connect()
    connection.execute("CREATE TABLE keys (number BIGINT, key BLOB)")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO keys VALUES (?, ?)",
        [[number, keys.item_key(keys.part("S", f"user#{number}"))] for number in range(KEYS)],
    )
    connection.execute("COMMIT")
    made = (
        f"SELECT {BEGIN_US} + i * {1_000_000 // REQUESTS_A_SECOND} AS at_us, i + 1 AS request, "
        "CASE WHEN is_write THEN 'write' ELSE 'read' END AS kind, "
        "CASE WHEN is_write THEN 'PutItem' ELSE 'GetItem' END AS operation, '000000000000' AS account, "
        "'us-east-1' AS region, 'orders' AS table_name, NULL::VARCHAR AS index_name, key, "
        f"CASE WHEN is_write THEN {mix.size} END::BIGINT AS size, NULL::BIGINT AS old_size, "
        "CASE WHEN NOT is_write THEN 1 END::BIGINT AS half_units, false AS is_consistent, 1::INTEGER AS attempt, "
        f"NULL::VARCHAR AS reason, CASE WHEN is_write THEN {mix.detail} END::VARCHAR AS detail, NULL::BIGINT AS times "
        f"FROM (SELECT range AS i, {mix.key_number} AS number, {mix.is_write} AS is_write "
        f"FROM (SELECT range, range AS i FROM range({count}))) JOIN keys USING (number) ORDER BY i"
    )
    connection.execute(f"COPY ({made}) TO {columnar.quoted(str(path))} (FORMAT parquet)")
    connection.close()
