"""What an admin request can be told instead of its answer: `{"error": ..., "hint": ...}` with a 4xx status."""

BEGINNING_CHARACTERS = 200
END_CHARACTERS = 100
"""An error repeats what was wrong; of what is very long, the beginning and the end."""


class Problem(Exception):
    """The request cannot be answered; `hint` says what can."""

    def __init__(self, error: str, hint: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        if len(error) > BEGINNING_CHARACTERS + END_CHARACTERS:
            self.error = f"{error[:BEGINNING_CHARACTERS]} ... {error[-END_CHARACTERS:]}"
        self.hint = hint
        self.status = status
