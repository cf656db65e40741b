"""Transfers that are in progress: they take turns, and go on after a restart."""

from pathlib import Path
from typing import Any

from tests.emulator.transfers.world import Exporting, World, counts, songs


def test_transfers_take_turns(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put_object("a", songs(640))
    first, second = world.begin_import(), world.begin_import(table={"TableName": "Others"})
    transfers = world.whole.transfers
    for _ in range(2 * 2 + 2 * 9):
        assert transfers.step(world.clock.now())
    tables = [world.namespace.tables[name].keyspace.item_count for name in ("Songs", "Others")]
    assert min(tables) > 500 and max(tables) - min(tables) <= 64
    while transfers.step(world.clock.now()):
        pass
    assert {world.described_import(arn)["ImportStatus"] for arn in (first, second)} == {"COMPLETED"}
    assert transfers.next_job(world.clock.now()) is None and transfers.jobs == {}


def test_an_import_that_is_in_progress_goes_on_after_a_restart(tmp_path: Path) -> None:
    settings = {"data_dir": str(tmp_path / "data"), "import_delay_seconds": 100.0}
    world = World(tmp_path / "s3", **settings)
    world.put_object("a", songs(300))
    arn = world.begin_import()
    world.whole.turn(30)
    for _ in range(3):
        world.whole.transfers.step(world.clock.now())
    assert world.call("DescribeTable", TableName="Songs")["Table"]["TableStatus"] == "CREATING"
    world.whole.close()
    again = World(tmp_path / "s3", **settings)
    assert again.described_import(arn)["ImportStatus"] == "IN_PROGRESS"
    again.whole.turn(110)
    assert counts(again.described_import(arn)) == ("COMPLETED", 300, 300, 0)
    assert len(again.items()) == 300
    again.whole.close()
    ended = World(tmp_path / "s3", **settings)
    assert counts(ended.described_import(arn)) == ("COMPLETED", 300, 300, 0)
    assert ended.call("DescribeTable", TableName="Songs")["Table"]["TableStatus"] == "ACTIVE"
    ended.whole.close()


def test_an_export_that_is_in_progress_goes_on_after_a_restart(tmp_path: Path) -> None:
    """It has what the table held when it began, and writes the files that it had begun."""
    settings = {"data_dir": str(tmp_path / "data"), "export_delay_seconds": 100.0}
    world = Exporting(tmp_path / "s3", **settings)
    for number in range(300):
        world.put(f"i{number}")
    arn = world.begin()
    for _ in range(4):
        world.whole.transfers.step(world.clock.now())
    world.whole.turn(10)
    world.put("later")
    world.delete("i7")
    world.whole.close()
    again = Exporting(tmp_path / "s3", **settings)
    assert again.described(arn)["ExportStatus"] == "IN_PROGRESS"
    again.whole.turn(100)
    assert again.ids(again.described(arn)) == sorted(f"i{number}" for number in range(300))
    assert not list(again.bucket.rglob("*unfinished"))
    again.whole.close()


def test_an_export_whose_table_went_while_the_server_was_stopped_fails(tmp_path: Path) -> None:
    settings = {"data_dir": str(tmp_path / "data"), "export_delay_seconds": 100.0}
    world = Exporting(tmp_path / "s3", **settings)
    world.put("a")
    arn = world.begin()
    world.call("DeleteTable", TableName="Songs")
    world.whole.database.settle_tables(world.clock.now())
    checkpoints: Any = getattr(world.whole.folder, "checkpoints", None)
    while checkpoints.step(world.whole.database.sequence, world.clock.now(), is_due=True):
        pass
    world.whole.close()
    again = World(tmp_path / "s3", **settings)
    again.whole.turn(200)
    described = again.call("DescribeExport", ExportArn=arn)["ExportDescription"]
    assert (described["ExportStatus"], described["FailureCode"]) == ("FAILED", "TableNotFound")
    again.whole.close()
