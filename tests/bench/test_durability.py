"""What keeping data costs: the table, the servers that it compares, and a run against real ones."""

from pathlib import Path

import pytest

from bench import durability
from bench.durability import MEMORY, POWER, PROCESS


def cells(text: str) -> dict[str, list[str]]:
    lines = [[cell.strip() for cell in line.strip("| ").split("|")] for line in text.splitlines()]
    return {line[0]: line[1:] for line in lines[2:]}


def test_what_is_below_its_share_is_marked() -> None:
    found = cells(durability.shares({MEMORY: 10_000.0, PROCESS: 7_400.0, POWER: 4_000.0, "dynalite": 5_000.0}))
    assert found[PROCESS] == ["7,400", "0.74", "0.75 (missed)", "1.48", "1.5 (missed)"]
    assert found[POWER][:3] == ["4,000", "0.40", "0.4"]
    assert found["dynalite"][:2] == ["5,000", "0.50"]


def test_a_peer_without_an_on_disk_mode_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert durability.main(["--peers", "ministack"]) == 1
    assert "ministack has no on-disk mode that is known here" in capsys.readouterr().err


def test_both_durabilities_are_measured_beside_memory(capsys: pytest.CaptureFixture[str]) -> None:
    assert durability.main(["--rounds", "1", "--seconds", "0.2", "--without-wrk"]) == 0
    found = cells(capsys.readouterr().out)
    assert list(found) == [MEMORY, PROCESS, POWER]
    assert all(float(rate.replace(",", "")) > 0 for rate, *_ in found.values())


def test_items_are_back_after_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.million.ITEMS", 2_000)
    count, seconds = durability.restart_seconds(tmp_path / "data", None)
    assert count == 2_000 and seconds > 0
