"""The `thermodynamo` command: picks the subcommand. Nothing else is imported before signals are looked after."""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the server until SIGTERM or Ctrl-C, or the subcommand that is named; returns the exit status."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["trigger"]:
        from thermodynamo.commands import trigger

        return trigger.main(arguments[1:])
    if arguments[:1] == ["access"]:
        from thermodynamo.commands import access

        return access.main(arguments[1:])
    if arguments[:1] == ["heat"]:
        from thermodynamo.commands import heat

        return heat.main(arguments[1:])
    if arguments and arguments[0] in ("snapshot", "fork", "reset"):
        from thermodynamo.commands import snapshot

        return snapshot.main(arguments[0], arguments[1:])
    from thermodynamo.commands import serve

    return serve.main(arguments)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Ends the process wherever it is: until the server runs there is nothing to tidy up."""
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
