"""Where S3 is: what the setting `s3` stands for."""

from pathlib import Path

from thermodynamo.transfers.buckets import Buckets
from thermodynamo.transfers.folder_buckets import FolderBuckets


def buckets_at(place: str) -> Buckets:
    """The buckets in a folder, or at a URL. Neither is looked at here."""
    if "://" not in place:
        return FolderBuckets(Path(place).expanduser())
    from thermodynamo.transfers.fsspec_buckets import FsspecBuckets

    return FsspecBuckets(place)
