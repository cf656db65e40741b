"""`make differential`: generate requests, send each to this server and to the peers, report where the answers differ.

python -m tests.differential [--requests 20000] [--seed 1] [--peers local,dynoxide,ministack,dynalite]
"""

import argparse
import sys

from tests.differential.generator import Generator
from tests.differential.peers import FIRST_PORT, HOME, NAMES, running
from tests.differential.report import report, swallowed
from tests.differential.trial import Trial


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--requests", type=int, default=20000, help="how many requests to generate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", default=",".join(NAMES))
    parser.add_argument("--no-shrink", action="store_true", help="show examples as they were generated")
    parser.add_argument("--only", help="the kind of case, by its method in generator.py, such as transaction")
    parser.add_argument("--swallowed", action="store_true", help="show what each row of the reasons explains as well")
    parser.add_argument("--first-port", type=int, default=FIRST_PORT, help="this server's; the others follow")
    options = parser.parse_args()
    with running(["ours", *options.peers.split(",")], options.first_port) as servers:
        trial = Trial(servers)
        for name in servers:
            trial.prepare(name)
        generator = Generator(options.seed, options.only)
        sent = 0
        while sent < options.requests:
            case = next(generator)
            trial.run(case)
            sent += len(case.steps)
        text, unexplained = report(trial, sent, options.seed, not options.no_shrink)
        if options.swallowed:
            text += "\n" + swallowed(trial)
    path = HOME.parent / "differential.txt"
    path.write_text(text, encoding="utf-8")
    print(text, end="")
    print(f"written to {path}", file=sys.stderr)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
