"""Records as bytes and back. Every commit of the simulations goes this way, too (tests/replay/recorder.py)."""

import pytest

from thermodynamo_storage.changes.commit import Change, Commit, TransactionCommit
from thermodynamo_storage.changes.request_tokens import RequestToken
from thermodynamo_storage.durability import record_codec
from thermodynamo_storage.durability.records import record_of
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.tables.definition import Defined, TableDropped

UUID = "6f0d6a9c-3f0e-5a55-9c1e-7d3b8f4f2f10"
PARTITION = Partition(0, b"", None)
PUT = Change(UUID, (), PARTITION, b"key", None, (b'{"a":{"S":"x"}}', 2))
DELETE = Change("x" * 16, (), PARTITION, b"", (b"{}", 0), None)


class Held:
    id = UUID

    def hold(self, keys: object, now: float, until: float) -> None:
        """Nothing is held here."""


COMMITS = (
    Commit(1, 1.5, [PUT, DELETE]),
    Commit(2**63, 0.0, [PUT], is_expiry=True),
    TransactionCommit(3, 2.0, [], False, None, (), 0.0),
    TransactionCommit(4, 2.0, [PUT], False, RequestToken("1", "r", "t", b"\x00", b"[1]", 5.0), [(Held(), b"key")], 3.0),
)


def test_records_that_follow_each_other_are_read_one_by_one() -> None:
    defined = Defined(9, 3.0, (TableDropped(UUID), TableDropped("")))
    body = b"".join((*map(record_codec.encode_commit, COMMITS), record_codec.encode_defined(defined)))
    assert list(record_codec.decode(body)) == [*map(record_of, COMMITS), defined]


@pytest.mark.parametrize("table_id", [UUID, UUID.upper(), UUID.replace("-", ""), "x", "é" * 8, "0" * 16])
def test_a_table_id_is_any_text(table_id: str) -> None:
    commit = Commit(1, 0.0, [Change(table_id, (), PARTITION, b"k", None, None)])
    (record,) = record_codec.decode(record_codec.encode_commit(commit))
    assert record == record_of(commit)


def test_a_commit_costs_little_more_than_its_item() -> None:
    item = (b"x" * 200, 200)
    body = record_codec.encode_commit(Commit(1, 0.0, [Change(UUID, (), PARTITION, b"k" * 20, None, item)]))
    assert len(body) <= 200 + 20 + 48


@pytest.mark.parametrize("commit", COMMITS)
def test_what_is_cut_short_or_of_another_kind_is_a_value_error(commit: Commit) -> None:
    body = record_codec.encode_commit(commit)
    for end in range(1, min(len(body), record_codec.HEAD.size + 8)):
        with pytest.raises(ValueError, match="cut short"):
            list(record_codec.decode(body[:end]))
    with pytest.raises(ValueError, match="no kind of record"):
        list(record_codec.decode(b"Z" + body[1:]))
