"""A service with a data folder: what it finds when it is started again, and what it says when it cannot be."""

import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.global_tables.regions import HERE, THERE, Regions
from tests.replay.state import difference, settle, state_of
from tests.simulation import vectors
from thermodynamo.api.errors import ApiError
from thermodynamo.service import Service, SnapshotError
from thermodynamo.settings.config import Config
from thermodynamo_storage.durability.file import FileError

TABLE: dict[str, Any] = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}


def config(folder: Path, **settings: Any) -> Config:
    return Config(data_dir=str(folder), clock="virtual", capacity="observe", **settings)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = Service(config(tmp_path))
    made.call("CreateTable", TABLE)
    put(made, "first")
    return made


def put(service: Service, key: str) -> None:
    service.call("PutItem", {"TableName": "Music", "Item": {"a": {"S": key}}})


def keys(service: Service) -> set[str]:
    return {item["a"]["S"] for item in service.call("Scan", {"TableName": "Music"})["Items"]}


def reopened(service: Service, **settings: Any) -> Service:
    """The service of the next process: equal to this one."""
    now = service.clock.now()
    settle(service.database, now)
    before = state_of(service.database, now)
    service.close()
    found = Service(config(Path(service.config.data_dir), **settings))
    settle(found.database, now)
    assert difference(state_of(found.database, now), before) is None
    assert found.clock.now() == now
    return found


