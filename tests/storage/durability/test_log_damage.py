"""A write-ahead log that is damaged where it was written is told from one whose end was never written."""

from pathlib import Path

import pytest

from thermodynamo_storage.durability.file import FILE_NAME, File, FileError
from thermodynamo_storage.durability.log_damage import FRAME, HEADER, damaged_at

PAGE_BYTES = 4096


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A folder as a killed server leaves it: its log has all that was ever written."""
    open_folder, killed = tmp_path / "open", tmp_path / "killed"
    file = File(open_folder)
    for sequence in range(1, 9):
        file.append(sequence, b"record %d" % sequence)
    killed.mkdir()
    for name in (FILE_NAME, FILE_NAME + "-wal"):
        (killed / name).write_bytes((open_folder / name).read_bytes())
    file.close()
    return killed


def log_of(folder: Path) -> Path:
    return folder / (FILE_NAME + "-wal")


def overwrite(path: Path, offset: int, what: bytes = b"sixteen letters.") -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(what)


def frame_at(number: int) -> int:
    """Where a frame begins."""
    return HEADER.size + number * (FRAME.size + PAGE_BYTES)


def test_a_whole_log_is_read_to_its_end(killed: Path) -> None:
    assert damaged_at(killed / FILE_NAME) is None
    file = File(killed)
    assert len(list(file.records(0))) == 8
    file.close()


def test_damage_before_other_commits_is_refused_and_left_as_it_is(killed: Path) -> None:
    overwrite(log_of(killed), frame_at(3) + FRAME.size + 500)
    before = log_of(killed).read_bytes()
    for _ in range(2):
        with pytest.raises(
            FileError, match=r"-wal is damaged: from byte \d+ on .* It was left as it is: .*truncate -s"
        ):
            File(killed)
    assert log_of(killed).read_bytes() == before


def test_what_the_error_says_goes_on_with_what_came_before(killed: Path) -> None:
    overwrite(log_of(killed), frame_at(5) + FRAME.size + 500)
    offset = damaged_at(killed / FILE_NAME)
    assert offset is not None
    with log_of(killed).open("r+b") as file:
        file.truncate(offset)
    found = File(killed)
    numbers = [sequence for sequence, _ in found.records(0)]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) < 8
    found.close()


def test_an_end_that_was_never_written_is_no_damage(killed: Path) -> None:
    log = log_of(killed)
    with log.open("r+b") as end:
        end.truncate(log.stat().st_size - 100)
    assert damaged_at(killed / FILE_NAME) is None
    file = File(killed)
    assert [sequence for sequence, _ in file.records(0)] == list(range(1, 8))
    file.close()


def test_a_commit_whose_page_was_never_written_is_no_damage(killed: Path) -> None:
    """The kill came between the header of its last frame and the page, and an earlier log lies behind it."""
    log = log_of(killed)
    whole = log.read_bytes()
    last = len(whole) - FRAME.size - PAGE_BYTES
    for behind in (0, 3 * (FRAME.size + PAGE_BYTES)):
        log.write_bytes(whole[: last + FRAME.size] + bytes(PAGE_BYTES) + bytes(behind))
        assert damaged_at(killed / FILE_NAME) is None
    file = File(killed)
    assert [sequence for sequence, _ in file.records(0)] == list(range(1, 8))
    file.close()


def test_what_is_left_of_a_commit_that_was_written_over_is_no_damage(killed: Path) -> None:
    """A long commit was cut off; after a start a short one took the place of its first frames."""
    log = log_of(killed)
    whole = log.read_bytes()
    last = len(whole) - FRAME.size - PAGE_BYTES
    page, pages_after, *rest = FRAME.unpack_from(whole, last)
    torn = FRAME.pack(page, pages_after, *rest[:2], 1, 2) + bytes(PAGE_BYTES)
    log.write_bytes(whole + FRAME.pack(page, 0, *rest[:2], 3, 4) + bytes(PAGE_BYTES) + torn)
    assert damaged_at(killed / FILE_NAME) is None
    file = File(killed)
    assert len(list(file.records(0))) == 8
    file.close()


def test_a_damaged_checksum_before_the_last_commit_is_refused(killed: Path) -> None:
    """No frame goes on from it, but the last one from what it should have been."""
    log = log_of(killed)
    frames = (log.stat().st_size - HEADER.size) // (FRAME.size + PAGE_BYTES)
    overwrite(log, frame_at(frames - 2) + 16, b"checksum")
    assert damaged_at(killed / FILE_NAME) is not None


@pytest.mark.parametrize("offset", [0, 8, 16, 24])
def test_a_damaged_header_of_the_log_is_refused_and_left_as_it_is(killed: Path, offset: int) -> None:
    """SQLite takes such a log for an empty one, and would write over it."""
    overwrite(log_of(killed), offset, b"letters.")
    before = log_of(killed).read_bytes()
    with pytest.raises(FileError, match=r"-wal is damaged: from byte 0 on .* .truncate -s 0 "):
        File(killed)
    assert log_of(killed).read_bytes() == before


def test_a_log_of_zeros_has_no_commit_to_lose(killed: Path) -> None:
    log_of(killed).write_bytes(bytes(frame_at(5)))
    assert damaged_at(killed / FILE_NAME) is None
    file = File(killed)
    assert list(file.records(0)) == []
    file.close()


@pytest.mark.parametrize("found", ["empty", "missing"])
def test_a_log_without_its_file_is_refused_and_left_as_it_is(killed: Path, found: str) -> None:
    """SQLite deletes the log of an empty file."""
    if found == "empty":
        (killed / FILE_NAME).write_bytes(b"")
    else:
        (killed / FILE_NAME).unlink()
    before = log_of(killed).read_bytes()
    with pytest.raises(FileError, match=f"is damaged: it is {found}, and there is a log of it. It was left"):
        File(killed)
    assert log_of(killed).read_bytes() == before


def test_leftovers_of_an_earlier_log_are_no_damage(tmp_path: Path) -> None:
    file = File(tmp_path)
    for sequence in range(1, 40):
        file.append(sequence, b"x" * 5_000)
    file.connection.execute("PRAGMA wal_checkpoint(RESTART)")
    file.append(40, b"after")
    copied = tmp_path / "copy"
    copied.mkdir()
    for name in (FILE_NAME, FILE_NAME + "-wal"):
        (copied / name).write_bytes((tmp_path / name).read_bytes())
    file.close()
    assert damaged_at(copied / FILE_NAME) is None
    found = File(copied)
    assert [sequence for sequence, _ in found.records(0)] == list(range(1, 41))
    found.close()
