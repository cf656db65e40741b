"""The files of a trigger: what is done is remembered, and a file that cannot be used is refused before any event."""

from pathlib import Path

import pytest

from thermodynamo.triggers.checkpoints import SHARD_END, Checkpoints, UnusableFile, check_writable


def test_what_is_done_is_there_after_a_restart(tmp_path: Path) -> None:
    path = str(tmp_path / "done.json")
    Checkpoints("arn", path).set("shard", SHARD_END)
    assert Checkpoints("arn", path).get("shard") == SHARD_END
    assert Checkpoints("another", path).get("shard") is None


@pytest.mark.parametrize("text", ["no JSON", "[]", "null", '{"arn": 3}', '{"arn": [1]}'])
def test_a_file_that_is_no_checkpoint_is_refused_and_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "done.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnusableFile, match="none that a trigger has written"):
        Checkpoints("arn", str(path))
    assert path.read_text(encoding="utf-8") == text


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    absent = str(tmp_path / "absent" / "file")
    with pytest.raises(UnusableFile, match=r"^checkpoint is '.*': No such file or directory$"):
        Checkpoints("arn", absent)
    with pytest.raises(UnusableFile, match=r"^on_failure is '.*': No such file or directory$"):
        check_writable(absent, "on_failure")
    check_writable(None, "on_failure")
