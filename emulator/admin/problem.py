"""What an admin request can be told instead of its answer: `{"error": ..., "hint": ...}` with a 4xx status."""


class Problem(Exception):
    """The request cannot be answered; `hint` says what can."""

    def __init__(self, error: str, hint: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.hint = hint
        self.status = status
