"""Engines: where slices are added up. The order of what they give, and its bytes, are the same whichever it is.

Each slice that is done can be kept in a folder, so that an interrupted run goes on where it was.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from thermodynamo.foresight.replays.slices import Slice, Task, aggregate
from thermodynamo.foresight.runs import kept, workers
from thermodynamo.foresight.traces import location
from thermodynamo.foresight.traces.trace_error import MissingExtra, TraceError
from thermodynamo.settings.config import VERSION

RAY = "ray://"
AHEAD = 2
"""So many slices for each process are begun before the first of them is asked for."""


class Engine(Protocol):
    """Adds up slices."""

    def slices(self, tasks: Sequence[Task]) -> Iterator[Slice]:
        """The slices in the order of the tasks. Raises TraceError."""
        ...


class Local:
    """Processes of this machine; with one, this process itself."""

    def __init__(self, processes: int | None = None) -> None:
        self.processes = processes or os.cpu_count() or 1

    def slices(self, tasks: Sequence[Task]) -> Iterator[Slice]:
        if self.processes == 1 or len(tasks) < 2:
            yield from map(aggregate, tasks)
            return
        with workers.pool(self.processes) as pool:
            begun = [pool.submit(aggregate, task) for task in tasks[: AHEAD * self.processes]]
            for number in range(len(tasks)):
                done = begun[number].result()
                following = len(begun)
                if following < len(tasks):
                    begun.append(pool.submit(aggregate, tasks[following]))
                yield done
                begun[number] = None  # type: ignore[call-overload]


class Cluster:
    """A Ray cluster. Its machines must find the trace at the path that it has here, or at its URL."""

    def __init__(self, address: str) -> None:
        """Raises MissingExtra, TraceError."""
        try:
            import ray
        except ImportError:
            raise MissingExtra("ray", "cluster") from None
        self.ray = ray
        if ray.is_initialized():
            return  # The program that calls has a connection already, which is the one of this process.
        try:
            ray.init(address=address, log_to_driver=False)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise TraceError(f"there is no Ray cluster at {address}: {error}") from None

    def slices(self, tasks: Sequence[Task]) -> Iterator[Slice]:
        remote = self.ray.remote(aggregate)
        begun = [remote.remote(task) for task in tasks]
        for each in begun:
            yield self.ray.get(each)


class Kept:
    """An engine whose slices are kept in a folder; those that are there already are not added up again."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder

    def slices(self, tasks: Sequence[Task]) -> Iterator[Slice]:
        paths = [self.folder / f"{_digest(task)}.slice" for task in tasks]
        # What another run keeps meanwhile changes nothing of what this one adds up.
        is_missing = [not path.exists() for path in paths]
        missing = [task for task, each in zip(tasks, is_missing, strict=True) if each]
        made = iter(self.engine.slices(missing))
        for task, path, each in zip(tasks, paths, is_missing, strict=True):
            found: Slice | None = None if each else kept.get(path)
            if found is None:
                found = next(made) if each else aggregate(task)
                kept.put(path, found)
            yield found


class Watched:
    """An engine that tells how many of its slices are done, and how many there are."""

    def __init__(self, engine: Engine, told: Callable[[int, int], None]) -> None:
        self.engine = engine
        self.told = told

    def slices(self, tasks: Sequence[Task]) -> Iterator[Slice]:
        for number, made in enumerate(self.engine.slices(tasks)):
            self.told(number, len(tasks))
            yield made
        self.told(len(tasks), len(tasks))


def check(name: str, is_exact: bool) -> None:
    """Raises TraceError for an engine that there is not, or that this replay cannot use."""
    if name != "local" and not name.startswith(RAY):
        raise TraceError(f"there is no engine {name}: it is local, or ray://HOST:PORT")
    if name != "local" and is_exact:
        raise TraceError(f"the exact replay of a scenario runs in one process: {name} is for --method aggregate")


def chosen(name: str, processes: int | None = None) -> Engine:
    """The engine of a name: `local`, or the address of a Ray cluster. Raises TraceError."""
    if name == "local":
        return Local(processes)
    check(name, is_exact=False)
    return Cluster(name)


def _digest(task: Task) -> str:
    """What tells tasks apart, the trace's size and time of change among it."""
    try:
        told = location.version(location.of(task.path))
    except (OSError, TraceError):
        told = ""
    return hashlib.sha256(f"{VERSION} {task!r} {told}".encode()).hexdigest()[:32]
