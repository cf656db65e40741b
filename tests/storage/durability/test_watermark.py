"""A file that has lost its last records is refused; one that a kill has left, or another program has read, is not."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from thermodynamo_storage.durability import watermark
from thermodynamo_storage.durability.file import FILE_NAME, LOCK_NAME, Durability, File, FileError
from thermodynamo_storage.durability.log_damage import FRAME, HEADER
from thermodynamo_storage.durability.watermark import Watermark

FRAME_BYTES = FRAME.size + 4096


def killed_at(tmp_path: Path, durability: Durability, marked: int, last: int) -> Path:
    """A folder as a server leaves it that was killed after so many records, the last ones after it was marked."""
    open_folder, killed = tmp_path / "open", tmp_path / "killed"
    file = File(open_folder, durability)
    for sequence in range(1, last + 1):
        file.append(sequence, b"record %d" % sequence)
        if sequence == marked:
            file.mark()
    shutil.copytree(open_folder, killed)
    file.close()
    return killed


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    return killed_at(tmp_path, "process", 8, 8)


def log_of(folder: Path) -> Path:
    return folder / (FILE_NAME + "-wal")


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in (FILE_NAME, LOCK_NAME)}


def numbers(folder: Path) -> list[int]:
    file = File(folder)
    found = [sequence for sequence, _ in file.records(0)]
    file.close()
    return found


def cut(folder: Path, bytes_left: int) -> None:
    with log_of(folder).open("r+b") as log:
        log.truncate(bytes_left)


def refused(folder: Path, words: str) -> None:
    before = contents(folder)
    for _ in range(2):
        with pytest.raises(FileError, match=words):
            File(folder)
    assert contents(folder) == before


def test_a_killed_server_goes_on(killed: Path) -> None:
    assert numbers(killed) == list(range(1, 9))


def test_a_kill_before_the_mark_is_no_damage(tmp_path: Path) -> None:
    assert numbers(killed_at(tmp_path, "power", 5, 8)) == list(range(1, 9))


@pytest.mark.parametrize("bytes_left", [0, HEADER.size])
def test_a_log_that_was_emptied_is_refused_until_it_is_to_be_forgotten(killed: Path, bytes_left: int) -> None:
    cut(killed, bytes_left)
    refused(killed, rf"it had record 8, and its last one is 0\. .*-wal .*truncate -s 0 {killed / LOCK_NAME}")
    os.truncate(killed / LOCK_NAME, 0)
    assert numbers(killed) == []


def test_a_log_that_was_removed_is_refused(killed: Path) -> None:
    log_of(killed).unlink()
    refused(killed, "it had record 8, and its last one is 0")


def test_a_log_that_ends_at_an_earlier_commit_is_refused_and_a_copy_helps(killed: Path) -> None:
    whole = log_of(killed).read_bytes()
    cut(killed, len(whole) - FRAME_BYTES)
    refused(killed, "it had record 8, and its last one is 7")
    log_of(killed).write_bytes(whole)
    assert numbers(killed) == list(range(1, 9))


def test_a_file_in_place_of_a_later_one_is_refused(tmp_path: Path) -> None:
    file = File(tmp_path)
    file.append(1, b"record")
    file.put_image(1, b"image")
    file.close()
    earlier = (tmp_path / FILE_NAME).read_bytes()
    file = File(tmp_path)
    file.append(2, b"record")
    file.close()
    (tmp_path / FILE_NAME).write_bytes(earlier)
    refused(tmp_path, "it had record 2, and its last one is 1")


def test_a_file_that_was_emptied_is_refused(tmp_path: Path) -> None:
    file = File(tmp_path)
    file.append(1, b"record")
    file.close()
    (tmp_path / FILE_NAME).write_bytes(b"")
    refused(tmp_path, "is damaged: it is empty")


def test_a_folder_without_its_file_begins_anew(killed: Path) -> None:
    for path in killed.glob(FILE_NAME + "*"):
        path.unlink()
    assert numbers(killed) == [] and numbers(killed) == []


def test_an_image_in_place_of_the_journal_is_no_damage(tmp_path: Path) -> None:
    file = File(tmp_path)
    file.append(7, b"record")
    file.put_image(7, b"image")
    file.drop_journal(7, 10)
    file.close()
    assert numbers(tmp_path) == []


def test_a_log_that_another_program_has_copied_is_no_damage(killed: Path) -> None:
    connection = sqlite3.connect(killed / FILE_NAME)
    assert connection.execute("SELECT count(*) FROM journal").fetchone() == (8,)
    connection.close()
    assert not log_of(killed).exists()
    assert numbers(killed) == list(range(1, 9))


@pytest.mark.parametrize(("durability", "is_refused"), [("process", False), ("power", True)])
def test_the_end_of_the_machine_takes_only_what_was_not_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durability: Durability, is_refused: bool
) -> None:
    killed = killed_at(tmp_path, durability, 8, 8)
    monkeypatch.setattr(watermark, "MACHINE_RUN", tmp_path / "run")
    (tmp_path / "run").write_text("01234567-89ab-cdef-0123-456789abcdef\n")
    cut(killed, 0)
    if is_refused:
        refused(killed, "it had record 8")
    else:
        assert numbers(killed) == []


def test_where_the_machine_does_not_tell_its_runs_only_what_was_flushed_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watermark, "MACHINE_RUN", tmp_path / "none")
    for durability, value in (("process", 0), ("power", 8)):
        folder = tmp_path / durability
        folder.mkdir()
        killed = killed_at(folder, durability, 8, 8)  # type: ignore[arg-type]
        descriptor = os.open(killed / LOCK_NAME, os.O_RDWR)
        assert Watermark(descriptor, is_flushed=False).value == value
        os.close(descriptor)


def test_a_full_disk_leaves_the_watermark_too_low(tmp_path: Path) -> None:
    descriptor = os.open("/dev/full", os.O_RDWR) if Path("/dev/full").exists() else pytest.skip("needs /dev/full")
    mark = Watermark(descriptor, is_flushed=True)
    mark.raise_to(5)
    os.close(descriptor)


def test_a_watermark_is_never_lowered(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "mark", os.O_RDWR | os.O_CREAT)
    for value in (7, 3):
        Watermark(descriptor, is_flushed=True).raise_to(value)
    assert Watermark(descriptor, is_flushed=False).value == 7
    os.close(descriptor)
