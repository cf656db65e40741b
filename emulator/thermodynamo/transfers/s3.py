"""Where S3 is: what the setting `s3` stands for."""

from pathlib import Path

from thermodynamo.transfers.buckets import Buckets
from thermodynamo.transfers.folder_buckets import FolderBuckets
from thermodynamo.transfers.fsspec_buckets import FsspecBuckets


def buckets_at(place: str) -> Buckets:
    """The buckets in a folder, or at a URL. Neither is looked at here."""
    return FsspecBuckets(place) if "://" in place else FolderBuckets(Path(place).expanduser())
