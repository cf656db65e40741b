"""The script for public traces, on a small file in the format of Twitter's."""

from pathlib import Path
from random import Random

import pytest

from bench import public_trace
from bench.public_trace import accesses, main
from thermodynamo.foresight.traces.event import Event

pytest.importorskip("duckdb")
LINES = [
    "0,q:q:1:8WTfjZU14ee,17,213,4,get,0",
    "0,yDqF:3q:1AJrrJ1nnCJKKrnGx1A,27,27,5,set,86400",
    "1,q:q:1:8WTfjZU14ee,17,213,4,delete,0",
    "1,q:q:1:8WTfjZU14ee,17,213,4,prefetch,0",
    "2,q:q:1:8WTfjZU14ee,17",
    "3,q:q:1:8WTfjZU14ee,17,2000000,4,set,60",
]


def test_lines_become_accesses(tmp_path: Path) -> None:
    path = tmp_path / "cluster052"
    path.write_text("\n".join(LINES) + "\n")
    found = list(accesses(path, None))
    events = [each for each in found if isinstance(each, Event)]
    assert [(each.operation, each.size, each.old_size) for each in events] == [
        ("GetItem", 230, None), ("PutItem", 54, None), ("DeleteItem", 0, 230),
    ]  # fmt: skip
    assert [each.at_us // 1_000_000 - 1_583_020_800 for each in events] == [0, 0, 1]
    reasons = [each.reason for each in found if not isinstance(each, Event)]
    assert reasons == [
        "the operation asks nothing of items", "the line has not as many values as the first",
        "the size is not one of an item: 0 to 409,600 bytes",
    ]  # fmt: skip
    assert len(list(accesses(path, 2))) == 2


def test_both_replays_of_a_trace_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A hot key of 3,000 writes in a second is refused; cold keys are served."""
    chance = Random(1)
    lines = [f"{second},key{chance.randrange(400)},10,{chance.randrange(900)},1,{operation},0"
             for second in range(20) for operation in ("get", "get", "set", "incr") for _ in range(20)]  # fmt: skip
    lines += ["5,hot,10,500,1,set,0"] * 3_000
    path = tmp_path / "cluster.csv"
    path.write_text("\n".join(lines) + "\n")
    assert main([str(path)]) == 0
    out = capsys.readouterr().out
    assert "4,600 accesses in 20 seconds" in out
    exact, summed = out.splitlines()[-2:]
    throttled = [line.split("|")[4].strip() for line in (exact, summed)]
    assert all(1_000 - 50 <= int(each.replace(",", "")) <= 1_000 + 50 for each in throttled)


def test_a_file_that_is_no_trace_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none")]) == 1
    assert "there is no file" in capsys.readouterr().err
    (tmp_path / "x").write_text("hello\n")
    assert main([str(tmp_path / "x")]) == 1
    assert "there is no access in it; 1 passed over" in capsys.readouterr().err
    assert public_trace.HEADINGS[-1] == "ttl"
