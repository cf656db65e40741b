"""Where S3 is."""

from pathlib import Path

from thermodynamo.transfers.folder_buckets import FolderBuckets
from thermodynamo.transfers.fsspec_buckets import FsspecBuckets
from thermodynamo.transfers.s3 import buckets_at


def test_a_path_is_a_folder_and_a_url_is_not() -> None:
    for path in ("thermodynamo-s3", "/srv/s3", "~/s3"):
        found = buckets_at(path)
        assert isinstance(found, FolderBuckets)
        assert found.path == Path(path).expanduser()
    assert isinstance(buckets_at("s3://"), FsspecBuckets)
