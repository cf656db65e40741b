"""How far a command is, as a bar, where a person looks on."""

from typing import Any, TextIO


class Progress:
    """The bar of what is being done; nothing where the stream is no terminal."""

    def __init__(self, terminal: TextIO, unit: str) -> None:
        self.terminal = terminal
        self.unit = unit
        self.what = ""
        self.bar: Any = None

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """So much of it is done. What is named otherwise than before begins a bar of its own."""
        if not self.terminal.isatty():
            return
        if what != self.what or self.bar is None:
            from tqdm import tqdm

            self.end()
            self.what = what
            unit = f" {self.unit}"
            self.bar = tqdm(desc=what, total=total, unit=unit, file=self.terminal, leave=False, dynamic_ncols=True)
        self.bar.update(done - self.bar.n)

    def end(self) -> None:
        """Takes the bar away."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None
