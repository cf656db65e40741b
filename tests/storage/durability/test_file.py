"""The file: its lock, its format, what is said of one that cannot be used, and a full disk."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from thermodynamo_storage.durability.file import FILE_NAME, FORMAT, File, FileError


def test_what_is_appended_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    file = File(tmp_path / "new" / "folder", "power")
    file.append(3, b"one")
    file.put_part(1, b"part")
    file.put_image(2, b"image")
    file.append(5, b"two")
    file.close()
    file = File(tmp_path / "new" / "folder")
    assert list(file.records(0)) == [(3, b"one"), (5, b"two")] and list(file.records(3)) == [(5, b"two")]
    assert file.image() == (2, b"image") and file.part(1) == b"part" and file.sizes == {1: 4}
    assert file.journal_bytes(3) == 3
    file.close()


def test_a_second_server_is_refused_until_the_first_has_closed(tmp_path: Path) -> None:
    first = File(tmp_path)
    with pytest.raises(FileError, match="in use by another server"):
        File(tmp_path)
    first.close()
    File(tmp_path).close()


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    for folder in (tmp_path / "data", tmp_path / "data" / "below"):
        with pytest.raises(FileError, match=f"the folder {folder} cannot be used: there is a file"):
            File(folder)


AS_ANOTHER_USER = """
import os, sys
from pathlib import Path
sys.path[:] = sys.argv[3].split(os.pathsep)
from thermodynamo_storage.durability.file import File, FileError
if os.getuid() == 0:
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
try:
    File(Path(sys.argv[1]))
except FileError as error:
    print(error)
"""


@pytest.mark.parametrize("is_own", [False, True], ids=["anothers", "own"])
@pytest.mark.parametrize(
    ("is_kept", "name"),
    [(False, ""), (True, ""), (True, "thermodynamo.lock"), (True, FILE_NAME)],
    ids=["folder", "folder of a server", "lock", "file"],
)
def test_what_may_not_be_written_is_refused_with_the_reason(is_kept: bool, name: str, is_own: bool) -> None:
    """As a volume that root owns, or one in which root's server was. Root itself may write everywhere."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if is_kept:
            File(folder).close()
        user = os.getuid() or 10001
        folder.chmod(0o777)
        for path in folder.iterdir():
            path.chmod(0o666)
        place = folder / name
        if is_own:
            os.chown(place, user, -1)
        place.chmod(0o444 if name else 0o555)
        owner = place.stat().st_uid
        command = [sys.executable, "-c", AS_ANOTHER_USER, made, str(user), os.pathsep.join(sys.path)]
        told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
        advice = f", which belongs to user {owner}; chown -R {user} {folder}, or run the server as user {owner}"
        assert told == (
            f"the folder {folder} cannot be used: user {user}, who runs this server, may not write {place}"
            f"{f'; chmod -R u+w {folder}' if owner == user else advice}\n"
        )


def test_a_newer_format_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    File(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute(f"PRAGMA user_version={FORMAT + 1}")
    connection.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(FileError, match=rf"format {FORMAT + 1}, and this version of thermodynamo reads up to {FORMAT}"):
        File(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("CREATE TABLE other(a)")
    connection.close()
    with pytest.raises(FileError, match="no file of thermodynamo"):
        File(tmp_path)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 400)
    with pytest.raises(FileError, match=r"is damaged: .*not a database.* It was left as it is"):
        File(tmp_path)


@pytest.mark.parametrize(
    ("table", "words"),
    [("journal", "record 1 of its journal"), ("part", "part 1 of its image"), ("image", "image 1")],
)
def test_a_body_with_another_checksum_is_named(tmp_path: Path, table: str, words: str) -> None:
    file = File(tmp_path)
    file.append(1, b"body")
    file.put_part(1, b"body")
    file.put_image(1, b"body")
    file.connection.execute(f"UPDATE {table} SET body = x'00'")
    read = {"journal": lambda: list(file.records(0)), "part": lambda: file.part(1), "image": file.image}[table]
    with pytest.raises(FileError, match=f"{words} has another checksum"):
        read()
    file.close()


def test_a_part_that_is_missing_is_named(tmp_path: Path) -> None:
    file = File(tmp_path)
    with pytest.raises(FileError, match="part 7 of its image is missing"):
        file.part(7)
    file.close()


def test_the_log_is_written_from_its_beginning_again(tmp_path: Path) -> None:
    file = File(tmp_path)
    for number in range(300):
        file.append(number, b"x" * 5_000)
    assert file.log_pages >= 600
    file.copy_log()
    file.append(300, b"meanwhile")
    file.end_log()
    assert file.log_pages == 0
    size = os.path.getsize(f"{file.path}-wal")
    for number in range(301, 600):
        file.append(number, b"x" * 5_000)
    assert os.path.getsize(f"{file.path}-wal") <= size + 20_000
    assert len(list(file.records(-1))) == 600
    file.close()


def test_useless_things_go_and_their_space_is_given_back(tmp_path: Path) -> None:
    file = File(tmp_path)
    for number in range(1, 101):
        file.append(number, b"x" * 20_000)
        file.put_part(number, b"x" * 20_000)
    while file.drop_journal(99, 10):
        pass
    file.drop_parts(range(1, 100))
    assert [sequence for sequence, _ in file.records(0)] == [100] and list(file.sizes) == [100]
    while file.shrink(50, 0):
        pass
    file.copy_log()
    file.end_log()
    assert os.path.getsize(file.path) < 100_000
    file.close()
