"""What a run has done already, in a folder: scenarios that are done are not replayed again after an interruption.

Slices of an aggregate replay are kept by `engines.Kept`, one by one. An outcome is kept here as a whole, under a name
that tells the trace, the scenario, the method and this version apart.
"""

import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path

from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.scenarios.scenario import Scenario
from thermodynamo.foresight.traces import location
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo.settings.config import VERSION


def outcome(folder: Path, trace: Trace, scenario: Scenario, method: str, make: Callable[[], Outcome]) -> Outcome:
    """The outcome that is kept, or one that is made and kept. Raises TraceError."""
    told = f"{VERSION} {method} {scenario!r} {trace.path} {location.version(trace.path)}"
    path = folder / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.outcome"
    try:
        if path.is_file():
            found: Outcome = pickle.loads(path.read_bytes())
            return found
        made = make()
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(pickle.dumps(made))
        unfinished.rename(path)
    except OSError as error:
        raise TraceError(f"{path} cannot be kept: {error.strerror}") from None
    return made
