"""The command line of a comparison: its options, its servers from start to stop, and the table that is printed."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.client import CallFailed
from bench.comparison import Bench
from bench.generator import Generator
from bench.servers import NotStarted, Server, cores
from bench.workload import WrongAnswer


def run(
    name: str,
    meaning: str | None,
    rounds: int,
    servers: Sequence[Server],
    measure: Callable[..., str],
    given: Sequence[str] | None,
    seconds: float = 1.0,
) -> int:
    """Prints what `measure` makes of a bench for each server; returns the exit status.

    `name` is the module's, `meaning` what its help says, `rounds` how many there are by default, `seconds` how
    long each takes.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {name}", description=meaning)
    parser.add_argument("--rounds", type=int, default=rounds, help=f"how often each is measured (default {rounds})")
    parser.add_argument(
        "--seconds", type=float, default=seconds, help=f"how long each is measured (default {seconds:g})"
    )
    parser.add_argument("--without-wrk", action="store_true", help="use bench/load.py even where wrk is installed")
    options = parser.parse_args(given)
    server_core, load_core = cores()
    try:
        for server in servers:
            server.start(server_core)
        generator = Generator(load_core, not options.without_wrk)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            benches = [Bench(each, generator, Path(folder), options.rounds, options.seconds) for each in servers]
            print(measure(*benches))
    except (NotStarted, CallFailed, WrongAnswer) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    finally:
        for server in servers:
            server.stop()
    return 0
