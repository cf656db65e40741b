"""How far the loading of a data folder is: one line in a terminal that is written anew, log lines elsewhere."""

import logging
import time
from typing import TextIO

from thermodynamo_storage.durability.loading import Progress

LINE_SECONDS = 0.1
"""Between two states of the line in a terminal."""
LOG_SECONDS = 2.0
"""Between two lines of the log, and until the first: most folders are loaded by then."""

log = logging.getLogger("thermodynamo")


class LoadingProgress:
    """Is called with each state of one loading, and says some of them."""

    def __init__(self, folder: str, terminal: TextIO) -> None:
        self.folder = folder
        self.terminal = terminal
        self.is_drawn = False
        self.said_at = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        is_terminal = self.terminal.isatty()
        now = time.monotonic()
        if now - self.said_at < (LINE_SECONDS if is_terminal else LOG_SECONDS):
            return
        self.said_at = now
        share = progress.done_bytes / progress.total_bytes if progress.total_bytes else 1.0
        text = f"loading {self.folder}: {share:.0%} of {progress.total_bytes / 1e6:.0f} MB"
        if is_terminal:
            self.is_drawn = True
            print(f"\r{text}", end="", file=self.terminal, flush=True)
        else:
            log.warning("%s", text)

    def end(self) -> None:
        """Takes the line in a terminal away."""
        if self.is_drawn:
            print("\r\x1b[K", end="", file=self.terminal, flush=True)
