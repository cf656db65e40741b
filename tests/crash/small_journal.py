"""The server, with images so often that kills fall into them: they are due every 200 KB, log copies every 400 KB."""

import sys

import thermodynamo.data_folder
from thermodynamo.__main__ import main
from thermodynamo_storage.durability import checkpoints

if __name__ == "__main__":
    checkpoints.JOURNAL_BYTES_MIN = 200_000
    checkpoints.JOURNAL_SHARE = 0.1
    checkpoints.FREE_SHARE = 0.1
    setattr(thermodynamo.data_folder, "LOG_PAGES_MAX", 100)  # noqa: B010
    sys.exit(main())
