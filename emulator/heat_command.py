"""`thermodynamo heat`: draws the heat map of a running server in the terminal, once or as it changes."""

import argparse
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Sequence

DEFAULT_ENDPOINT = "http://127.0.0.1:8000"
CLEAR = "\x1b[H\x1b[2J"
TIMEOUT_SECONDS = 10


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(prog="thermodynamo heat", description=__doc__)
    result.add_argument(
        "--endpoint", default=DEFAULT_ENDPOINT, help=f"the server's address (default {DEFAULT_ENDPOINT})"
    )
    result.add_argument("--table", help="only this table and its indexes")
    result.add_argument("--seconds", type=int, default=60, help="how far back the map goes, up to 299 (default 60)")
    result.add_argument("--account", help="the namespace's account (default 000000000000)")
    result.add_argument("--region", help="the namespace's region (default: the server's)")
    result.add_argument("--watch", action="store_true", help="draw again every second until Ctrl-C")
    result.add_argument("--plain", action="store_true", help="no colours; also when the output is no terminal")
    return result


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        while True:
            drawn = draw(options)
            print(CLEAR + drawn if options.watch else drawn, end="", flush=True)
            if not options.watch:
                return 0
            time.sleep(1)
    except KeyboardInterrupt:
        return 0
    except (OSError, ValueError) as error:
        hint = f"start one with `thermodynamo`, or name it with --endpoint (now {options.endpoint})"
        print(f"thermodynamo heat: no server answers: {error}; {hint}", file=sys.stderr)
        return 1


def draw(options: argparse.Namespace) -> str:
    """The heat map above the report."""
    is_coloured = not options.plain and sys.stdout.isatty()
    query = {
        name: value
        for name, value in (
            ("table", options.table),
            ("account", options.account),
            ("region", options.region),
            ("seconds", str(options.seconds)),
            ("colour", "1" if is_coloured else "0"),
        )
        if value is not None
    }
    text = urllib.parse.urlencode(query)
    return (
        fetch(f"{options.endpoint}/_admin/heat/timeline?{text}")
        + "\n"
        + fetch(f"{options.endpoint}/_admin/heat?{text}")
    )


def fetch(address: str) -> str:
    request = urllib.request.Request(address, headers={"Accept": "text/plain"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        body: bytes = response.read()
    return body.decode()
