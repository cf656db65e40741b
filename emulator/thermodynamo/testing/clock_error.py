"""What a clock cannot be told, in a server or in this process."""


class ClockError(Exception):
    """The clock cannot be turned so; the message says why."""
