"""What a run has done already, in a folder: scenarios that are done are not replayed again after an interruption.

Slices of an aggregate replay are kept by `engines.Kept`, one by one. An outcome is kept here as a whole, under a name
that tells the trace, the scenario, the method and this version apart.
"""

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.scenarios.scenario import Scenario
from thermodynamo.foresight.traces import location
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo.settings.config import VERSION

EXACT, AGGREGATE = "exact", "aggregate"
"""The methods."""


def outcome(folder: Path, trace: Trace, scenario: Scenario, method: str, make: Callable[[], Outcome]) -> Outcome:
    """The outcome that is kept, or one that is made and kept. Raises TraceError."""
    told = f"{VERSION} {method} {scenario!r} {trace.path} {location.version(trace.path)}"
    path = folder / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.outcome"
    found: Outcome | None = get(path)
    if found is None:
        found = make()
        put(path, found)
    return found


def get(path: Path) -> Any:
    """What a file keeps; None where there is none, or what is there is cut short."""
    try:
        return pickle.loads(path.read_bytes())
    except (FileNotFoundError, EOFError, pickle.UnpicklingError):
        return None
    except OSError as error:
        raise TraceError(f"{path} cannot be read: {error.strerror}") from None


def put(path: Path, made: Any) -> None:
    """Keeps something: all of it, or nothing. Another run may be at the same. Raises TraceError."""
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    try:
        unfinished.write_bytes(pickle.dumps(made))
        unfinished.rename(path)
    except OSError as error:
        raise TraceError(f"{path} cannot be kept: {error.strerror}") from None
