"""`thermodynamo trace anonymise`: a trace without its keys and values, and what is told of what it still shows."""

import argparse
import secrets

from thermodynamo.foresight.traces import anonymising, location
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace

HELP = "replaces keys and values by keyed hashes"


def describe(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.add_argument("source", type=location.of, metavar="SOURCE", help="a trace")
    parser.add_argument("trace", type=location.of, metavar="TRACE", help="the trace that is made")
    parser.add_argument("--salt", help="the same for traces that belong together (default: a new one, not kept)")
    parser.add_argument("--keep-placement", action="store_true", help="keep the hash that partitions are found by")


def carry_out(options: argparse.Namespace) -> None:
    """Makes the trace, and tells what is left. Raises TraceError."""
    trace = Trace(options.source)
    summary = trace.summary()
    if not summary.events:
        raise TraceError(f"{options.source} has no events; {summary.bad_lines:,} lines are none")
    salt = options.salt if options.salt is not None else secrets.token_hex()
    made = anonymising.anonymise(trace, options.trace, salt, options.keep_placement)
    print(f"{options.trace}: {summary.accesses:,} accesses; names of tables, indexes and attributes are kept")
    if options.keep_placement:
        print(
            "the hash by which partitions are found is kept: it shows which keys lie together, and who has a list of "
            "possible keys can find out which of them are in the trace"
        )
    if made.left_out:
        print(f"{made.left_out:,} events were left out: splits by hand, and requests that make no table")
    if summary.bad_lines:
        print(f"{summary.bad_lines:,} lines are no events and were passed over")
