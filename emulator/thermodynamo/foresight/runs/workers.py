"""Processes of this machine that replay. They end with the process that began them, however that one ends.

An interruption is the business of that process: the others do not hear of it. They watch a pipe whose other end it
holds, which is closed when it is done with them, or is killed.
"""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

Begin = tuple[Callable[..., None], tuple[Any, ...]]
"""What each process does first."""
CONTEXT = get_context("spawn")


@contextmanager
def pool(processes: int, begin: Begin | None = None) -> Iterator[ProcessPoolExecutor]:
    """Runs tasks in so many processes; what is not done when the block is left by an error is not finished."""
    theirs, ours = CONTEXT.Pipe(duplex=False)
    made = ProcessPoolExecutor(processes, CONTEXT, _begin, (theirs, begin))
    try:
        yield made
    except BaseException:
        ours.close()
        raise
    finally:
        made.shutdown(cancel_futures=True)
        ours.close()
        theirs.close()


def _begin(lifeline: "Connection[Any, Any]", begin: Begin | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    if begin is not None:
        function, arguments = begin
        function(*arguments)


def _end_with(lifeline: "Connection[Any, Any]") -> None:
    """Ends this process when the other end of the pipe is closed."""
    try:
        lifeline.recv()
    except (EOFError, OSError):
        os._exit(1)
