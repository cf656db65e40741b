"""The file: a line for each change, and nothing lost where it cannot be written."""

from pathlib import Path
from typing import Any

import orjson

from tests.emulator.deliveries.conftest import ARN, World


def lines(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_each_change_is_a_line(filed: World, path: Path) -> None:
    filed.enable()
    filed.put("x", 1)
    filed.put("x", 2)
    filed.call("DeleteItem", TableName="Music", Key={"a": {"S": "x"}})
    assert not path.exists()
    filed.whole.turn(0)
    found = lines(path)
    assert [set(line) for line in found] == [{"StreamArn", "PartitionKey", "Data"}] * 3
    assert {line["StreamArn"] for line in found} == {ARN} and len({line["PartitionKey"] for line in found}) == 1
    assert [line["Data"]["eventName"] for line in found] == ["INSERT", "MODIFY", "REMOVE"]


def test_upkeep_writes_the_file(filed: World, path: Path) -> None:
    filed.enable()
    for number in range(200):
        filed.put(str(number % 3), number)
    while filed.whole.upkeep.step():
        pass
    assert [int(line["Data"]["dynamodb"]["NewImage"]["v"]["N"]) for line in lines(path)] == list(range(200))


def test_a_file_that_cannot_be_written_loses_nothing(filed: World, path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("thermodynamo.deliveries.deliveries.RETRY_SECONDS_MIN", 0.0)
    path.mkdir()
    filed.enable()
    filed.put("x", 1)
    filed.whole.upkeep.step()
    path.rmdir()
    filed.whole.turn(0)
    assert len(lines(path)) == 1


def test_nothing_makes_no_file(filed: World, path: Path) -> None:
    filed.enable()
    filed.whole.turn(0)
    assert not path.exists()
