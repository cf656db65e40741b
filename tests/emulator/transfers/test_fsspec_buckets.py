"""Buckets at a URL, by the file systems that fsspec has itself: memory, and the machine's."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest

from thermodynamo.transfers.buckets import BucketError, Object
from thermodynamo.transfers.extras import MissingExtra
from thermodynamo.transfers.fsspec_buckets import FsspecBuckets


@pytest.fixture(params=["memory", "file"])
def buckets(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FsspecBuckets]:
    root = f"/{uuid4().hex}" if request.param == "memory" else str(tmp_path)
    system = fsspec.filesystem(request.param)
    system.makedirs(f"{root}/music", exist_ok=True)
    yield FsspecBuckets(f"{request.param}://{root}")
    system.rm(root, recursive=True)


def put(buckets: FsspecBuckets, key: str, data: bytes) -> None:
    upload = buckets.create("music", key)
    upload.write(data)
    upload.finish()


def test_an_object_is_read_back(buckets: FsspecBuckets) -> None:
    put(buckets, "2026/data/a.json", b"12")
    with buckets.open("music", "2026/data/a.json") as stream:
        assert stream.readline() == b"12"


def test_a_prefix_is_the_beginning_of_a_key_and_no_folder(buckets: FsspecBuckets) -> None:
    for key in ("data/1.json", "data2/x.json", "data.bak", "other/data"):
        put(buckets, key, b"x")
    assert list(buckets.objects("music", "data")) == [
        Object("data.bak", 1),
        Object("data/1.json", 1),
        Object("data2/x.json", 1),
    ]


def test_a_bucket_that_is_not_there(buckets: FsspecBuckets) -> None:
    buckets.refuse_missing("music")
    for attempt in (lambda: buckets.refuse_missing("films"), lambda: list(buckets.objects("films", ""))):
        with pytest.raises(BucketError) as raised:
            attempt()
        assert raised.value.code == "S3NoSuchBucket"
    with pytest.raises(BucketError):
        buckets.create("films", "a")


@pytest.mark.parametrize("key", ["../outside", "a/../../outside", "a//b", ""])
def test_no_key_leads_out_of_its_bucket(buckets: FsspecBuckets, key: str) -> None:
    with pytest.raises(BucketError):
        buckets.create("music", key)
    with pytest.raises(BucketError):
        buckets.open("music", key)


def test_an_object_shows_when_it_is_finished(buckets: FsspecBuckets) -> None:
    upload = buckets.create("music", "a")
    upload.write(b"x" * 10)
    assert list(buckets.objects("music", "")) == []
    upload.finish()
    assert list(buckets.objects("music", "")) == [Object("a", 10)]
    upload = buckets.create("music", "b")
    upload.write(b"x")
    upload.abandon()
    assert list(buckets.objects("music", "")) == [Object("a", 10)]


def test_an_object_that_is_gone_says_so(buckets: FsspecBuckets) -> None:
    with pytest.raises(BucketError) as raised:
        buckets.open("music", "gone")
    assert raised.value.code == "S3NoSuchKey"


def test_a_file_system_that_fsspec_does_not_know_is_an_error_that_says_so() -> None:
    with pytest.raises(BucketError) as raised:
        FsspecBuckets("nonsense://x").refuse_missing("music")
    assert "nonsense" in raised.value.message


def test_options_follow_a_question_mark() -> None:
    buckets = FsspecBuckets("s3://?endpoint_url=http://127.0.0.1:9000&anon=true")
    assert buckets.url == "s3://"
    assert buckets.options == {"endpoint_url": "http://127.0.0.1:9000", "anon": "true"}


def test_a_file_system_whose_package_is_not_installed_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec.core, "url_to_fs", missing)
    with pytest.raises(MissingExtra, match="Install s3fs"):
        FsspecBuckets("s3://").refuse_missing("music")