def test_what_was_done_is_there_when_it_is_started_again(service: Service) -> None:
    stream = service.call("ListStreams", {})["Streams"][0]["StreamArn"]
    shard = service.call("DescribeStream", {"StreamArn": stream})["StreamDescription"]["Shards"][0]["ShardId"]
    given = {"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "LATEST"}
    iterator = service.call("GetShardIterator", given)["ShardIterator"]
    service.snapshot("seed")
    service.turn(60)
    found = reopened(service)
    for key in map(str, range(40)):
        put(found, key)
    found.call("GetRecords", {"ShardIterator": iterator})
    found = reopened(found)
    found.restore("seed")
    assert keys(found) == {"first"}
    reopened(found).close()


def test_a_reset_and_a_fork_are_kept(service: Service) -> None:
    from thermodynamo.api.caller import Caller

    other = Caller("111111111111", "us-east-1")
    service.fork(service.caller, other)
    put(service, "second")
    found = reopened(service)
    assert len(found.call("Scan", {"TableName": "Music"}, other)["Items"]) == 1
    found.reset()
    found = reopened(found)
    assert found.call("ListTables", {}, other) == {"TableNames": []}
    found.call("CreateTable", TABLE)
    reopened(found).close()


def test_replicas_and_what_is_on_its_way_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from thermodynamo_storage.durability import checkpoints

    monkeypatch.setattr(checkpoints, "JOURNAL_BYTES_MIN", 1)
    world = Regions(data_dir=str(tmp_path), clock="virtual", capacity="observe", ttl_delay=0.0)
    world.create(THERE)
    for source, target in ((HERE, THERE), (THERE, HERE)):
        world.cut(source, target)
    world.put(HERE, "here")
    world.put(THERE, "there")
    assert world.service.folder is not None
    while world.service.folder.file.image() is None:
        world.service.turn(0)
    world.put(HERE, "later")
    world.service = reopened(world.service, ttl_delay=0.0)
    assert (world.ids(HERE), world.ids(THERE)) == ({"here", "later"}, {"there"})
    for source, target in ((HERE, THERE), (THERE, HERE)):
        world.cut(source, target, False)
    assert world.ids(HERE) == world.ids(THERE) == {"here", "later", "there"}
    world.service.close()


@pytest.mark.parametrize("journal_bytes_min", [1_000_000, 1], ids=["journal", "image"])
def test_what_is_owed_to_kinesis_is_kept(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal_bytes_min: int
) -> None:
    from thermodynamo_storage.durability import checkpoints

    monkeypatch.setattr(checkpoints, "JOURNAL_BYTES_MIN", journal_bytes_min)
    arn = "arn:aws:kinesis:us-east-1:000000000000:stream/plays"
    service.call("EnableKinesisStreamingDestination", {"TableName": "Music", "StreamArn": arn})
    put(service, "owed")
    assert service.folder is not None
    for _ in range(100):
        service._end_turn()
    assert (service.folder.file.image() is not None) == (journal_bytes_min == 1)
    found = reopened(service, kinesis=str(tmp_path / "changes.jsonl"))
    found.turn(0)
    assert "owed" in (tmp_path / "changes.jsonl").read_text()
    found.close()


def test_a_clock_that_runs_goes_on_while_the_server_is_down(tmp_path: Path) -> None:
    service = Service(config(tmp_path))
    service.turn(90_000)
    service.upkeep.run(1.0)
    service._end_turn()
    now = service.clock.now()
    service.close()
    found = Service(config(tmp_path))
    assert found.clock.rate == 1.0 and now <= found.clock.now() < now + 60
    found.close()


def test_a_second_service_is_refused(service: Service) -> None:
    with pytest.raises(FileError, match="in use by another server"):
        Service(service.config)
    service.close()
    Service(service.config).close()


def test_a_full_disk_refuses_writes_and_reads_go_on(service: Service) -> None:
    assert service.folder is not None
    connection = service.folder.file.connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(ApiError) as caught:
        for number in range(100):
            put(service, f"full {number}" + "x" * 1_000)
    assert caught.value.name == "InternalServerError" and "Reads go on" in str(caught.value.message)
    held = keys(service)
    with pytest.raises(ApiError, match=r"cannot be written .*full.* Nothing was changed"):
        put(service, "more")
    assert keys(service) == held and "first" in held
    connection.execute("PRAGMA max_page_count=1000000")
    put(service, "again")
    found = reopened(service)
    assert keys(found) == held | {"again"}
    found.close()


def test_the_folder_is_tidied_between_calls(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    from thermodynamo_storage.durability import checkpoints

    monkeypatch.setattr(checkpoints, "JOURNAL_BYTES_MIN", 10_000)
    monkeypatch.setattr("thermodynamo.data_folder.LOG_PAGES_MAX", 50)
    assert service.folder is not None
    for number in range(600):
        put(service, f"{number}")
    assert service.folder.file.log_pages <= 60 and service.folder.file.image() is not None
    reopened(service).close()


def test_a_file_that_cannot_be_tidied_is_told_once_and_tidied_later(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from thermodynamo_storage.durability import checkpoints

    assert service.folder is not None
    file = service.folder.file
    monkeypatch.setattr("thermodynamo.data_folder.RETRY_SECONDS", 0.0)
    monkeypatch.setattr("thermodynamo.data_folder.LOG_PAGES_MAX", 1_000_000)
    for number in range(300):
        put(service, f"{number}" + "x" * 1_000)
    (pages,) = file.parts.execute("PRAGMA page_count").fetchone()
    file.parts.execute(f"PRAGMA max_page_count={pages + 10}")
    monkeypatch.setattr(checkpoints, "JOURNAL_BYTES_MIN", 10_000)
    for _ in range(100):
        put(service, "as before")
    assert file.image() is None and "as before" in keys(service)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1 and "cannot be tidied: database or disk is full" in told[0]
    file.parts.execute("PRAGMA max_page_count=1000000")
    for _ in range(100):
        put(service, "again")
    assert file.image() is not None and service.folder.retry_at == 0
    reopened(service).close()


def test_a_log_that_cannot_be_copied_is_told_once_and_copied_later(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    assert service.folder is not None
    file = service.folder.file
    monkeypatch.setattr("thermodynamo.data_folder.RETRY_SECONDS", 0.0)
    monkeypatch.setattr("thermodynamo.data_folder.LOG_PAGES_MAX", 5)
    with monkeypatch.context() as full:
        full.setattr(file, "copy_log", fail)
        full.setattr(file, "end_log", fail)
        for number in range(20):
            put(service, str(number))
    assert file.log_pages >= 20 and len(caplog.records) == 1
    put(service, "again")
    assert file.log_pages < 20
    reopened(service).close()


def test_snapshot_errors_say_what_can_be_done(service: Service) -> None:
    with pytest.raises(SnapshotError) as caught:
        service.restore("none")
    assert caught.value.error == "there is no snapshot none" and caught.value.hint == "there is none"
    service.close()


def test_vector_indexes_and_those_of_snapshots_are_filled_from_what_a_folder_keeps(tmp_path: Path) -> None:
    chance = random.Random(5)
    service = Service(config(tmp_path))
    vectors.create(service)
    for step in range(120):
        vectors.write(service, chance)
        if step == 50:
            service.snapshot("kept")
        if step % 40 == 39:
            service.close()
            service = Service(config(tmp_path))
        vectors.check(service, chance, chance.choice(("by-kind", "whole")))
    service.restore("kept")
    vectors.check(service, chance, "by-kind")
    vectors.check(service, chance, "whole")
    service.close()
