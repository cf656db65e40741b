"""Records of commits: plain values that name tables by id, and that make the same of another database."""

from thermodynamo_storage.changes.commit import Commit
from thermodynamo_storage.changes.request_tokens import RequestToken
from thermodynamo_storage.database import Database
from thermodynamo_storage.durability.records import Record, RecordedChange, RecordedCommit, record_of
from thermodynamo_storage.tables.definition import Defined
from thermodynamo_storage.values.item import encode
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema, TableSchema, Throughput

NOW = 1_800_000_000.0
NAMESPACE = ("000000000000", "us-east-1")
TOKEN = RequestToken(*NAMESPACE, "TransactWriteItems t", b"fingerprint", b"[2]", NOW + 3)
ITEM = encode({"a": {"S": "x"}}, 2)


class Sink:
    def __init__(self) -> None:
        self.records: list[Record] = []

    def record(self, commit: Commit) -> None:
        self.records.append(record_of(commit))

    def record_definitions(self, defined: Defined) -> None:
        self.records.append(defined)


def test_a_transaction_is_recorded_with_its_token_and_holds_and_replayed_so() -> None:
    sink = Sink()
    database = Database(sink)
    key_schema = KeySchema((KeyAttribute("a", "S"),))
    schema = TableSchema("Music", key_schema, {"a": "S"}, "PAY_PER_REQUEST", Throughput(0, 0))
    table = database.create_table(NAMESPACE, "id", schema, NOW)
    held = ((table, b"key"), (table, b"other"))
    database.commit_transaction([table.plan_write(b"key", None, lambda old: ITEM)], NOW, TOKEN, held, NOW + 3)
    change = RecordedChange("id", b"key", ITEM)
    expected = RecordedCommit(3, NOW, (change,), False, TOKEN, (("id", b"key"), ("id", b"other")), NOW + 3)
    assert sink.records[-1] == expected

    copy = Database()
    for record in sink.records:
        copy.replay(record)
    (same,) = copy.tables_of_all()
    assert same.keyspace.get(b"key") == ITEM and same.keyspace.get(b"other") is None
    assert same.holds is not None and same.holds.end(b"other", NOW) == NOW + 3
    assert copy.tokens(NAMESPACE).find("TransactWriteItems t", NOW) == (b"fingerprint", NOW + 603, NOW + 3, b"[2]")


def test_a_removal_by_time_to_live_stays_one() -> None:
    commit = Commit(7, NOW, [], is_expiry=True)
    assert record_of(commit) == RecordedCommit(7, NOW, (), is_expiry=True)
