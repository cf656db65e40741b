"""Buckets in a folder: what is listed in which order, and what does not leave the folder."""

import os
from pathlib import Path

import pytest

from thermodynamo.transfers.buckets import BucketError, Object
from thermodynamo.transfers.folder_buckets import FolderBuckets


@pytest.fixture
def buckets(tmp_path: Path) -> FolderBuckets:
    (tmp_path / "music").mkdir()
    return FolderBuckets(tmp_path)


def put(buckets: FolderBuckets, key: str, data: bytes = b"x") -> None:
    upload = buckets.create("music", key)
    upload.write(data)
    upload.finish()


def keys(buckets: FolderBuckets, prefix: str) -> list[str]:
    return [each.key for each in buckets.objects("music", prefix)]


def test_an_object_is_read_back(buckets: FolderBuckets) -> None:
    put(buckets, "2026/data/a.json", b"12")
    with buckets.open("music", "2026/data/a.json") as stream:
        assert stream.read() == b"12"
    assert list(buckets.objects("music", "")) == [Object("2026/data/a.json", 2)]


def test_a_prefix_is_the_beginning_of_a_key_and_no_folder(buckets: FolderBuckets) -> None:
    """ack-api-quirks, DDB-IMPORT-014: `data` takes data2/ and data.bak, too, and a whole key is a prefix."""
    for key in ("data/1.json", "data2/x.json", "data.bak", "other/data"):
        put(buckets, key)
    assert keys(buckets, "data") == ["data.bak", "data/1.json", "data2/x.json"]
    assert keys(buckets, "data/") == ["data/1.json"]
    assert keys(buckets, "data/1.json") == ["data/1.json"]
    assert keys(buckets, "data/1.json/x") == keys(buckets, "nothing/") == keys(buckets, "/data") == []


def test_keys_come_in_the_order_of_their_bytes(buckets: FolderBuckets) -> None:
    given = ["a", "a-/1", "a.b", "b/c/d", "b/c.d", "b0", "é", "z"]
    for key in given:
        put(buckets, key)
    assert keys(buckets, "") == sorted(given, key=str.encode)


def test_a_bucket_is_there_where_its_folder_is(buckets: FolderBuckets) -> None:
    buckets.refuse_missing("music")
    for attempt in (
        lambda: buckets.refuse_missing("films"),
        lambda: list(buckets.objects("films", "")),
        lambda: buckets.create("films", "a"),
        lambda: buckets.refuse_missing(".."),
        lambda: buckets.refuse_missing("music/../music"),
    ):
        with pytest.raises(BucketError) as raised:
            attempt()
        assert raised.value.code == "S3NoSuchBucket"
        assert "Error Code: NoSuchBucket" in raised.value.message


@pytest.mark.parametrize("key", ["../outside", "a/../../outside", "/etc/passwd", "a//b", "a/", ".", "", "a\0b"])
def test_no_key_leads_out_of_its_bucket(buckets: FolderBuckets, key: str) -> None:
    with pytest.raises(BucketError):
        buckets.create("music", key)
    with pytest.raises(BucketError):
        buckets.open("music", key)
    assert keys(buckets, key) == []
    assert sorted(path.name for path in buckets.path.iterdir()) == ["music"]


def test_an_object_shows_when_it_is_finished_and_not_before(buckets: FolderBuckets) -> None:
    put(buckets, "a", b"old")
    upload = buckets.create("music", "a")
    upload.write(b"new")
    assert keys(buckets, "") == ["a"]
    with buckets.open("music", "a") as stream:
        assert stream.read() == b"old"
    upload.finish()
    with buckets.open("music", "a") as stream:
        assert stream.read() == b"new"


def test_an_object_that_is_abandoned_leaves_nothing(buckets: FolderBuckets) -> None:
    upload = buckets.create("music", "b/c")
    upload.write(b"half")
    upload.abandon()
    assert keys(buckets, "") == []
    assert list((buckets.path / "music" / "b").iterdir()) == []


def test_an_object_that_is_gone_says_so(buckets: FolderBuckets) -> None:
    with pytest.raises(BucketError) as raised:
        buckets.open("music", "gone")
    assert raised.value.code == "S3NoSuchKey"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may do anything")
def test_a_folder_that_may_not_be_written_is_access_denied(buckets: FolderBuckets) -> None:
    (buckets.path / "music").chmod(0o500)
    with pytest.raises(BucketError) as raised:
        buckets.create("music", "a")
    assert raised.value.code == "S3AccessDenied"


def test_a_place_that_cannot_be_made_is_an_error_of_the_bucket(buckets: FolderBuckets) -> None:
    put(buckets, "a")
    with pytest.raises(BucketError):
        buckets.create("music", "a/b")
    with pytest.raises(BucketError):
        buckets.create("music", "n" * 300)


def test_names_that_no_key_can_have_are_passed_over(buckets: FolderBuckets) -> None:
    path = os.fsencode(buckets.path / "music") + b"/\xff"
    try:
        Path(os.fsdecode(path)).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system has names in UTF-8 alone")
    put(buckets, "a")
    assert keys(buckets, "") == ["a"]
